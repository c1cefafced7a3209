"""What is registered already, as plain rows to compare a file with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import NamedTuple, Self

from buildings.models import Building, District, Flat, Organisation, Stairwell
from buildings.register import tidy


class KnownBuilding(NamedTuple):
    """A building of the landlord's, closed ones included: their designation is taken."""

    pk: int
    designation: str
    district: int
    proposed: datetime | None
    closed: datetime | None


class KnownStairwell(NamedTuple):
    """A standing stairwell of the landlord's."""

    pk: int
    key: str
    building: int
    address: str
    entrance: str
    name: str
    postcode: str
    city: str
    proposed: datetime | None


class KnownFlat(NamedTuple):
    """A standing flat of the landlord's."""

    pk: int
    stairwell: int
    number: str
    object_number: str
    floor: str
    proposed: datetime | None


@dataclass(frozen=True)
class Known:
    """One landlord's houses, everywhere; and whom else's stairwells stand in the same postcodes."""

    buildings: dict[int, KnownBuilding]
    stairwells: dict[int, KnownStairwell]
    flats: dict[int, KnownFlat]
    others: frozenset[str]
    districts: dict[int, str]

    @classmethod
    def load(cls, landlord: Organisation, postcodes: Iterable[str]) -> Self:
        """Read everything the comparison needs, in five queries."""
        buildings = Building.objects.filter(owner=landlord).order_by("pk")
        stairwells = Stairwell.objects.standing().filter(building__owner=landlord).order_by("sort_key", "pk")
        flats = Flat.objects.standing().filter(stairwell__closed_at=None, stairwell__building__owner=landlord)
        others = Stairwell.objects.standing().exclude(building__owner=landlord)
        fields = "building_id", "address", "entrance", "name", "postcode", "city", "closing_proposed_at"
        return cls(
            {
                row[0]: KnownBuilding(*row)
                for row in buildings.values_list("pk", "designation", "district_id", "closing_proposed_at", "closed_at")
            },
            {row[0]: KnownStairwell(*row) for row in stairwells.values_list("pk", "key", *fields)},
            {
                flat.pk: flat
                for flat in starmap(
                    KnownFlat,
                    flats.order_by("number", "pk")
                    .values_list("pk", "stairwell_id", "number", "object_number", "floor", "closing_proposed_at")
                    .iterator(chunk_size=5000),
                )
            },
            frozenset(others.filter(postcode__in=sorted(postcodes)).values_list("key", flat=True)),
            dict(District.objects.values_list("pk", "name")),
        )

    def place(self, flat: KnownFlat) -> tuple[str, str]:
        """What the flat is known by within the landlord: its stairwell's key and its number."""
        return self.stairwells[flat.stairwell].key, tidy.same(flat.number)

    def district_of(self, stairwell: KnownStairwell) -> int:
        """The district a stairwell stands in."""
        return self.buildings[stairwell.building].district

    def path(self, stairwell: KnownStairwell) -> tuple[str, str]:
        """Building and stairwell as people name them."""
        return self.buildings[stairwell.building].designation, stairwell.name
