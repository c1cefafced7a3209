"""The boxes in the list of places."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StairwellChoice:
    """A stairwell's box in the list of places."""

    pk: int
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class BuildingChoice:
    """A building's box and its stairwells' in the list of places."""

    pk: int
    name: str
    is_chosen: bool
    stairwells: list[StairwellChoice]

    @property
    def chosen(self) -> int:
        """How many of its stairwells are chosen."""
        if self.is_chosen:
            return len(self.stairwells)
        return sum(stairwell.is_chosen for stairwell in self.stairwells)

    @property
    def addresses(self) -> str:
        """The first few addresses, to know the building by."""
        return ", ".join(stairwell.name for stairwell in self.stairwells[:3])

    @property
    def words(self) -> str:
        """What the filter box searches."""
        return " ".join([self.name, *(stairwell.name for stairwell in self.stairwells)]).lower()
