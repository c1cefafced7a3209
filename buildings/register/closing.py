"""What is proposed for closing because the company's register does not name it any more."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet, Value

from buildings.models import Building, Flat, Organisation, Stairwell

PROPOSED = Q(closing_proposed_at__isnull=False, closed_at=None)


class Proposal(NamedTuple):
    """One place proposed for closing; what closes with it is not listed on its own."""

    kind: str
    pk: int
    building: str
    stairwell: str
    flat: str
    proposed_at: datetime


def proposals(landlord: Organisation) -> Any:
    """A query for the rows of Proposal in the order of the houses, each place without those inside it."""
    empty = Value("", output_field=CharField())
    buildings = Building.objects.filter(PROPOSED, owner=landlord)
    stairwells = Stairwell.objects.filter(PROPOSED, building__owner=landlord, building__closing_proposed_at=None)
    flats = Flat.objects.filter(
        PROPOSED,
        stairwell__building__owner=landlord,
        stairwell__closing_proposed_at=None,
        stairwell__building__closing_proposed_at=None,
    )
    parts = [
        _row(buildings, "building", F("designation"), empty, empty),
        _row(stairwells, "stairwell", F("building__designation"), F("name"), empty),
        _row(flats, "flat", F("stairwell__building__designation"), F("stairwell__name"), F("number")),
    ]
    return parts[0].union(*parts[1:], all=True).order_by("house", "stairs", "door", "pk")


def _row(places: QuerySet[Any], kind: str, house: Any, stairs: Any, door: Any) -> Any:
    kinds = Value(kind, output_field=CharField())
    return (
        places.order_by()
        .annotate(kind=kinds, house=house, stairs=stairs, door=door)
        .values_list("kind", "pk", "house", "stairs", "door", "closing_proposed_at")
    )


@transaction.atomic
def keep(*, place: Building | Stairwell | Flat) -> None:
    """Take back the proposal to close a place, with all inside it and for what it stands in."""
    if isinstance(place, Flat):
        flats, stairwells, buildings = Q(pk=place.pk), Q(flats=place.pk), Q(stairwells__flats=place.pk)
    elif isinstance(place, Stairwell):
        flats, stairwells, buildings = Q(stairwell=place.pk), Q(pk=place.pk), Q(stairwells=place.pk)
    else:
        flats, stairwells, buildings = Q(stairwell__building=place.pk), Q(building=place.pk), Q(pk=place.pk)
    for model, inside in ((Flat, flats), (Stairwell, stairwells), (Building, buildings)):
        chosen = model._default_manager.filter(inside).values("pk")
        model._default_manager.filter(pk__in=chosen).update(closing_proposed_at=None)
