"""A contact calls the neighbours together without writing a word or showing a name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buildings.models import Contact, Resident
from notifications.models import NoticeText
from tests import factories as make
from tests.meet.planning import signed_in, town
from tests.meetings import VenueFactory
from watch.models import Meeting, Telling

pytestmark = pytest.mark.django_db
NAME = "Ragnhild Okänd"


@pytest.fixture
def here():
    return town()


@pytest.fixture
def contact(here):
    user = make.UserFactory(name=NAME, language="en")
    make.ResidentFactory(user=user, stairwell=here.stairwell, state=Resident.State.CONFIRMED)
    return make.ContactFactory(user=user, stairwell=here.stairwell, shows_name=True)


@pytest.fixture
def client(contact):
    client = Client()
    client.force_login(contact.user)
    return client


def typed(here, **other):
    day = (timezone.localdate() + timedelta(days=10)).isoformat()
    return {"venue": here.venue.pk, "day": day, "starts": "18:00"} | other


def call(here, client, **other):
    return client.post(reverse("meet:neighbour", args=[here.stairwell.pk]), typed(here, **other))


def test_a_place_and_a_time_make_a_draft_that_is_read_through_first(here, client, contact):
    response = call(here, client)
    meeting = Meeting.objects.get()
    assert response.url == reverse("meet:invite", args=[meeting.public_id])
    assert (meeting.kind, meeting.called_by, meeting.lead) == (
        Meeting.Kind.NEIGHBOUR,
        contact,
        here.landlord.organisation,
    )
    assert list(meeting.stairwells.all()) == [here.stairwell]


def test_there_is_nothing_to_write_in_the_form(here, client):
    response = client.get(reverse("meet:neighbour", args=[here.stairwell.pk]))
    assert "<textarea" not in response.text
    assert 'type="text"' not in response.text


def test_no_page_and_no_letter_shows_the_contacts_name(here, client):
    call(here, client)
    meeting = Meeting.objects.get()
    client.post(reverse("meet:invite", args=[meeting.public_id]))
    neighbour = Client()
    neighbour.force_login(Resident.objects.exclude(user__name=NAME).get().user)
    pages = [neighbour.get(reverse("meet:meeting", args=[meeting.public_id]))]
    landlord = signed_in(here.landlord)
    pages += [landlord.get(reverse(f"meet:{name}", args=[meeting.public_id])) for name in ("meeting", "edit", "cancel")]
    for page in pages:
        assert page.status_code == 200
        assert NAME not in page.text
    assert here.stairwell.name in pages[0].text
    letters = NoticeText.objects.filter(notice__in=Telling.objects.values("notice"))
    assert letters.count() == 4
    assert not letters.filter(body__contains=NAME).exists()


def test_the_contact_is_not_shown_how_many_neighbours_have_joined(here, client):
    call(here, client)
    response = client.get(reverse("meet:invite", args=[Meeting.objects.get().public_id]))
    assert response.context["whom"] is None
    assert "Invite the neighbours" in response.text


def test_only_the_places_contacts_may_use_in_their_district_can_be_chosen(here, client):
    closed = VenueFactory(district=here.district, closed_at=timezone.now())
    for venue in (VenueFactory(district=here.district, for_contacts=False), VenueFactory(), closed):
        assert "venue" in call(here, client, venue=venue.pk).context["form"].errors
    assert not Meeting.objects.exists()


def test_without_a_place_to_choose_the_page_says_whom_to_ask(here, client):
    type(here.venue).objects.update(for_contacts=False)
    assert "no place to choose" in client.get(reverse("meet:neighbour", args=[here.stairwell.pk])).text


@pytest.mark.parametrize(
    ("fields", "field"), [({"day": "2020-01-01"}, "day"), ({"venue": ""}, "venue"), ({"starts": ""}, "starts")]
)
def test_what_is_wrong_is_told_beside_its_field(here, client, fields, field):
    assert list(call(here, client, **fields).context["form"].errors) == [field]


def test_the_contact_of_another_stairwell_finds_nothing(here, client):
    other = make.StairwellFactory(building=here.stairwell.building)
    assert client.get(reverse("meet:neighbour", args=[other.pk])).status_code == 404
    assert client.post(reverse("meet:neighbour", args=[other.pk]), typed(here)).status_code == 404


def test_who_is_a_contact_no_more_can_neither_call_nor_change(here, client, contact):
    call(here, client)
    Contact.objects.update(state=Contact.State.RESIGNED)
    meeting = Meeting.objects.get()
    assert client.get(reverse("meet:neighbour", args=[here.stairwell.pk])).status_code == 404
    assert client.get(reverse("meet:edit", args=[meeting.public_id])).status_code == 404


def test_a_meeting_that_is_moved_tells_the_neighbours_after_a_second_step(here, client):
    call(here, client)
    meeting = Meeting.objects.get()
    client.post(reverse("meet:invite", args=[meeting.public_id]))
    other = VenueFactory(district=here.district)
    address = reverse("meet:edit", args=[meeting.public_id])
    seen = client.get(address).context["seen"]
    assert "Save and tell them" in client.post(address, typed(here, venue=other.pk, seen=seen)).text
    meeting.refresh_from_db()
    assert meeting.venue == here.venue
    client.post(address, typed(here, venue=other.pk, seen=seen, then="tell"))
    meeting.refresh_from_db()
    assert (meeting.venue, meeting.place) == (other, other.name)
    assert meeting.sequence == 1
    assert not meeting.texts.exists()
