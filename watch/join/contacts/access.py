"""Loads contacts for the person asking: their own role, or one they answer for as staff.

Who is a contact where is nobody's business, so what a person may not open is 404, never 403.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from buildings.access import POLICE, scope
from buildings.models import Contact, District, Resident, Stairwell, Threat, User
from buildings.models.contacts import ContactQuerySet


def own_role(user: User, pk: int) -> Contact:
    """A role of the person's that has not ended, or 404."""
    return get_object_or_404(Contact.objects.of(user).select_related("user", "successor__stairwell"), pk=pk)


def home(user: User, pk: int) -> Resident:
    """The person's own home in this stairwell, or 404."""
    return get_object_or_404(Resident.objects.of(user), stairwell=pk)


def contacts(user: User) -> ContactQuerySet:
    """The contacts a member of staff may know of: a company's own houses', police's and city's districts'."""
    return Contact.objects.seen_by_staff().filter(stairwell__in=scope(user).stairwells())


def contact(user: User, pk: int) -> Contact:
    """One contact the person answers for as staff, or 404.

    Somebody who hides from a threat is there only for the police, and only when they asked for the police.
    """
    reach = scope(user)
    may_know = Q(hidden_at=None)
    if reach.kind == POLICE:
        may_know |= Q(Exists(Threat.objects.filter(contact=OuterRef("pk"), told__isnull=False)))
    found = Contact.objects.filter(may_know, stairwell__in=reach.stairwells())
    return get_object_or_404(found.with_places().select_related("user", "trained_by"), pk=pk)


def threat(user: User, pk: int) -> Threat:
    """Word of a threat in the officer's districts, or 404; to everybody else there is none."""
    reach = scope(user)
    if reach.kind != POLICE:
        raise Http404
    told = Threat.objects.filter(told__isnull=False, contact__stairwell__in=reach.stairwells())
    return get_object_or_404(told, pk=pk)


def district(user: User, pk: int) -> District:
    """A district the person acts in as staff, or 404."""
    return get_object_or_404(scope(user).districts(), pk=pk)


def gaps(user: User) -> QuerySet[Stairwell]:
    """Standing stairwells the person answers for where nobody helps, or nobody who may be known of."""
    helped = Contact.objects.shown().values("stairwell")
    standing = scope(user).stairwells().filter(closed_at=None, building__closed_at=None)
    return standing.exclude(pk__in=helped)
