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
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from buildings.models import Organisation, Resident
from notifications import approval, drafts, following
from notifications.errors import SendingError
from notifications.models import Delivery, Notice
from notifications.outbox import claim, expand, mend, run
from notifications.seal import seal_of
from notifications.sending import confirm, reopen, take_back
from notifications.transports.base import Outcome, Transport, Verdict
from tests import factories as make

pytestmark = pytest.mark.django_db

SENT: list[tuple[int, str]] = []


class Postman(Transport):
    """Takes everything at once and writes down which notice went to which address."""

    def deliver(self, batch):
        for parcel in batch:
            notice = Delivery.objects.values_list("notice", flat=True).get(pk=parcel.row)
            SENT.append((notice, parcel.address))
            yield Outcome(parcel.row, Verdict.SENT)


class Life(RuleBasedStateMachine):
    """One district, a few neighbours, an organisation with a limit of two, and three members of its staff."""

    notices = Bundle("notices")

    @initialize()
    def town(self):
        # Each life ends as if it had never been; a worker's own transactions count this one as the test's.
        self.world = transaction.atomic()
        self.world._from_testcase = True
        self.world.__enter__()
        self.clock = time_machine.travel(datetime(2026, 10, 24, 20, tzinfo=UTC), tick=False)
        self.now = self.clock.start()
        SENT.clear()
        self.in_hand = []
        self.limits = {}
        self.stairwell = make.StairwellFactory()
        self.district = self.stairwell.building.district
        self.city = make.OrganisationFactory(kind="municipality", districts=[self.district], approval_above=2)
        self.staff = [make.StaffFactory(organisation=self.city).user for _ in range(3)]
        for _ in range(2):
            self.move_in()

    def teardown(self):
        if hasattr(self, "clock"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    def attempt(self, verb, **arguments):
        """What one press or one worker does; a refusal changes nothing."""
        with suppress(SendingError, drafts.NotADraft, drafts.Blocked), transaction.atomic():
            verb(**arguments)

    def fresh(self, pk):
        return Notice.objects.select_related("organisation", "district", "refers_to").get(pk=pk)

    @rule(
        target=notices, ahead=st.sampled_from([None, None, 1, 30]), shown=st.sampled_from([1, 60]), send=st.booleans()
    )
    def write(self, ahead, shown, send):
        now = timezone.now()
        notice = make.NoticeFactory(
            organisation=self.city,
            district=self.district,
            author=self.staff[0],
            not_before=now + timedelta(hours=ahead) if ahead else None,
            expires_at=now + timedelta(hours=shown),
        )
        if send:
            self.attempt(confirm, notice=notice, user=self.staff[0])
        return notice.pk

    @rule(pk=notices, who=st.integers(0, 2))
    def press_confirm(self, pk, who):
        self.attempt(confirm, notice=self.fresh(pk), user=self.staff[who])

    @rule(pk=notices, who=st.integers(0, 2))
    def say_yes(self, pk, who):
        notice = self.fresh(pk)
        self.attempt(approval.approve, notice=notice, user=self.staff[who], seen=seal_of(notice))

    @rule(pk=notices, who=st.integers(0, 2))
    def say_no(self, pk, who):
        self.attempt(approval.send_back, notice=self.fresh(pk), user=self.staff[who], word="Nej.")

    @rule(pk=notices)
    def press_take_back(self, pk):
        self.attempt(take_back, notice=self.fresh(pk), user=self.staff[0])

    @rule(pk=notices)
    def press_change(self, pk):
        self.attempt(reopen, notice=self.fresh(pk), user=self.staff[0])

    @rule(target=notices, pk=notices)
    def press_correct(self, pk):
        with suppress(SendingError):
            return following.correction_of(notice=self.fresh(pk), user=self.staff[0]).pk
        return pk

    @rule(target=notices, pk=notices, words=st.booleans())
    def press_call_off(self, pk, words):
        own = {"sv": "Larmet var falskt."} if words else {}
        with suppress(SendingError), transaction.atomic():
            return following.call_off(notice=self.fresh(pk), user=self.staff[1], own_words=own).pk
        return pk

    @rule()
    def move_in(self):
        resident = make.ResidentFactory(stairwell=self.stairwell)
        make.EndpointFactory(user=resident.user)

    @rule(data=st.data())
    def move_out(self, data):
        here = list(Resident.objects.present().order_by("pk").values_list("pk", flat=True))
        if here:
            Resident.objects.filter(pk=data.draw(st.sampled_from(here))).update(state=Resident.State.LEFT)

    @rule(limit=st.sampled_from([None, 0, 2]))
    def set_limit(self, limit):
        Organisation.objects.filter(pk=self.city.pk).update(approval_above=limit)

    @rule(seconds=st.sampled_from([130, 3600, 12 * 3600]))
    def wait(self, seconds):
        self.now.shift(seconds)

    @rule(seconds=st.sampled_from([0, 31, 31]))
    def workers_start(self, seconds):
        self.now.shift(seconds)
        limit = Organisation.objects.values_list("approval_above", flat=True).get(pk=self.city.pk)
        before = set(Notice.objects.filter(started_at=None).values_list("pk", flat=True))
        expand.start_due("notices")
        for pk in Notice.objects.filter(pk__in=before, started_at__isnull=False).values_list("pk", flat=True):
            self.limits[pk] = limit

    def claim_one(self):
        """What a worker takes in hand: nothing of a notice that is stopped, replaced or over."""
        batch = claim.deliveries("notices", claim.Letters())
        rows = [parcel.row for parcels in batch.parcels.values() for parcel in parcels] if batch else []
        for notice in Notice.objects.filter(deliveries__in=rows).distinct():
            assert notice.state == "sending"
            assert notice.replaced_at is None
            assert notice.expires_at > timezone.now()
        return batch

    @rule()
    def workers_deliver(self):
        while batch := self.claim_one():
            run.send(batch, run.Run())

    @rule()
    def a_worker_takes_a_batch(self):
        if batch := self.claim_one():
            self.in_hand.append(batch)

    @rule()
    def and_sends_it(self):
        if self.in_hand:
            run.send(self.in_hand.pop(0), run.Run())

    @rule()
    def beat_mends(self):
        mend.reclaim()
        # Whose rows were freed is held to be dead; a worker that wakes up after that may send twice, and says so.
        self.in_hand = [held for held in self.in_hand if Delivery.objects.filter(claim=held.claim).exists()]

    @invariant()
    def nothing_left_unapproved(self):
        for pk, limit in self.limits.items():
            notice = self.fresh(pk)
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
    calm = how(max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Life, settings=calm)
