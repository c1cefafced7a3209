"""Police and city write what stands on their district's page, see it first, and can see who wrote what."""

import pytest
from django.test import Client
from django.utils import translation

from buildings.models import Organisation, PublishedNumber
from tests import factories as make
from tests.present.pages import EMPTY, officer_in, written
from watch.models import DistrictText

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def norrby():
    return make.DistrictFactory(name="Norrby", slug="norrby")


@pytest.fixture
def officer(norrby):
    return officer_in(norrby)


def browser(member):
    client = Client()
    client.force_login(member.user)
    client.cookies["sprak"] = "en"
    return client


def typed(action, seen=0, **words):
    return EMPTY | words | {"action": action, "seen": seen}


def test_nothing_is_public_before_it_was_looked_at_and_published(norrby, officer):
    client = browser(officer)
    url = f"/texter/{norrby.pk}/sv/"
    look = client.post(url, typed("preview", introduction="Första raden.\nAndra raden.")).text
    assert "Nobody but you has read it yet." in look
    assert "Första raden." in look
    assert not DistrictText.objects.exists()
    changed = client.post(url, typed("change", introduction="Första raden.\nAndra raden.")).text
    assert "Första raden.\nAndra raden.</textarea>" in changed
    client.post(url, typed("publish", introduction="Första raden.\nAndra raden."))
    text = DistrictText.objects.get()
    assert (text.introduction, text.number, text.published_by) == ("Första raden.\nAndra raden.", 1, officer.user)
    assert "Första raden." in Client().get("/stadsdel/norrby/").text


@pytest.mark.parametrize("kind", [Organisation.Kind.POLICE, Organisation.Kind.MUNICIPALITY])
def test_police_and_city_write_the_landlord_does_not(norrby, kind):
    member = officer_in(norrby, kind)
    browser(member).post(f"/texter/{norrby.pk}/ar/", typed("publish", introduction="نص"))
    assert DistrictText.objects.get().language == "ar"
    landlord = officer_in(norrby, Organisation.Kind.LANDLORD)
    assert browser(landlord).post(f"/texter/{norrby.pk}/ar/", typed("publish", seen=1)).status_code == 403


def test_another_districts_staff_find_nothing_there(norrby):
    stranger = officer_in(make.DistrictFactory())
    assert browser(stranger).post(f"/texter/{norrby.pk}/sv/", typed("publish", introduction="X")).status_code == 404
    assert not DistrictText.objects.exists()


def test_a_number_that_points_somebody_out_is_refused_and_nothing_typed_is_lost(norrby, officer):
    client = browser(officer)
    words = {"officer": "Ring 070-174 06 05.", "introduction": "Långt och väl skrivet."}
    for action in ("preview", "publish"):
        answer = client.post(f"/texter/{norrby.pk}/sv/", typed(action, **words)).text
        assert "not on the list of published numbers" in answer
        assert "Långt och väl skrivet." in answer
    PublishedNumber.objects.create(label="Kommunpolisen", number="070-174 06 05")
    client.post(f"/texter/{norrby.pk}/sv/", typed("publish", **words))
    assert DistrictText.objects.get().officer == "Ring 070-174 06 05."


def test_of_two_who_publish_at_once_the_later_sees_both_texts(norrby, officer):
    colleague = officer_in(norrby, Organisation.Kind.MUNICIPALITY)
    url = f"/texter/{norrby.pk}/sv/"
    browser(colleague).post(url, typed("publish", introduction="Kollegans ord."))
    late = browser(officer).post(url, typed("publish", introduction="Mina ord.")).text
    assert "A colleague was quicker" in late
    assert "Kollegans ord." in late
    assert "Mina ord.</textarea>" in late
    assert 'name="seen" value="1"' in late
    assert DistrictText.objects.count() == 1


def test_a_second_press_publishes_once(norrby, officer):
    client = browser(officer)
    for _ in range(2):
        answer = client.post(f"/texter/{norrby.pk}/sv/", typed("publish", introduction="Ord."), follow=True)
        assert "Published. Everybody can read it now." in answer.text
    assert DistrictText.objects.count() == 1


def test_every_version_is_kept_and_says_which_organisation_wrote_it(norrby, officer):
    written(officer, norrby, introduction="Första.")
    colleague = officer_in(norrby, Organisation.Kind.MUNICIPALITY)
    written(colleague, norrby, introduction="Andra.")
    page = browser(officer).get(f"/texter/{norrby.pk}/sv/").text
    for words in ("Version 1", "Version 2", "Första.", "Andra.", officer.organisation.name, "(you)"):
        assert words in page
    assert colleague.user.name not in page


def test_an_emptied_text_gives_its_readers_the_swedish_one(norrby, officer):
    written(officer, norrby, introduction="Svenska ord.")
    written(officer, norrby, "en", introduction="English words.")
    warned = browser(officer).post(f"/texter/{norrby.pk}/en/", typed("preview", seen=1)).text
    assert "will see the Swedish text" in warned
    written(officer, norrby, "en")
    client = Client(headers={"accept-language": "en"})
    assert "Svenska ord." in client.get("/stadsdel/norrby/").text


def test_words_cannot_bring_markup_into_the_page(norrby, officer):
    written(officer, norrby, introduction="<script>alert(1)</script>")
    assert "<script>alert(1)" not in Client().get("/stadsdel/norrby/").text


def test_too_long_a_text_says_by_how_much(norrby, officer):
    answer = browser(officer).post(f"/texter/{norrby.pk}/sv/", typed("preview", officer="x" * 501)).text
    assert "Shorten it to 500 characters; you have 501." in answer


@pytest.mark.parametrize("number", [1, 8])
def test_the_list_asks_the_same_for_few_and_many_districts(number, django_assert_num_queries):
    districts = [make.DistrictFactory() for _ in range(number)]
    organisation = make.OrganisationFactory(kind=Organisation.Kind.POLICE, districts=districts)
    member = make.StaffFactory(organisation=organisation, districts=districts, user__language="en")
    for district in districts:
        written(member, district, introduction="Ord.")
    client = browser(member)
    client.get("/texter/")
    with django_assert_num_queries(8):
        client.get("/texter/")


class TestWhatIsMissing:
    def test_counts_words_notices_and_districts_in_each_language(self, norrby, officer):
        written(officer, norrby, introduction="Ord.")
        make.TemplateFactory(
            texts={"sv": ("Anslaget om lås", "Lås."), "ar": ("عنوان", "نص"), "so": ("Cinwaan", "Qoraal")},
            approved=["ar"],
        )
        page = browser(officer).get("/sprak-laget/").text
        assert "0 of 1" in page
        assert "1 of 1" in page
        assert "Anslaget om lås" in page
        assert "Norrby" in page

    @pytest.mark.parametrize("number", [1, 20])
    def test_asks_the_same_for_few_and_many(self, officer, norrby, number, django_assert_num_queries):
        for _ in range(number):
            make.TemplateFactory()
            make.DistrictFactory()
        client = browser(officer)
        client.get("/sprak-laget/")
        with django_assert_num_queries(10):
            client.get("/sprak-laget/")
