"""What a register would change, and what it does change when it is applied."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Building, Flat, JoinCode, Stairwell
from tests import factories as make
from tests.buildings.registers import (
    HEADINGS,
    SAMPLE,
    apply,
    as_csv,
    as_xlsx,
    figures,
    home,
    plan,
    said,
    sample_headings,
    sample_rows,
    state,
)

NOTHING = (0, 0, 0)
TWO = [home("1001", "1"), home("1002", "2")]


def test_the_sample_becomes_buildings_stairwells_and_flats(company, norrby):
    before = plan(SAMPLE.read_bytes(), company, norrby)
    assert figures(before)["added"] == (35, 86, 1387)
    assert not Building.objects.exists()
    apply(SAMPLE.read_bytes(), company, norrby)
    assert (Building.objects.count(), Stairwell.objects.count(), Flat.objects.count()) == (35, 86, 1387)
    assert JoinCode.objects.valid().values("stairwell").distinct().count() == 86
    assert set(Building.objects.values_list("owner__slug", "district__slug")) == {("ab-bostader", "norrby")}


def test_uploading_the_sample_again_changes_nothing(company, norrby):
    apply(SAMPLE.read_bytes(), company, norrby)
    before, codes = state(), set(JoinCode.objects.values_list("code", flat=True))
    again = apply(SAMPLE.read_bytes(), company, norrby)
    assert figures(again) == {
        "added": NOTHING,
        "changed": NOTHING,
        "closing": NOTHING,
        "unchanged": (35, 86, 1387),
    }
    assert again.does_nothing
    assert state() == before
    assert set(JoinCode.objects.values_list("code", flat=True)) == codes


def test_the_sample_saved_by_a_spreadsheet_that_drops_leading_zeros_changes_nothing(company, norrby):
    apply(SAMPLE.read_bytes(), company, norrby)
    rows = [
        [row[0], int(row[1]) if row[1] else None, *row[2:6], int(row[6]) if row[6] else None, *row[7:]]
        for row in sample_rows()
    ]
    again = plan(as_xlsx(*rows, headings=sample_headings()), company, norrby, "register.xlsx")
    assert figures(again)["unchanged"] == (35, 86, 1387)
    assert again.does_nothing
    assert Flat.objects.filter(object_number="04000").exists()


def test_a_house_letter_with_and_without_a_space_is_one_stairwell(company, norrby):
    rows = [
        home("1001", "1", "Varpgatan 12A"),
        home("1002", "2", "Varpgatan 12 A"),
        home("1003", "3", "VARPGATAN 12 a"),
    ]
    apply(as_csv(*rows), company, norrby)
    assert list(Stairwell.objects.values_list("name", "key")) == [("Varpgatan 12 A", "50435|varpgatan 12 a|a")]
    assert Flat.objects.count() == 3


def test_only_case_and_spaces_changed_is_no_change(company, norrby):
    apply(as_csv(home("1001a", "A 1")), company, norrby)
    again = plan(
        as_csv(
            home(
                "1001 A",
                "a1",
                "varpgatan  1a",
                building="VARPEN  1",
                postcode="50435",
                city="BORÅS",
                entrance="a",
                floor="bv",
            )
        ),
        company,
        norrby,
    )
    assert again.does_nothing


def test_several_entrances_of_one_address_are_told_apart(company, norrby):
    apply(as_csv(home(address="Storgatan 5")), company, norrby)
    assert Stairwell.objects.get().name == "Storgatan 5"
    later = apply(
        as_csv(home(address="Storgatan 5"), home("1002", "2", "Storgatan 5", entrance="Trapp B")), company, norrby
    )
    assert set(Stairwell.objects.values_list("name", flat=True)) == {"Storgatan 5, trapp A", "Storgatan 5, trapp B"}
    assert figures(later)["changed"] == (0, 1, 0)


def test_a_name_somebody_chose_by_hand_stays(company, norrby):
    apply(as_csv(home(address="Storgatan 5")), company, norrby)
    Stairwell.objects.update(name="Storgatan 5 (gården)")
    apply(as_csv(home(address="Storgatan 5"), home("1002", "2", "Storgatan 5", entrance="B")), company, norrby)
    assert Stairwell.objects.filter(name="Storgatan 5 (gården)").exists()


def test_stairwells_sort_as_people_count(company, norrby):
    streets = [
        "Varpgatan 10 A",
        "Varpgatan 2 B",
        "Varpgatan 2 A",
        "Ögatan 1",
        "Åsgatan 1",
        "Ängsgatan 1",
        "Zickgatan 1",
    ]
    rows = [home("1001", str(number), street, entrance="") for number, street in enumerate(streets)]
    apply(as_csv(*rows), company, norrby)
    assert list(Stairwell.objects.values_list("name", flat=True)) == [
        "Varpgatan 2 A",
        "Varpgatan 2 B",
        "Varpgatan 10 A",
        "Zickgatan 1",
        "Åsgatan 1",
        "Ängsgatan 1",
        "Ögatan 1",
    ]


def test_a_changed_file_changes_only_what_changed(company, norrby):
    apply(SAMPLE.read_bytes(), company, norrby)
    rows = sample_rows()
    rows[0][7] = "1"
    rows[1][6] = "1099"
    done = apply(as_csv(*rows, headings=sample_headings()), company, norrby)
    assert figures(done)["changed"] == (0, 0, 2)
    assert figures(done)["unchanged"] == (35, 86, 1385)
    assert [change.words for change in done.flats.changed] == [
        [("floor", "BV", "1")],
        [("number", "1002", "1099")],
    ]
    assert Flat.objects.get(object_number="04001").number == "1099"


def test_a_flat_that_vanished_is_proposed_for_closing_and_never_deleted(company, norrby):
    apply(as_csv(*TWO), company, norrby)
    done = apply(as_csv(TWO[0]), company, norrby)
    assert figures(done)["closing"] == (0, 0, 1)
    gone = Flat.objects.get(number="1002")
    assert gone.closing_proposed_at is not None
    assert gone.closed_at is None


def test_a_proposal_is_made_once(company, norrby):
    apply(as_csv(*TWO), company, norrby)
    apply(as_csv(TWO[0]), company, norrby)
    since = timezone.now() - timedelta(days=3)
    Flat.objects.filter(number="1002").update(closing_proposed_at=since)
    again = apply(as_csv(TWO[0]), company, norrby)
    assert figures(again)["closing"] == NOTHING
    assert again.counts("waiting")["flats"] == 1
    assert Flat.objects.get(number="1002").closing_proposed_at == since


def test_what_comes_back_is_no_longer_proposed_for_closing(company, norrby):
    other = home("1001", "9", "Rullgatan 3", building="Rullen 1")
    apply(as_csv(*TWO, other), company, norrby)
    apply(as_csv(other), company, norrby)
    assert Stairwell.objects.get(address="Varpgatan 1 A").closing_proposed_at
    back = apply(as_csv(*TWO, other), company, norrby)
    assert figures(back)["changed"] == (1, 1, 2)
    assert state()[-3:] == [0, 0, 0]


def test_closing_is_proposed_only_in_the_chosen_district_and_for_the_own_company(company, norrby, hulta):
    rival = make.OrganisationFactory(districts=[norrby])
    apply(as_csv(home("1001", "1")), company, norrby)
    apply(as_csv(home("1001", "2", "Hultagatan 1", building="Hulta 1")), company, hulta)
    apply(as_csv(home("1001", "3", "Rivalgatan 1", building="Rivalen 1")), rival, norrby)
    done = apply(as_csv(home("1001", "4", "Nygatan 1", building="Nyhus 1")), company, norrby)
    assert figures(done)["closing"] == (1, 1, 1)
    assert set(Building.objects.filter(closing_proposed_at__isnull=False).values_list("designation", flat=True)) == {
        "Varpen 1"
    }


def test_two_flats_can_swap_numbers(company, norrby):
    apply(as_csv(*TWO), company, norrby)
    done = apply(as_csv(home("1002", "1"), home("1001", "2")), company, norrby)
    assert figures(done)["changed"] == (0, 0, 2)
    assert set(Flat.objects.values_list("object_number", "number")) == {("1", "1002"), ("2", "1001")}


def test_a_flat_moves_to_another_stairwell_by_its_object_number(company, norrby):
    apply(as_csv(*TWO), company, norrby)
    flat = Flat.objects.get(object_number="2")
    apply(as_csv(TWO[0], home("1002", "2", "Varpgatan 3 A")), company, norrby)
    flat.refresh_from_db()
    assert flat.stairwell.name == "Varpgatan 3 A"
    assert Flat.objects.count() == 2


def test_a_new_object_number_for_the_same_flat_is_a_change(company, norrby):
    apply(as_csv(*TWO), company, norrby)
    done = apply(as_csv(TWO[0], home("1002", "77")), company, norrby)
    assert done.flats.changed[0].words == [("object_number", "2", "77")]
    assert Flat.objects.count() == 2


def test_a_file_without_object_numbers_leaves_them_alone(company, norrby):
    apply(as_csv(*TWO), company, norrby)
    without = [[cell for place, cell in enumerate(row) if place != 1] for row in (*TWO, home("1003", "3"))]
    done = apply(as_csv(*without, headings=[HEADINGS[0], *HEADINGS[2:]]), company, norrby)
    assert figures(done)["added"] == (0, 0, 1)
    assert figures(done)["changed"] == NOTHING
    assert set(Flat.objects.values_list("object_number", flat=True)) == {"1", "2", ""}


def test_a_stairwell_moves_to_another_property(company, norrby):
    apply(as_csv(*TWO, home("1001", "9", "Rullgatan 3")), company, norrby)
    done = apply(as_csv(*TWO, home("1001", "9", "Rullgatan 3", building="Rullen 1")), company, norrby)
    assert done.stairwells.changed[0].words == [("building", "Varpen 1", "Rullen 1")]
    assert Stairwell.objects.get(address="Rullgatan 3").building.designation == "Rullen 1"
    assert figures(done)["closing"] == NOTHING


def test_a_closed_building_whose_name_comes_back_is_opened_again(company, norrby):
    make.BuildingFactory(owner=company, district=norrby, designation="Varpen 1", closed_at=timezone.now())
    apply(as_csv(*TWO), company, norrby)
    assert Building.objects.get().closed_at is None


def test_a_closed_stairwell_makes_room_for_a_new_one(company, norrby):
    apply(as_csv(*TWO), company, norrby)
    Flat.objects.update(closed_at=timezone.now())
    Stairwell.objects.update(closed_at=timezone.now())
    assert figures(apply(as_csv(*TWO), company, norrby))["added"] == (0, 1, 2)
    assert Stairwell.objects.standing().count() == 1


def test_each_wrong_row_says_why_and_the_others_are_applied(company, norrby):
    rows = [
        home("1001", "1"),
        home("", "2"),
        home("1003", "3", ""),
        home("1004", "4", building=""),
        home("1005", "5", postcode=""),
        home("1006", "6", postcode="5043"),
        home("1007", "7", kind=""),
        home("1001 ", "8"),
        home("1009", "01"),
        home("1010", "10", building="Rullen 1"),
        home("1011" * 3, "11"),
        home("1012", "12"),
    ]
    done = apply(as_csv(*rows), company, norrby)
    assert said(done) == [
        (3, "The flat number is missing."),
        (4, "The address is missing."),
        (5, "The property designation is missing."),
        (6, "The postcode is missing."),
        (7, "The postcode “5043” does not have five digits."),
        (8, "The row does not say what it is, a home or something else."),
        (9, "The same flat is already in row 2."),
        (10, "The object number 01 is already in row 2."),
        (11, "Varpgatan 1 A belongs to Varpen 1 in row 2. It can only belong to one property."),
        (12, "The text under “Lägenhetsnr” is longer than 10 characters."),
    ]
    assert set(Flat.objects.values_list("number", flat=True)) == {"1001", "1012"}
    assert not Building.objects.filter(designation="Rullen 1").exists()


def test_two_companies_cannot_claim_one_stairwell(company, norrby):
    rival = make.OrganisationFactory(name="Provhus AB", districts=[norrby])
    apply(as_csv(*TWO), company, norrby)
    claim = as_csv(
        home("1001", "77", "VARPGATAN 1A", building="Rivalen 1", entrance=""), home("1001", "78", "Nygatan 1")
    )
    done = apply(claim, rival, norrby)
    assert said(done) == [
        (2, "VARPGATAN 1 A is already registered by another company. Ask the operator to sort out whose it is.")
    ]
    assert Stairwell.objects.get(address="Varpgatan 1 A").building.owner == company
    assert not Building.objects.filter(designation="Rivalen 1").exists()
    assert Stairwell.objects.filter(building__owner=rival).count() == 1


def test_a_building_of_another_district_is_not_moved(company, norrby, hulta):
    apply(as_csv(*TWO), company, norrby)
    done = apply(as_csv(*TWO, home("1001", "9", "Hultagatan 1", building="Hulta 1")), company, hulta)
    assert said(done)[0] == (2, "Varpen 1 is registered in Norrby. Choose that district for it.")
    assert figures(done)["added"] == (1, 1, 1)
    assert Building.objects.get(designation="Varpen 1").district == norrby


def test_a_stairwell_or_object_number_of_another_district_is_not_moved(company, norrby, hulta):
    apply(as_csv(*TWO), company, norrby)
    done = apply(
        as_csv(home("1009", "9", building="Hulta 1"), home("1001", "2", "Hultagatan 1", building="Hulta 1")),
        company,
        hulta,
    )
    assert said(done) == [
        (2, "Varpgatan 1 A is registered in Norrby. Choose that district for it."),
        (3, "The object number 2 is registered in Norrby. Choose that district for it."),
    ]
    assert done.does_nothing


def test_a_number_still_held_by_a_flat_that_vanished_has_to_wait(company, norrby):
    apply(as_csv(*TWO, home("1003", "3")), company, norrby)
    content = as_csv(home("1002", "1"), home("1001", "3"))
    done = apply(content, company, norrby)
    assert said(done) == [
        (2, "Another home is already registered as flat 1002 there. It has to move or be closed first."),
        (3, "Another home is already registered as flat 1001 there. It has to move or be closed first."),
    ]
    assert list(Flat.objects.filter(closing_proposed_at__isnull=False).values_list("number", flat=True)) == ["1002"]
    Flat.objects.filter(number="1002").update(closed_at=timezone.now())
    apply(content, company, norrby)
    assert set(Flat.objects.standing().values_list("object_number", "number")) == {("1", "1002"), ("3", "1001")}


def test_what_a_wrong_row_names_is_not_proposed_for_closing(company, norrby):
    apply(as_csv(*TWO, home("1001", "9", "Rullgatan 3", building="Rullen 1")), company, norrby)
    rows = [TWO[0], home("1002", "01"), home("", "9", "Rullgatan 3", building="Rullen 1")]
    done = apply(as_csv(*rows), company, norrby)
    assert len(done.wrong) == 2
    assert figures(done)["closing"] == NOTHING


def test_a_home_turned_into_an_office_is_proposed_for_closing(company, norrby):
    apply(as_csv(*TWO), company, norrby)
    done = apply(as_csv(TWO[0], home("1002", "2", kind="Lokal")), company, norrby)
    assert figures(done)["closing"] == (0, 0, 1)


@pytest.mark.parametrize("kind", ["Bostad", "lägenhet", "STUDENTBOSTAD", "Seniorbostad", "Apartment"])
def test_these_are_homes(company, norrby, kind):
    assert figures(plan(as_csv(home(kind=kind)), company, norrby))["added"] == (1, 1, 1)


@pytest.mark.parametrize("kind", ["Lokal", "Förråd", "Garage", "P-plats", "Bostadsförråd", "Tvättstuga"])
def test_these_are_not(company, norrby, kind):
    done = plan(as_csv(home(), home("1002", "2", kind=kind)), company, norrby)
    assert [str(remark.reason) for remark in done.skipped] == [f"Not a home: {kind}."]
    assert done.wrong == []


def test_planning_and_applying_take_no_more_queries_for_more_rows(company, norrby, django_assert_max_num_queries):
    apply(as_csv(home()), company, norrby)
    with django_assert_max_num_queries(7):
        plan(SAMPLE.read_bytes(), company, norrby)
