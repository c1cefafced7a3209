"""Celery's way in to the weekly mail: one call down. What is due is asked from the database."""

from celery import shared_task

from watch.track import weekly


@shared_task(name="track.weekly")
def send_weekly() -> None:
    """Tell staff on Monday morning what waits for their organisation."""
    weekly.send()
