"""What the page a phone keeps holds, and what it must not."""

import pytest
from django.test import Client

from buildings.models import Contact
from tests import world as worlds
from tests.meet.guests import somewhere
from tests.world import told_by
from watch.models import Meeting

pytestmark = pytest.mark.django_db
PAGE = "/utan-nat/"


def phone(user):
    client = Client()
    client.force_login(user)
    client.cookies["sprak"] = "en"
    return client


def test_a_stranger_gets_the_numbers_and_nothing_else(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get(PAGE, headers={"accept-language": "en"})
    assert "tel:112" in page.text
    assert "My stairwell" not in page.text
    assert page.headers["Trappan-Reader"] == ""


def test_a_neighbour_gets_their_stairwell_next_meeting_and_latest_notices():
    place = somewhere()
    person = place.neighbour().user
    district = place.stairwell.building.district
    told_by(place.police, place.officer, district=district, texts={"sv": ("Källaren", "Lås förrådet.")})
    place.meeting(texts={"sv": ("Träff i Provlokalen", "Lås.")})
    page = phone(person).get(PAGE)
    for words in (place.stairwell.name, "Källaren", "Lås förrådet.", "Träff i Provlokalen"):
        assert words in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_what_only_contacts_may_know_is_not_kept():
    place = somewhere()
    contact = place.contact()
    assert contact.state == Contact.State.ACTIVE
    district = place.stairwell.building.district
    told_by(place.police, place.officer, district=district, contacts_only=True, texts={"sv": ("Hemligt", "Bara ni.")})
    place.meeting(kind=Meeting.Kind.TRAINING, contacts_only=True, texts={"sv": ("Utbildning", "Lås.")})
    page = phone(contact.user).get(PAGE).text
    for words in ("Hemligt", "Bara ni.", "Utbildning", "Contact"):
        assert words not in page


@pytest.mark.parametrize("role", ["police", "landlord", "city", "operator"])
def test_people_at_work_get_the_numbers_only(role):
    page = phone(worlds.build().people[role]).get(PAGE).text
    assert "My stairwell" not in page


def test_each_sign_in_has_a_mark_of_its_own():
    person = somewhere().neighbour().user
    first, second = phone(person), phone(person)
    marks = {first.get(PAGE).headers["Trappan-Reader"], second.get(PAGE).headers["Trappan-Reader"]}
    assert len(marks) == 2
    assert first.get(PAGE).headers["Trappan-Reader"] in first.get("/min-trapp/").text
    assert "data-reader" not in Client().get("/").text


@pytest.mark.parametrize("number", [1, 5])
def test_one_notice_and_many_cost_the_same(number, django_assert_num_queries):
    place = somewhere()
    person = place.neighbour().user
    for _ in range(number):
        told_by(place.police, place.officer, district=place.stairwell.building.district)
    client = phone(person)
    with django_assert_num_queries(7):
        client.get(PAGE)
