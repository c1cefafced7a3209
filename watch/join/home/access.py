"""Loads what a person's own pages are about; whatever is somebody else's is 404."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from buildings.models import FlatCode, Invitation, Resident, User
from buildings.sealing import fingerprints
from watch.join import access
from watch.join.door import Door
from watch.join.doors import access as ways_in
from watch.join.doors import invitations
from watch.join.home.agreements import Agreement
from watch.join.home.questions import Question


class NotThereError(Exception):
    """The stairwell somebody wants to move to is not one they can move to; the text says what to do."""


def agreement(found: list[Agreement], key: str) -> Agreement:
    """The agreement a form calls by this key, among the person's own."""
    return next((one for one in found if one.key == key), None) or _missing()


def question(found: list[Question], purpose: str) -> Question | None:
    """The question about this purpose, unless it has been answered."""
    return next((one for one in found if one.purpose == purpose), None)


def new_home(request: HttpRequest, resident: Resident, typed: str) -> Door:
    """The way into the stairwell somebody moves to. Raises NotThereError or TooManyGuessesError.

    It opens with the code on the poster, the one in the new flat's letter, or a contact's invitation.
    """
    try:
        door = _door(request, typed)
    except access.WrongCodeError as wrong:
        raise NotThereError(
            _("This code has been replaced. Look for the new poster in the stairwell.")
            if wrong.retired
            else _("We do not know this code. Look at the poster in your new stairwell and try again.")
        ) from wrong
    if door.stairwell.pk == resident.stairwell_id:
        raise NotThereError(_("This is the stairwell you live in already. Type the code of the new one."))
    if door.stairwell.building.district_id != resident.stairwell.building.district_id:
        raise NotThereError(
            _("That stairwell is in another part of town. Join there with its code, and then leave this one.")
        )
    return door


def has_moved(user: User, pk: int) -> bool:
    """Whether the person has moved from this home of theirs."""
    moved = {"state": Resident.State.LEFT, "left_why": Resident.LeftWhy.MOVED}
    return Resident.objects.filter(pk=pk, user=user, **moved).exists()


def _door(request: HttpRequest, typed: str) -> Door:
    """What a code opens. Whoever has guessed too often is stopped before anything is looked up."""
    access.POSTERS.check(request, typed)
    if FlatCode.objects.filter(fingerprint__in=fingerprints("flat-code", typed)).exists():
        return ways_in.letter(request, typed)
    if Invitation.objects.filter(fingerprint__in=fingerprints(invitations.PURPOSE, typed)).exists():
        return ways_in.invited(request, typed)
    return access.poster(request, typed)


def _missing() -> Agreement:
    raise Http404
