"""A landlord's upload, from the file to the yes."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from buildings.forms import RegisterForm
from buildings.models import Building, Flat, RegisterUpload, Stairwell
from buildings.tasks import purge
from tests import factories as make
from tests.buildings.conftest import browser
from tests.buildings.registers import PICTURE, SAMPLE, apply, as_csv, as_xlsx, home

REGISTER = "/register/"


def send(client, content: bytes, district, filename: str = "register.csv"):
    file = SimpleUploadedFile(filename, content)
    return client.post(REGISTER, {"file": file, "district": district.pk}, follow=True)


@pytest.fixture
def waiting(landlord, norrby) -> RegisterUpload:
    """The sample, uploaded and not answered."""
    send(landlord, SAMPLE.read_bytes(), norrby, "register-export.csv")
    return RegisterUpload.objects.get()


def test_the_plan_is_shown_before_anything_is_saved(landlord, norrby):
    response = send(landlord, SAMPLE.read_bytes(), norrby)
    assert response.redirect_chain == [(reverse("buildings:plan", args=[RegisterUpload.objects.get().pk]), 302)]
    assert "Apply: add 35 buildings, 86 stairwells and 1,387 flats" in response.text
    assert "Row 20: Not a home: Lokal." in response.text
    assert "13 rows that are not homes" in response.text
    assert not Building.objects.exists()


def test_saying_yes_registers_the_homes_and_forgets_the_file(landlord, waiting):
    response = landlord.post(f"/register/{waiting.pk}/anvand/", follow=True)
    assert "Applied. New: 35 buildings, 86 stairwells and 1,387 flats." in response.text
    assert (Building.objects.count(), Stairwell.objects.count(), Flat.objects.count()) == (35, 86, 1387)
    waiting.refresh_from_db()
    assert waiting.content is None
    assert waiting.applied_at is not None


def test_saying_yes_twice_is_answered_kindly(landlord, waiting):
    landlord.post(f"/register/{waiting.pk}/anvand/")
    response = landlord.post(f"/register/{waiting.pk}/anvand/", follow=True)
    assert "applied already" in response.text
    assert Flat.objects.count() == 1387


def test_saying_no_changes_nothing_and_forgets_the_file(landlord, waiting):
    response = landlord.post(f"/register/{waiting.pk}/avbryt/", follow=True)
    assert "Nothing has changed" in response.text
    waiting.refresh_from_db()
    assert waiting.content is None
    assert "chose not to apply" in landlord.get(f"/register/{waiting.pk}/").text
    assert "no longer kept" in landlord.post(f"/register/{waiting.pk}/anvand/", follow=True).text
    assert not Building.objects.exists()


def test_saying_no_after_the_yes_is_too_late(landlord, waiting):
    landlord.post(f"/register/{waiting.pk}/anvand/")
    assert "applied already" in landlord.post(f"/register/{waiting.pk}/avbryt/", follow=True).text


def test_applying_looks_again_at_what_is_registered_by_then(landlord, waiting, company, norrby):
    apply(SAMPLE.read_bytes(), company, norrby)
    response = landlord.post(f"/register/{waiting.pk}/anvand/", follow=True)
    assert "Applied. New: nothing." in response.text
    assert Flat.objects.count() == 1387


def test_a_second_upload_of_the_same_file_has_nothing_to_apply(landlord, waiting, norrby):
    landlord.post(f"/register/{waiting.pk}/anvand/")
    response = send(landlord, SAMPLE.read_bytes(), norrby)
    assert "nothing to apply" in response.text
    assert "/anvand/" not in response.text


def test_changes_wrong_rows_and_proposals_are_shown_in_words(landlord, company, norrby):
    apply(as_csv(home("1001", "1"), home("1002", "2")), company, norrby)
    content = as_csv(home("1001", "1", floor="3"), home("", "4"), home("1001", "5", "Storgatan 5", building="Nyhus 1"))
    response = send(landlord, content, norrby)
    assert "floor: BV → 3" in response.text
    assert "1 row is wrong and is left out" in response.text
    assert "Row 3: The flat number is missing." in response.text
    assert "Varpen 1 › Varpgatan 1 A › 1002" in response.text
    assert "they stay until somebody at the company decides" in response.text
    assert "Nyhus 1" in response.text
    assert "Apply these changes" in response.text


def test_reasons_are_put_into_words_for_whoever_reads(landlord, norrby, monkeypatch):
    send(landlord, as_csv(home("1001", "1"), home("", "2")), norrby)
    upload = RegisterUpload.objects.get()
    assert upload.summary["wrong_rows"] == [[3, "no_number", {}]]


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"", "register.csv", "The file is empty."),
        (PICTURE, "picture.csv", "perhaps a picture"),
        (PICTURE, "picture.xlsx", "no Excel workbook"),
        (
            as_csv(["x"], headings=["Adress"]),
            "register.csv",
            "These headings were understood: Adress. These are missing",
        ),
    ],
)
def test_a_file_that_is_no_register_is_refused_beside_the_field(landlord, norrby, content, filename, words):
    response = send(landlord, content, norrby, filename)
    assert words in response.text
    assert 'aria-invalid="true"' in response.text
    assert not RegisterUpload.objects.exists()


def test_no_file_at_all_is_answered_in_words(landlord, norrby):
    response = landlord.post(REGISTER, {"district": norrby.pk})
    assert "Choose the file with your register." in response.text


def test_a_file_over_the_limit_is_refused_by_the_form_too(company, settings):
    settings.UPLOAD_LIMIT = 1000
    file = SimpleUploadedFile("register.csv", as_csv(*[home(str(number)) for number in range(100)]))
    form = RegisterForm({}, {"file": file}, districts=company.districts.all())
    assert form.errors["file"] == ["The file is larger than 1000\xa0bytes. Check that it is the right one."]
    assert not file.closed
    assert file.tell() == 0


def test_the_form_tells_the_browser_how_large_a_file_may_be(landlord, settings):
    page = landlord.get(REGISTER).text
    assert f'data-max-bytes="{settings.UPLOAD_LIMIT}"' in page
    assert "data-too-large=" in page


def test_only_the_companys_own_districts_can_be_chosen(landlord, company):
    other = make.DistrictFactory(name="Sjöbo")
    assert "Sjöbo" not in landlord.get(REGISTER).text
    response = send(landlord, as_csv(home()), other)
    assert not RegisterUpload.objects.exists()
    assert "Select a valid choice" in response.text


def test_markup_in_a_file_is_shown_as_text(landlord, norrby):
    nasty = "<script>alert(1)</script>"
    response = send(landlord, as_csv(home(address=nasty), home("", "2", nasty)), norrby, f"{nasty}.csv")
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert(1)" in response.text


def test_a_workbook_can_be_uploaded(landlord, norrby):
    assert "Apply: add 1 building, 1 stairwell and 1 flat" in send(landlord, as_xlsx(home()), norrby, "r.xlsx").text


def test_an_upload_of_another_company_is_not_found(waiting, norrby):
    rival = browser(make.StaffFactory(organisation=make.OrganisationFactory(districts=[norrby])).user)
    for method, end in (("get", ""), ("post", "anvand/"), ("post", "avbryt/")):
        assert getattr(rival, method)(f"/register/{waiting.pk}/{end}").status_code == 404
    assert not Building.objects.exists()


def test_police_staff_have_no_register(officer, waiting):
    assert officer.get(REGISTER).status_code == 403
    assert officer.get("/register/export.csv").status_code == 403
    assert officer.get(f"/register/{waiting.pk}/").status_code == 404


def test_a_file_nobody_answers_is_forgotten_after_a_day(landlord, waiting):
    purge()
    waiting.refresh_from_db()
    assert waiting.content is not None
    RegisterUpload.objects.update(uploaded_at=timezone.now() - timedelta(hours=25))
    purge()
    purge()
    waiting.refresh_from_db()
    assert waiting.content is None
    page = landlord.get(f"/register/{waiting.pk}/").text
    assert "Upload it again" in page
    assert "/anvand/" not in page
    assert "no longer kept" in landlord.post(f"/register/{waiting.pk}/anvand/", follow=True).text


def test_an_upload_from_before_there_were_summaries_still_opens(landlord, company, norrby):
    upload = RegisterUpload.objects.create(
        organisation=company, district=norrby, filename="x.csv", content=as_csv(home())
    )
    assert landlord.get(f"/register/{upload.pk}/").status_code == 200
    assert landlord.get(REGISTER).status_code == 200


@pytest.mark.parametrize("rows", [1, 100])
def test_the_history_takes_the_same_queries_for_1_and_100_uploads(
    landlord, company, norrby, rows, django_assert_num_queries
):
    RegisterUpload.objects.bulk_create(
        RegisterUpload(organisation=company, district=norrby, filename=f"{row}.csv", content=b"x")
        for row in range(rows)
    )
    with django_assert_num_queries(10):
        assert landlord.get(REGISTER).status_code == 200


@pytest.mark.parametrize("houses", [1, 100])
def test_a_plan_takes_the_same_queries_for_1_and_100_houses(landlord, norrby, houses, django_assert_num_queries):
    rows = [home("1001", str(n), f"Gatan {n}", building=f"Huset {n:03}") for n in range(houses)]
    address = send(landlord, as_csv(*rows), norrby).request["PATH_INFO"]
    with django_assert_num_queries(7):
        assert landlord.get(address).status_code == 200


def test_long_plans_are_shown_page_by_page(landlord, norrby, django_assert_max_num_queries):
    rows = [home("1001", str(n), f"Gatan {n}", building=f"Huset {n:03}") for n in range(60)]
    response = send(landlord, as_csv(*rows), norrby)
    assert "Huset 000" in response.text
    assert "Huset 030" not in response.text
    assert "Huset 030" in landlord.get(f"{response.request['PATH_INFO']}?page=2").text


class TestClosing:
    """What is proposed for closing, and keeping it."""

    PATH = "/register/stangning/"

    @pytest.fixture
    def proposed(self, company, norrby):
        stays = home("1001", "1")
        apply(
            as_csv(
                stays, home("1002", "2"), home("1001", "3", "Varpgatan 3 A"), home("1001", "4", "Å 1", building="Ån 1")
            ),
            company,
            norrby,
        )
        apply(as_csv(stays), company, norrby)

    def test_each_place_is_listed_once_without_what_is_in_it(self, landlord, proposed):
        page = landlord.get(self.PATH).text
        assert "The building Ån 1 with all in it" in page
        assert "The stairwell Varpgatan 3 A in Varpen 1 with all in it" in page
        assert "Flat 1002, Varpgatan 1 A in Varpen 1" in page
        assert page.count('class="todo-row"') == 3

    def test_nothing_proposed_is_said_so(self, landlord):
        assert "Nothing is proposed for closing" in landlord.get(self.PATH).text

    def test_a_building_is_kept_with_all_in_it(self, landlord, proposed):
        building = Building.objects.get(designation="Ån 1")
        response = landlord.post(f"{self.PATH}building/{building.pk}/behall/", follow=True)
        assert "Ån 1 stays." in response.text
        assert not Stairwell.objects.filter(building=building, closing_proposed_at__isnull=False).exists()
        assert not Flat.objects.filter(stairwell__building=building, closing_proposed_at__isnull=False).exists()
        assert Flat.objects.filter(closing_proposed_at__isnull=False).count() == 2

    def test_a_flat_is_kept_with_what_it_stands_in(self, landlord, proposed):
        flat = Flat.objects.get(stairwell__building__designation="Ån 1")
        landlord.post(f"{self.PATH}flat/{flat.pk}/behall/")
        flat.refresh_from_db()
        assert flat.closing_proposed_at is None
        assert flat.stairwell.closing_proposed_at is None
        assert flat.stairwell.building.closing_proposed_at is None

    def test_what_is_not_proposed_or_not_ones_own_cannot_be_kept(self, landlord, officer, proposed, norrby):
        building = Building.objects.get(designation="Ån 1")
        rival = browser(make.StaffFactory(organisation=make.OrganisationFactory(districts=[norrby])).user)
        assert rival.post(f"{self.PATH}building/{building.pk}/behall/").status_code == 404
        assert officer.post(f"{self.PATH}building/{building.pk}/behall/").status_code == 403
        standing = Building.objects.get(designation="Varpen 1")
        assert landlord.post(f"{self.PATH}building/{standing.pk}/behall/").status_code == 404
        assert landlord.post(f"{self.PATH}castle/1/behall/").status_code == 404

    @pytest.mark.parametrize("rows", [1, 100])
    def test_the_list_takes_the_same_queries_for_1_and_100_places(
        self, landlord, company, norrby, rows, django_assert_num_queries
    ):
        stairwell = make.StairwellFactory(building=make.BuildingFactory(owner=company, district=norrby))
        Flat.objects.bulk_create(
            Flat(stairwell=stairwell, number=str(row), closing_proposed_at=timezone.now()) for row in range(rows)
        )
        with django_assert_num_queries(8):
            assert landlord.get(self.PATH).status_code == 200
