"""Signs: who may ask, allow, order and say what became of them. Each step is one conditional change."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from buildings.models import Building, Organisation, Stairwell
from watch.meet.guarding import refuse_marked
from watch.models import Sign, SignOrder, Watch

State = SignOrder.State
# What may become of a sign, from where.
BECOMES: dict[str, tuple[str, ...]] = {
    Sign.State.DAMAGED: (Sign.State.UP,),
    Sign.State.REPLACED: (Sign.State.DAMAGED,),
    Sign.State.RETIRED: (Sign.State.RETIRING, Sign.State.UP, Sign.State.DAMAGED),
}


class SignError(Exception):
    """A step with signs that cannot be taken; `code` says why: `asleep`, `many`, `open`, `late` or `hung`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def most(building: Building) -> int:
    """How many more signs the building can have: one a stairwell, less those that hang."""
    stairwells = Stairwell.objects.standing().filter(building=building).count()
    return max(0, stairwells - Sign.objects.hanging().filter(building=building).count())


@transaction.atomic
def ask(*, building: Building, organisation: Organisation, signs: int, stickers: int) -> SignOrder:
    """Ask the owner for leave. Raises SignError `asleep`, `many` or `open` (there is an order under way)."""
    if not Watch.objects.active().select_for_update().filter(building=building).exists():
        raise SignError("asleep")
    if signs > most(building):
        raise SignError("many")
    try:
        with transaction.atomic():
            return SignOrder.objects.create(
                building=building, organisation=organisation, signs=signs, stickers=stickers
            )
    except IntegrityError:
        raise SignError("open") from None


@transaction.atomic
def answer(*, order: SignOrder, owner: Organisation, allowed: bool) -> None:
    """The owner's yes or no. A yes of an earlier owner is answered anew. Raises SignError `late`."""
    waiting = SignOrder.objects.filter(pk=order.pk, building__owner=owner)
    sold = SignOrder.objects.filter(pk=order.pk, state=State.APPROVED).exclude(answered_by=owner)
    pks = [*waiting.filter(state=State.ASKED).values_list("pk", flat=True), *sold.values_list("pk", flat=True)]
    _change(
        SignOrder.objects.filter(pk__in=pks, building__owner=owner, state__in=(State.ASKED, State.APPROVED)),
        state=State.APPROVED if allowed else State.REFUSED,
        answered_at=timezone.now(),
        answered_by=owner,
    )


@transaction.atomic
def order(*, order: SignOrder) -> None:
    """It has been sent to whoever makes signs. Raises SignError `late` without the present owner's yes, or `asleep`."""
    if not Watch.objects.active().filter(building=order.building_id).exists():
        raise SignError("asleep")
    allowed = SignOrder.objects.allowed().filter(pk=order.pk).values("pk")
    _change(
        SignOrder.objects.filter(pk__in=list(allowed.values_list("pk", flat=True)), state=State.APPROVED),
        state=State.ORDERED,
        ordered_at=timezone.now(),
    )


@transaction.atomic
def deliver(*, order: SignOrder) -> None:
    """The parcel has come. Raises SignError `late`."""
    _change(
        SignOrder.objects.filter(pk=order.pk, state=State.ORDERED), state=State.DELIVERED, delivered_at=timezone.now()
    )


@transaction.atomic
def take_back(*, order: SignOrder) -> None:
    """Whoever asked does not need it any more; what has been ordered cannot be taken back. Raises SignError `late`."""
    _change(
        SignOrder.objects.filter(pk=order.pk, state__in=(State.ASKED, State.APPROVED)),
        state=State.CANCELLED,
    )


@transaction.atomic
def put_up(*, order: SignOrder, place: str, on: datetime.date, organisation: Organisation) -> Sign:
    """A delivered sign hangs. Raises SignError `hung` when all of the order hang, `late`, and Marked."""
    refuse_marked(place)
    held = SignOrder.objects.select_for_update().filter(pk=order.pk, state=State.DELIVERED).first()
    if held is None:
        raise SignError("late")
    if held.put_up.count() >= held.signs:
        raise SignError("hung")
    return Sign.objects.create(
        building_id=held.building_id, order=held, place=place, put_up_on=on, changed_by=organisation
    )


@transaction.atomic
def become(*, sign: Sign, state: str, organisation: Organisation) -> None:
    """What became of a sign. Raises SignError `late`."""
    changed = Sign.objects.filter(pk=sign.pk, state__in=BECOMES.get(state, ()))
    if not changed.update(state=state, changed_at=timezone.now(), changed_by=organisation):
        raise SignError("late")


def retire(*, building: Building, organisation: Organisation | None) -> None:
    """All signs of a building are to be taken down, and nothing more is ordered; part of the caller's transaction."""
    up = Sign.objects.filter(building=building, state__in=(Sign.State.UP, Sign.State.DAMAGED))
    up.update(state=Sign.State.RETIRING, changed_at=timezone.now(), changed_by=organisation)
    waiting = SignOrder.objects.filter(building=building, state__in=(State.ASKED, State.APPROVED))
    waiting.update(state=State.CANCELLED)


def _change(orders: "QuerySet[SignOrder]", **facts: Any) -> None:
    if not orders.update(**facts):
        raise SignError("late")
