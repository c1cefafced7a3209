"""What ends with a place that its company closes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Building, Consent, Contact, Resident, Stairwell
from notifications.models import Message
from tests import factories as make
from tests.buildings.registers import apply, as_csv, home
from tests.meetings import MeetingFactory, at
from tests.tracking import SignFactory, SignOrderFactory, WatchFactory
from watch.meet import inviting
from watch.meet.errors import TooLate
from watch.models import Meeting, Sign, SignOrder, Watch, WatchStep
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


@pytest.mark.parametrize(
    ("where", "step"),
    [(closing, "end_roles"), (closing, "leave"), (signs, "retire"), (closing.moving, "step"), (inviting, "cancel")],
)
def test_a_fault_in_the_middle_leaves_nothing_half_closed(here, monkeypatch, where, step):
    building = here.stairwell.building
    here.contact("active")
    WatchFactory(building=building)
    MeetingFactory(state="planned", district=here.district, whole_district=False).stairwells.add(here.stairwell)
    before = states()

    def break_down(*_facts, **_more):
        raise RuntimeError

    monkeypatch.setattr(where, step, break_down)
    with pytest.raises(RuntimeError):
        closing.close(place=propose(building))
    assert states() == before
    assert not Message.objects.exists()


def test_the_night_ends_what_slipped_in_while_a_place_was_closed(here):
    building = here.stairwell.building
    WatchFactory(building=building)
    closing.close(place=propose(building))
    here.contact("active")
    MeetingFactory(state="planned", district=here.district, whole_district=False).stairwells.add(here.stairwell)
    # The stairwell's people, and the meeting.
    assert closing.mend() == 2
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


def test_a_sold_building_keeps_its_watch_and_history_and_asks_the_new_owner_about_signs(here):
    building = here.stairwell.building
    watch = WatchFactory(building=building)
    WatchStep.objects.create(watch=watch, before="forming", state="active", why="started")
    here.contact("active")
    order = SignOrderFactory(building=building, state="approved", answered_by=building.owner)
    buyer = make.OrganisationFactory(kind="landlord", districts=[here.district])
    Building.objects.filter(pk=building.pk).update(owner=buyer)
    order = SignOrder.objects.select_related("building").get(pk=order.pk)
    assert not order.is_allowed
    police = here.police.organisation
    with pytest.raises(signs.SignError, match="late"):
        signs.order(order=order, organisation=police)
    with pytest.raises(signs.SignError, match="late"):
        signs.answer(order=order, owner=here.landlord.organisation, allowed=True)
    signs.answer(order=order, owner=buyer, allowed=True)
    signs.order(order=order, organisation=police)
    assert closing.mend() == 0
    assert (Watch.objects.get().state, watch.steps.count(), states()["contacts"]) == ("active", 1, ["active"])


def test_a_closed_stairwells_signs_come_down_and_those_next_door_stay(here):
    building = here.stairwell.building
    WatchFactory(building=building)
    other = make.StairwellFactory(building=building)
    order = SignOrderFactory(building=building, state="delivered", signs=2, answered_by=building.owner)
    gone, stays = SignFactory(order=order, stairwell=here.stairwell), SignFactory(order=order, stairwell=other)
    assert closing.close(place=propose(here.stairwell))
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.state, stays.state, Watch.objects.get().state) == ("retiring", "up", "active")
    Sign.objects.filter(pk=gone.pk).update(state="up")
    assert closing.mend() == 1
    gone.refresh_from_db()
    assert gone.state == "retiring"


def test_a_meeting_somebody_else_ends_in_the_same_moment_holds_up_no_closing(here, monkeypatch):
    meeting = MeetingFactory(state="planned", district=here.district, whole_district=False)
    meeting.stairwells.add(here.stairwell)

    def too_late(**_facts):
        raise TooLate

    monkeypatch.setattr(inviting, "cancel", too_late)
    assert closing.close(place=propose(here.stairwell))
    assert states()["stairwells"] == 0


def test_a_house_whose_stairwells_were_closed_one_by_one_ends_its_meetings_with_the_last_press(here):
    building = here.stairwell.building
    meeting = MeetingFactory(state="planned", district=here.district, whole_district=False)
    meeting.buildings.add(building)
    closing.close(place=propose(here.stairwell))
    assert states()["meetings"] == ["planned"]
    closing.close(place=propose(building))
    assert states()["meetings"] == ["cancelled"]


def test_what_cannot_be_mended_holds_up_nobody_else(here, monkeypatch):
    places = [here.stairwell, make.StairwellFactory(building=here.stairwell.building)]
    for place in places:
        here.contact("active", stairwell=place)
    Stairwell.objects.update(closed_at=timezone.now())
    end = closing._end_people

    def fails_for_the_first(stairwell):
        if stairwell == places[0].pk:
            raise RuntimeError
        end(stairwell)

    monkeypatch.setattr(closing, "_end_people", fails_for_the_first)
    assert closing.mend() == 1
    assert states()["contacts"] == ["active", "ended"]
    monkeypatch.undo()
    assert closing.mend() == 1
    assert states()["contacts"] == ["ended", "ended"]


class TestARegisterThatNamesAClosedHouseAgain:
    @pytest.fixture
    def house(self, here):
        apply(as_csv(home(), encoding="cp1252"), here.landlord.organisation, here.district)
        return Building.objects.get(designation="Varpen 1")

    def again(self, here, house):
        closing.close(place=propose(house))
        assert Watch.objects.get(building=house).state == "closed"
        apply(as_csv(home(), encoding="cp1252"), here.landlord.organisation, here.district)
        closing.mend()
        return Watch.objects.get(building=house)

    def test_lets_a_watch_that_was_active_sleep_with_its_history(self, here, house):
        watch = WatchFactory(building=house)
        WatchStep.objects.create(watch=watch, before="forming", state="active", why="started")
        watch = self.again(here, house)
        assert [step.state for step in watch.steps.order_by("pk")] == ["active", "closed", "dormant"]
        assert closing.mend() == 0

    def test_lets_any_other_begin_anew(self, here, house):
        WatchFactory(building=house, state="forming")
        assert self.again(here, house).state == "registered"

    def test_leaves_one_that_people_ended_as_it_is(self, here, house):
        watch = WatchFactory(building=house, state="closed")
        WatchStep.objects.create(watch=watch, before="dormant", state="closed", why="other")
        closing.mend()
        assert Watch.objects.get().state == "closed"

    def test_ends_nothing_by_itself_when_it_leaves_a_house_out(self, here, house):
        WatchFactory(building=house)
        apply(as_csv(home(building="Varpen 2", address="Varpgatan 9")), here.landlord.organisation, here.district)
        assert Building.objects.get(pk=house.pk).closing_proposed_at
        closing.mend()
        assert Watch.objects.get(building=house).state == "active"


def test_old_meetings_are_left_as_they_were(here):
    past = here.meeting(starts_at=timezone.now() - timedelta(days=3), ends_at=timezone.now() - timedelta(days=2))
    past.whole_district = False
    past.save()
    past.stairwells.add(here.stairwell)
    closing.close(place=propose(here.stairwell))
    past.refresh_from_db()
    assert (past.state, past.stairwells.count()) == ("planned", 1)
