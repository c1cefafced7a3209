"""The address of a person's own calendar: a secret in it lets a calendar app fetch it without signing in."""

import secrets

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from buildings.models import User
from buildings.sealing import fingerprint, fingerprints, seal, unseal
from watch.models import CalendarKey

PURPOSE = "calendar-key"


@transaction.atomic
def renew(*, user: User) -> str:
    """A new address; the earlier one ends at once."""
    secret = secrets.token_urlsafe(24)
    fields = {"digest": fingerprint(PURPOSE, secret), "sealed": seal(secret), "made_at": timezone.now()}
    CalendarKey.objects.update_or_create(user=user, defaults=fields)
    return _link(secret)


def link_of(user: User) -> str:
    """The person's address, or an empty text when there is none that can be read."""
    key = CalendarKey.objects.filter(user=user).first()
    try:
        return _link(unseal(key.sealed)) if key else ""
    except SuspiciousOperation:
        return ""


def owner(secret: str) -> User | None:
    """Whose calendar the secret opens; a wrong one costs the same work."""
    key = CalendarKey.objects.select_related("user").filter(digest__in=fingerprints(PURPOSE, secret)).first()
    return key.user if key and key.user.is_active else None


def _link(secret: str) -> str:
    return settings.SITE_URL + reverse("meet:private_feed", args=[secret])
