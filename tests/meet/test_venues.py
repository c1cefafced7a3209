"""The list of places to meet."""

import pytest
from django.urls import reverse

from tests.meet.planning import town
from tests.meetings import MeetingFactory, VenueFactory
from watch.models import Venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return town()


def typed(here, **other):
    return {"district": here.district.pk, "name": "Biblioteket", "address": "Provgatan 3", **other}


def add(here, **other):
    return here.client.post(reverse("meet:venues"), typed(here, **other))


def test_a_place_is_added_and_stands_in_the_list(here):
    add(here, step_free="on", for_contacts="on")
    assert "Biblioteket" in here.client.get(reverse("meet:venues")).text
    assert Venue.objects.shared().filter(name="Biblioteket", step_free=True).exists()


def test_a_place_that_is_changed_leaves_planned_meetings_as_they_were_told(here):
    meeting = MeetingFactory(district=here.district, venue=here.venue, place=here.venue.name)
    name = here.venue.name
    here.client.post(reverse("meet:venue", args=[here.venue.pk]), typed(here))
    here.venue.refresh_from_db()
    meeting.refresh_from_db()
    assert (here.venue.name, meeting.place) == ("Biblioteket", name)


def test_a_closed_place_is_off_the_list_and_its_name_is_free_again(here):
    here.client.post(reverse("meet:venue_close", args=[here.venue.pk]))
    assert here.venue.name not in here.client.get(reverse("meet:venues")).context["venues"].values_list("name")
    add(here, name=here.venue.name)
    assert Venue.objects.filter(name=here.venue.name).count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"address": ""}, "address"),
        ({"directions": "Ring Anna på 070-123 45 67"}, "directions"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(here, fields, field):
    assert list(add(here, **fields).context["form"].errors) == [field]
    assert Venue.objects.count() == 1


def test_a_name_stands_once_in_a_district(here):
    assert "name" in add(here, name=here.venue.name).context["form"].errors


def test_another_districts_place_is_neither_shown_nor_changed(here):
    other = VenueFactory()
    assert other.name not in here.client.get(reverse("meet:venues")).text
    assert here.client.get(reverse("meet:venue", args=[other.pk])).status_code == 404
    assert here.client.post(reverse("meet:venue_close", args=[other.pk])).status_code == 404
    assert "district" in add(here, district=other.district_id).context["form"].errors
