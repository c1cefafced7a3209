"""Mending: rows whose worker died, notices that are over or done, notices that never started."""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from notifications import audience, departure
from notifications.doorbell import ring
from notifications.models import WAITING, Delivery, Message, Notice, OutboxState
from notifications.models.deliveries import DIGEST_QUEUE
from notifications.models.notices import NoticeQuerySet
from notifications.outbox import budget, digest
from notifications.outbox.expand import add_deliveries
from notifications.outbox.patience import AWAY_PAUSE
from notifications.outbox.stop import settle_stopped

log = structlog.get_logger(__name__)

# How far apart the clocks of two machines may be.
SKEW = timedelta(seconds=30)
QUEUES = ("alerts", "notices")


def reclaim() -> None:
    """Free rows claimed longer than settings.OUTBOX_STUCK_AFTER ago, settle what must not go any more, finish notices.

    Overdue ones are rung for, and those that waited in vain for a yes are stopped.
    """
    now = timezone.now()
    before = now - settings.OUTBOX_STUCK_AFTER
    set_dates_right(now)
    for model in (Message, Delivery):
        stuck = model.objects.filter(state=OutboxState.SENDING, claimed_at__lt=before)
        queues = sorted(set(stuck.values_list("queue", flat=True)))
        freed = stuck.update(
            state=OutboxState.RETRY,
            reason="stuck",
            attempts=F("attempts") + 1,
            due_at=now,
            claim=None,
            claimed_at=None,
        )
        if freed:
            log.warning("rows_reclaimed", kind=model._meta.model_name, rows=freed)
        for queue in queues:
            ring("notifications.deliver", queue="notices" if queue == DIGEST_QUEUE else queue, expires=30)
    digest.follow_left_behind()
    settle_stopped()
    finish()
    finish_following()
    budget.look_after()
    departure.lapse_unanswered()
    for notice in Notice.objects.due().filter(send_at__lt=before):
        ring("notifications.start_due", queue=notice.queue, expires=30)


def set_dates_right(now: datetime) -> None:
    """After the clock was set back: let nothing wait for a date that only the old clock put so far ahead.

    A claim counts from now on, so that a worker still at it is not disturbed; a notice in its take-back window
    begins it again. What somebody chose (`held`, `not_before`) is a time of day and stays.
    """
    changed = 0
    for model in (Message, Delivery):
        claimed = model.objects.filter(state=OutboxState.SENDING, claimed_at__gt=now + SKEW)
        changed += claimed.update(claimed_at=now)
        changed += model.objects.filter(_due_too_late(now + SKEW), queue__in=QUEUES).update(due_at=now)
    leaves = Value(now + timedelta(seconds=settings.TAKE_BACK_SECONDS), output_field=DateTimeField())
    confirmed_ahead = Notice.objects.filter(state=Notice.State.SCHEDULED, confirmed_at__gt=now + SKEW)
    changed += confirmed_ahead.update(
        confirmed_at=now, send_at=Coalesce(Greatest(F("not_before"), leaves), leaves, output_field=DateTimeField())
    )
    if changed:
        log.warning("clock_set_back", rows=changed)


def _due_too_late(now: datetime) -> Q:
    """Rows due later than a row of their kind can be: a new one at once, a tried one after its pause."""
    late = Q(state=OutboxState.QUEUED, due_at__gt=now)
    pauses = settings.OUTBOX_RETRY_PAUSES
    for attempts, pause in enumerate([pauses[0], *pauses]):
        late |= Q(state=OutboxState.RETRY, attempts=attempts, due_at__gt=now + max(pause, AWAY_PAUSE))
    # How long a provider wants to be left alone is its own choice.
    return Q(due_at__gt=now) & late & ~Q(reason="rate-limited")


def finish(notices: Collection[int] | None = None) -> None:
    """Call notices (these, or all on their way) sent when none of their rows is unsettled.

    Those that follow another are left to `finish_following`.
    """
    on_way = Notice.objects.filter(state=Notice.State.SENDING, refers_to=None)
    if notices is not None:
        on_way = on_way.filter(pk__in=notices)
    if _done(on_way).update(state=Notice.State.SENT, finished_at=timezone.now()):
        log.info("notices_finished")


def finish_following() -> None:
    """Call corrections and callings off sent, once they have reached everyone the thread has told.

    What a worker had in hand when the earlier notice was stopped may have been sent after all; its reader is told too.
    """
    on_way = Notice.objects.filter(state=Notice.State.SENDING, refers_to__isnull=False)
    for notice in _done(on_way).select_related("organisation", "district"):
        earlier = Notice.objects.thread_of(notice).exclude(pk=notice.pk)
        if Delivery.objects.filter(notice__in=earlier.values("pk"), state=OutboxState.SENDING).exists():
            continue
        late = audience.told_before(notice).values("pk")
        if not notice.is_over and add_deliveries(notice, audience.reach(notice).filter(pk__in=late)):
            ring("notifications.deliver", queue=notice.queue, expires=30)
            continue
        Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING).update(
            state=Notice.State.SENT, finished_at=timezone.now()
        )
        log.info("notices_finished")


def _done(on_way: NoticeQuerySet) -> NoticeQuerySet:
    """Those of them that have no unsettled row."""
    rows = Delivery.objects.filter(notice=OuterRef("pk"))
    # Two questions, so that each can be answered from its own small partial index.
    waiting, claimed = rows.filter(state__in=WAITING), rows.filter(state=OutboxState.SENDING)
    return on_way.filter(~Exists(waiting), ~Exists(claimed))
