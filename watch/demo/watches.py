"""The demo's watches: houses on every stair, one that fell asleep, and signs on their way."""

from datetime import timedelta

from django.utils import timezone

from buildings.models import Building, Contact, Organisation, Stairwell
from watch.demo.roles import NORRBY
from watch.models import Sign, SignOrder, Watch, WatchStep
from watch.track import facts

State, Why = Watch.State, WatchStep.Why
UP = ((State.PRESENTED, Why.MEETING), (State.FORMING, Why.CONTACT), (State.ACTIVE, Why.STARTED))


def is_built() -> bool:
    """Whether any building has a watch."""
    return Watch.objects.exists()


def build() -> None:
    """Let houses with contacts be active, some on their way, one dormant; signs on the first active one."""
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
    if with_contacts:
        _sign(with_contacts[0], police)
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


def _sign(house: Building, by: Organisation) -> None:
    """Signs that hang, one of them damaged, and a new one asked for."""
    stairwells = Stairwell.objects.standing().filter(building=house).order_by("sort_key")
    kept = {"building": house, "organisation": by, "answered_by": house.owner}
    old = SignOrder.objects.create(**kept, signs=max(1, len(stairwells) - 1), stickers=40, state="delivered")
    hung = timezone.localdate() - timedelta(days=90)
    for number, stairwell in enumerate(stairwells[: old.signs]):
        state = Sign.State.UP if number else Sign.State.DAMAGED
        place = f"Vid porten, {stairwell.name}"[:80]
        Sign.objects.create(building=house, order=old, place=place, put_up_on=hung, state=state)
    SignOrder.objects.create(building=house, organisation=by, signs=1, stickers=10)


def _propose_closing(house: Building) -> None:
    """A stairwell the company's newest register does not name, in a house without contacts."""
    empty = Stairwell.objects.standing().filter(building=house).exclude(contacts__in=Contact.objects.open())
    if stairwell := empty.order_by("pk").last():
        Stairwell.objects.filter(pk=stairwell.pk).update(closing_proposed_at=timezone.now())
