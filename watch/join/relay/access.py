"""Loads what letters are about: a contact one may write to, a conversation of one's own, what staff were passed on.

A contact of another stairwell, one who hides and one who never was are the same 404, with the same work done.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from buildings.access import LANDLORD, scope
from buildings.models import Contact, User
from notifications.models import Relay, RelayLetter
from notifications.models.relays import RelayLetterQuerySet


@dataclass(frozen=True)
class Side:
    """A conversation as one of the two sees it."""

    relay: Relay
    is_contact: bool


def contact_to_write_to(user: User, pk: int) -> Contact:
    """A contact of a stairwell where the person lives, whom neighbours may know of; muted ones too. Or 404."""
    known = Contact.objects.shown().filter(stairwell__in=scope(user).home_stairwells, user__is_active=True)
    return get_object_or_404(
        known.exclude(user=user).select_related("user", "stairwell__building__owner", "stairwell__building__district"),
        pk=pk,
    )


def conversation(user: User, pk: int) -> Side:
    """A conversation of the person's, or 404; whoever is no contact any more opens none they had as one."""
    relay = get_object_or_404(Relay.objects.of(user), pk=pk)
    return Side(relay, is_contact=relay.is_contacts(user))


def received_letter(user: User, pk: int) -> RelayLetter:
    """A letter a neighbour wrote to the person as contact, or 404; its writer gets 403."""
    letters = RelayLetter.objects.filter(relay__in=Relay.objects.of(user)).select_related("relay__contact__stairwell")
    letter = get_object_or_404(letters, pk=pk)
    if letter.from_contact or not letter.relay.is_contacts(user):
        raise PermissionDenied
    return letter


def own_role(user: User, pk: int) -> Contact:
    """A stairwell's contact the person is now, or 404."""
    return get_object_or_404(Contact.objects.active().filter(user=user), pk=pk)


def kept_letters() -> RelayLetterQuerySet:
    """Letters whose time is not up, whether or not the night's clean-up has been round."""
    kept: RelayLetterQuerySet = RelayLetter.objects.filter(
        at__gt=timezone.now() - settings.RETENTION["relayed-letters"]
    )
    return kept


def passed_on(user: User) -> QuerySet[RelayLetter]:
    """Letters passed on to the person's organisation: the owner's own buildings, the officer's own districts."""
    reach = scope(user)
    to = RelayLetter.PassedTo.LANDLORD if reach.kind == LANDLORD else RelayLetter.PassedTo.POLICE
    return kept_letters().passed_on(to).filter(relay__contact__stairwell__building__in=reach.buildings())
