"""A notice at night waits for the morning its reader chose; an alert and a sign-in code do not."""

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from notifications.models import Delivery, Endpoint, Message, Notice, Rhythm
from notifications.outbox import claim, expand, post_message, run
from notifications.outbox.pace import Pace
from tests.factories import EndpointFactory, ResidentFactory

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Europe/Stockholm")
NIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=HERE)
MORNING = datetime(2026, 11, 25, 8, tzinfo=HERE)


@pytest.fixture(autouse=True)
def _usual_hours(settings):
    settings.QUIET_HOURS = (time(21), time(8))
    settings.TRANSPORTS = {**settings.TRANSPORTS, "sms": "notifications.transports.console.ConsoleTransport"}


def rows():
    return [
        (row.endpoint.address.split("@")[0], row.state, row.reason)
        for row in Delivery.objects.select_related("endpoint").order_by("endpoint__address")
    ]


@pytest.mark.parametrize("urgency", [Notice.Urgency.INFORMATION, Notice.Urgency.BE_AWARE])
def test_what_is_no_alert_waits_for_the_morning_and_then_goes(post, neighbours, send, urgency):
    neighbours("a")
    with time_machine.travel(NIGHT, tick=False) as clock:
        notice = send(urgency=urgency)
        assert rows() == [("a", "held", "quiet-hours")]
        assert Delivery.objects.get().due_at == MORNING
        assert notice.state == Notice.State.SENDING
        clock.move_to(MORNING - timedelta(seconds=1))
        run.deliver("notices")
        assert post.taken == []
        clock.move_to(MORNING)
        run.deliver("notices")
        notice.refresh_from_db()
    assert post.recipients() == ["a@example.org"]
    assert rows() == [("a", "sent", "")]
    assert Delivery.objects.get().attempts == 1
    assert notice.state == Notice.State.SENT


def test_an_alert_and_a_sign_in_code_go_at_any_hour(post, neighbours, send):
    neighbours("a")
    with time_machine.travel(NIGHT, tick=False):
        send(urgency=Notice.Urgency.ACT_NOW)
        post_message(
            purpose=Message.Purpose.CODE, channel="email", address="b@example.org", language="sv", text="123 456"
        )
        run.deliver("alerts")
    assert sorted(post.recipients()) == ["a@example.org", "b@example.org"]


def test_each_wakes_at_their_own_hour(post, neighbours, send):
    early, never, late, usual = neighbours("early", "never", "late", "usual")
    Rhythm.objects.create(user=early.user, quiet_from=time(20), quiet_until=time(6, 15))
    Rhythm.objects.create(user=never.user, quiet_from=time(9), quiet_until=time(9))
    Rhythm.objects.create(user=late.user, quiet_from=time(23), quiet_until=time(11))
    with time_machine.travel(NIGHT, tick=False):
        send()
        assert sorted(post.recipients()) == ["late@example.org", "never@example.org"]
        due = {row.endpoint_id: row.due_at for row in Delivery.objects.filter(state="held")}
    assert due == {early.pk: MORNING.replace(hour=6, minute=15), usual.pk: MORNING}


def test_consent_is_asked_again_in_the_morning(post, neighbours, send):
    stays, stops = neighbours("stays", "stops")
    with time_machine.travel(NIGHT, tick=False) as clock:
        send()
        Endpoint.objects.filter(pk=stops.pk).update(wants=Endpoint.Wants.NOTHING)
        clock.move_to(MORNING)
        run.deliver("notices")
    assert post.recipients() == [stays.address]
    assert rows()[1] == ("stops", "skipped", "unsubscribed")


def test_a_notice_that_is_over_by_the_morning_is_never_sent_and_its_books_close_when_it_ends(post, neighbours, send):
    neighbours("a")
    with time_machine.travel(NIGHT, tick=False) as clock:
        notice = send(expires_at=NIGHT + timedelta(hours=2))
        assert Delivery.objects.get().due_at == notice.expires_at
        clock.move_to(notice.expires_at)
        run.deliver("notices")
        notice.refresh_from_db()
    assert post.taken == []
    assert rows() == [("a", "skipped", "expired")]
    assert notice.state == Notice.State.SENT


def test_a_notice_called_back_in_the_night_is_not_sent(post, neighbours, send):
    neighbours("a")
    with time_machine.travel(NIGHT, tick=False) as clock:
        send()
        Notice.objects.update(state=Notice.State.CANCELLED)
        clock.move_to(MORNING)
        run.deliver("notices")
    assert post.taken == []
    assert rows() == [("a", "skipped", "cancelled")]


def test_a_telephone_people_share_is_quiet_when_it_is_for_one_of_them(stairwell, send):
    owl, lark, gone = (ResidentFactory(stairwell=stairwell).user for _ in range(3))
    for person in (owl, lark, gone):
        EndpointFactory(user=person, channel="sms", address="+46701740605")
    Rhythm.objects.create(user=owl, quiet_from=time(0), quiet_until=time(0))
    Rhythm.objects.create(user=lark, quiet_from=time(22), quiet_until=time(7))
    Endpoint.objects.filter(user=gone).update(wants=Endpoint.Wants.NOTHING)
    with time_machine.travel(NIGHT, tick=False):
        send()
    row = Delivery.objects.get()
    assert (row.endpoint.user, row.state, row.reason) == (owl, "held", "quiet-hours")
    assert row.due_at == MORNING.replace(hour=7), "who wants nothing has no say"


def test_sms_that_wait_for_the_morning_use_nothing_of_the_months_allowance(stairwell, send):
    EndpointFactory(user=ResidentFactory(stairwell=stairwell).user, channel="sms", address="+46701740605")
    with time_machine.travel(NIGHT, tick=False):
        notice = send(organisation__sms_ceiling=0)
    assert Delivery.objects.get().reason == "quiet-hours"
    assert not notice.organisation.sms_months.exists()


@pytest.mark.parametrize("sleepers", [1, 90])
def test_a_night_costs_the_same_statements_whatever_the_batch(
    post, neighbours, due, django_assert_num_queries, sleepers
):
    for endpoint in neighbours(*(f"n{number}" for number in range(sleepers))):
        Rhythm.objects.create(user=endpoint.user)
    with time_machine.travel(NIGHT, tick=False):
        due()
        expand.start_due("notices")
        # Claim, rows, notice, still meant, held: no letter is written, nothing asked a person.
        with django_assert_num_queries(5):
            assert run.send(claim.deliveries("notices", claim.Letters()), run.Run())
    assert set(Delivery.objects.values_list("state", flat=True)) == {"held"}


minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
changes = st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])


@given(
    now=st.builds(lambda at, minute: at + timedelta(minutes=minute), changes, st.integers(-1500, 1500)),
    start=minutes,
    end=minutes,
    shown=st.timedeltas(timedelta(minutes=1), timedelta(days=3)),
    urgency=st.sampled_from(Notice.Urgency.values),
)
@hypothesis_settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_hour_of_any_night_sends_early_late_or_never(now, start, end, shown, urgency):
    notice = Notice(urgency=urgency, expires_at=now + shown)
    row = SimpleNamespace(channel="email", wants_digest=False, digest_at=None, quiet_from=start, quiet_until=end)
    with time_machine.travel(now, tick=False):
        hold = Pace.of([]).hold(row, notice)
    shown_now = now.astimezone(HERE).time()
    is_night = start <= shown_now < end if start < end else start != end and (shown_now >= start or shown_now < end)
    if urgency == Notice.Urgency.ACT_NOW:
        assert hold is None
    if hold is None:
        assert not is_night or urgency == Notice.Urgency.ACT_NOW, "sent in the night"
        return
    assert now < hold.until <= notice.expires_at
    with time_machine.travel(hold.until, tick=False):
        again = Pace.of([]).hold(row, notice)
        assert again is None or notice.is_over
