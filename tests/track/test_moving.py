"""A building's way from registered to active, asleep and awake again, by presses on facts."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tests import factories as make
from tests.tracking import SignFactory, SignOrderFactory, WatchFactory
from watch.meet.errors import Marked
from watch.models import DoorRow, Meeting, Presence, Record, Sign, SignOrder, TrackingRules, Watch, WatchStep
from watch.track import moving, signs
from watch.track.facts import facts_at, facts_of
from watch.track.moving import StepError

pytestmark = pytest.mark.django_db


def held(here, kind=Meeting.Kind.INFORMATION, *, days=1, **fields):
    """A meeting that was held so many days ago."""
    over = timezone.now() - timedelta(days=days)
    times = {"starts_at": over - timedelta(hours=1), "ends_at": over}
    return here.meeting(kind=kind, state=Meeting.State.HELD, **times | fields)


def step(here, to, *, seen, staff=None, note=""):
    return moving.move(building=here.stairwell.building, to=to, staff=staff or here.police, seen=seen, note=note)


def test_a_house_climbs_the_stairs_on_facts_and_every_step_is_kept(here):
    with pytest.raises(StepError, match="unready"):
        step(here, "presented", seen=0)
    held(here)
    assert step(here, "presented", seen=0).state == "presented"
    with pytest.raises(StepError, match="unready"):
        step(here, "forming", seen=2)
    contact = here.contact("applied")
    step(here, "forming", seen=2, staff=here.city)
    held(here, Meeting.Kind.START_UP)
    with pytest.raises(StepError, match="unready"):
        step(here, "active", seen=3)
    contact.state = "trained"
    contact.save()
    watch = step(here, "active", seen=3, note="Alla var glada.")
    told = [(one.before, one.state, one.why, one.organisation_id) for one in watch.steps.order_by("pk")]
    police, city = here.police.organisation_id, here.city.organisation_id
    assert told == [
        ("registered", "presented", "meeting", police),
        ("presented", "forming", "contact", city),
        ("forming", "active", "started", police),
    ]
    assert watch.steps.first().facts == {"stairwells": 1, "trained": 1}


def test_a_round_from_door_to_door_presents_the_model_too(here):
    round_ = held(here, Meeting.Kind.DOOR_KNOCK)
    row = DoorRow.objects.create(meeting=round_, stairwell=here.stairwell, knocked=4)
    with pytest.raises(StepError, match="unready"):
        step(here, "presented", seen=0)
    row.opened = 1
    row.save()
    assert step(here, "presented", seen=0).steps.get().why == "doors"


def test_a_meeting_elsewhere_or_for_contacts_alone_or_cancelled_counts_for_nothing(here):
    elsewhere = make.StairwellFactory(building__district=here.district)
    only_there = held(here, whole_district=False)
    only_there.stairwells.add(elsewhere)
    held(here, Meeting.Kind.TRAINING, contacts_only=True)
    here.meeting(state=Meeting.State.CANCELLED)
    held(here, district=make.DistrictFactory())
    by_company = held(here, lead=make.OrganisationFactory(kind="landlord"))
    by_company.organisers.set([by_company.lead])
    assert facts_at(here.stairwell.building).met_on is None


@pytest.mark.parametrize("how", ["lead", "organiser", "present"])
def test_a_start_up_meeting_counts_when_the_police_were_there(here, how):
    company = here.landlord.organisation
    meeting = held(here, Meeting.Kind.START_UP, lead=here.police.organisation if how == "lead" else company)
    meeting.organisers.set([company])
    if how == "organiser":
        meeting.organisers.add(here.police.organisation)
    if how == "present":
        record = Record.objects.create(meeting=meeting)
        Presence.objects.create(record=record, organisation=here.police.organisation, people=1)
    assert facts_at(here.stairwell.building).started_on
    meeting.lead = company
    meeting.save()
    meeting.organisers.set([company])
    Presence.objects.all().delete()
    assert facts_at(here.stairwell.building).started_on is None


def test_the_district_sets_how_many_stairwells_need_a_trained_contact(here):
    make.StairwellFactory(building=here.stairwell.building)
    here.contact("trained")
    assert facts_at(here.stairwell.building).is_covered
    TrackingRules.objects.create(district=here.district, covered_share=51)
    assert not facts_at(here.stairwell.building).is_covered


def test_two_contacts_in_one_stairwell_cover_one_stairwell(here):
    for _ in range(2):
        here.contact("trained")
    assert facts_at(here.stairwell.building).trained == 1


def test_where_a_contact_hides_cannot_be_told_from_the_watch(here):
    here.contact("active", hidden_at=timezone.now())
    facts = facts_at(here.stairwell.building)
    assert (facts.helped, facts.trained, facts.working) == (0, 0, 0)


def test_the_facts_of_many_houses_cost_four_queries(here, django_assert_num_queries):
    houses = [make.StairwellFactory(building__district=here.district).building.pk for _ in range(5)]
    from_all = Watch.objects.none().model.building.field.related_model.objects.filter(pk__in=houses)
    with django_assert_num_queries(4):
        assert len(facts_of(from_all)) == 5


def test_whoever_presses_second_is_told_and_nothing_is_taken_twice(here):
    held(here)
    step(here, "presented", seen=0)
    with pytest.raises(StepError, match="late"):
        step(here, "presented", seen=0)
    assert WatchStep.objects.count() == 1


def test_the_company_moves_no_watch_and_a_note_names_nobody(here):
    held(here)
    with pytest.raises(PermissionDenied):
        step(here, "presented", seen=0, staff=here.landlord)
    with pytest.raises(Marked):
        step(here, "presented", seen=0, note="Ring 070-174 06 99")
    assert not WatchStep.objects.exists()


def test_a_house_with_a_watch_before_starts_as_dormant(here):
    watch = step(here, "dormant", seen=0)
    assert (watch.known_before, watch.steps.get().why) == (True, "before")


def test_the_night_proposes_what_sleeps_and_nobody_but_a_person_says_it(here):
    watch = WatchFactory(building=here.stairwell.building)
    contact = here.contact("active")
    held(here, days=430)

    def look(days):
        new = moving.look_for_sleepers(timezone.now() + timedelta(days=days))
        watch.refresh_from_db()
        return new

    assert look(0) == 1
    assert watch.state == "active"
    assert watch.dormant_proposed_at
    assert look(1) == 0
    held(here, Meeting.Kind.NEIGHBOUR, days=2)
    look(2)
    assert watch.dormant_proposed_at is None
    contact.state = "resigned"
    contact.save()
    assert look(3) == 1


def test_a_watch_is_looked_at_once_a_night_and_an_interrupted_night_goes_on(here, monkeypatch):
    monkeypatch.setattr(moving, "BATCH", 2)
    houses = [make.StairwellFactory(building__district=here.district).building for _ in range(5)]
    watches = [WatchFactory(building=house) for house in houses]
    with time_machine.travel(datetime(2027, 3, 10, 4, tzinfo=UTC), tick=False):
        Watch.objects.filter(pk=watches[0].pk).update(looked_at=timezone.now())
        assert moving.look_for_sleepers() == 4
        assert moving.look_for_sleepers() == 0
        assert Watch.objects.proposed_dormant().count() == 4
    with time_machine.travel(datetime(2027, 3, 11, 1, tzinfo=UTC), tick=False):
        assert moving.look_for_sleepers() == 0
    with time_machine.travel(datetime(2027, 3, 11, 2, 30, tzinfo=UTC), tick=False):
        assert moving.look_for_sleepers() == 1


def test_who_was_woken_in_the_daytime_is_not_shown_as_asleep(client, here):
    WatchFactory(building=here.stairwell.building, dormant_proposed_at=timezone.now())
    client.force_login(here.city.user)
    url = f"/hus/{here.stairwell.building_id}/grannsamverkan/"
    page = client.get(url, headers={"accept-language": "en"}).text
    assert "it looks asleep" in page
    assert "Decide: wake it" in page
    held(here)
    here.contact("active")
    assert "it looks asleep" not in client.get(url, headers={"accept-language": "en"}).text


@pytest.mark.parametrize("number", [1, 60])
def test_the_nightly_look_costs_the_same_for_one_house_and_for_many(here, number, django_assert_num_queries):
    for _ in range(number):
        WatchFactory(building=make.StairwellFactory(building__district=here.district).building)
    with django_assert_num_queries(11):
        moving.look_for_sleepers()


def test_police_of_another_district_move_no_watch_here(here):
    held(here)
    elsewhere = make.StaffFactory(organisation=here.police.organisation, districts=[make.DistrictFactory()])
    with pytest.raises(PermissionDenied):
        step(here, "presented", seen=0, staff=elsewhere)


def test_a_closed_building_takes_no_step_from_a_page_opened_before(here):
    held(here)
    building = here.stairwell.building
    type(building).objects.filter(pk=building.pk).update(closed_at=timezone.now())
    with pytest.raises(StepError, match="unready"):
        moving.move(building=building, to="presented", staff=here.police, seen=0)
    assert not Watch.objects.exists()


def test_signs_that_still_hang_may_stay_when_the_watch_wakes(here):
    building = here.stairwell.building
    WatchFactory(building=building)
    here.contact("active")
    order = SignOrderFactory(building=building, state="delivered", signs=3, answered_by=building.owner)
    whole, broken = (SignFactory(order=order, stairwell=here.stairwell) for _ in range(2))
    signs.become(sign=broken, state="damaged", organisation=here.city.organisation)
    step(here, "dormant", seen=1)
    held(here)
    step(here, "active", seen=2)
    for sign in (whole, broken):
        sign.refresh_from_db()
    assert (whole.state, broken.state) == ("up", "damaged")


def test_when_a_watch_falls_asleep_its_signs_are_to_come_down_and_nothing_more_is_ordered(here):
    building = here.stairwell.building
    watch = WatchFactory(building=building)
    sign = SignFactory(order=SignOrderFactory(building=building, state="delivered"))
    asked = SignOrderFactory(building=building)
    step(here, "dormant", seen=1)
    sign.refresh_from_db()
    asked.refresh_from_db()
    watch.refresh_from_db()
    assert (watch.state, sign.state, asked.state) == ("dormant", Sign.State.RETIRING, SignOrder.State.CANCELLED)


def test_the_page_says_what_comes_next_and_what_is_missing(client, here, django_assert_num_queries):
    client.force_login(here.police.user)
    url = f"/hus/{here.stairwell.building_id}/grannsamverkan/"
    page = client.get(url, headers={"accept-language": "en"}).text
    assert "Present neighbourhood watch to those who live there" in page
    assert "The model has been presented" not in page
    held(here)
    page = client.get(url).text
    assert "The model has been presented" in page
    answer = client.post(f"{url}steg/", {"to": "presented", "seen": 0, "note": ""}, follow=True)
    assert "Find somebody in the house" in answer.text
    again = client.post(f"{url}steg/", {"to": "presented", "seen": 0, "note": ""}, follow=True)
    assert "A colleague was quicker" in again.text
    watch = Watch.objects.get()
    for number in range(40):
        WatchStep.objects.create(watch=watch, before="active", state="dormant", why="other", note=f"nr {number}")
    client.get(url)
    with django_assert_num_queries(17):
        client.get(url)
