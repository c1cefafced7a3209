"""Thin tasks: what beat asks for."""

from celery import shared_task

from watch.track import closing, moving


@shared_task(name="track.look_after_watches")
def look_after_watches() -> None:
    """Propose what looks asleep, and end what a closed place still has. Asking twice changes nothing."""
    moving.look_for_sleepers()
    closing.mend()
