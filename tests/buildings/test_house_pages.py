"""Buildings, stairwells and codes, each for those who may see them."""

import re

import pytest
from django.db import IntegrityError
from django.urls import reverse

from buildings import codes
from buildings.models import Building, Contact, JoinCode, Resident
from tests import factories as make
from tests.buildings.conftest import browser


@pytest.fixture
def stairwell(company, norrby):
    building = make.BuildingFactory(owner=company, district=norrby, designation="Åkern 1")
    stairwell = make.StairwellFactory(building=building, address="Åkervägen 1 A", code="KATTHUND")
    make.FlatFactory(stairwell=stairwell, number="1001", object_number="04711")
    make.FlatFactory(stairwell=stairwell, number="1002")
    make.ResidentFactory(stairwell=stairwell)
    make.ResidentFactory(stairwell=stairwell, state=Resident.State.CONFIRMED)
    make.ResidentFactory(stairwell=stairwell, state=Resident.State.LEFT)
    return stairwell


def cells(page: str) -> list[str]:
    """The texts of the first row's cells."""
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    return [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.findall("<t[hd].*?</t[hd]>", row, re.S)]


def test_a_landlord_sees_own_buildings_with_their_counts(landlord, stairwell, norrby):
    make.BuildingFactory(district=norrby, designation="Rivalen 1")
    page = landlord.get("/hus/").text
    assert cells(page) == ["Åkern 1", "Norrby", "1", "2", "2"]
    assert "Rivalen 1" not in page


def test_police_see_the_buildings_of_their_districts_with_counts_only(officer, stairwell, hulta):
    make.BuildingFactory(district=hulta, designation="Hulta 1")
    page = officer.get("/hus/").text
    assert cells(page) == ["Åkern 1", "AB Bostäder", "Norrby", "1", "2", "2"]
    assert "Hulta 1" not in page
    inside = officer.get(f"/hus/{stairwell.building_id}/").text
    assert cells(inside) == ["Åkervägen 1 A", "2", "2"]
    assert "KATT" not in inside


def test_a_building_proposed_for_closing_is_marked_for_its_company_only(landlord, officer, stairwell):
    Building.objects.update(closing_proposed_at="2026-11-01T12:00Z")
    assert "Proposed for closing" in landlord.get("/hus/").text
    assert "Proposed for closing" not in officer.get("/hus/").text


def test_closed_buildings_and_stairwells_are_not_listed(landlord, stairwell):
    make.StairwellFactory(building=stairwell.building, address="Gamla vägen 1", closed_at="2026-01-01T12:00Z")
    make.BuildingFactory(owner=stairwell.building.owner, designation="Rivet 1", closed_at="2026-01-01T12:00Z")
    assert cells(landlord.get("/hus/").text)[2] == "1"
    assert "Rivet 1" not in landlord.get("/hus/").text
    assert "Gamla vägen 1" not in landlord.get(f"/hus/{stairwell.building_id}/").text


@pytest.mark.parametrize("words", ["åker", "ÅKERN", "åkervägen", "åkervägen 1", "1 åkern"])
def test_a_building_is_found_by_its_name_or_address_in_any_case(landlord, stairwell, company, norrby, words):
    make.BuildingFactory(owner=company, district=norrby, designation="Varpen 7")
    page = landlord.get("/hus/", {"text": words}).text
    assert "Åkern 1" in page
    assert "Varpen 7" not in page


def test_the_list_can_be_narrowed_to_a_district(landlord, stairwell, company, hulta, norrby):
    make.BuildingFactory(owner=company, district=hulta, designation="Hulta 1")
    page = landlord.get("/hus/", {"district": hulta.pk}).text
    assert "Hulta 1" in page
    assert "Åkern 1" not in page


def test_no_fit_is_said_so(landlord, stairwell):
    assert "No building fits" in landlord.get("/hus/", {"text": "slott"}).text


def test_a_new_company_is_told_to_upload_its_register(landlord, officer):
    page = landlord.get("/hus/").text
    assert "Upload the register" in page
    assert 'href="/register/"' in page
    assert "Upload the register" not in officer.get("/hus/").text


@pytest.mark.parametrize("rows", [1, 100])
def test_the_list_takes_the_same_queries_for_1_and_100_buildings(
    landlord, company, norrby, rows, django_assert_num_queries
):
    for building in make.BuildingFactory.create_batch(rows, owner=company, district=norrby):
        make.StairwellFactory(building=building)
    with django_assert_num_queries(9):
        assert landlord.get("/hus/").status_code == 200


@pytest.mark.parametrize("rows", [1, 100])
def test_a_building_takes_the_same_queries_for_1_and_100_stairwells(
    landlord, company, norrby, rows, django_assert_num_queries
):
    building = make.BuildingFactory(owner=company, district=norrby)
    make.StairwellFactory.create_batch(rows, building=building)
    with django_assert_num_queries(11):
        assert landlord.get(f"/hus/{building.pk}/").status_code == 200


@pytest.mark.parametrize("rows", [1, 100])
def test_a_stairwell_takes_the_same_queries_for_1_and_100_flats(landlord, stairwell, rows, django_assert_num_queries):
    make.FlatFactory.create_batch(rows, stairwell=stairwell)
    with django_assert_num_queries(12):
        assert landlord.get(f"/trapp/{stairwell.pk}/").status_code == 200


def test_a_landlord_sees_a_stairwells_code_picture_and_flats(landlord, stairwell):
    page = landlord.get(f"/trapp/{stairwell.pk}/").text
    assert "KATT HUND" in page
    assert '<svg viewBox="0 0' in page
    assert "04711" in page
    assert 'style="' not in page


def test_police_see_the_stairwell_without_code_and_flats(officer, stairwell):
    response = officer.get(f"/trapp/{stairwell.pk}/")
    assert response.status_code == 200
    assert "Åkervägen 1 A" in response.text
    for secret in ("KATT", "HUND", "04711", "/affisch/", "/ny-kod/", "1002"):
        assert secret not in response.text
    assert officer.get(f"/trapp/{stairwell.pk}/affisch/").status_code == 403
    assert officer.post(f"/trapp/{stairwell.pk}/ny-kod/").status_code == 403


def test_outside_ones_scope_is_not_found_and_inside_without_the_role_is_refused(stairwell, company, hulta):
    far = make.StairwellFactory(building=make.BuildingFactory(district=hulta))
    here, there = (make.ResidentFactory(stairwell=place).user for place in (stairwell, far))
    contact = make.ContactFactory(stairwell=stairwell, state=Contact.State.ACTIVE).user
    rival = make.StaffFactory(organisation=make.OrganisationFactory(districts=[hulta])).user
    for method, path in (
        ("get", f"/hus/{stairwell.building_id}/"),
        ("get", f"/trapp/{stairwell.pk}/"),
        ("get", f"/trapp/{stairwell.pk}/affisch/"),
        ("post", f"/trapp/{stairwell.pk}/ny-kod/"),
    ):
        statuses = [getattr(browser(user), method)(path).status_code for user in (here, contact, there, rival)]
        assert statuses == [403, 403, 404, 404], path
    assert JoinCode.objects.filter(stairwell=stairwell, retired_at=None).get().code == "KATTHUND"


def test_a_tenant_has_no_list_of_buildings(stairwell):
    tenant = browser(make.ResidentFactory(stairwell=stairwell).user)
    assert tenant.get("/hus/").status_code == 403


def test_staff_without_a_second_factor_are_sent_to_set_one_up(company, stairwell):
    newcomer = browser(make.StaffFactory(organisation=company, second_factor=False).user)
    for path in ("/hus/", f"/trapp/{stairwell.pk}/", f"/trapp/{stairwell.pk}/affisch/", "/register/"):
        assert newcomer.get(path).headers["Location"] == reverse("mfa_index")


def test_a_stairwell_without_a_code_gets_one_before_its_poster(landlord, stairwell):
    JoinCode.objects.all().delete()
    response = landlord.get(f"/trapp/{stairwell.pk}/affisch/", follow=True)
    assert "no code yet" in response.text
    landlord.post(f"/trapp/{stairwell.pk}/ny-kod/")
    assert landlord.get(f"/trapp/{stairwell.pk}/affisch/").status_code == 200


def test_a_new_code_retires_the_old_one_at_once(landlord, stairwell):
    assert landlord.get(f"/trapp/{stairwell.pk}/ny-kod/").status_code == 405
    response = landlord.post(f"/trapp/{stairwell.pk}/ny-kod/", follow=True)
    assert "has a new code" in response.text
    assert "KATT HUND" not in response.text
    assert JoinCode.objects.get(code="KATTHUND").retired_at is not None
    assert JoinCode.objects.valid().filter(stairwell=stairwell).count() == 1


def test_a_code_that_is_taken_is_drawn_again(stairwell, monkeypatch):
    drawn = iter(["KATTHUND", "KATTHUND", "HUNDKATT"])
    monkeypatch.setattr(codes, "new_code", lambda: next(drawn))
    assert codes.rotate_code(stairwell=stairwell).code == "HUNDKATT"


def test_if_every_code_is_taken_the_old_one_stays(stairwell, monkeypatch):
    monkeypatch.setattr(codes, "new_code", lambda: "KATTHUND")
    with pytest.raises(IntegrityError):
        codes.rotate_code(stairwell=stairwell)
    assert JoinCode.objects.valid().get(stairwell=stairwell).code == "KATTHUND"


def test_codes_for_many_stairwells_are_all_different_and_unused(stairwell, monkeypatch):
    drawn = iter(["KATTHUND", "AAAAAAAA", "AAAAAAAA", "BBBBBBBB", "CCCCCCCC"])
    monkeypatch.setattr(codes, "new_code", lambda: next(drawn))
    assert set(codes.unused_codes(2)) <= {"AAAAAAAA", "BBBBBBBB", "CCCCCCCC"}
