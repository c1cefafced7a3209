"""Celery's way in to the contacts' room: one call down. What is due is asked from the database."""

from celery import shared_task

from watch.join.contacts import gathering


@shared_task(name="join.remind_gathering")
def remind_gathering() -> None:
    """Remind staff of districts whose contacts were not gathered for a year."""
    gathering.remind()
