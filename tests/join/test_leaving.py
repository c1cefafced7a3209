"""Leaving: one press, at once."""

import pytest
from django.test import Client

from buildings.models import Consent, Contact, Resident
from notifications.models import Endpoint
from tests import factories as make
from tests.join.steps import choose, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident():
    resident = make.ResidentFactory(stairwell=make.StairwellFactory(code="KATTHUND"))
    make.EndpointFactory(user=resident.user)
    make.EndpointFactory(user=resident.user, channel="sms", address="+46701740620")
    return resident


@pytest.fixture
def url(client, resident):
    client.force_login(resident.user)
    return f"/min-trapp/lamna/{resident.pk}/"


def test_looking_at_the_page_changes_nothing(client, resident, url):
    page = client.get(url)
    assert resident.stairwell.name in page.content.decode()
    assert Resident.objects.present().count() == 1


def test_one_press_and_nothing_more_comes(client, resident, url):
    role = make.ContactFactory(user=resident.user, stairwell=resident.stairwell)
    done = client.post(url, follow=True)
    assert done.status_code == 200
    resident.refresh_from_db()
    role.refresh_from_db()
    assert resident.state == Resident.State.LEFT
    assert resident.left_at
    assert role.state == Contact.State.RESIGNED
    assert role.ended_at
    assert set(Endpoint.objects.values_list("wants", flat=True)) == {"nothing"}
    given = {consent.purpose: consent.given for consent in Consent.objects.all()}
    assert given == {"take_part": False, "email": False, "sms": False}
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


def test_another_stairwell_goes_on_as_before(client, resident, url):
    other = make.ResidentFactory(user=resident.user)
    role = make.ContactFactory(user=resident.user, stairwell=other.stairwell)
    done = client.post(url, follow=True)
    assert other.stairwell.name in done.content.decode()
    role.refresh_from_db()
    assert role.state == Contact.State.ACTIVE
    assert set(Endpoint.objects.values_list("wants", flat=True)) == {"all"}
    assert Consent.objects.get().purpose == "take_part"


def test_nobody_can_make_someone_else_leave(client, resident, url):
    stranger = make.ResidentFactory().user
    browser = Client()
    browser.force_login(stranger)
    assert browser.get(url).status_code == 404
    assert browser.post(url).status_code == 404
    assert Client().post(url).headers["Location"].startswith("/konto/login/code/")
    assert Resident.objects.present().count() == 2


def test_one_can_come_back(client, resident, url):
    client.post(url)
    client.post("/t/KATTHUND")
    choose(client, "KATTHUND", wants="urgent")
    assert Resident.objects.present().count() == 1
    assert Endpoint.objects.get(channel="email").wants == "urgent"
    assert Endpoint.objects.get(channel="sms").wants == "nothing"


def test_leaving_and_joining_again_keeps_each_answer(client, resident):
    make.StairwellFactory(code="HUNDKATT")
    join(client, "HUNDKATT")
    mine = Resident.objects.get(stairwell__codes__code="HUNDKATT")
    client.post(f"/min-trapp/lamna/{mine.pk}/")
    join(Client(), "HUNDKATT")
    answers = Consent.objects.filter(user=mine.user, purpose="take_part").order_by("pk")
    assert list(answers.values_list("given", flat=True)) == [True, False, True]


def test_the_goodbye_page_is_for_anyone(client):
    assert client.get("/hej-da/").status_code == 200
