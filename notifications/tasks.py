"""Celery's way in: a queue's name in, one call down. What is due is asked from the database."""

from celery import shared_task

from notifications.outbox import digest, expand, mend, run


@shared_task(name="notifications.start_due")
def start_due(queue: str) -> None:
    """Start the notices of this queue whose take-back window has ended."""
    expand.start_due(queue)


@shared_task(name="notifications.deliver")
def deliver(queue: str) -> None:
    """Send what is due on this queue."""
    run.deliver(queue)


@shared_task(name="notifications.gather_digests")
def gather_digests() -> None:
    """Make the daily mails whose hour has come."""
    digest.gather()


@shared_task(name="notifications.reclaim")
def reclaim() -> None:
    """Mend what a killed worker or a lost nudge left behind."""
    mend.reclaim()
