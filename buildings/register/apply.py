"""Carries a plan out in one transaction, in batches. Nothing is deleted: what is missing is proposed for closing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from buildings.codes import unused_codes
from buildings.models import Building, District, Flat, JoinCode, Organisation, Stairwell
from buildings.register import tidy
from buildings.register.plan import Change, Closing, Plan, plan_register
from buildings.register.rows import Register, StairwellRow

Item = TypeVar("Item")
BATCH = 1000


@transaction.atomic
def apply_register(*, register: Register, landlord: Organisation, district: District) -> Plan:
    """Plan once more against what is registered at this moment, carry it out and return what was done."""
    # One register at a time: two companies' files applied in the same second cannot both claim a stairwell.
    list(District.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    plan = plan_register(register=register, landlord=landlord, district=district)
    _Application(plan).run()
    return plan


class _Application:
    """One plan being carried out."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.buildings = dict(plan.known_buildings)
        self.stairwells = dict(plan.known_stairwells)

    def run(self) -> None:
        """Buildings first, then what stands in them."""
        self._add_buildings()
        _update(Building, self.plan.buildings.changed)
        self._add_stairwells()
        _update(Stairwell, self._with_ids(self.plan.stairwells.changed, "building", self.buildings))
        self._move_flats()
        self._add_flats()
        _propose_closing(Building, self.plan.buildings.closing)
        _propose_closing(Stairwell, self.plan.stairwells.closing)
        _propose_closing(Flat, self.plan.flats.closing)

    def _add_buildings(self) -> None:
        rows = self.plan.buildings.added
        made = Building.objects.bulk_create(
            (
                Building(owner=self.plan.landlord, district=self.plan.district, designation=row.designation)
                for row in rows
            ),
            batch_size=BATCH,
        )
        self.buildings |= {row.key: building.pk for row, building in zip(rows, made, strict=True)}

    def _add_stairwells(self) -> None:
        rows = self.plan.stairwells.added
        made = Stairwell.objects.bulk_create((self._stairwell(row) for row in rows), batch_size=BATCH)
        self.stairwells |= {row.key: stairwell.pk for row, stairwell in zip(rows, made, strict=True)}
        codes = unused_codes(len(made))
        JoinCode.objects.bulk_create(
            (JoinCode(stairwell=stairwell, code=code) for stairwell, code in zip(made, codes, strict=True)),
            batch_size=BATCH,
        )

    def _stairwell(self, row: StairwellRow) -> Stairwell:
        return Stairwell(
            building_id=self.buildings[row.building.key],
            address=row.address,
            entrance=row.entrance,
            name=self.plan.names[row.key],
            postcode=row.postcode,
            city=row.city,
            key=row.key,
            sort_key=tidy.sort_key(row.address, row.entrance),
        )

    def _move_flats(self) -> None:
        """Change flats; those that change place step aside first, so that two may swap numbers."""
        changes = self._with_ids(self.plan.flats.changed, "stairwell", self.stairwells)
        movers = [change for change in changes if change.values.keys() & {"stairwell_id", "number"}]
        for batch in _batches(movers):
            Flat.objects.filter(pk__in=[change.pk for change in batch]).update(
                number=Concat(Value("~"), Cast("pk", CharField()))
            )
        for change in movers:
            change.values.setdefault("number", change.path[-1])
        _update(Flat, changes)

    def _add_flats(self) -> None:
        for batch in _batches(self.plan.flats.added):
            Flat.objects.bulk_create(
                Flat(
                    stairwell_id=self.stairwells[home.stairwell.key],
                    number=home.number,
                    object_number=home.object_number,
                    floor=home.floor,
                )
                for home in batch
            )

    @staticmethod
    def _with_ids(changes: Sequence[Change], name: str, ids: dict[str, int]) -> list[Change]:
        """The changes, with the place above named by its id instead of its key."""
        known = []
        for change in changes:
            values = dict(change.values)
            if name in values:
                values[f"{name}_id"] = ids[values.pop(name)]
            known.append(Change(change.pk, change.path, values))
        return known


def _update(model: type[models.Model], changes: Sequence[Change]) -> None:
    """One UPDATE a batch for each set of fields that change together."""
    alike: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
    for change in changes:
        values: dict[str, Any] = change.values
        alike[tuple(sorted(values))].append(model(pk=change.pk, **values))
    for fields, places in alike.items():
        model._default_manager.bulk_update(places, [name.removesuffix("_id") for name in fields], batch_size=BATCH)


def _propose_closing(model: type[models.Model], closings: Sequence[Closing]) -> None:
    now = timezone.now()
    for batch in _batches(closings):
        model._default_manager.filter(pk__in=[closing.pk for closing in batch]).update(closing_proposed_at=now)


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
