"""Writes to the list of places to meet."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from watch.models import Venue


@transaction.atomic
def save(*, venue: Venue | None, facts: dict[str, Any]) -> Venue:
    """A new place, or new facts of one. Meetings that are planned there keep what people have been told."""
    saved = venue or Venue()
    for name, value in facts.items():
        setattr(saved, name, value)
    saved.save()
    return saved


@transaction.atomic
def close(*, venue: Venue) -> None:
    """Take a place off the list; meetings that are planned there stay. A second press changes nothing."""
    Venue.objects.open().filter(pk=venue.pk).update(closed_at=timezone.now())
