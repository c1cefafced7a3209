"""Loads what the ways in are about: letters, invitations, stairwells in public, who lives or waits in a stairwell."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from buildings import access
from buildings.access import LANDLORD, scope
from buildings.models import Contact, FlatCode, Invitation, RecoveryCode, Resident, Stairwell, User
from buildings.models.places import PRESENT
from buildings.sealing import fingerprints
from watch.join.access import WrongCodeError
from watch.join.door import Door
from watch.join.doors import invitations, recovery
from watch.join.guessing import Guard

LETTERS = Guard("flat-codes")
INVITATIONS = Guard("neighbours-invitations")
RECOVERIES = Guard("recovery-codes")
LETTER_ROUTES = ("doors:letter", "doors:letter_verify", "doors:letter_choose")
INVITED_ROUTES = ("doors:invited", "doors:invited_verify", "doors:invited_choose")
PUBLIC_ROUTES = ("doors:place", "doors:place_verify", "doors:place_choose")


def letter(request: HttpRequest, code: str) -> Door:
    """The way in that the code in a flat's letter opens. Raises WrongCodeError or TooManyGuessesError.

    A code that was right once is no guess: whoever types it has the letter in hand, and a whole building may do so.
    """
    LETTERS.check(request, code)
    rows = FlatCode.objects.select_related("flat__stairwell__building__owner", "flat__stairwell__building__district")
    found = rows.filter(fingerprint__in=fingerprints("flat-code", code)).first()
    if found is None:
        LETTERS.count_wrong(request)
        raise WrongCodeError
    if found.used_at or found.retired_at or found.flat.closed_at or not _stands(found.flat.stairwell):
        raise WrongCodeError(used_for=found.flat.stairwell if found.used_at else None)
    LETTERS.remember(request, code)
    return Door(found.flat.stairwell, Resident.Way.LETTER, code, LETTER_ROUTES, found)


def invited(request: HttpRequest, code: str) -> Door:
    """The way in that a contact's invitation opens. Raises WrongCodeError or TooManyGuessesError.

    It closes when the contact stops, as everything a contact can do does.
    """
    INVITATIONS.check(request, code)
    rows = Invitation.objects.select_related("stairwell__building__owner", "stairwell__building__district", "by")
    found = rows.filter(fingerprint__in=fingerprints(invitations.PURPOSE, code)).first()
    if found is None:
        INVITATIONS.count_wrong(request)
        raise WrongCodeError
    is_valid = Invitation.objects.valid().filter(pk=found.pk, by__state=Contact.State.ACTIVE).exists()
    if not is_valid or not _stands(found.stairwell):
        raise WrongCodeError(used_for=found.stairwell if found.used_at else None)
    INVITATIONS.remember(request, code)
    return Door(found.stairwell, Resident.Way.INVITATION, code, INVITED_ROUTES, found)


def public_place(pk: int) -> Door:
    """The way in without a code, or 404."""
    standing = Stairwell.objects.in_public().select_related("building__owner", "building__district")
    return Door(get_object_or_404(standing, pk=pk), Resident.Way.PUBLIC, str(pk), PUBLIC_ROUTES)


def resident(user: User, pk: int, resident_pk: int) -> Resident:
    """Somebody who lives or waits in a stairwell of the person's own company, or 404; 403 without the role."""
    place = access.stairwell(user, pk)
    if scope(user).kind != LANDLORD:
        raise PermissionDenied
    return _here(place, resident_pk)


def tenant(user: User, pk: int, resident_pk: int) -> Resident:
    """Somebody who lives in a stairwell of the person's own company now, or 404.

    Who has left, or has only asked to be let in, may be another company's tenant: their account is not its business.
    """
    found = resident(user, pk, resident_pk)
    if found.state not in PRESENT:
        raise Http404
    return found


def contact_stairwell(user: User, pk: int) -> Stairwell:
    """A stairwell the person is an active contact of, or 404; whoever else has to do with it gets 403."""
    found = get_object_or_404(Stairwell.objects.select_related("building__owner", "building__district"), pk=pk)
    if pk in scope(user).contact_stairwells:
        return found
    if Stairwell.objects.filter(scope(user).places(), pk=pk).exists():
        raise PermissionDenied
    raise Http404


def contact_role(user: User, pk: int) -> Contact:
    """The person's own role at a stairwell they are an active contact of; 404 and 403 as `contact_stairwell`."""
    place = contact_stairwell(user, pk)
    roles = Contact.objects.active().select_related("stairwell__building__owner")
    return get_object_or_404(roles, user=user, stairwell=place)


def slip_stairwell(user: User, pk: int) -> Stairwell:
    """A stairwell the person types slips in for: its active contact or its owner's staff; else 404 or 403."""
    if scope(user).kind == LANDLORD:
        return access.stairwell(user, pk)
    return contact_stairwell(user, pk)


def recovery_code(request: HttpRequest, code: str) -> RecoveryCode | None:
    """The code a housing company has handed out, or None; wrong ones are counted. Raises TooManyGuessesError."""
    RECOVERIES.check(request, code)
    found = RecoveryCode.objects.valid().filter(fingerprint__in=fingerprints(recovery.PURPOSE, code)).first()
    if found is None:
        RECOVERIES.count_wrong(request)
    else:
        RECOVERIES.count_right(request)
    return found


def neighbour(user: User, pk: int, resident_pk: int) -> Resident:
    """Somebody else who lives or waits where the person is contact, or 404; 403 without the role."""
    found = _here(contact_stairwell(user, pk), resident_pk)
    if found.user_id == user.pk:
        raise Http404
    return found


def _here(place: Stairwell, resident_pk: int) -> Resident:
    people = Resident.objects.select_related("user", "flat", "stairwell__building__owner")
    return get_object_or_404(people, pk=resident_pk, stairwell=place)


def _stands(place: Stairwell) -> bool:
    return place.closed_at is None and place.building.closed_at is None
