"""Which home in a file is which flat in the register."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from buildings.register import tidy
from buildings.register.known import KnownFlat
from buildings.register.rows import FlatRow

Place = tuple[str, str]
Pair = tuple[FlatRow, KnownFlat | None]


@dataclass(slots=True)
class Matches:
    """Each home with its flat, or with none when it is new; rejected are those whose place is taken."""

    pairs: list[Pair] = field(default_factory=list)
    rejected: list[Pair] = field(default_factory=list)

    @property
    def homes(self) -> list[FlatRow]:
        """The homes that can be registered."""
        return [home for home, _flat in self.pairs]


def match(homes: Sequence[FlatRow], flats: Iterable[KnownFlat], place_of: Callable[[KnownFlat], Place]) -> Matches:
    """Match by object number first, then by stairwell and number what nobody claims by its object number."""
    by_place: dict[Place, KnownFlat] = {}
    by_object: dict[str, KnownFlat] = {}
    for flat in flats:
        by_place[place_of(flat)] = flat
        if flat.object_number:
            by_object[tidy.object_key(flat.object_number)] = flat
    claimed = {
        known.pk
        for home in homes
        if home.object_number and (known := by_object.get(tidy.object_key(home.object_number)))
    }
    pairs: list[Pair] = []
    for home in homes:
        found: KnownFlat | None = by_object.get(tidy.object_key(home.object_number)) if home.object_number else None
        if found is None and (there := by_place.get(home.place)) and there.pk not in claimed:
            found = there
        pairs.append((home, found))
    taken = _taken(pairs, by_place, place_of)
    return Matches(
        [pair for pair in pairs if pair[0].row not in taken], [pair for pair in pairs if pair[0].row in taken]
    )


def _taken(pairs: Sequence[Pair], by_place: dict[Place, KnownFlat], place_of: Callable[[KnownFlat], Place]) -> set[int]:
    """Rows whose place another flat holds and does not leave; whoever was to follow them waits as well."""
    leaving = {flat.pk for home, flat in pairs if flat and place_of(flat) != home.place}
    heading_for = {home.place: (home, flat) for home, flat in pairs}
    blocked = [
        (home, flat)
        for home, flat in pairs
        if (holder := by_place.get(home.place)) and (flat is None or holder.pk != flat.pk) and holder.pk not in leaving
    ]
    taken: set[int] = set()
    while blocked:
        home, flat = blocked.pop()
        taken.add(home.row)
        if flat and (follower := heading_for.get(place_of(flat))) and follower[0].row not in taken:
            blocked.append(follower)
    return taken
