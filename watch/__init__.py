"""The project itself and the model: present it, join it, meet, track it."""

from watch.celery import app as celery_app

__all__ = ["celery_app"]
