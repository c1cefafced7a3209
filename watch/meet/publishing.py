"""Letting others read the minutes: one part for everybody, one for those who were invited."""

import structlog
from django.db import transaction
from django.utils import timezone

from buildings.models import User
from watch.meet.errors import Changed
from watch.meet.guarding import refuse_marked
from watch.models import Record

log = structlog.get_logger(__name__)


@transaction.atomic
def save(*, record: Record, user: User, parts: dict[str, str], seen_version: int, publish: bool) -> Record:
    """Save both parts and, when `publish`, let them be read; published twice they keep their first time.

    `parts` holds `minutes` and `public_minutes`, the latter only of a meeting anyone could come to. Raises Changed,
    Marked.
    """
    found = Record.objects.select_for_update().get(pk=record.pk)
    is_same = all(getattr(found, name) == text for name, text in parts.items())
    if found.version != seen_version and not is_same:
        raise Changed
    refuse_marked(*parts.values())
    if not is_same:
        for name, text in parts.items():
            setattr(found, name, text)
        found.written_by, found.saved_at, found.version = user, timezone.now(), found.version + 1
    if publish and found.published_at is None:
        found.published_at = timezone.now()
        log.info("minutes_published", meeting=found.meeting_id, by=user.pk)
    found.save()
    return found


@transaction.atomic
def withdraw(*, record: Record, user: User) -> None:
    """Nobody but the organisers can read the minutes any more; twice is harmless."""
    if Record.objects.filter(pk=record.pk, published_at__isnull=False).update(published_at=None):
        log.info("minutes_withdrawn", meeting=record.meeting_id, by=user.pk)
