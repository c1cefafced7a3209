"""Mending: rows whose worker died, notices that are done, notices that never started."""

from collections.abc import Collection

import structlog
from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from notifications.doorbell import ring
from notifications.models import WAITING, Delivery, Message, Notice, OutboxState
from notifications.models.deliveries import DIGEST_QUEUE
from notifications.outbox import budget, digest

log = structlog.get_logger(__name__)


def reclaim() -> None:
    """Free rows claimed longer than settings.OUTBOX_STUCK_AFTER ago, finish notices, start overdue ones."""
    now = timezone.now()
    before = now - settings.OUTBOX_STUCK_AFTER
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
    finish()
    budget.look_after()
    for notice in Notice.objects.due().filter(send_at__lt=before):
        ring("notifications.start_due", queue=notice.queue, expires=30)


def finish(notices: Collection[int] | None = None) -> None:
    """Call notices (these, or all on their way) sent when none of their rows is unsettled."""
    on_way = Notice.objects.filter(state=Notice.State.SENDING)
    if notices is not None:
        on_way = on_way.filter(pk__in=notices)
    rows = Delivery.objects.filter(notice=OuterRef("pk"))
    # Two questions, so that each can be answered from its own small partial index.
    waiting, claimed = rows.filter(state__in=WAITING), rows.filter(state=OutboxState.SENDING)
    done = on_way.filter(~Exists(waiting), ~Exists(claimed))
    if done.update(state=Notice.State.SENT, finished_at=timezone.now()):
        log.info("notices_finished")
