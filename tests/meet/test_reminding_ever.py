"""Reminders, whatever happens to beat, worker and clock, the meeting moved or cancelled somewhere in between."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from notifications.models import Delivery
from notifications.outbox import claim, expand, run
from tests import factories as make
from tests.meet.guests import somewhere
from watch.meet import inviting, planning, reminding
from watch.meet.planning import Plan
from watch.models import Meeting

START = datetime(2026, 10, 5, 10, tzinfo=UTC)
# Hours the clock goes on at a time; beat and workers may be down for days, and the clock may be set back.
HOURS = some.integers(min_value=-5, max_value=72)
# What is done after the clock has gone: nothing, beat once or twice, a worker.
DEEDS = some.sampled_from(["nothing", "beat", "beat twice", "work", "beat and work"])
CALM = settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)


class Reminding(TestCase):
    """One meeting, one neighbour; every example in a transaction of its own."""

    @pytest.fixture(autouse=True)
    def calm(self, settings):
        settings.QUIET_HOURS = (time(0), time(0))
        settings.TAKE_BACK_SECONDS = 0
        settings.TRANSPORTS = settings.TRANSPORTS | {"email": "tests.meet.conftest.Postman"}

    def plan(self, days):
        starts = START + timedelta(days=days)
        return Plan(
            kind="information",
            lead=self.place.police,
            organisers=[self.place.police],
            district=self.place.stairwell.building.district,
            place="Provlokalen",
            address="Provgatan 1",
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            texts={"sv": ("Träff om trygghet", "Vi pratar om lås.")},
        )

    def invite(self):
        self.place = somewhere()
        home = make.ResidentFactory(stairwell=self.place.stairwell, state="confirmed")
        make.EndpointFactory(user=home.user)
        self.user = self.place.officer
        meeting = inviting.invite(meeting=planning.save(plan=self.plan(20), user=self.user), user=self.user)
        self.work()
        return meeting

    def work(self):
        expand.start_due("notices")
        while batch := claim.deliveries("notices", claim.Letters()):
            run.send(batch, run.Run())

    def pass_time(self, clock, steps):
        for hours, deed in steps:
            clock.shift(timedelta(hours=hours))
            for _ in range(deed.count("beat") + deed.count("twice")):
                reminding.send_due()
            if "work" in deed:
                self.work()

    def sent(self, meeting):
        """How many mails of its reminders have left."""
        notices = meeting.tellings.filter(what="reminder").values("notice")
        return Delivery.objects.filter(notice__in=notices, state="sent").count()

    def settled(self, meeting, starts_at):
        return dict(meeting.reminders.filter(starts_at=starts_at).values_list("days", "state"))

    @CALM
    @given(some.lists(some.tuples(HOURS, DEEDS), max_size=12))
    def test_each_goes_once_and_none_is_left_when_the_meeting_begins(self, steps):
        with time_machine.travel(START, tick=False) as clock:
            meeting = self.invite()
            self.pass_time(clock, steps)
            clock.move_to(meeting.starts_at + timedelta(days=6))
            reminding.send_due()
            self.work()
            found = self.settled(meeting, meeting.starts_at)
            assert set(found) == {1, 7}
            assert set(found.values()) <= {"sent", "skipped"}
            assert meeting.tellings.filter(what="reminder").count() == list(found.values()).count("sent")
            assert self.sent(meeting) <= list(found.values()).count("sent")

    @CALM
    @given(*[some.lists(some.tuples(HOURS, DEEDS), max_size=8)] * 2)
    def test_none_goes_after_the_cancellation(self, before, after):
        with time_machine.travel(START, tick=False) as clock:
            meeting = self.invite()
            self.pass_time(clock, [(min(hours, 48), deed) for hours, deed in before])
            inviting.cancel(meeting=meeting, user=self.user)
            known = self.sent(meeting)
            self.pass_time(clock, [*after, (200, "beat and work")])
            assert self.sent(meeting) == known
            assert "waiting" not in self.settled(meeting, meeting.starts_at).values()

    @CALM
    @given(some.lists(some.tuples(HOURS, DEEDS), max_size=8))
    def test_a_moved_meeting_reminds_anew_of_its_new_time(self, before):
        with time_machine.travel(START, tick=False) as clock:
            meeting = self.invite()
            self.pass_time(clock, [(min(hours, 48), deed) for hours, deed in before])
            moved = inviting.change(meeting=meeting, plan=self.plan(40), user=self.user)
            self.work()
            for days in (7, 1):
                clock.move_to(reminding.due_at(moved.starts_at, days) + timedelta(minutes=1))
                reminding.send_due()
                self.work()
            assert self.sent(moved) >= 2
            assert self.settled(moved, moved.starts_at) == {7: "sent", 1: "sent"}
            assert "waiting" not in self.settled(moved, START + timedelta(days=20)).values()
            assert Meeting.objects.get().starts_at == moved.starts_at
