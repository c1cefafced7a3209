"""One way into one stairwell: what the three screens of joining are about, whichever code or link opened them."""

from dataclasses import dataclass

from django.urls import reverse

from buildings.models import FlatCode, Invitation, Resident, Stairwell


@dataclass(frozen=True)
class Door:
    """A way into a stairwell; `key` stands in its addresses, `once` is what is used up by going through."""

    stairwell: Stairwell
    way: str
    key: str
    routes: tuple[str, str, str]
    once: FlatCode | Invitation | None = None

    @property
    def first(self) -> str:
        """The address of the first screen."""
        return reverse(self.routes[0], args=[self.key])

    @property
    def second(self) -> str:
        """The address of the second screen."""
        return reverse(self.routes[1], args=[self.key])

    @property
    def third(self) -> str:
        """The address of the third screen."""
        return reverse(self.routes[2], args=[self.key])

    @property
    def purpose(self) -> str:
        """What the proof of an address is kept under, so that two tabs do not disturb each other."""
        return f"join-{self.way}-{self.key}"

    @property
    def is_public(self) -> bool:
        """Whether no code is asked for, so that who comes in waits."""
        return self.way == Resident.Way.PUBLIC

    @property
    def confirms(self) -> bool:
        """Whether who comes in this way lives there, as far as we can tell."""
        return isinstance(self.once, FlatCode)

    def leads_further(self, resident: Resident) -> bool:
        """Whether somebody who is here already comes any further through this door."""
        if isinstance(self.once, FlatCode):
            return resident.state != Resident.State.CONFIRMED or resident.flat_id != self.once.flat_id
        return resident.state == Resident.State.WAITING and not self.is_public
