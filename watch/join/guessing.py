"""Guesses of codes, counted by the address they come from.

A session that has once shown a right code goes on with that one, for a whole building may sit behind one address. For
the same reason a code that was opened from an address lately goes on working there: a neighbour who guesses must not
shut the others out.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from buildings.throttle import Throttle
from buildings.visitors import client_ip

SHOWN_KEPT = 20
WRONG_ONES, IN_SECONDS = 20, 600
OPENED_KEPT = 7 * 24 * 3600


class TooManyGuessesError(Exception):
    """Too many wrong codes came from this address."""


@dataclass(frozen=True)
class Guard:
    """Stands before one kind of code; `name` is also where the session keeps those it has shown."""

    name: str

    @property
    def _wrong(self) -> Throttle:
        return Throttle(f"wrong-{self.name}", WRONG_ONES, IN_SECONDS)

    @property
    def _opened(self) -> Throttle:
        return Throttle(f"{self.name}-opened", 1, OPENED_KEPT)

    def check(self, request: HttpRequest, code: str) -> None:
        """Whether one may try the code from here. Raises TooManyGuessesError."""
        where = client_ip(request)
        shown = code in request.session.get(self.name, [])
        if not shown and self._wrong.spent(where) and not self._opened.spent(f"{where} {code}"):
            raise TooManyGuessesError

    def count_wrong(self, request: HttpRequest) -> None:
        """Count a wrong code."""
        self._wrong.count(client_ip(request))

    def count_right(self, request: HttpRequest) -> None:
        """The same work for a right one, where the answer must not tell the two apart."""
        Throttle(f"right-{self.name}", WRONG_ONES, IN_SECONDS).count(client_ip(request))

    def remember(self, request: HttpRequest, code: str) -> None:
        """Note that a right code was shown here."""
        shown = request.session.get(self.name, [])
        if code not in shown:
            request.session[self.name] = [*shown, code][-SHOWN_KEPT:]
            self._opened.count(f"{client_ip(request)} {code}")
