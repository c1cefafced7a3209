"""The operator sets up districts and organisations, and sees no one."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import get_resolver, reverse

from buildings.models import District, Organisation, PublishedNumber, RetentionRun, StaffMember
from notifications.models import NoticeTemplateText
from tests import factories as make
from tests.join.steps import letters
from watch.admin import operator_site
from watch.models import TrackingRules

pytestmark = pytest.mark.django_db

MARK = "Hemligsson"


@pytest.fixture
def operator(client):
    user = make.UserFactory(is_superuser=True, email="drift@example.org", name=f"Drift {MARK}")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(user)
    return client


@pytest.fixture
def district():
    return make.DistrictFactory(name="Norrby", slug="norrby")


@pytest.fixture
def company(district):
    return make.OrganisationFactory(name="AB Provbostäder", districts=[district])


@pytest.fixture
def people(company, district):
    """Everyone is marked, so that a page that shows anyone is found."""
    stairwell = make.StairwellFactory(building__owner=company, building__district=district)
    for number in range(3):
        user = make.UserFactory(email=f"{MARK.lower()}{number}@example.org", name=f"{MARK} {number}")
        make.ResidentFactory(user=user, stairwell=stairwell)
        make.EndpointFactory(user=user)
        make.ContactFactory(user=user, stairwell=stairwell)
    make.StaffFactory(
        organisation=company,
        is_administrator=True,
        user=make.UserFactory(email=f"chef.{MARK.lower()}@example.org", name=f"Chef {MARK}"),
    )


def a_page_each() -> list[str]:
    """Every page of the site, for the rows that exist."""
    rows = {District: District.objects, Organisation: Organisation.objects, PublishedNumber: PublishedNumber.objects}
    urls = [reverse("operator:index"), reverse("operator:app_list", args=["buildings"]), reverse("operator:jsi18n")]
    for model, objects in rows.items():
        name = f"operator:buildings_{model._meta.model_name}"
        urls += [reverse(f"{name}_changelist"), reverse(f"{name}_changelist") + "?q=hemligs", reverse(f"{name}_add")]
        for pk in objects.values_list("pk", flat=True):
            urls += [reverse(f"{name}_{page}", args=[pk]) for page in ("change", "history", "delete")]
    return urls


def test_the_operator_sets_up_a_district_an_organisation_and_its_administrator(operator):
    done = operator.post("/operator/buildings/district/add/", {"name": "Norrby", "slug": "norrby"})
    assert done.status_code == 302
    district = District.objects.get()
    assert 'name="first_administrator"' in operator.get("/operator/buildings/organisation/add/").content.decode()
    data = {
        "kind": "police",
        "name": "Polisen Prov",
        "slug": "polisen",
        "districts": [district.pk],
        "phone": "",
        "sms_ceiling": 20000,
        "first_administrator": "Chef@Example.org",
    }
    assert operator.post("/operator/buildings/organisation/add/", data).status_code == 302
    member = StaffMember.objects.get()
    assert (member.user.email, member.is_administrator) == ("chef@example.org", True)
    assert list(member.districts.all()) == [district]
    assert letters()[-1]["address"] == "chef@example.org"

    page = operator.get(f"/operator/buildings/organisation/{member.organisation_id}/change/").content.decode()
    assert "first_administrator" not in page
    assert "chef@" not in page


def test_an_organisation_that_lost_its_administrator_gets_a_new_one(operator, company):
    url = f"/operator/buildings/organisation/{company.pk}/change/"
    assert 'name="first_administrator"' in operator.get(url).content.decode()
    data = {
        "name": company.name,
        "slug": company.slug,
        "districts": [company.districts.get().pk],
        "phone": "",
        "sms_ceiling": 20000,
        "first_administrator": "ny@example.org",
    }
    assert operator.post(url, data).status_code == 302
    assert StaffMember.objects.get().organisation == company


@pytest.mark.parametrize("email", ["hej", "drift@", "upptagen@example.org"])
def test_an_address_that_cannot_be_invited_is_refused_before_anything_is_saved(operator, district, email):
    make.StaffFactory(user__email="upptagen@example.org")
    before = Organisation.objects.count()
    data = {"kind": "police", "name": "P", "slug": "p", "districts": [district.pk], "first_administrator": email}
    page = operator.post("/operator/buildings/organisation/add/", data)
    assert page.status_code == 200
    assert Organisation.objects.count() == before


def test_no_page_shows_anyone(operator, people):
    PublishedNumber.objects.create(label="Polisen", number="114 14")
    operator.post("/operator/buildings/district/add/", {"name": "Hulta", "slug": "hulta"})
    company = Organisation.objects.get(name="AB Provbostäder")
    data = {"name": company.name, "slug": company.slug, "districts": [company.districts.get().pk]}
    data |= {"phone": "", "sms_ceiling": 1}
    operator.post(f"/operator/buildings/organisation/{company.pk}/change/", data)
    marks = re.compile(rf"{MARK}|example\.org", re.IGNORECASE)
    for url in a_page_each():
        page = operator.get(url)
        assert page.status_code in (200, 403), url
        assert not marks.search(page.content.decode()), url
    assert not any(marks.search(f"{entry.object_repr} {entry.change_message}") for entry in LogEntry.objects.all())


def test_only_the_registers_without_people_are_there():
    assert {model for model, _ in operator_site._registry.items()} == {
        District,
        Organisation,
        PublishedNumber,
        NoticeTemplateText,
        RetentionRun,
        TrackingRules,
    }


@pytest.mark.parametrize("page", ["auth/user", "buildings/user", "buildings/resident", "account/emailaddress"])
def test_people_have_no_page(operator, page):
    assert operator.get(f"/operator/{page}/").status_code == 404


@pytest.mark.parametrize("page", ["login/", "password_change/", "autocomplete/", "r/1/1/"])
def test_what_would_look_things_up_is_not_there(operator, page):
    assert operator.get(f"/operator/{page}").status_code == 404


@pytest.mark.parametrize(
    "query", ["staff__user__email__startswith=h", "staff__user__name=x", "buildings__stairwells__residents__user=1"]
)
def test_an_address_cannot_be_found_out_by_filtering(operator, people, query):
    assert operator.get(f"/operator/buildings/organisation/?{query}").status_code in (302, 400)


def test_nothing_with_people_behind_it_is_deleted(operator, people):
    for url in (
        f"/operator/buildings/organisation/{Organisation.objects.first().pk}/delete/",
        f"/operator/buildings/district/{District.objects.first().pk}/delete/",
    ):
        assert operator.get(url).status_code == 403
        assert operator.post(url, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [District.objects.first().pk], "post": "yes"}
    operator.post("/operator/buildings/district/", data)
    assert District.objects.exists()


@pytest.mark.parametrize(("model", "queries"), [("district", 6), ("organisation", 6), ("publishednumber", 6)])
def test_a_list_takes_the_same_queries_for_1_and_100_rows(
    operator, district, model, queries, django_assert_num_queries
):
    add = {
        "district": lambda: make.DistrictFactory(),
        "organisation": lambda: make.OrganisationFactory(districts=[district]),
        "publishednumber": lambda: PublishedNumber.objects.create(
            label="Polisen", number=f"070-174 06 {PublishedNumber.objects.count():03}"
        ),
    }[model]
    add()
    for _round in range(2):
        with django_assert_num_queries(6):
            assert operator.get(f"/operator/buildings/{model}/").status_code == 200
        for _row in range(100):
            add()


def test_a_published_number_can_be_taken_away(operator):
    number = PublishedNumber.objects.create(label="Polisen", number="114 14")
    assert operator.post(f"/operator/buildings/publishednumber/{number.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not PublishedNumber.objects.exists()


def test_the_pages_keep_to_the_strict_policy(operator, people):
    for url in a_page_each():
        page = operator.get(url)
        if page.status_code != 200 or "javascript" in page.headers["Content-Type"]:
            continue
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        body = page.content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=\"", body), url
        for tag in re.findall(r"<script\b[^>]*>", body):
            assert "src=" in tag or 'type="application/json"' in tag, (url, tag)


def test_strangers_are_asked_to_sign_in_and_others_find_nothing(client, people):
    assert client.get("/operator/").headers["Location"] == "/konto/login/code/?next=/operator/"
    for user in (StaffMember.objects.get().user, make.ResidentFactory().user):
        browser = Client()
        browser.force_login(user)
        for url in [*a_page_each(), "/operator/finns-inte/"]:
            assert browser.get(url).status_code == 404, url
            assert browser.post(url).status_code == 404, url


def test_an_operator_without_a_second_factor_sets_one_up_first(client):
    client.force_login(make.UserFactory(is_superuser=True))
    for url in a_page_each():
        assert client.get(url).headers["Location"] == "/konto/2fa/"


def test_the_operator_signs_out_with_one_press(operator):
    assert 'action="/konto/logout/"' in operator.get("/operator/").content.decode()


def test_in_the_demo_the_waived_second_step_is_said_here_too(operator, settings):
    operator.cookies["sprak"] = "en"
    assert "the second sign-in step is waived" in operator.get("/operator/").text
    settings.DEMO = False
    assert "waived" not in operator.get("/operator/").text


def test_the_sites_own_sign_in_is_gone():
    names = {pattern.name for pattern in operator_site.get_urls() if hasattr(pattern, "name")}
    assert not names & {"login", "logout", "password_change"}
    assert get_resolver()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Polisen", "Polisen"), ("070-174 06 05", "+46701740605"), ("", ""), ("Polisen Borås", None), ("12", None)],
)
def test_an_organisations_sms_sender_is_one_the_networks_take(operator, company, typed, kept):
    data = {"name": company.name, "slug": company.slug, "districts": [company.districts.get().pk], "phone": ""}
    data |= {"sms_ceiling": 500, "sms_sender": typed}
    page = operator.post(f"/operator/buildings/organisation/{company.pk}/change/", data)
    company.refresh_from_db()
    if kept is None:
        assert "Skriv högst 11 bokstäver och siffror" in page.text
        assert company.sms_sender == ""
    else:
        assert (company.sms_sender, company.sms_ceiling) == (kept, 500)


class TestReviewing:
    """The operator marks a language as read by someone who reads it."""

    LIST = "/operator/notifications/noticetemplatetext/"

    @pytest.fixture
    def text(self, company):
        words = {"sv": ("Svensk titel", "Svensk text."), "ar": ("عنوان", "سطر\n\nسطر <b>")}
        return make.TemplateFactory(organisation=company, texts=words).texts.get(language="ar")

    def page(self, text):
        return f"{self.LIST}{text.pk}/change/"

    def test_the_words_stand_beside_the_swedish_ones_and_one_press_approves(self, operator, text):
        page = operator.get(self.page(text))
        for words in ("Svensk titel", "<p>Svensk text.</p>", "<p>سطر</p>", "&lt;b&gt;", "AB Provbostäder"):
            assert words in page.text
        seen = page.context["adminform"].form["seen"].value()
        assert operator.post(self.page(text), {"approved": "on", "seen": seen}).status_code == 302
        text.refresh_from_db()
        assert text.is_usable
        assert (text.title, text.template.texts.count()) == ("عنوان", 2)
        operator.post(self.page(text), {"seen": seen})
        text.refresh_from_db()
        assert not text.is_usable

    def test_words_that_changed_meanwhile_are_not_approved_unread(self, operator, text):
        seen = operator.get(self.page(text)).context["adminform"].form["seen"].value()
        NoticeTemplateText.objects.filter(pk=text.pk).update(body="نص آخر")
        operator.cookies["sprak"] = "en"
        page = operator.post(self.page(text), {"approved": "on", "seen": seen})
        assert "The words have changed since you opened this page." in page.text
        text.refresh_from_db()
        assert not text.is_usable

    def test_words_cannot_be_written_or_thrown_away_here(self, operator, text):
        seen = operator.get(self.page(text)).context["adminform"].form["seen"].value()
        operator.post(self.page(text), {"approved": "on", "seen": seen, "title": "x", "body": "y", "language": "so"})
        text.refresh_from_db()
        assert (text.language, text.title) == ("ar", "عنوان")
        assert operator.get(f"{self.LIST}add/").status_code == 403
        assert operator.post(f"{self.LIST}{text.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_everyones_and_organisations_are_there_and_swedish_needs_no_reader(self, operator, text):
        make.TemplateFactory(texts={"sv": ("Allas", "Text."), "so": ("Dhammaan", "Qoraal.")})
        page = operator.get(self.LIST).text
        assert "عنوان" in page
        assert "Dhammaan" in page
        assert "Svensk titel" not in page
        assert operator.get(self.page(text.template.texts.get(language="sv"))).status_code == 302

    def test_the_list_can_be_narrowed(self, operator, text):
        make.TemplateFactory(texts={"sv": ("Allas", "Text."), "so": ("Dhammaan", "Qoraal.")}, approved=["so"])
        waits = operator.get(self.LIST, {"review": "waits"}).text
        assert "عنوان" in waits
        assert "Dhammaan" not in waits
        assert "عنوان" not in operator.get(self.LIST, {"review": "done"}).text
        assert "عنوان" not in operator.get(self.LIST, {"language": "so"}).text

    def test_one_and_a_hundred_cost_the_same(self, operator, text, django_assert_num_queries):
        for _round in range(2):
            with django_assert_num_queries(6):
                assert operator.get(self.LIST).status_code == 200
            for _row in range(100):
                make.TemplateFactory(texts={"sv": ("Allas", "Text."), "so": ("Dhammaan", "Qoraal.")})


def test_organisations_can_be_narrowed_by_kind(operator, company):
    assert company.name in operator.get("/operator/buildings/organisation/", {"kind__exact": "landlord"}).text
    assert company.name not in operator.get("/operator/buildings/organisation/", {"kind__exact": "police"}).text
