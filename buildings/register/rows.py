"""What a register says: homes in stairwells in buildings, and the rows that are skipped or wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from buildings.models import Building, Flat, Stairwell
from buildings.register import tidy
from buildings.register.headings import Columns
from buildings.register.read import Row, UnreadableError, open_table
from buildings.register.reasons import Reason, Remark

HOMES = frozenset(
    tidy.same(word)
    for word in (
        "Bostäder",
        "Bostadslägenhet",
        "Lägenhet",
        "Lägenheter",
        "Hyreslägenhet",
        "Hyresrätt",
        "Bostadsrätt",
        "Lgh",
        "Home",
        "Dwelling",
        "Apartment",
        "Flat",
        "Residential",
    )
)
# Studentbostad, seniorbostad, trygghetsbostad ... are homes; a bostadsförråd is not.
HOME_ENDING = "bostad"
LIMITS = {
    "building": Building._meta.get_field("designation").max_length,
    "address": Stairwell._meta.get_field("address").max_length,
    "entrance": Stairwell._meta.get_field("entrance").max_length,
    "city": Stairwell._meta.get_field("city").max_length,
    "number": Flat._meta.get_field("number").max_length,
    "object_number": Flat._meta.get_field("object_number").max_length,
    "floor": Flat._meta.get_field("floor").max_length,
}


def is_home(kind: str) -> bool:
    """Whether an object type means that people live there."""
    key = tidy.same(kind)
    return key in HOMES or key.endswith(HOME_ENDING)


def _spelling(text: str) -> tuple[bool, bool, bool, str]:
    """Orders spellings of one thing, so that the order of the rows never decides: mixed case first, none last."""
    return not text, text.isupper(), text.islower(), text


def _spelled(known: str, again: str) -> str:
    return known if known == again else min(known, again, key=_spelling)


@dataclass(slots=True, eq=False)
class BuildingRow:
    """A property as the file names it."""

    key: str
    designation: str


@dataclass(slots=True, eq=False)
class StairwellRow:
    """A stairwell as the file names it, and the first row it is in."""

    key: str
    building: BuildingRow
    address: str
    entrance: str
    postcode: str
    city: str
    row: int

    @property
    def street(self) -> str:
        """What the entrances of its address share."""
        return tidy.street_key(self.postcode, self.address)


@dataclass(slots=True, eq=False)
class FlatRow:
    """A home as the file names it."""

    row: int
    stairwell: StairwellRow
    number: str
    object_number: str
    floor: str

    @property
    def place(self) -> tuple[str, str]:
        """What the home is known by within the landlord: stairwell and number."""
        return self.stairwell.key, tidy.same(self.number)


@dataclass(slots=True)
class Named:
    """What wrong rows name; nothing a file names at all is proposed for closing because of it."""

    buildings: set[str] = field(default_factory=set)
    stairwells: set[str] = field(default_factory=set)
    flats: set[tuple[str, str]] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)

    def add(self, building: str, stairwell: str, number: str, object_number: str) -> None:
        """Note what one row names, as far as it does."""
        if building:
            self.buildings.add(building)
        if stairwell:
            self.stairwells.add(stairwell)
            if number:
                self.flats.add((stairwell, number))
        if object_number:
            self.objects.add(object_number)

    def add_flat(self, flat: FlatRow) -> None:
        """Note what a home's row names."""
        stairwell, number = flat.place
        self.add(flat.stairwell.building.key, stairwell, number, tidy.object_key(flat.object_number))


@dataclass(slots=True)
class Register:
    """A register as it is written, before it is compared with what is known."""

    columns: Columns
    buildings: dict[str, BuildingRow] = field(default_factory=dict)
    stairwells: dict[str, StairwellRow] = field(default_factory=dict)
    flats: list[FlatRow] = field(default_factory=list)
    skipped: list[Remark] = field(default_factory=list)
    wrong: list[Remark] = field(default_factory=list)
    named: Named = field(default_factory=Named)
    blank: int = 0


def read_register(stream: BinaryIO, filename: str) -> Register:
    """The register in a seekable file. Raises UnreadableError when it is none or has no rows."""
    table = open_table(stream, filename)
    reader = _Reader(table.columns)
    for row in table.rows:
        reader.take(row)
    if not reader.rows:
        raise UnreadableError(_("The file has headings but no rows below them."))
    return reader.register


class _Reader:
    """Takes a file's rows one by one into a Register."""

    def __init__(self, columns: Columns) -> None:
        self.register = Register(columns)
        self.rows = 0
        self._blank: list[int] = []
        self._seen_places: dict[tuple[str, str], int] = {}
        self._seen_objects: dict[str, int] = {}

    def take(self, row: Row) -> None:
        """Sort one row: blank, not a home, wrong, or a home."""
        number, cells = row
        if not any(cell and not cell.isspace() for cell in cells):
            self._blank.append(number)
            return
        self._count_blank()
        self.rows += 1
        values = self._values(cells)
        if values["type"] and not is_home(values["type"]):
            self.register.skipped.append(Remark(number, Reason.of("not_a_home", type=values["type"])))
            return
        if reason := self._fault(values) or self._place(number, values):
            self.register.wrong.append(Remark(number, reason))
            self._name(values)

    def _count_blank(self) -> None:
        """Blank rows count once something follows; spreadsheets have any number of them at the end."""
        self.register.blank += len(self._blank)
        self.register.skipped.extend(Remark(row, Reason.of("blank")) for row in self._blank)
        self._blank.clear()

    def _values(self, cells: Sequence[str]) -> dict[str, str]:
        values = dict.fromkeys(("object_number", "floor"), "")
        for name, place in self.register.columns.places.items():
            values[name] = tidy.text(cells[place]) if place < len(cells) else ""
        values["address"] = tidy.address(values["address"])
        values["entrance"] = tidy.entrance(values["entrance"], values["address"])
        return values

    def _fault(self, values: dict[str, str]) -> Reason | None:
        for name in ("type", "building", "address", "postcode", "number"):
            if not values[name]:
                return Reason.of(f"no_{name}")
        if not tidy.postcode(values["postcode"]):
            return Reason.of("bad_postcode", value=values["postcode"][:20])
        for name, limit in LIMITS.items():
            if limit is not None and len(values[name]) > limit:
                return Reason.of("too_long", heading=self.register.columns.written[name], limit=limit)
        return None

    def _place(self, row: int, values: dict[str, str]) -> Reason | None:
        """Put the home where it belongs, or say why it cannot be."""
        stairwell = self._stairwell(row, values)
        if stairwell.building.key != tidy.designation_key(values["building"]):
            return Reason.of(
                "two_buildings",
                stairwell=stairwell.address,
                building=stairwell.building.designation,
                first=stairwell.row,
            )
        stairwell.building.designation = _spelled(stairwell.building.designation, values["building"])
        flat = FlatRow(row, stairwell, values["number"], values["object_number"], values["floor"])
        if first := self._seen_places.get(flat.place):
            return Reason.of("same_flat", first=first)
        if known_by := tidy.object_key(flat.object_number):
            if first := self._seen_objects.get(known_by):
                return Reason.of("same_object", value=flat.object_number, first=first)
            self._seen_objects[known_by] = row
        self._seen_places[flat.place] = row
        self.register.flats.append(flat)
        return None

    def _stairwell(self, row: int, values: dict[str, str]) -> StairwellRow:
        postcode = tidy.postcode(values["postcode"])
        key = tidy.stairwell_key(postcode, values["address"], values["entrance"])
        if known := self.register.stairwells.get(key):
            known.address = _spelled(known.address, values["address"])
            known.entrance = _spelled(known.entrance, values["entrance"])
            known.city = _spelled(known.city, values["city"])
            return known
        building = self._building(values["building"])
        made = StairwellRow(key, building, values["address"], values["entrance"], postcode, values["city"], row)
        self.register.stairwells[key] = made
        return made

    def _building(self, designation: str) -> BuildingRow:
        key = tidy.designation_key(designation)
        return self.register.buildings.setdefault(key, BuildingRow(key, designation))

    def _name(self, values: dict[str, str]) -> None:
        postcode, stairwell = tidy.postcode(values["postcode"]), ""
        if postcode and values["address"]:
            stairwell = tidy.stairwell_key(postcode, values["address"], values["entrance"])
        self.register.named.add(
            tidy.designation_key(values["building"]),
            stairwell,
            tidy.same(values["number"]),
            tidy.object_key(values["object_number"]),
        )
