"""How a page asks again: what it has seen, and how long until it looks next."""

from dataclasses import dataclass

from django.http import HttpRequest

# Seconds between two looks. While nothing changes each pause is longer than the last.
PAUSES = (2, 4, 8, 15, 30)


@dataclass(frozen=True)
class Look:
    """One look at figures that change; the page sends it back with its next one, in the header `Trappan-Seen`."""

    seen: str
    pause: int = PAUSES[0]

    @classmethod
    def at(cls, request: HttpRequest, seen: str) -> "Look":
        """This look: sooner again when something has changed since the last, later when nothing has."""
        before, _sep, pause = request.headers.get("Trappan-Seen", "").partition(":")
        if before != seen or not pause.isdecimal():
            return cls(seen)
        longer = (each for each in PAUSES if each > int(pause[:4]))
        return cls(seen, next(longer, PAUSES[-1]))

    def at_most(self, seconds: int) -> "Look":
        """The same look, but the next one no later than this."""
        return Look(self.seen, max(1, min(self.pause, seconds)))

    def __str__(self) -> str:
        return f"{self.seen}:{self.pause}"
