"""Signs: who may ask, allow, order and say what became of them. Each step is one conditional change, kept as a step.

Whoever needs more than one lock takes the watch's first, then the order's, then the signs'.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from buildings.models import Building, Organisation, Stairwell
from watch.meet.guarding import refuse_marked
from watch.models import Sign, SignOrder, SignStep, TrackingRules, Watch

State = SignOrder.State
# Orders that can still be taken back.
WAITING = (State.ASKED, State.APPROVED)
# What somebody may say of a sign, from where; one is replaced by putting up another.
BECOMES: dict[str, tuple[str, ...]] = {
    Sign.State.DAMAGED: (Sign.State.UP,),
    Sign.State.RETIRED: (Sign.State.RETIRING, Sign.State.UP, Sign.State.DAMAGED),
}


class SignError(Exception):
    """A step with signs that cannot be taken.

    `code` says why: `asleep`, `many`, `open` (an order is under way), `late`, `hung` (all of it) or `unasked` (the
    house was sold, and the new owner has not said yes).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def most(building: Building) -> int:
    """How many more signs the building can have.

    That is what the district allows for its stairwells, less the whole ones that hang and those that have come and do
    not hang yet. A damaged one takes no place: another is to be put up instead.
    """
    stairwells = Stairwell.objects.standing().filter(building=building).count()
    rules = TrackingRules.objects.filter(district=building.district_id).first() or TrackingRules()
    hanging = Sign.objects.hanging().filter(building=building).exclude(state=Sign.State.DAMAGED).count()
    return max(0, stairwells * rules.signs_a_stairwell - hanging - _lying(building))


def _lying(building: Building) -> int:
    """How many delivered signs have never hung."""
    come = SignOrder.objects.filter(building=building, state=State.DELIVERED)
    hung = Sign.objects.filter(order__in=come).count()
    return (come.aggregate(all=Sum("signs"))["all"] or 0) - hung


def _awake(building_id: int) -> None:
    """Hold the building's watch until the transaction ends. Raises SignError `asleep` unless it is active."""
    if Watch.objects.active().select_for_update().filter(building=building_id).first() is None:
        raise SignError("asleep")


@transaction.atomic
def ask(*, building: Building, organisation: Organisation, signs: int, stickers: int) -> SignOrder:
    """Ask the owner for leave. Raises SignError `asleep`, `many` or `open`."""
    _awake(building.pk)
    if SignOrder.objects.open().filter(building=building).exists():
        raise SignError("open")
    if signs > most(building):
        raise SignError("many")
    try:
        with transaction.atomic():
            asked = SignOrder.objects.create(
                building=building, organisation=organisation, signs=signs, stickers=stickers
            )
    except IntegrityError:
        raise SignError("open") from None
    SignStep.objects.create(order=asked, state=State.ASKED, organisation=organisation)
    return asked


@transaction.atomic
def answer(*, order: SignOrder, owner: Organisation, allowed: bool) -> None:
    """The owner's yes or no; whoever has bought the house answers anew. Raises SignError `late`.

    A new owner's yes leaves the order where it is, and a no takes down what hangs of it.
    """
    held = SignOrder.objects.select_for_update(of=("self",)).filter(pk=order.pk, building__owner=owner)
    asked = held.select_related("building").first()
    if asked is None or not asked.waits_for_owner:
        raise SignError("late")
    asked.answered_at, asked.answered_by = timezone.now(), owner
    if not allowed:
        asked.state = State.REFUSED
        _mark(Sign.objects.filter(order=asked, state__in=Sign.WANTED), Sign.State.RETIRING, owner)
    elif asked.state == State.ASKED:
        asked.state = State.APPROVED
    asked.save(update_fields=["state", "answered_at", "answered_by"])
    SignStep.objects.create(order=asked, state=State.APPROVED if allowed else State.REFUSED, organisation=owner)


@transaction.atomic
def order(*, order: SignOrder, organisation: Organisation) -> None:
    """It has been sent to whoever makes signs. Raises SignError `late` without the present owner's yes, or `asleep`."""
    _awake(order.building_id)
    allowed = SignOrder.objects.allowed().filter(pk=order.pk).values("pk")
    _change(order, SignOrder.objects.filter(pk__in=allowed), organisation, state=State.ORDERED, ordered_at=_now())


@transaction.atomic
def deliver(*, order: SignOrder, organisation: Organisation) -> None:
    """The parcel has come. Raises SignError `late`."""
    sent = SignOrder.objects.filter(state=State.ORDERED)
    _change(order, sent, organisation, state=State.DELIVERED, delivered_at=_now())


@transaction.atomic
def take_back(*, order: SignOrder, organisation: Organisation) -> None:
    """Whoever asked does not need it any more; what has been ordered cannot be taken back. Raises SignError `late`."""
    waiting = SignOrder.objects.filter(state__in=WAITING)
    _change(order, waiting, organisation, state=State.CANCELLED)


@transaction.atomic
def put_up(
    *,
    order: SignOrder,
    stairwell: Stairwell,
    place: str,
    on: datetime.date,
    organisation: Organisation,
    replaces: Sign | None = None,
) -> Sign:
    """A delivered sign hangs, perhaps instead of a damaged one.

    Raises SignError `asleep`, `unasked`, `hung` when all of the order hang, `late` when the order, the stairwell or the
    damaged sign is not as it was, and Marked.
    """
    refuse_marked(place)
    _awake(order.building_id)
    locked = SignOrder.objects.select_for_update(of=("self",)).filter(pk=order.pk, state=State.DELIVERED)
    held = locked.select_related("building").first()
    if held is None or not Stairwell.objects.standing().filter(pk=stairwell.pk, building=held.building_id).exists():
        raise SignError("late")
    if not held.has_owners_yes:
        raise SignError("unasked")
    if held.put_up.count() >= held.signs:
        raise SignError("hung")
    if replaces and not _mark(
        Sign.objects.filter(pk=replaces.pk, building=held.building_id, state=Sign.State.DAMAGED),
        Sign.State.REPLACED,
        organisation,
    ):
        raise SignError("late")
    known = {"building_id": held.building_id, "order": held, "changed_by": organisation}
    sign = Sign.objects.create(stairwell=stairwell, place=place, put_up_on=on, **known)
    SignStep.objects.create(sign=sign, state=Sign.State.UP, organisation=organisation)
    return sign


@transaction.atomic
def become(*, sign: Sign, state: str, organisation: Organisation) -> None:
    """What became of a sign. Raises SignError `late`."""
    if not _mark(Sign.objects.filter(pk=sign.pk, state__in=BECOMES.get(state, ())), state, organisation):
        raise SignError("late")


def retire(*, building: Building, organisation: Organisation | None, stairwells: Iterable[int] | None = None) -> None:
    """Signs of a building, or of some of its stairwells, are to be taken down; part of the caller's transaction.

    When it is the whole building, nothing more is ordered either.
    """
    up = Sign.objects.filter(building=building, state__in=Sign.WANTED)
    if stairwells is not None:
        _mark(up.filter(stairwell__in=stairwells), Sign.State.RETIRING, organisation)
        return
    for waiting in SignOrder.objects.filter(building=building, state__in=WAITING):
        SignOrder.objects.filter(pk=waiting.pk).update(state=State.CANCELLED)
        SignStep.objects.create(order=waiting, state=State.CANCELLED, organisation=organisation)
    _mark(up, Sign.State.RETIRING, organisation)


def keep(*, building: Building, organisation: Organisation) -> None:
    """Signs that were to be taken down and still hang may stay; part of the caller's transaction.

    Only those the present owner allows, at stairwells that stand. A damaged one is damaged still.
    """
    hanging = Sign.objects.filter(building=building, state=Sign.State.RETIRING, stairwell__closed_at=None)
    damaged = SignStep.objects.filter(sign__in=hanging, state=Sign.State.DAMAGED).values("sign")
    allowed = SignOrder.objects.filter(building=building, state__in=SignOrder.ALLOWED, answered_by=building.owner_id)
    mine = hanging.filter(order__in=allowed)
    broken = list(mine.filter(pk__in=damaged).values_list("pk", flat=True))
    _mark(mine.exclude(pk__in=broken), Sign.State.UP, organisation)
    _mark(Sign.objects.filter(pk__in=broken), Sign.State.DAMAGED, organisation)


def _now() -> datetime.datetime:
    return timezone.now()


def _change(
    order: SignOrder, orders: "QuerySet[SignOrder]", organisation: Organisation, *, state: str, **facts: Any
) -> None:
    if not orders.filter(pk=order.pk).update(state=state, **facts):
        raise SignError("late")
    SignStep.objects.create(order=order, state=state, organisation=organisation)


def _mark(signs: "QuerySet[Sign]", state: str, organisation: Organisation | None) -> int:
    """Give these signs a state, each with its step; how many there were."""
    chosen = list(signs.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    Sign.objects.filter(pk__in=chosen).update(state=state, changed_at=_now(), changed_by=organisation)
    SignStep.objects.bulk_create(SignStep(sign_id=pk, state=state, organisation=organisation) for pk in chosen)
    return len(chosen)
