"""Thin tasks: what beat asks for."""

from celery import shared_task

from watch.track import closing, moving
from watch.track.figures import taking
from watch.track.voices import services as voices


@shared_task(name="track.nightly")
def look_after_watches() -> None:
    """End what a closed place still has; once a night propose what looks asleep and count how all stands.

    Asking twice changes nothing.
    """
    closing.mend()
    moving.look_for_sleepers()
    taking.take_last_night()


@shared_task(name="track.remind_voices")
def remind_voices() -> None:
    """Remind officers of what people wrote and nobody has answered in time."""
    voices.remind()
