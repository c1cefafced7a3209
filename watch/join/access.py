"""Loads what joining is about: a stairwell by its code, a person's own residency."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from buildings.models import JoinCode, Resident, Stairwell, User
from watch.join.door import Door
from watch.join.guessing import Guard

POSTERS = Guard("stairwell-codes")
POSTER_ROUTES = ("join:stairwell", "join:verify", "join:choose")


class WrongCodeError(Exception):
    """No stairwell has this code now.

    `retired` is the row of a poster's code that once was right, `used_for` the stairwell a one-time code let somebody
    into.
    """

    def __init__(self, retired: JoinCode | None = None, used_for: Stairwell | None = None) -> None:
        self.retired, self.used_for = retired, used_for


def join_code(request: HttpRequest, code: str) -> JoinCode:
    """A code one can join with. Raises WrongCodeError or TooManyGuessesError."""
    POSTERS.check(request, code)
    places = "stairwell__building__owner", "stairwell__building__district"
    found = JoinCode.objects.select_related(*places).filter(code=code).first()
    if found is None:
        POSTERS.count_wrong(request)
        raise WrongCodeError
    if found.retired_at or found.stairwell.closed_at or found.stairwell.building.closed_at:
        raise WrongCodeError(retired=found)
    POSTERS.remember(request, code)
    return found


def poster(request: HttpRequest, code: str) -> Door:
    """The way in that a stairwell's code opens. Raises WrongCodeError or TooManyGuessesError."""
    found = join_code(request, code)
    return Door(found.stairwell, Resident.Way.POSTER, found.code, POSTER_ROUTES)


def own_residency(user: User, pk: int) -> Resident:
    """A place where the person has joined, or waits to be let in, or 404."""
    own = Resident.objects.not_left().filter(user=user).select_related("stairwell__building__owner", "user")
    return get_object_or_404(own, pk=pk)
