"""Loads what a person's own pages are about; whatever is somebody else's is 404."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from buildings.models import JoinCode, Resident
from watch.join import access
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


def new_home(request: HttpRequest, resident: Resident, typed: str) -> JoinCode:
    """The code of the stairwell somebody moves to. Raises NotThereError or TooManyGuessesError."""
    try:
        code = access.join_code(request, typed)
    except access.WrongCodeError as wrong:
        raise NotThereError(
            _("This code has been replaced. Look for the new poster in the stairwell.")
            if wrong.retired
            else _("We do not know this code. Look at the poster in your new stairwell and try again.")
        ) from wrong
    if code.stairwell_id == resident.stairwell_id:
        raise NotThereError(_("This is the stairwell you live in already. Type the code of the new one."))
    if code.stairwell.building.district_id != resident.stairwell.building.district_id:
        raise NotThereError(
            _("That stairwell is in another part of town. Join there with its code, and then leave this one.")
        )
    return code


def _missing() -> Agreement:
    raise Http404
