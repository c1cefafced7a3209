"""Whatever is done to a notice, in whatever order: it is sent only with its yes, in its time, once to each.

A machine presses every button of a notice's life in any order, lets workers run, stall and die between presses, and
lets hours pass. After each step the books must hold what a tenant and a sender rely on.
"""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from buildings.models import Organisation, Resident
from notifications import approval, following
from notifications.errors import SendingError
from notifications.models import Delivery, Notice
from notifications.outbox import claim, expand, mend, run
from notifications.seal import seal_of
from notifications.sending import confirm, reopen, take_back
from notifications.transports.base import Outcome, Transport, Verdict
from tests import factories as make

pytestmark = pytest.mark.django_db

SENT: list[tuple[int, str]] = []
REACHED: set[tuple[str, str, str]] = set()
MOST = 6
PRESSES = ("confirm", "yes", "no", "take back", "change", "correct", "call off", "call off with words")
CHANGES = ("in", "out", "no limit", "limit 0", "limit 2")
WORK = ("start", "deliver", "take", "send", "mend")
# One rule with weights of our own: left to itself hypothesis does one kind of step over and over in each life.
STEPS = (
    *PRESSES,
    *CHANGES,
    *WORK,
    *("all work",) * 6,
    *("in", "deliver", "call off") * 2,
    *("confirm", "yes", "write") * 2,
    *("correct and send", "send with a yes") * 4,
    "hours",
    "two minutes",
)


class Postman(Transport):
    """Writes down which notice went to which address; every third row must come back a minute later."""

    def deliver(self, batch):
        for parcel in batch:
            notice, attempts = Delivery.objects.values_list("notice", "attempts").get(pk=parcel.row)
            if parcel.row % 3 == 0 and not attempts:
                yield Outcome(parcel.row, Verdict.LATER, "smtp-451")
                continue
            SENT.append((notice, parcel.address))
            yield Outcome(parcel.row, Verdict.SENT)


class Life(RuleBasedStateMachine):
    """One district, a few neighbours, an organisation with a limit of two, and three members of its staff."""

    @initialize(limit=st.sampled_from([None, 2, 2]))
    def town(self, limit):
        # Each life ends as if it had never been; a worker's own transactions count this one as the test's.
        self.world = transaction.atomic()
        self.world._from_testcase = True
        self.world.__enter__()
        self.clock = time_machine.travel(datetime(2026, 10, 24, 20, tzinfo=UTC), tick=False)
        self.now = self.clock.start()
        SENT.clear()
        self.in_hand, self.limits = [], {}
        self.stairwell = make.StairwellFactory()
        self.district = self.stairwell.building.district
        self.city = make.OrganisationFactory(kind="municipality", districts=[self.district], approval_above=limit)
        self.staff = [make.StaffFactory(organisation=self.city).user for _ in range(3)]
        for _ in range(3):
            self.move_in()
        self.write(None, 60)

    def teardown(self):
        if hasattr(self, "clock"):
            self.clock.stop()
            REACHED.update(Notice.objects.values_list("state", "stopped", "reference"))
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    def notice(self, which):
        """One of the notices there are, the newest for 0."""
        keys = Notice.objects.order_by("-pk").values_list("pk", flat=True)
        pk = keys[which % len(keys)]
        return Notice.objects.select_related("organisation", "district", "refers_to").get(pk=pk)

    def write(self, ahead, shown):
        """A draft that is confirmed at once."""
        now = timezone.now()
        notice = make.NoticeFactory(
            organisation=self.city,
            district=self.district,
            author=self.staff[0],
            not_before=now + timedelta(hours=ahead) if ahead else None,
            expires_at=now + timedelta(hours=shown),
        )
        self.press("confirm", 0, 0)
        return notice

    @rule(
        what=st.sampled_from(STEPS),
        which=st.sampled_from([0, 0, 0, 1, 2]),
        who=st.integers(0, 2),
        ahead=st.sampled_from([None, None, 1, 30]),
        shown=st.sampled_from([1, 60]),
    )
    def step(self, what, which, who, ahead, shown):
        if what in PRESSES:
            self.press(what, which, who)
        elif what in CHANGES:
            self.change(what)
        elif what in WORK:
            getattr(self, f"_{what}")()
        elif what == "all work":
            for work in ("start", "deliver", "mend"):
                getattr(self, f"_{work}")()
        elif what == "send with a yes":
            self.press("confirm", which, who)
            self.press("yes", which, who + 1)
        elif what == "correct and send":
            self.press("correct", which, who)
            self.press("confirm", 0, who)
            self.press("yes", 0, who + 1)
        elif what == "write":
            if Notice.objects.count() < MOST:
                self.write(ahead, shown)
        else:
            self.now.shift(130 if what == "two minutes" else 8 * 3600)

    def press(self, verb, which, who):
        """Whatever anybody may press; a refusal changes nothing."""
        notice, user = self.notice(which), self.staff[who % 3]
        with suppress(SendingError), transaction.atomic():
            if verb == "confirm":
                confirm(notice=notice, user=user)
            elif verb == "yes":
                approval.approve(notice=notice, user=user, seen=seal_of(notice))
            elif verb == "no":
                approval.send_back(notice=notice, user=user, word="Nej.")
            elif verb == "take back":
                take_back(notice=notice, user=user)
            elif verb == "change":
                reopen(notice=notice, user=user)
            elif verb == "correct":
                following.correction_of(notice=notice, user=user)
            else:
                own = {"sv": "Larmet var falskt."} if verb == "call off with words" else {}
                following.call_off(notice=notice, user=user, own_words=own)

    def change(self, what):
        if what == "in":
            self.move_in()
        elif what == "out":
            first = Resident.objects.present().order_by("pk").values("pk")[:1]
            Resident.objects.filter(pk__in=first).update(state=Resident.State.LEFT)
        else:
            limit = {"no limit": None, "limit 0": 0, "limit 2": 2}[what]
            Organisation.objects.filter(pk=self.city.pk).update(approval_above=limit)

    def move_in(self):
        make.EndpointFactory(user=make.ResidentFactory(stairwell=self.stairwell).user)

    def _start(self):
        self.now.shift(31)
        limit = Organisation.objects.values_list("approval_above", flat=True).get(pk=self.city.pk)
        before = set(Notice.objects.filter(started_at=None).values_list("pk", flat=True))
        expand.start_due("notices")
        for pk in Notice.objects.filter(pk__in=before, started_at__isnull=False).values_list("pk", flat=True):
            self.limits[pk] = limit

    def _claim(self):
        """What a worker takes in hand: nothing of a notice that is stopped, replaced or over."""
        batch = claim.deliveries("notices", claim.Letters())
        rows = [parcel.row for parcels in batch.parcels.values() for parcel in parcels] if batch else []
        for notice in Notice.objects.filter(deliveries__in=rows).distinct():
            assert notice.state == "sending"
            assert notice.replaced_at is None
            assert notice.expires_at > timezone.now()
        return batch

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
        # Whose rows were freed is held to be dead; a worker that wakes up after that may send twice, and says so.
        self.in_hand = [held for held in self.in_hand if Delivery.objects.filter(claim=held.claim).exists()]

    @invariant()
    def nothing_left_unapproved(self):
        for notice in Notice.objects.filter(pk__in=self.limits):
            limit = self.limits[notice.pk]
            if limit is not None and notice.people > limit and not notice.calls_off:
                assert notice.approved_by_id, "more people than the limit, and no second pair of eyes"
                assert notice.approved_by_id not in {notice.confirmed_by_id, notice.author_id}

    @invariant()
    def nobody_got_one_notice_twice(self):
        assert not [pair for pair, times in Counter(SENT).items() if times > 1]

    @invariant()
    def what_has_not_started_has_no_rows(self):
        waiting = Delivery.objects.filter(notice__state__in=("draft", "awaiting", "scheduled"))
        assert not waiting.exists()
        never = Notice.objects.filter(state="cancelled").exclude(stopped="called_off")
        assert not Delivery.objects.filter(notice__in=never).exists()

    @invariant()
    def a_stopped_notice_has_nothing_waiting_but_what_a_worker_held(self):
        stopped = Notice.objects.filter(state="cancelled") | Notice.objects.filter(replaced_at__isnull=False)
        queued = Delivery.objects.filter(notice__in=stopped, state__in=("queued", "held"))
        assert not queued.filter(attempts=0).exists()

    @invariant()
    def a_thread_is_a_line(self):
        live = Notice.objects.exclude(state="cancelled").filter(refers_to__isnull=False)
        assert not [pair for pair, n in Counter(live.values_list("refers_to", "reference")).items() if n > 1]
        for notice in Notice.objects.filter(replaced_at__isnull=False):
            assert notice.state == "sent"
            assert notice.followed_by.filter(reference="corrects", started_at__isnull=False).count() == 1

    @invariant()
    def callings_off_reach_only_the_told(self):
        for word in Notice.objects.filter(reference="cancels"):
            told = {address for pk, address in SENT if pk in set(self.thread(word))}
            assert {address for pk, address in SENT if pk == word.pk} <= told

    def thread(self, word):
        return Notice.objects.thread_of(word).exclude(pk=word.pk).values_list("pk", flat=True)


def test_no_order_of_presses_and_workers_sends_what_must_not_be_sent(settings):
    settings.TRANSPORTS = settings.TRANSPORTS | {"email": f"{__name__}.Postman"}
    REACHED.clear()
    calm = how(
        max_examples=60,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Life, settings=calm, _min_steps=25)
    # The machine has been where it matters, or what it has not seen go wrong would prove nothing.
    assert {("sent", "", ""), ("cancelled", "called_off", ""), ("cancelled", "taken_back", "")} <= REACHED
    assert {reference for state, _, reference in REACHED if state in ("sending", "sent")} == {"", "corrects", "cancels"}
