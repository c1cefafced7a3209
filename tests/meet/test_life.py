"""Whatever happens to a meeting, in whatever order: nobody is invited or reminded twice, and nobody is missed.

A machine plans, moves, cancels and plans again, lets people join, leave, stop their mails and say no, lets hours and
days pass, sets the clock back and lets workers die with mails in hand. After each step the books must hold.
"""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from buildings.models import Resident
from notifications.endpoints import set_wants
from notifications.models import Delivery, Endpoint, Notice
from notifications.outbox import claim, expand, mend, run
from notifications.transports.base import Outcome, Transport, Verdict
from tests import factories as make
from watch.meet import inviting, planning, reminding
from watch.meet.errors import MeetingError
from watch.meet.facts import Facts
from watch.meet.latecomers import invite_latecomers
from watch.meet.planning import Plan
from watch.models import Answer, Meeting, Reminder, Telling

pytestmark = pytest.mark.django_db

# What has been handed over: notice, address, when.
SENT: list[tuple[int, str, datetime]] = []
REACHED: set[tuple[str, str]] = set()
STEPS = (
    *("work",) * 5,
    *("move and work", "place and work") * 3,
    *("invite", "move", "hours", "day") * 2,
    *("cancel", "plan", "place", "join", "leave", "stop", "say no", "start", "take", "send", "mend", "back"),
)


class Postman(Transport):
    """Writes down what went to whom, and when."""

    def deliver(self, batch):
        for parcel in batch:
            notice = Delivery.objects.values_list("notice", flat=True).get(pk=parcel.row)
            SENT.append((notice, parcel.address, timezone.now()))
            yield Outcome(parcel.row, Verdict.SENT)


class Life(RuleBasedStateMachine):
    """One stairwell with a few neighbours, and a city that calls meetings there."""

    @initialize(days=st.sampled_from([0, 2, 9]), hour=st.sampled_from([0, 2, 18]))
    def town(self, days, hour):
        # Each life ends as if it had never been; a worker's own transactions count this one as the test's.
        self.world = transaction.atomic()
        self.world._from_testcase = True
        self.world.__enter__()
        # Summer time ends in the night to the 25th: an hour comes twice.
        self.clock = time_machine.travel(datetime(2026, 10, 20, 10, tzinfo=UTC), tick=False)
        self.now = self.clock.start()
        SENT.clear()
        self.in_hand = []
        self.stairwell = make.StairwellFactory()
        self.city = make.OrganisationFactory(kind="municipality", districts=[self.stairwell.building.district])
        self.officer = make.StaffFactory(organisation=self.city).user
        for _ in range(2):
            self.join()
        self.plan(days, hour)
        self.press("invite", days, hour)

    def teardown(self):
        if hasattr(self, "clock"):
            self.clock.stop()
            REACHED.update(Reminder.objects.values_list("state", "days"))
            REACHED.update(
                Telling.objects.filter(notice__started_at__isnull=False).values_list("what", "notice__state")
            )
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    @rule(
        what=st.sampled_from(STEPS),
        which=st.integers(0, 1),
        days=st.sampled_from([0, 1, 2, 9]),
        hour=st.sampled_from([0, 2, 18]),
    )
    def step(self, what, which, days, hour):
        self.take_step(what, which, days, hour)

    def take_step(self, what, which, days, hour):
        if what in ("invite", "move", "place", "cancel"):
            self.press(what, days, hour, which)
        elif what.endswith("and work"):
            self.press(what.split()[0], days, hour, which)
            self.take_step("work", which, days, hour)
        elif what == "plan":
            if Meeting.objects.count() < 3:
                self.plan(days, hour)
        elif what == "work":
            for work in ("start", "remind", "latecomers", "start", "deliver", "mend"):
                getattr(self, f"_{work}")()
        elif what in ("hours", "day", "back"):
            self.now.shift({"hours": 5, "day": 25, "back": -3}[what] * 3600)
        elif what in ("start", "take", "send", "mend"):
            getattr(self, f"_{what}")()
        else:
            getattr(self, what.replace(" ", "_"))()

    def when(self, days, hour):
        day = timezone.localtime() + timedelta(days=days)
        return timezone.make_aware(datetime(day.year, day.month, day.day, hour, 30))  # noqa: DTZ001

    def facts(self, days, hour, place="Skolan"):
        starts = self.when(days, hour)
        return Plan(
            kind="information",
            lead=self.city,
            organisers=[self.city],
            district=self.stairwell.building.district,
            place=place,
            address="Provgatan 1",
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            texts={"sv": ("Träff", "")},
        )

    def plan(self, days, hour):
        planning.save(plan=self.facts(days, hour), user=self.officer)

    def press(self, what, days, hour, which=0):
        """Whatever an organiser may press; a refusal changes nothing."""
        keys = Meeting.objects.order_by("-pk").values_list("pk", flat=True)
        meeting = Meeting.objects.get(pk=keys[which % len(keys)])
        with suppress(MeetingError), transaction.atomic():
            if what == "invite":
                inviting.invite(meeting=meeting, user=self.officer)
            elif what == "cancel":
                inviting.cancel(meeting=meeting, user=self.officer)
            elif what == "place":
                local = timezone.localtime(meeting.starts_at)
                plan = self.facts((local.date() - timezone.localdate()).days, local.hour, f"Lokal {days}")
                inviting.change(meeting=meeting, plan=plan, user=self.officer)
            else:
                inviting.change(meeting=meeting, plan=self.facts(days, hour), user=self.officer)

    def join(self):
        make.EndpointFactory(user=make.ResidentFactory(stairwell=self.stairwell).user)

    def leave(self):
        first = Resident.objects.present().order_by("pk").values("pk")[:1]
        Resident.objects.filter(pk__in=first).update(state=Resident.State.LEFT)

    def stop(self):
        if endpoint := Endpoint.objects.exclude(wants="nothing").order_by("-pk").first():
            set_wants(endpoint=endpoint, wants="nothing", language="sv")

    def say_no(self):
        person = Resident.objects.present().order_by("-pk").values_list("user", flat=True).first()
        meeting = Meeting.objects.order_by("-pk").first()
        if person:
            no = {"is_coming": False, "adults": 0, "children": 0}
            Answer.objects.update_or_create(meeting=meeting, user_id=person, defaults=no)

    def _start(self):
        self.now.shift(31)
        expand.start_due("notices")

    def _remind(self):
        reminding.send_due()
        reminding.send_due()

    def _latecomers(self):
        invite_latecomers()

    def _claim(self):
        return claim.deliveries("notices", claim.Letters())

    def _deliver(self):
        while batch := self._claim():
            run.send(batch, run.Run())

    def _take(self):
        if batch := self._claim():
            self.in_hand.append(batch)

    def _send(self):
        if self.in_hand:
            run.send(self.in_hand.pop(0), run.Run())

    def _mend(self):
        mend.reclaim()
        self.in_hand = [held for held in self.in_hand if Delivery.objects.filter(claim=held.claim).exists()]

    def sent(self, meeting, *what):
        """What was handed over of these tellings, as (telling, address, when)."""
        tellings = {telling.notice_id: telling for telling in meeting.tellings.filter(what__in=what)}
        return [(tellings[pk], address, at) for pk, address, at in SENT if pk in tellings]

    @invariant()
    def nobody_gets_a_notice_twice(self):
        assert not [pair for pair, times in Counter((pk, address) for pk, address, _ in SENT).items() if times > 1]

    @invariant()
    def nobody_is_invited_or_reminded_twice(self):
        for meeting in Meeting.objects.all():
            invited = Counter(address for _, address, _ in self.sent(meeting, "invitation"))
            assert not [address for address, times in invited.items() if times > 1]
            reminders = meeting.reminders.filter(state="sent")
            assert meeting.tellings.filter(what="reminder").count() <= reminders.count()
            assert len(set(reminders.values_list("days", "starts_at"))) == reminders.count()

    @invariant()
    def no_reminder_comes_after_the_meeting_began_or_was_moved(self):
        for meeting in Meeting.objects.all():
            for telling, _, at in self.sent(meeting, "reminder"):
                assert at < Facts.read(telling.facts).starts_at

    @invariant()
    def only_the_told_hear_that_it_is_cancelled(self):
        for meeting in Meeting.objects.filter(state="cancelled"):
            told = {address for _, address, _ in self.sent(meeting, "invitation", "change", "reminder")}
            assert {address for _, address, _ in self.sent(meeting, "cancellation")} <= told
            assert not meeting.reminders.filter(state="waiting").exists()

    def everyone_knows(self):
        """After enough time for all work, with the clock before each meeting, everybody knows the newest facts."""
        self.in_hand = []
        for _ in range(3):
            # Past the patience with a worker that died, and past the night's quiet hours.
            self.now.shift(3600)
            self.take_step("work", 0, 0, 0)
        usable = Endpoint.objects.usable("information").filter(user__residencies__in=Resident.objects.present())
        here = set(usable.values_list("address", flat=True))
        for meeting in Meeting.objects.coming():
            if meeting.has_begun:
                continue
            told = self.newest_told(meeting)
            for address in here:
                assert told.get(address) == Facts.of(meeting), f"{address} was not told of {meeting} as it is now"
        for meeting in Meeting.objects.filter(state="cancelled", ends_at__gt=timezone.now()):
            told = {address for _, address, _ in self.sent(meeting, "invitation", "change", "reminder")}
            assert {address for _, address, _ in self.sent(meeting, "cancellation")} >= told & here

    def newest_told(self, meeting):
        """What each address was told last."""
        found = self.sent(meeting, "invitation", "change")
        return {address: Facts.read(telling.facts) for telling, address, _ in sorted(found, key=lambda one: one[0].pk)}

    @rule()
    def at_last(self):
        self.everyone_knows()


def test_no_order_of_presses_and_workers_invites_twice_or_misses_anybody(settings):
    settings.TRANSPORTS = settings.TRANSPORTS | {"email": f"{__name__}.Postman"}
    settings.QUIET_HOURS = (time(0), time(0))
    REACHED.clear()
    calm = how(
        max_examples=20,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Life, settings=calm, _min_steps=20)
    # The machine has been where it matters, or what it has not seen go wrong would prove nothing.
    assert {("sent", 7), ("sent", 1), ("skipped", 7), ("dropped", 1)} <= REACHED
    assert {what for what, state in REACHED if state in ("sending", "sent", "cancelled")} >= {
        "invitation",
        "change",
        "cancellation",
        "reminder",
    }
    assert Notice.objects.count() == 0
