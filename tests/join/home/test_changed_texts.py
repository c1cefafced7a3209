"""A consent text has changed: whoever said yes to older words is asked about the new ones, politely, once."""

import pytest
from django.db import IntegrityError, transaction

from buildings.access import scope
from buildings.models import Consent, ConsentQuestion, Resident
from notifications import endpoints
from notifications.models import Endpoint
from tests import factories as make
from tests.join.steps import join
from watch.join import consents
from watch.join.home import questions

pytestmark = pytest.mark.django_db

MINE = "/anslag/"
NEW = "2027-03"
BOX = "Det passar bra"


@pytest.fixture
def person(client):
    make.StairwellFactory(address="Varpgatan 1 A", code="KATTHUND")
    join(client, "KATTHUND", shows_name="on")
    return Resident.objects.get().user


@pytest.fixture
def change(monkeypatch):
    def changed(*purposes):
        for purpose in purposes:
            if purpose in questions.CHANNELS:
                monkeypatch.setattr(endpoints, "CONSENT_VERSION", NEW)
            else:
                monkeypatch.setitem(consents.VERSIONS, purpose, NEW)

    return changed


def box(client, purpose):
    return f'id="changed-{purpose}"' in client.get("/min-trapp/").text


def press(client, purpose, answer):
    return client.post("/min-sida/samtycken/nya-ord/", {"purpose": purpose, "answer": answer, "language": "sv"})


def lines(purpose):
    return list(Consent.objects.filter(purpose=purpose).order_by("pk").values_list("given", "version"))


def test_nobody_is_asked_while_the_words_are_the_same(client, person, django_assert_num_queries):
    assert "changed-" not in client.get("/min-trapp/").text
    with django_assert_num_queries(1):
        reach = scope(person)
        assert questions.pending(reach, "sv") == []


@pytest.mark.parametrize("purpose", ["name_to_contact", "email", "take_part"])
def test_yes_is_a_new_line_with_the_new_version_and_the_box_is_gone(client, person, change, purpose):
    change(purpose)
    assert box(client, purpose)
    press(client, purpose, "yes")
    assert not box(client, purpose)
    (_, old), (given, new) = lines(purpose)
    assert (given, new) == (True, NEW)
    assert old != NEW
    assert ConsentQuestion.objects.get().answered_at
    assert Endpoint.objects.get().wants == "all"


@pytest.mark.parametrize("purpose", ["name_to_contact", "email"])
def test_no_takes_it_back(client, person, change, purpose):
    change(purpose)
    press(client, purpose, "no")
    assert lines(purpose)[-1] == (False, NEW)
    assert not box(client, purpose)
    resident, endpoint = Resident.objects.get(), Endpoint.objects.get()
    assert (resident.shows_name, endpoint.wants) == (
        (False, "all") if purpose == "name_to_contact" else (True, "nothing")
    )


@pytest.mark.parametrize("purpose", ["name_to_contact", "email", "take_part"])
def test_later_lets_the_old_answer_stand_and_never_asks_again(client, person, change, purpose):
    change(purpose)
    press(client, purpose, "later")
    assert not box(client, purpose)
    assert len(lines(purpose)) == 1
    asked = ConsentQuestion.objects.get()
    assert (asked.purpose, asked.version, asked.answered_at) == (purpose, NEW, None)
    assert Resident.objects.present().get().shows_name


def test_no_to_taking_part_leads_to_the_page_for_leaving(client, person, change):
    change("take_part")
    leaving = f"/min-trapp/lamna/{Resident.objects.get().pk}/"
    assert leaving in client.get("/min-trapp/").text
    assert press(client, "take_part", "no").headers["Location"] == leaving
    assert Resident.objects.present().exists()
    client.post(leaving)
    assert not box(client, "take_part")


def test_pressing_in_two_tabs_counts_once(client, person, change):
    change("email")
    press(client, "email", "yes")
    press(client, "email", "no")
    assert Endpoint.objects.get().wants == "all"
    assert len(lines("email")) == 2


def test_the_same_moment_in_two_tabs_counts_once(person, change):
    change("email")
    reach = scope(person)
    (asked,) = questions.pending(reach, "sv")
    assert questions.answer(user=person, question=asked, said="yes", language="sv")
    assert not questions.answer(user=person, question=asked, said="no", language="sv")
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentQuestion.objects.create(user=person, purpose="email", version=NEW)


def test_who_said_no_is_not_asked(client, person, change):
    Endpoint.objects.update(wants="nothing")
    Resident.objects.update(shows_name=False)
    change("email", "name_to_contact")
    assert not box(client, "email")
    assert not box(client, "name_to_contact")


def test_who_has_said_yes_to_the_new_words_already_is_not_asked(client, person, change):
    change("name_to_contact")
    mine = Resident.objects.get()
    consents.record(user=person, purpose="name_to_contact", given=True, stairwell=mine.stairwell, language="sv")
    assert not box(client, "name_to_contact")


def test_every_stairwell_stands_in_one_box(client, person, change):
    second = make.StairwellFactory(address="Varpgatan 3 A")
    make.ResidentFactory(user=person, stairwell=second)
    consents.record(user=person, purpose="name_to_contact", given=True, stairwell=second, language="sv")
    change("name_to_contact")
    page = client.get("/min-trapp/").text
    assert page.count('id="changed-name_to_contact"') == 1
    for place in ("Varpgatan 1 A", "Varpgatan 3 A"):
        assert consents.words("name_to_contact", stairwell=type(second).objects.get(name=place), language="sv") in page
    press(client, "name_to_contact", "yes")
    assert len(lines("name_to_contact")) == 4


@pytest.mark.parametrize("data", [{}, {"purpose": "made-up", "answer": "yes"}, {"purpose": "email", "answer": "all"}])
def test_a_made_up_press_is_nothing(client, person, data):
    assert client.post("/min-sida/samtycken/nya-ord/", data).status_code == 404


def test_what_nobody_asked_is_not_kept(client, person):
    press(client, "email", "no")
    assert Endpoint.objects.get().wants == "all"
    assert not ConsentQuestion.objects.exists()


def test_old_lines_without_a_place_are_about_the_home(client, person, change):
    Consent.objects.filter(purpose="take_part").update(stairwell=None)
    change("take_part")
    place = Resident.objects.get().stairwell
    assert consents.words("take_part", stairwell=place, language="sv") in client.get("/min-trapp/").text
    press(client, "take_part", "yes")
    assert Consent.objects.latest("pk").stairwell == place
    assert not box(client, "take_part")
