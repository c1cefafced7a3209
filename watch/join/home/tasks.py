"""Celery's way in: thin, one call down."""

from celery import shared_task

from watch.join.home import yearly


@shared_task(name="join.ask_homes")
def ask_homes() -> None:
    """Ask those whose year has passed whether they still live there."""
    yearly.ask_homes()
