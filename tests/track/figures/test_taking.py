"""The nightly snapshot: what is counted, on which day, and that a night counts once."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from buildings.models import Contact, ContactStep, Resident
from notifications.models import Delivery, Endpoint, Notice, OutboxState, Posting
from tests import factories as make
from tests.meetings import MeetingFactory
from tests.track.conftest import staff
from watch.models import DayCount, Meeting, Record, Snapshot, Suggestion
from watch.track.figures import taking
from watch.track.tasks import look_after_watches

pytestmark = pytest.mark.django_db
YESTERDAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 10, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _tonight():
    with time_machine.travel(NOW, tick=False):
        yield


def step(contact: Contact, state: str, at: datetime) -> None:
    ContactStep.objects.create(contact=contact, state=state, at=at)


def taken(owner=None) -> Snapshot:
    taking.take(YESTERDAY)
    found = Snapshot.objects.filter(day=YESTERDAY)
    return found.get(owner=owner) if owner else found.get()


class TestHowItStands:
    def test_each_thing_is_counted_once(self, town):
        house = town.building("Varpen 1", "A", "B", "C", state="active")
        town.building("Varpen 2", state="dormant")
        town.building("Varpen 3", "A")
        one, two, _three = house.stairwells.order_by("entrance")
        flat = make.FlatFactory(stairwell=one)
        make.FlatFactory(stairwell=one)
        for _person in range(2):
            make.ResidentFactory(stairwell=one, flat=flat, user__language="ar")
        town.contact(one)
        town.contact(one, "trained")
        town.contact(two, "applied")
        row = taken()
        assert (row.registered, row.presented, row.forming, row.active, row.dormant) == (1, 0, 0, 1, 1)
        assert (row.stairwells, row.covered, row.flats) == (4, 1, 2)
        assert (row.people, row.homes) == (5, 4)
        assert (row.contacts_applied, row.contacts_trained, row.contacts_active) == (1, 1, 1)
        assert row.languages == {"ar": 2, "en": 3}

    def test_what_is_closed_and_who_has_left_is_not_counted(self, town):
        house = town.building("Varpen 1", "A", "B")
        town.building("Varpen 2", "A", closed_at=timezone.now())
        one, two = house.stairwells.order_by("entrance")
        two.closed_at = timezone.now()
        two.save()
        make.FlatFactory(stairwell=two)
        make.FlatFactory(stairwell=one, closed_at=timezone.now())
        make.ResidentFactory(stairwell=one, state=Resident.State.LEFT)
        make.ResidentFactory(stairwell=one, state=Resident.State.WAITING)
        row = taken()
        assert (row.registered, row.stairwells, row.flats, row.people) == (1, 1, 0, 0)

    def test_who_hides_from_a_threat_is_in_no_number(self, town):
        stairwell = town.building("Varpen 1", "A").stairwells.get()
        hidden = town.hidden(stairwell)
        step(hidden, "active", NOW - timedelta(hours=5))
        row = taken()
        assert (row.covered, row.contacts_active, row.began) == (0, 0, 0)

    def test_owners_are_kept_apart(self, town):
        other = staff("landlord", town.district)
        town.building("Varpen 1", "A", "B")
        town.building("Skytteln 1", "A", owner=other.organisation)
        assert taken(town.landlord.organisation).stairwells == 2
        assert Snapshot.objects.get(owner=other.organisation).stairwells == 1

    def test_three_districts_cost_what_one_costs(self, town, django_assert_num_queries):
        town.building("Varpen 1", "A")
        with django_assert_num_queries(18):
            taking.take(YESTERDAY)
        for _ in range(2):
            make.StairwellFactory(building__district=make.DistrictFactory())
        with django_assert_num_queries(18):
            taking.take(YESTERDAY)


class TestWhatContactsDid:
    def test_who_began_stopped_and_was_trained_that_day(self, town):
        stairwell = town.building("Varpen 1", "A").stairwells.get()
        at = NOW - timedelta(hours=9)
        applied = at - timedelta(days=20)
        new = town.contact(stairwell, applied_at=applied, trained_on=YESTERDAY - timedelta(days=2), activated_at=at)
        gone = town.contact(stairwell, "resigned", applied_at=applied, activated_at=applied)
        never = town.contact(stairwell, "ended", applied_at=applied)
        for contact, *states in ((new, "trained", "active"), (gone, "resigned"), (never, "ended")):
            for state in states:
                step(contact, state, at)
        row = taken()
        assert (row.began, row.stopped, row.trained, row.training_days) == (1, 1, 1, 18)

    def test_a_missed_night_leaves_a_gap_and_loses_no_step(self, town):
        stairwell = town.building("Varpen 1", "A").stairwells.get()
        contact = town.contact(stairwell)
        Snapshot.objects.create(
            day=YESTERDAY - timedelta(days=3), district=town.district, owner=town.landlord.organisation
        )
        step(contact, "active", NOW - timedelta(days=2))
        step(contact, "active", NOW - timedelta(days=4))
        assert taken().began == 1
        days = Snapshot.objects.order_by("day").values_list("day", flat=True)
        assert list(days) == [YESTERDAY - timedelta(days=3), YESTERDAY]

    def test_a_day_ends_at_midnight_here(self, town):
        stairwell = town.building("Varpen 1", "A").stairwells.get()
        contact = town.contact(stairwell)
        # Half past eleven in the evening, and half past midnight.
        step(contact, "active", datetime(2026, 3, 9, 22, 30, tzinfo=UTC))
        step(contact, "active", datetime(2026, 3, 9, 23, 30, tzinfo=UTC))
        assert taken().began == 1


class TestWhatHappened:
    def held(self, town, at=NOW - timedelta(days=1), **fields) -> Meeting:
        known = {"lead": town.police.organisation, "district": town.district, "state": Meeting.State.HELD}
        meeting = MeetingFactory(**known | fields, starts_at=at, ends_at=at + timedelta(hours=1))
        Record.objects.create(meeting=meeting, adults=14, children=3)
        return meeting

    def on(self, day=YESTERDAY) -> DayCount:
        return DayCount.objects.get(day=day)

    def test_meetings_and_who_came(self, town):
        town.building("Varpen 1", "A")
        self.held(town)
        self.held(town, state=Meeting.State.CANCELLED)
        taking.take(YESTERDAY)
        assert (self.on().meetings, self.on().came) == (1, 17)

    def test_minutes_written_late_count_on_the_day_of_the_meeting(self, town):
        town.building("Varpen 1", "A")
        taking.take(YESTERDAY - timedelta(days=1))
        self.held(town, at=NOW - timedelta(days=40))
        taking.take(YESTERDAY)
        assert self.on(date(2026, 1, 29)).came == 17

    def test_a_corrected_headcount_is_counted_anew(self, town):
        town.building("Varpen 1", "A")
        meeting = self.held(town)
        taking.take(YESTERDAY)
        Record.objects.filter(meeting=meeting).update(adults=0, children=0)
        taking.take(YESTERDAY)
        assert (self.on().meetings, self.on().came) == (1, 0)

    def test_a_day_whose_meeting_is_gone_falls_to_nought(self, town):
        town.building("Varpen 1", "A")
        meeting = self.held(town)
        taking.take(YESTERDAY)
        Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.PLANNED)
        taking.take(YESTERDAY)
        assert self.on().meetings == 0

    def test_a_notice_and_what_became_of_it(self, town):
        stairwells = list(town.building("Varpen 1", "A", "B").stairwells.all())
        at = NOW - timedelta(days=2)
        notice = make.NoticeFactory(district=town.district, state=Notice.State.SENT, started_at=at)
        for state in (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.FAILED, OutboxState.SKIPPED):
            endpoint = make.EndpointFactory()
            Delivery.objects.create(notice=notice, endpoint=endpoint, channel=Endpoint.Channel.EMAIL, state=state)
        for number, stairwell in enumerate(stairwells):
            Posting.objects.create(notice=notice, stairwell=stairwell, posted_at=NOW if number else None)
        taking.take(YESTERDAY)
        row = self.on(YESTERDAY - timedelta(days=1))
        assert (row.notices, row.reached, row.failed, row.boards, row.boards_up) == (1, 2, 1, 2, 1)

    def test_an_old_notice_keeps_its_numbers_when_its_deliveries_are_gone(self, town):
        town.building("Varpen 1", "A")
        old = YESTERDAY - timedelta(days=60)
        DayCount.objects.create(day=old, district=town.district, notices=1, reached=200)
        taking.take(YESTERDAY)
        assert self.on(old).reached == 200

    def test_views_to_the_officer(self, town):
        town.building("Varpen 1", "A")
        Suggestion.objects.create(
            district=town.district, language="sv", received_at=NOW - timedelta(days=1), due_on=YESTERDAY
        )
        taking.take(YESTERDAY)
        assert self.on().voices == 1


class TestTheNight:
    def test_takes_the_day_that_is_over_once(self, town):
        stairwell = town.building("Varpen 1", "A").stairwells.get()
        look_after_watches()
        make.ResidentFactory(stairwell=stairwell)
        look_after_watches()
        assert [(row.day, row.people) for row in Snapshot.objects.all()] == [(YESTERDAY, 0)]

    def test_the_next_night_takes_the_next_day(self, town):
        town.building("Varpen 1", "A")
        look_after_watches()
        with time_machine.travel(NOW + timedelta(days=1)):
            look_after_watches()
        assert Snapshot.objects.count() == 2

    def test_two_at_once_keep_one_row(self, town):
        town.building("Varpen 1", "A")
        taking.take(YESTERDAY)
        taking.take(YESTERDAY)
        assert Snapshot.objects.count() == 1

    def test_without_buildings_there_is_nothing_to_take(self, town):
        assert taking.take(YESTERDAY) == 0
