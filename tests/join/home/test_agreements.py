"""My agreements: what one has said yes to, word for word, and taking it back where it was given."""

import pytest
from django.test import Client
from django.utils.translation import override

from buildings.models import Consent, Contact, Resident
from notifications.endpoints import consent_text
from notifications.models import Endpoint
from tests import factories as make
from tests.join.steps import choose, join, show_address
from watch.join.consents import VERSIONS, words

pytestmark = pytest.mark.django_db

PAGE = "/min-sida/samtycken/"


@pytest.fixture
def home():
    resident = make.ResidentFactory(stairwell=make.StairwellFactory(address="Varpgatan 1 A", code="KATTHUND"))
    make.EndpointFactory(user=resident.user)
    return resident


@pytest.fixture
def person(client, home):
    client.force_login(home.user)
    return home.user


def press(client, key, answer, **extra):
    return client.post(PAGE, {"key": key, "answer": answer, **extra})


def shows(home):
    home.refresh_from_db()
    return home.shows_name


def test_every_purpose_stands_there_with_its_words(client, person, home):
    make.ContactFactory(user=person, stairwell=home.stairwell, state=Contact.State.APPLIED)
    page = client.get(PAGE).text
    for purpose in VERSIONS:
        assert words(purpose, stairwell=home.stairwell, language="sv") in page
    for channel in ("email", "sms", "webpush"):
        assert str(consent_text(channel, "all", "sv")) in page
    assert "checked" not in page


def test_only_open_roles_ask_what_a_contact_shows(client, person, home):
    make.ContactFactory(user=person, stairwell=home.stairwell, state=Contact.State.RESIGNED)
    assert words("name_to_stairwell", stairwell=home.stairwell, language="sv") not in client.get(PAGE).text


def test_one_press_gives_and_one_press_takes_back(client, person, home):
    key = f"name_to_contact-{home.stairwell_id}"
    assert press(client, key, "yes").headers["Location"] == PAGE
    assert shows(home)
    line = Consent.objects.get()
    assert (line.purpose, line.given, line.way, line.language) == ("name_to_contact", True, "web", "sv")
    assert (line.stairwell, line.version) == (home.stairwell, VERSIONS["name_to_contact"])
    assert line.text == words("name_to_contact", stairwell=home.stairwell, language="sv")
    press(client, key, "no")
    assert not shows(home)
    line = Consent.objects.latest("pk")
    assert not line.given
    assert line.text == words("name_to_contact", stairwell=home.stairwell, language="sv", given=False)


def test_pressing_twice_is_one_line_in_the_ledger(client, person, home):
    for _ in range(2):
        press(client, f"name_to_contact-{home.stairwell_id}", "yes")
    assert Consent.objects.count() == 1
    for _ in range(2):
        press(client, f"name_to_contact-{home.stairwell_id}", "no")
    assert Consent.objects.count() == 2


def test_what_a_contact_shows_is_set_on_the_role(client, person, home):
    type(person).objects.filter(pk=person.pk).update(phone="+46701740612", phone_verified=True)
    role = make.ContactFactory(user=person, stairwell=home.stairwell)
    press(client, f"name_to_stairwell-{home.stairwell_id}", "yes")
    press(client, f"number_to_stair-{home.stairwell_id}", "yes")
    press(client, f"name_to_stairwell-{home.stairwell_id}", "no")
    role.refresh_from_db()
    assert (role.shows_name, role.shows_number) == (False, True)


def test_a_number_nobody_has_shown_to_be_theirs_cannot_be_shown(client, person, home):
    role = make.ContactFactory(user=person, stairwell=home.stairwell)
    key = f"number_to_stair-{home.stairwell_id}"
    press(client, key, "yes")
    role.refresh_from_db()
    assert not role.shows_number
    assert not Consent.objects.exists()


def test_mail_is_stopped_and_wanted_again_in_the_words_of_the_button(client, person, home):
    endpoint = Endpoint.objects.get()
    press(client, f"email-{endpoint.pk}", "no")
    endpoint.refresh_from_db()
    assert endpoint.wants == "nothing"
    page = client.get(PAGE).text
    assert str(consent_text("email", "urgent", "sv")) in page
    press(client, f"email-{endpoint.pk}", "urgent")
    endpoint.refresh_from_db()
    assert endpoint.wants == "urgent"
    assert [line.given for line in Consent.objects.order_by("pk")] == [False, True]


def test_taking_part_is_taken_back_on_the_page_for_leaving(client, person, home):
    assert f"/min-trapp/lamna/{home.pk}/" in client.get(PAGE).text
    press(client, f"take_part-{home.stairwell_id}", "no")
    assert Resident.objects.present().filter(pk=home.pk).exists()
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("answer", ["", "maybe", "all all"])
def test_a_made_up_answer_changes_nothing(client, person, home, answer):
    assert press(client, f"name_to_contact-{home.stairwell_id}", answer).status_code == 404
    assert not Consent.objects.exists()


def test_nobody_answers_for_somebody_else(client, person, home):
    neighbour = make.ResidentFactory()
    theirs = make.EndpointFactory(user=neighbour.user)
    for key in (f"name_to_contact-{neighbour.stairwell_id}", f"email-{theirs.pk}", "", "x" * 100):
        assert press(client, key, "no").status_code == 404
    assert Client().post(PAGE, {"key": "x", "answer": "no"}).headers["Location"].startswith("/konto/login/code/")
    assert not Consent.objects.exists()


def test_the_words_are_kept_in_the_language_they_were_read_in(client, person, home):
    press(client, f"name_to_contact-{home.stairwell_id}", "yes", language="en")
    with override("en"):
        assert Consent.objects.get().text == words("name_to_contact", stairwell=home.stairwell, language="en")
    assert 'lang="en"' in client.get(PAGE).text


def test_the_history_shows_every_line_and_nobody_elses(client, person, home):
    other = make.ResidentFactory().user
    Consent.objects.create(user=other, purpose="email", given=True, text="någon annans ord", version="1", language="sv")
    for number in range(25):
        Consent.objects.create(
            user=person, purpose="email", given=True, text=f"ord {number:02}", version="2020-01", language="sv"
        )
    page = client.get(PAGE).text
    assert "ord 24" in page
    assert "ord 04" not in page
    assert "ord 04" in client.get(PAGE, {"page": 2}).text
    assert "någon annans ord" not in page


def test_a_long_ledger_costs_no_more_than_a_short_one(client, person, home, django_assert_num_queries):
    make.ContactFactory(user=person, stairwell=home.stairwell)
    client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(PAGE)
    for number in range(30):
        Consent.objects.create(
            user=person,
            purpose="email",
            given=True,
            text=f"ord {number}",
            version="1",
            language="sv",
            stairwell=home.stairwell,
        )
    make.ResidentFactory(user=person)
    make.EndpointFactory(user=person, address="fler@example.org")
    with django_assert_num_queries(6):
        client.get(PAGE)


def test_a_line_from_before_places_were_kept_counts_for_the_home(client, person, home):
    Consent.objects.create(user=person, purpose="take_part", given=True, text="gamla ord", version="1", language="sv")
    page = client.get(PAGE).text
    assert page.count("gamla ord") == 2


class TestTheBoxWhenJoining:
    def test_it_is_not_ticked_beforehand_and_says_what_it_means(self, client):
        place = make.StairwellFactory(code="HUNDKATT")
        show_address(client, "HUNDKATT")
        page = client.get("/t/HUNDKATT/val").text
        assert 'name="shows_name"' in page
        assert "checked" not in page
        assert words("name_to_contact", stairwell=place, language="sv") in page

    def test_a_tick_is_a_line_in_the_ledger(self, client):
        make.StairwellFactory(code="HUNDKATT")
        join(client, "HUNDKATT", shows_name="on")
        assert Resident.objects.get().shows_name
        assert Consent.objects.get(purpose="name_to_contact").given

    def test_without_a_tick_nobody_sees_the_name(self, client):
        make.StairwellFactory(code="HUNDKATT")
        join(client, "HUNDKATT")
        assert not Resident.objects.get().shows_name
        assert not Consent.objects.filter(purpose="name_to_contact").exists()

    def test_leaving_takes_the_name_back_and_coming_back_asks_anew(self, client):
        make.StairwellFactory(code="HUNDKATT")
        join(client, "HUNDKATT", shows_name="on")
        mine = Resident.objects.get()
        make.ContactFactory(user=mine.user, stairwell=mine.stairwell, shows_name=True, shows_number=True)
        client.post(f"/min-trapp/lamna/{mine.pk}/")
        answers = Consent.objects.filter(given=False).values_list("purpose", flat=True)
        assert set(answers) == {"take_part", "email", "name_to_contact", "name_to_stairwell", "number_to_stair"}
        client.post("/t/HUNDKATT")
        choose(client, "HUNDKATT", wants="nothing")
        back = Resident.objects.present().get()
        assert (back.shows_name, Endpoint.objects.get().wants) == (False, "nothing")
        mine.refresh_from_db()
        assert mine.left_why == Resident.LeftWhy.SELF
