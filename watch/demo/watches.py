"""The demo's watches: houses on every stair, one that fell asleep, and signs on their way."""

from datetime import datetime, timedelta

from django.utils import timezone

from buildings.models import Building, Contact, Organisation, Stairwell
from watch.demo.roles import NORRBY
from watch.models import Sign, SignOrder, SignStep, Watch, WatchStep
from watch.track import facts

State, Why = Watch.State, WatchStep.Why
UP = ((State.PRESENTED, Why.MEETING), (State.FORMING, Why.CONTACT), (State.ACTIVE, Why.STARTED))


def is_built() -> bool:
    """Whether any building has a watch."""
    return Watch.objects.exists()


def build() -> None:
    """Let houses with contacts be active, some on their way, some asleep; signs in every state, one closing pending."""
    police, city = (Organisation.objects.get(slug=slug) for slug in ("polisen-boras", "boras-stad"))
    here = Building.objects.standing().filter(district__slug=NORRBY)
    helped = facts.facts_of(here)
    with_contacts = [house for house in here.order_by("pk") if helped[house.pk].is_covered]
    others = [house for house in here.order_by("pk") if not helped[house.pk].is_covered]
    for number, house in enumerate(with_contacts):
        _climb(house, 3, police if number % 2 else city, days=300 - 9 * number)
    for number, house in enumerate(others[:12]):
        _climb(house, 2 if helped[house.pk].helped else 1, city, days=120 - 5 * number)
    for house in others[12:14]:
        _remember(house, police)
    left = [house for house in others[14:-1] if not helped[house.pk].trained]
    _leave_alone(left[0], police)
    _fall_asleep(left[1], city)
    _sign(with_contacts[0], police)
    _order(with_contacts[1], city)
    _propose_closing(others[-1])


def _climb(house: Building, stairs: int, by: Organisation, days: int) -> None:
    """Take the first steps, a month apart."""
    at = timezone.now() - timedelta(days=days)
    watch = Watch.objects.create(building=house, state=UP[stairs - 1][0], version=stairs + 1)
    before = State.REGISTERED
    for state, why in UP[:stairs]:
        WatchStep.objects.create(watch=watch, before=before, state=state, why=why, organisation=by, at=at)
        Watch.objects.filter(pk=watch.pk).update(since=at)
        before, at = state, min(at + timedelta(days=30), timezone.now())


def _remember(house: Building, by: Organisation) -> None:
    """A house that had a watch long ago."""
    at = timezone.now() - timedelta(days=60)
    watch = Watch.objects.create(building=house, state=State.DORMANT, known_before=True, since=at, version=2)
    step = {"before": State.REGISTERED, "state": State.DORMANT, "why": Why.BEFORE}
    WatchStep.objects.create(watch=watch, organisation=by, at=at, **step)


def _leave_alone(house: Building, by: Organisation) -> None:
    """The last contact has stopped; a night found it, and nobody has decided yet."""
    _climb(house, 3, by, days=500)
    night = timezone.now() - timedelta(days=6)
    Watch.objects.filter(building=house).update(dormant_proposed_at=night, looked_at=night)
    _hang(house, by, days=420)


def _fall_asleep(house: Building, by: Organisation) -> None:
    """It was active for a year; the city has said that it sleeps, and its signs are to come down."""
    _climb(house, 3, by, days=480)
    order = _hang(house, by, days=400)
    at = timezone.now() - timedelta(days=20)
    watch = Watch.objects.get(building=house)
    step = {"before": State.ACTIVE, "state": State.DORMANT, "why": Why.NO_CONTACT, "note": "Vi frågar igen i vår."}
    WatchStep.objects.create(watch=watch, organisation=by, at=at, **step)
    Watch.objects.filter(pk=watch.pk).update(state=State.DORMANT, since=at, version=watch.version + 1)
    for sign in order.put_up.all():
        _become(sign, Sign.State.RETIRING, by, at)


def _sign(house: Building, by: Organisation) -> None:
    """Signs that hang, one of them damaged, and a new one asked for."""
    order = _hang(house, by, days=90)
    if damaged := order.put_up.first():
        _become(damaged, Sign.State.DAMAGED, house.owner, timezone.now() - timedelta(days=5))
    asked = SignOrder.objects.create(building=house, organisation=by, signs=1, stickers=10)
    SignStep.objects.create(order=asked, state=SignOrder.State.ASKED, organisation=by)


def _order(house: Building, by: Organisation) -> None:
    """Signs the owner has allowed, on their way from whoever makes them."""
    times = {"asked_at": 14, "answered_at": 11, "ordered_at": 9}
    _ordered(
        house, by, SignOrder.State.ORDERED, 2, {name: timezone.now() - timedelta(days=n) for name, n in times.items()}
    )


def _hang(house: Building, by: Organisation, days: int) -> SignOrder:
    """Signs that were ordered and hang since so many days ago, one at each stairwell."""
    stairwells = list(Stairwell.objects.standing().filter(building=house).order_by("sort_key"))
    before = {"asked_at": 30, "answered_at": 27, "ordered_at": 25, "delivered_at": 8}
    times = {name: timezone.now() - timedelta(days=days + n) for name, n in before.items()}
    order = _ordered(house, by, SignOrder.State.DELIVERED, len(stairwells), times)
    at = timezone.now() - timedelta(days=days)
    for stairwell in stairwells:
        known = {"building": house, "order": order, "stairwell": stairwell, "place": "Vid porten"}
        sign = Sign.objects.create(put_up_on=timezone.localdate(at), changed_at=at, changed_by=house.owner, **known)
        SignStep.objects.create(sign=sign, state=Sign.State.UP, at=at, organisation=house.owner)
    return order


def _ordered(house: Building, by: Organisation, state: str, signs: int, times: dict[str, datetime]) -> SignOrder:
    """An order that has come to this state, with the steps there."""
    known = {"building": house, "organisation": by, "answered_by": house.owner, "signs": signs, "stickers": 40}
    order = SignOrder.objects.create(**known, **times, state=state)
    way = (SignOrder.State.ASKED, SignOrder.State.APPROVED, SignOrder.State.ORDERED, SignOrder.State.DELIVERED)
    for step, at in zip(way, times.values(), strict=False):
        who = house.owner if step == SignOrder.State.APPROVED else by
        SignStep.objects.create(order=order, state=step, at=at, organisation=who)
    return order


def _become(sign: Sign, state: str, by: Organisation, at: datetime) -> None:
    Sign.objects.filter(pk=sign.pk).update(state=state, changed_at=at, changed_by=by)
    SignStep.objects.create(sign=sign, state=state, at=at, organisation=by)


def _propose_closing(house: Building) -> None:
    """A stairwell the company's newest register does not name, in a house without contacts."""
    empty = Stairwell.objects.standing().filter(building=house).exclude(contacts__in=Contact.objects.open())
    if stairwell := empty.order_by("pk").last():
        Stairwell.objects.filter(pk=stairwell.pk).update(closing_proposed_at=timezone.now())
