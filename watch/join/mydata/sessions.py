"""Whose a session is stands only inside it, sealed; so the few who need to know open each one."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone

from buildings.models import User

BATCH = 500
PROOF = "proof."


def _opened(sessions: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for session in sessions.iterator(chunk_size=BATCH):
        try:
            yield session.pk, session.get_decoded()
        except SuspiciousOperation:
            yield session.pk, {}


def _remove(keys: Collection[str]) -> int:
    found = list(keys)
    for start in range(0, len(found), BATCH):
        Session.objects.filter(pk__in=found[start : start + BATCH]).delete()
    return len(found)


def count_of(user: User) -> int:
    """In how many browsers the person is signed in."""
    held = Session.objects.filter(expire_date__gt=timezone.now())
    return sum(data.get(SESSION_KEY) == str(user.pk) for _key, data in _opened(held))


def remove_those_of(user: User, addresses: Collection[str]) -> int:
    """Take away the person's sessions, and those in which one of their addresses waits for its code."""

    def is_theirs(data: dict[str, Any]) -> bool:
        proofs = (value for key, value in data.items() if key.startswith(PROOF) and isinstance(value, dict))
        return data.get(SESSION_KEY) == str(user.pk) or any(proof.get("value") in addresses for proof in proofs)

    return _remove([key for key, data in _opened(Session.objects.all()) if is_theirs(data)])


def remove_nobodys(now: datetime, after: timedelta) -> int:
    """Take away sessions nobody has signed in with that have lain untouched: they may hold an address."""
    untouched_since = now - after + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    old = Session.objects.filter(expire_date__lt=untouched_since)
    return _remove([key for key, data in _opened(old) if SESSION_KEY not in data])
