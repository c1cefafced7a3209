"""The broker as a doorbell: a nudge to workers, never the only copy of anything.

The row that makes the work exist is committed before the bell rings. When the broker is away the
nudge is lost and beat finds the row a few seconds later.
"""

from datetime import datetime
from math import ceil

import structlog
from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


# A broker is no calendar: what is due later than this is left to beat alone.
FURTHEST_AHEAD = 3600


def ring_at(task: str, *, queue: str, when: datetime) -> None:
    """Ring when this time comes, unless it is more than an hour ahead."""
    seconds = ceil((when - timezone.now()).total_seconds())
    if seconds <= FURTHEST_AHEAD:
        ring(task, queue=queue, countdown=max(0, seconds))


def ring(task: str, *, queue: str, countdown: float = 0, expires: float | None = None) -> None:
    """Tell a worker of `queue` to run `task(queue=queue)` once the current transaction is committed.

    `countdown` and `expires` are seconds from now; an expired nudge is thrown away unheard. A missing
    broker is only logged.
    """

    def send() -> None:
        try:
            current_app.send_task(
                task,
                kwargs={"queue": queue},
                queue=queue,
                countdown=countdown or None,
                expires=expires,
                retry=False,
            )
        except (OperationalError, OSError) as error:
            log.warning("doorbell_silent", task=task, queue=queue, error=type(error).__name__)

    transaction.on_commit(send)
