"""Stopping what has not left yet: one UPDATE for all waiting rows of notices that must not go any further.

A worker asks the notice's state again after its claim, so what is in its hands when the notice is stopped is at most
one batch; whatever of that comes back to the queue is skipped at the next claim.
"""

from datetime import timedelta

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from notifications.models import WAITING, Delivery, Notice, OutboxState

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=2)
CANCELLED, REPLACED, EXPIRED = "cancelled", "replaced", "expired"


def skip_waiting(notices: QuerySet[Notice], reason: str) -> int:
    """Settle every waiting row of these notices, held ones too, as skipped for this reason; how many there were."""
    rows = Delivery.objects.filter(state__in=WAITING, notice__in=notices.order_by().values("pk"))
    return rows.update(state=OutboxState.SKIPPED, reason=reason, settled_at=timezone.now())


def settle_stopped() -> None:
    """Settle what came back to the queue after its notice was stopped, and what is unsent when its time has passed."""
    now = timezone.now()
    over = Notice.objects.filter(state=Notice.State.SENDING, expires_at__lte=now)
    off = Notice.objects.filter(state=Notice.State.CANCELLED, finished_at__gt=now - LOOK_BACK)
    replaced = Notice.objects.filter(state=Notice.State.SENT, replaced_at__gt=now - LOOK_BACK)
    for notices, reason in ((over, EXPIRED), (off, CANCELLED), (replaced, REPLACED)):
        rows = skip_waiting(notices, reason)
        if rows:
            log.info("rows_stopped", rows=rows, reason=reason)
