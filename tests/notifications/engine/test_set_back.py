"""Dates that lie ahead because the clock was set back hold nothing up."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from notifications.models import Delivery, Message, Notice
from notifications.outbox import claim, expand, mend
from notifications.sending import confirm
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def still():
    """The clock stands, so that a slow machine does not eat a second of a pause."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def row(still, neighbours, due):
    """One delivery; `row(...)` changes it and runs the mending, and tells when it is then due, in seconds from now."""
    neighbours("anna")
    due()
    expand.start_due("notices")

    def changed(**fields):
        Delivery.objects.update(**fields)
        mend.reclaim()
        return round((Delivery.objects.get().due_at - timezone.now()).total_seconds())

    return changed


def test_a_new_row_is_due_at_once(row):
    assert row(due_at=timezone.now() + HOUR) <= 0
    assert claim.deliveries("notices", claim.Letters())


@pytest.mark.parametrize("attempts", range(7))
def test_a_row_tried_before_is_due_at_once_when_it_waits_longer_than_its_pause(row, attempts):
    pause = settings.OUTBOX_RETRY_PAUSES[max(attempts - 1, 0)]
    assert row(state="retry", attempts=attempts, due_at=timezone.now() + pause + HOUR) <= 0


@pytest.mark.parametrize("attempts", range(1, 7))
def test_a_row_within_its_pause_goes_on_waiting(row, attempts):
    pause = settings.OUTBOX_RETRY_PAUSES[attempts - 1]
    assert row(state="retry", attempts=attempts, due_at=timezone.now() + pause) == pause.total_seconds()


def test_a_row_held_until_a_time_of_day_and_one_the_provider_will_not_have_yet_go_on_waiting(row):
    assert row(state="held", reason="quiet", due_at=timezone.now() + 9 * HOUR) == 9 * 3600
    assert row(state="retry", reason="rate-limited", due_at=timezone.now() + HOUR) == 3600


def test_a_claim_ahead_counts_from_now_and_its_worker_is_not_disturbed(row):
    mine = uuid4()
    row(state="sending", claim=mine, claimed_at=timezone.now() + HOUR)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.claim) == ("sending", mine)
    assert delivery.claimed_at <= timezone.now()


def test_a_sign_in_code_does_not_wait_either(db):
    Message.objects.create(purpose="code", channel="email", queue="alerts", due_at=timezone.now() + HOUR)
    mend.reclaim()
    assert Message.objects.get().due_at <= timezone.now()


def ahead(due, **fields):
    notice, now = due(), timezone.now()
    window = timedelta(seconds=settings.TAKE_BACK_SECONDS)
    fields = {"confirmed_at": now + HOUR, "send_at": now + HOUR + window} | fields
    Notice.objects.filter(pk=notice.pk).update(**fields)
    mend.reclaim()
    notice.refresh_from_db()
    return notice.send_at - now


def test_a_notice_in_its_take_back_window_begins_it_again(neighbours, due):
    neighbours("anna")
    assert timedelta(seconds=29) < ahead(due) < timedelta(seconds=40)


def test_a_notice_meant_for_later_still_leaves_then(neighbours, due):
    neighbours("anna")
    tomorrow = timezone.now() + timedelta(days=1)
    wait = ahead(due, not_before=tomorrow, send_at=tomorrow)
    assert timedelta(hours=23, minutes=59) < wait < timedelta(days=1, seconds=1)


def test_a_notice_just_confirmed_is_left_alone(neighbours, due):
    neighbours("anna")
    notice = due()
    Notice.objects.update(state=Notice.State.DRAFT)
    confirm(notice=notice, user=UserFactory())
    before = Notice.objects.get().send_at
    mend.reclaim()
    assert Notice.objects.get().send_at == before
