"""Compares a register with what is registered: what would be new, changed, unchanged or proposed for closing.

A plan is data and changes nothing. Buildings are known by designation within the landlord, stairwells by
their key everywhere, flats by object number within the landlord, else by stairwell and number. What
the landlord has in the district and the file does not name is proposed for closing, never deleted.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from buildings.models import District, Organisation
from buildings.register import tidy
from buildings.register.known import Known, KnownBuilding, KnownFlat, KnownStairwell
from buildings.register.matching import Matches, match
from buildings.register.reasons import Reason, Remark
from buildings.register.rows import BuildingRow, FlatRow, Named, Register, StairwellRow

Row = TypeVar("Row", BuildingRow, StairwellRow, FlatRow)
LEVELS = ("buildings", "stairwells", "flats")


@dataclass(slots=True)
class Change:
    """One registered place that the file tells something new about.

    `path` names it from the building down, `values` are model fields (a stairwell's building and a
    flat's stairwell by their keys), `words` the field, the old and the new value to show.
    """

    pk: int
    path: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    words: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, name: str, value: Any, old: str, new: str) -> None:
        """Add one changed field."""
        self.values[name] = value
        self.words.append((name, old, new))


@dataclass(slots=True)
class Closing:
    """One registered place the file does not name any more."""

    pk: int
    path: tuple[str, ...]


@dataclass(slots=True)
class Level(Generic[Row]):
    """What happens to the places of one kind; `waiting` ones are proposed for closing since before."""

    added: list[Row] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    closing: list[Closing] = field(default_factory=list)
    unchanged: int = 0
    waiting: int = 0

    def keep(self, change: Change) -> None:
        """Count a place that stays, with or without a change."""
        if change.values:
            self.changed.append(change)
        else:
            self.unchanged += 1

    def miss(self, pk: int, path: tuple[str, ...], *, proposed: bool) -> None:
        """Propose closing a place, unless that is proposed already."""
        if proposed:
            self.waiting += 1
        else:
            self.closing.append(Closing(pk, path))


@dataclass
class Plan:
    """All that applying a register would do."""

    landlord: Organisation
    district: District
    buildings: Level[BuildingRow] = field(default_factory=Level)
    stairwells: Level[StairwellRow] = field(default_factory=Level)
    flats: Level[FlatRow] = field(default_factory=Level)
    names: dict[str, str] = field(default_factory=dict)
    known_buildings: dict[str, int] = field(default_factory=dict)
    known_stairwells: dict[str, int] = field(default_factory=dict)
    skipped: list[Remark] = field(default_factory=list)
    wrong: list[Remark] = field(default_factory=list)
    blank: int = 0

    def counts(self, what: str) -> dict[str, int]:
        """How many of each level are `added`, `changed`, `closing`, `unchanged` or `waiting`."""
        counted = {}
        for level in LEVELS:
            places = getattr(getattr(self, level), what)
            counted[level] = places if isinstance(places, int) else len(places)
        return counted

    @property
    def does_nothing(self) -> bool:
        """Whether applying it would leave everything as it is."""
        return not any(count for what in ("added", "changed", "closing") for count in self.counts(what).values())


def plan_register(*, register: Register, landlord: Organisation, district: District) -> Plan:
    """Compare a register with the landlord's places in the district."""
    known = Known.load(landlord, {stairwell.postcode for stairwell in register.stairwells.values()})
    return _Comparison(register, known, Plan(landlord, district, skipped=register.skipped, blank=register.blank)).run()


class _Comparison:
    """One comparison under way."""

    def __init__(self, register: Register, known: Known, plan: Plan) -> None:
        self.register, self.known, self.plan = register, known, plan
        self.here = plan.district.pk
        self.buildings = {tidy.designation_key(row.designation): row for row in known.buildings.values()}
        self.stairwells = {row.key: row for row in known.stairwells.values()}
        self.elsewhere = self._objects_elsewhere()
        # Places named by rows that turn out wrong; the register itself is not touched by a comparison.
        named = register.named
        self.named = Named(set(named.buildings), set(named.stairwells), set(named.flats), set(named.objects))
        self.wrong = list(register.wrong)

    def run(self) -> Plan:
        """Fill the plan."""
        homes = [home for home in self.register.flats if not self._refused(home)]
        in_district = [flat for flat in self.known.flats.values() if self._stands_here(flat)]
        matches = match(homes, in_district, self.known.place)
        self.wrong += (
            Remark(home.row, Reason.of("number_taken", number=home.number)) for home, _flat in matches.rejected
        )
        self._keep_rejected(matches)
        self._compare_buildings(matches)
        self._compare_stairwells(matches)
        self._compare_flats(matches, in_district)
        self.plan.wrong = sorted(self.wrong, key=lambda remark: remark.row)
        return self.plan

    def _stands_here(self, flat: KnownFlat) -> bool:
        return self.known.district_of(self.known.stairwells[flat.stairwell]) == self.here

    def _objects_elsewhere(self) -> dict[str, str]:
        """Object numbers of the landlord's other districts, and which district."""
        return {
            tidy.object_key(flat.object_number): self.known.districts[
                self.known.district_of(self.known.stairwells[flat.stairwell])
            ]
            for flat in self.known.flats.values()
            if flat.object_number and not self._stands_here(flat)
        }

    def _refused(self, home: FlatRow) -> bool:
        """Whether the home belongs to another company or district; noted as wrong if so."""
        reason = self._objection(home)
        if reason is None:
            return False
        self.wrong.append(Remark(home.row, reason))
        self.named.add_flat(home)
        return True

    def _objection(self, home: FlatRow) -> Reason | None:
        stairwell, districts = home.stairwell, self.known.districts
        if stairwell.key in self.known.others:
            return Reason.of("other_company", stairwell=stairwell.address)
        building = self.buildings.get(stairwell.building.key)
        if building and building.district != self.here:
            return Reason.of("other_district", building=building.designation, district=districts[building.district])
        registered = self.stairwells.get(stairwell.key)
        if registered and (district := self.known.district_of(registered)) != self.here:
            return Reason.of("stairwell_elsewhere", stairwell=registered.name, district=districts[district])
        if where := self.elsewhere.get(tidy.object_key(home.object_number)):
            return Reason.of("object_elsewhere", value=home.object_number, district=where)
        return None

    def _keep_rejected(self, matches: Matches) -> None:
        """A rejected home's flat stays where it is, and so do its stairwell and building."""
        for home, flat in matches.rejected:
            self.named.add(home.stairwell.building.key, home.stairwell.key, "", tidy.object_key(home.object_number))
            if flat:
                stairwell = self.known.stairwells[flat.stairwell]
                building = self.known.buildings[stairwell.building]
                self.named.add(tidy.designation_key(building.designation), stairwell.key, "", "")

    def _compare_buildings(self, matches: Matches) -> None:
        level = self.plan.buildings
        for row in {home.stairwell.building.key: home.stairwell.building for home in matches.homes}.values():
            known = self.buildings.get(row.key)
            if known is None:
                level.added.append(row)
                continue
            self.plan.known_buildings[row.key] = known.pk
            level.keep(_building_change(known))
        named = self.plan.known_buildings.keys() | self.named.buildings
        for key, known in self.buildings.items():
            if key not in named and known.district == self.here and not known.closed:
                level.miss(known.pk, (known.designation,), proposed=bool(known.proposed))

    def _compare_stairwells(self, matches: Matches) -> None:
        level = self.plan.stairwells
        rows = {home.stairwell.key: home.stairwell for home in matches.homes}
        entrances = self._entrances(rows)
        for row in rows.values():
            known = self.stairwells.get(row.key)
            shared = len(entrances[row.street]) > 1
            if known is None:
                self.plan.names[row.key] = tidy.stairwell_name(row.address, row.entrance, shared=shared)
                level.added.append(row)
                continue
            self.plan.known_stairwells[row.key] = known.pk
            level.keep(self._stairwell_change(known, row, shared=shared))
            self.plan.names[row.key] = known.name
        for key, known in self.stairwells.items():
            if key in rows or key in self.named.stairwells or self.known.district_of(known) != self.here:
                continue
            level.miss(known.pk, self.known.path(known), proposed=bool(known.proposed))

    def _entrances(self, rows: dict[str, StairwellRow]) -> dict[str, set[str]]:
        """The stairwells of each street address, in the file or registered by anyone."""
        entrances: dict[str, set[str]] = defaultdict(set)
        for key in {*rows, *self.stairwells, *self.known.others}:
            entrances[key.rpartition("|")[0]].add(key)
        return entrances

    def _stairwell_change(self, known: KnownStairwell, row: StairwellRow, *, shared: bool) -> Change:
        change = Change(known.pk, self.known.path(known))
        building = self.known.buildings[known.building]
        if tidy.designation_key(building.designation) != row.building.key:
            change.note("building", row.building.key, building.designation, row.building.designation)
        plain, told_apart = (tidy.stairwell_name(known.address, known.entrance, shared=both) for both in (False, True))
        name = told_apart if shared else plain
        # A name somebody has chosen by hand stays.
        if known.name != name and known.name in (plain, told_apart):
            change.note("name", name, known.name, name)
        if row.city and tidy.same(row.city) != tidy.same(known.city):
            change.note("city", row.city, known.city, row.city)
        return _unproposed(change, known)

    def _compare_flats(self, matches: Matches, in_district: list[KnownFlat]) -> None:
        level, named = self.plan.flats, self.named
        for home, flat in matches.pairs:
            if flat is None:
                level.added.append(home)
            else:
                level.keep(self._flat_change(flat, home))
        kept = {flat.pk for _home, flat in (*matches.pairs, *matches.rejected) if flat}
        for flat in in_district:
            known_by = tidy.object_key(flat.object_number) if flat.object_number else ""
            if flat.pk in kept or known_by in named.objects or self.known.place(flat) in named.flats:
                continue
            path = (*self.known.path(self.known.stairwells[flat.stairwell]), flat.number)
            level.miss(flat.pk, path, proposed=bool(flat.proposed))

    def _flat_change(self, known: KnownFlat, home: FlatRow) -> Change:
        stairwell = self.known.stairwells[known.stairwell]
        change = Change(known.pk, (*self.known.path(stairwell), known.number))
        if stairwell.key != home.stairwell.key:
            change.note("stairwell", home.stairwell.key, stairwell.name, self.plan.names[home.stairwell.key])
        if tidy.same(known.number) != tidy.same(home.number):
            change.note("number", home.number, known.number, home.number)
        columns = self.register.columns.places
        if "object_number" in columns and tidy.object_key(known.object_number) != tidy.object_key(home.object_number):
            change.note("object_number", home.object_number, known.object_number, home.object_number)
        if "floor" in columns and tidy.same(known.floor) != tidy.same(home.floor):
            change.note("floor", home.floor, known.floor, home.floor)
        return _unproposed(change, known)


def _building_change(known: KnownBuilding) -> Change:
    change = Change(known.pk, (known.designation,))
    if known.closed:
        change.note("closed_at", None, "", "")
    return _unproposed(change, known)


def _unproposed(change: Change, known: KnownBuilding | KnownStairwell | KnownFlat) -> Change:
    if known.proposed:
        change.note("closing_proposed_at", None, "", "")
    return change
