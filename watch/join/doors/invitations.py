"""A contact's invitations: a link to one neighbour, used once, within fourteen days, and taken back with one press."""

import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from buildings.models import Contact, Invitation
from buildings.sealing import fingerprint

PURPOSE = "neighbours-invitation"
OPEN_AT_ONCE = 10


class TooManyError(Exception):
    """The contact has as many open invitations as one may have."""


def sealed(code: str) -> str:
    """What is kept of an invitation's code."""
    return fingerprint(PURPOSE, code)


@transaction.atomic
def invite(*, contact: Contact) -> str:
    """A new invitation's full link, which stands nowhere else. Raises TooManyError at OPEN_AT_ONCE open ones."""
    Contact.objects.select_for_update().get(pk=contact.pk)
    if Invitation.objects.valid().filter(by=contact).count() >= OPEN_AT_ONCE:
        raise TooManyError
    code = secrets.token_urlsafe(16)
    Invitation.objects.create(stairwell=contact.stairwell, by=contact, fingerprint=sealed(code))
    return settings.SITE_URL + reverse("doors:invited", args=[code])


@transaction.atomic
def withdraw(*, contact: Contact, pk: int) -> bool:
    """Take an invitation back; False when it was used or had ended."""
    return bool(Invitation.objects.valid().filter(pk=pk, by=contact).update(withdrawn_at=timezone.now()))
