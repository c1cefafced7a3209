"""Loads what joining is about: a stairwell by its code, a person's own residency.

Codes are guessed from one address at a time, so wrong ones are counted there; a session that has once shown
a right code goes on with that one, for a whole building may sit behind one address. For the same reason a code that
was opened from an address lately goes on working there: a neighbour who guesses must not shut the others out.
"""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from buildings.models import JoinCode, Resident, User
from buildings.throttle import Throttle
from buildings.visitors import client_ip

WRONG_CODES = Throttle("wrong-stairwell-codes", limit=20, seconds=600)
OPENED_HERE = Throttle("stairwell-codes-opened", limit=1, seconds=7 * 24 * 3600)
SHOWN = "stairwell-codes"
SHOWN_KEPT = 20


class WrongCodeError(Exception):
    """No stairwell has this code now; `retired` is the row of a code that once was right."""

    def __init__(self, retired: JoinCode | None = None) -> None:
        self.retired = retired


class TooManyGuessesError(Exception):
    """Too many wrong codes came from this address."""


def join_code(request: HttpRequest, code: str) -> JoinCode:
    """A code one can join with. Raises WrongCodeError or TooManyGuessesError."""
    shown, where = request.session.get(SHOWN, []), client_ip(request)
    here = f"{where} {code}"
    if code not in shown and WRONG_CODES.spent(where) and not OPENED_HERE.spent(here):
        raise TooManyGuessesError
    places = "stairwell__building__owner", "stairwell__building__district"
    found = JoinCode.objects.select_related(*places).filter(code=code).first()
    if found is None:
        WRONG_CODES.count(where)
        raise WrongCodeError
    if found.retired_at or found.stairwell.closed_at or found.stairwell.building.closed_at:
        raise WrongCodeError(retired=found)
    if code not in shown:
        request.session[SHOWN] = [*shown, code][-SHOWN_KEPT:]
        OPENED_HERE.count(here)
    return found


def own_residency(user: User, pk: int) -> Resident:
    """A place where the person has joined and not left, or 404."""
    return get_object_or_404(Resident.objects.of(user), pk=pk)
