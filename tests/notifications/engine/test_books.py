"""Whatever a transport answers, every claimed row leaves its batch with exactly one right entry."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.models import FINAL, Delivery, Notice
from notifications.outbox import claim, mend
from notifications.outbox.run import Run, send
from notifications.transports.base import Outcome, Transport, TransportAway, Verdict
from tests.factories import DistrictFactory, EndpointFactory, NoticeFactory, ResidentFactory, StairwellFactory

pytestmark = pytest.mark.django_db

SIZE = 6
answers = st.lists(
    st.sampled_from([*Verdict, "silence", "twice", "break", "away", "stop"]), min_size=SIZE, max_size=SIZE
)


class Scripted(Transport):
    """Answers as the script says: a verdict, nothing, twice, an exception, away, or stops taking parcels."""

    script: list

    def deliver(self, batch):
        for answer, parcel in zip(self.script, batch, strict=False):
            if answer == "break":
                raise RuntimeError
            if answer == "away":
                raise TransportAway("no-connection")
            if answer == "stop":
                return
            if answer == "twice":
                yield Outcome(parcel.row, Verdict.SENT)
                yield Outcome(parcel.row, Verdict.REFUSED, "smtp-550")
            elif answer != "silence":
                yield Outcome(parcel.row, answer, "" if answer is Verdict.SENT else "why")


@pytest.fixture
def sending(db):
    """A notice on its way to SIZE people."""
    stairwell = StairwellFactory(building__district=DistrictFactory())
    notice = NoticeFactory(district=stairwell.building.district, state=Notice.State.SENDING)
    endpoints = [EndpointFactory(user=ResidentFactory(stairwell=stairwell).user) for _ in range(SIZE)]
    return SimpleNamespace(notice=notice, endpoints=endpoints)


@given(script=answers, attempts=st.integers(0, 8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_of_a_batch_is_accounted_for(sending, script, attempts):
    Delivery.objects.all().delete()
    for endpoint in sending.endpoints:
        Delivery.objects.create(notice=sending.notice, endpoint=endpoint, channel="email", attempts=attempts)
    run = Run()
    transport = Scripted("email")
    transport.script = script
    run._transports["email"] = transport
    send(claim.deliveries("notices", claim.Letters()), run)
    rows = list(Delivery.objects.order_by("pk"))
    stopped = next((place for place, answer in enumerate(script) if answer in ("break", "away", "stop")), SIZE)
    away = stopped < SIZE and script[stopped] == "away"
    for place, (row, answer) in enumerate(zip(rows, script, strict=True)):
        assert (row.settled_at is not None) == (row.state in FINAL)
        assert row.claim is None
        later = "failed" if attempts >= 6 else "retry"
        if place > stopped or (place == stopped and away):
            expected = ("retry", "no-connection", attempts) if away else ("queued", "", attempts)
        elif answer in (Verdict.SENT, "twice"):
            expected = ("sent", "", attempts + 1)
        elif answer is Verdict.REFUSED:
            expected = ("failed", "why", attempts + 1)
        elif answer is Verdict.WAIT:
            expected = ("retry", "why", attempts)
        elif answer is Verdict.LATER:
            expected = (later, "why", attempts + 1)
        elif away:
            expected = ("retry", "no-connection", attempts)
        else:
            expected = (later, "error", attempts + 1)
        assert (row.state, row.reason, row.attempts) == expected
    mend.finish()
    sending.notice.refresh_from_db()
    done = all(row.state in FINAL for row in rows)
    assert (sending.notice.state == Notice.State.SENT) == done
    Notice.objects.update(state=Notice.State.SENDING, finished_at=None)


@given(states=st.lists(st.sampled_from(["queued", "retry", "held", "sending", *FINAL]), max_size=SIZE))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reclaiming_never_touches_a_settled_or_a_waiting_row(sending, states):
    Delivery.objects.all().delete()
    long_ago = timezone.now() - timezone.timedelta(days=1)
    for endpoint, state in zip(sending.endpoints, states, strict=False):
        held = {"claim": uuid4(), "claimed_at": long_ago} if state == "sending" else {}
        Delivery.objects.create(
            notice=sending.notice, endpoint=endpoint, channel="email", state=state, reason="before", **held
        )
    mend.reclaim()
    rows = Delivery.objects.order_by("pk").values_list("state", "reason")
    assert list(rows) == [("retry", "stuck") if state == "sending" else (state, "before") for state in states]
    Notice.objects.update(state=Notice.State.SENDING, finished_at=None)
