"""Thin tasks: what beat asks for."""

from celery import shared_task

from watch.track import closing, moving
from watch.track.voices import services as voices


@shared_task(name="track.look_after_watches")
def look_after_watches() -> None:
    """Propose what looks asleep, and end what a closed place still has. Asking twice changes nothing."""
    moving.look_for_sleepers()
    closing.mend()


@shared_task(name="track.remind_voices")
def remind_voices() -> None:
    """Remind officers of what people wrote and nobody has answered in time."""
    voices.remind()
