"""What ends with a place that its company closes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Building, Consent, Contact, Resident, Stairwell
from notifications.models import Message
from tests import factories as make
from tests.meetings import MeetingFactory, at
from tests.tracking import SignFactory, SignOrderFactory, WatchFactory
from watch.models import Meeting, SignOrder, Watch
from watch.track import closing, signs

pytestmark = pytest.mark.django_db


def propose(place):
    type(place).objects.filter(pk=place.pk).update(closing_proposed_at=timezone.now())
    place.refresh_from_db()
    return place


def states():
    return {
        "contacts": sorted(Contact.objects.values_list("state", flat=True)),
        "homes": sorted(Resident.objects.values_list("state", flat=True)),
        "meetings": sorted(Meeting.objects.values_list("state", flat=True)),
        "stairwells": Stairwell.objects.standing().count(),
        "watches": list(Watch.objects.values_list("state", flat=True)),
    }


def test_a_stairwell_closed_with_an_active_contact_ends_all_of_it_at_once(here):
    contact = here.contact("active", shows_name=True)
    meeting = here.meeting(starts_at=at(18, days=3), ends_at=at(19, days=3), whole_district=False)
    meeting.stairwells.add(here.stairwell)
    assert closing.close(place=propose(here.stairwell))
    contact.refresh_from_db()
    assert (contact.state, contact.ended_by, contact.ended_why) == ("ended", "system", "closed")
    assert states() | {"watches": []} == {
        "contacts": ["ended"],
        "homes": ["left"],
        "meetings": ["cancelled"],
        "stairwells": 0,
        "watches": [],
    }
    assert Message.objects.filter(user=contact.user).exists()
    withdrawn = Consent.objects.filter(user=contact.user, given=False).values_list("purpose", flat=True)
    assert {"take_part", "name_to_stairwell"} <= set(withdrawn)


def test_the_building_goes_with_its_stairwells_its_watch_and_its_signs(here):
    building = here.stairwell.building
    other = make.StairwellFactory(building=building)
    WatchFactory(building=building)
    sign = SignFactory(order=SignOrderFactory(building=building, state="delivered"))
    assert closing.close(place=propose(building))
    assert not closing.close(place=building)
    sign.refresh_from_db()
    other.refresh_from_db()
    assert (Watch.objects.get().state, sign.state, bool(other.closed_at)) == ("closed", "retiring", True)
    assert Watch.objects.get().steps.get().why == "closed"


def test_a_meeting_for_others_too_goes_on_without_the_closed_stairwell(here):
    other = make.StairwellFactory(building=here.stairwell.building)
    meeting = MeetingFactory(state="planned", district=here.district, whole_district=False)
    meeting.stairwells.set([here.stairwell, other])
    closing.close(place=propose(here.stairwell))
    meeting.refresh_from_db()
    assert (meeting.state, list(meeting.stairwells.all())) == ("planned", [other])


def test_what_was_not_proposed_is_not_closed(here):
    assert not closing.close(place=here.stairwell)
    assert states()["stairwells"] == 1


def test_a_fault_in_the_middle_leaves_nothing_half_closed(here, monkeypatch):
    here.contact("active")
    WatchFactory(building=here.stairwell.building)
    before = states()

    def break_down(**_facts):
        raise RuntimeError

    monkeypatch.setattr(signs, "retire", break_down)
    with pytest.raises(RuntimeError):
        closing.close(place=propose(here.stairwell.building))
    assert states() == before


def test_the_night_ends_what_slipped_in_while_a_place_was_closed(here):
    building = here.stairwell.building
    WatchFactory(building=building)
    closing.close(place=propose(building))
    here.contact("active")
    MeetingFactory(state="planned", district=here.district, whole_district=False).stairwells.add(here.stairwell)
    assert closing.mend() == 1
    assert closing.mend() == 0
    assert states()["contacts"] == ["ended"]
    assert states()["meetings"] == ["cancelled"]


def test_the_company_presses_close_on_the_page_of_proposals(client, here):
    propose(here.stairwell)
    client.force_login(here.landlord.user)
    assert f"/register/stangning/stairwell/{here.stairwell.pk}/stang/" in client.get("/register/stangning/").text
    answer = client.post(f"/register/stangning/stairwell/{here.stairwell.pk}/stang/", follow=True)
    assert "is closed" in answer.text
    assert client.post(f"/register/stangning/stairwell/{here.stairwell.pk}/stang/").status_code == 404


def test_a_sold_building_keeps_its_watch_and_asks_the_new_owner_about_signs(here):
    building = here.stairwell.building
    WatchFactory(building=building)
    order = SignOrderFactory(building=building, state="approved", answered_by=building.owner)
    buyer = make.OrganisationFactory(kind="landlord", districts=[here.district])
    Building.objects.filter(pk=building.pk).update(owner=buyer)
    order = SignOrder.objects.select_related("building").get(pk=order.pk)
    assert not order.is_allowed
    with pytest.raises(signs.SignError, match="late"):
        signs.order(order=order)
    with pytest.raises(signs.SignError, match="late"):
        signs.answer(order=order, owner=here.landlord.organisation, allowed=True)
    signs.answer(order=order, owner=buyer, allowed=True)
    signs.order(order=order)
    assert Watch.objects.get().state == "active"


def test_old_meetings_are_left_as_they_were(here):
    past = here.meeting(starts_at=timezone.now() - timedelta(days=3), ends_at=timezone.now() - timedelta(days=2))
    past.whole_district = False
    past.save()
    past.stairwells.add(here.stairwell)
    closing.close(place=propose(here.stairwell))
    past.refresh_from_db()
    assert (past.state, past.stairwells.count()) == ("planned", 1)
