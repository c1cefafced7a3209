"""The list of places in a form: its boxes, and what is wrong with what was ticked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from buildings.models import Building, District, Stairwell


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


def places_of(
    districts: Collection[District],
    buildings: "QuerySet[Building]",
    stairwells: "QuerySet[Stairwell]",
    chosen: dict[str, set[str]],
) -> Iterator[tuple[District, list[BuildingChoice]]]:
    """Every building and stairwell that can be chosen, by district; `chosen` are the ticked ones' keys as text.

    One query however many there are.
    """
    offered = stairwells.filter(building__in=buildings.order_by().values("pk"))
    rows = offered.order_by("building", *Stairwell._meta.ordering or ())
    by_building: dict[int, BuildingChoice] = {}
    by_district: dict[int, list[BuildingChoice]] = {}
    for pk, name, house, designation, district in rows.values_list(
        "pk", "name", "building_id", "building__designation", "building__district_id"
    ):
        if house not in by_building:
            by_building[house] = BuildingChoice(house, designation, str(house) in chosen["buildings"], [])
            by_district.setdefault(district, []).append(by_building[house])
        by_building[house].stairwells.append(StairwellChoice(pk, name, str(pk) in chosen["stairwells"]))
    for place in districts:
        if place.pk in by_district:
            yield place, by_district[place.pk]


def wrong_places(data: dict[str, Any], *, is_chosen: bool) -> str | None:
    """What is wrong with the boxes ticked in cleaned data, if anything; `is_chosen` when boxes are to be ticked."""
    district = data.get("district")
    buildings, stairwells = data["buildings"], data["stairwells"].select_related("building")
    if not is_chosen:
        # Boxes ticked and then forgotten must not turn into a notice to everyone.
        forgotten = _("You have ticked buildings or stairwells too. Choose them, or untick them.")
        return forgotten if buildings or stairwells else None
    if not buildings and not stairwells:
        return _("Choose at least one building or stairwell.")
    inside = [*buildings, *(stairwell.building for stairwell in stairwells)]
    if district and any(place.district_id != district.pk for place in inside):
        return _("All buildings and stairwells must be in the district you have chosen.")
    return None
