"""The demo's figures: last night's, and the ends of the past months worked out from the dates of what happened."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from buildings.models import Building, ContactStep, Resident
from watch.models import Snapshot, WatchStep
from watch.track.figures import taking
from watch.track.figures.reading import month_before

MONTHS = 14
OPEN = ("applied", "confirmed", "trained", "active")
Where = tuple[int, int]
PLACE = ("stairwell__building__district", "stairwell__building__owner")


def is_built() -> bool:
    """Whether any night has been kept."""
    return Snapshot.objects.exists()


def build() -> None:
    """Keep last night, the nights months ended with, and what happened in the past months."""
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    ends = [month_before(today.replace(day=1), number) - timedelta(days=1) for number in range(MONTHS)]
    ends = [day for day in reversed(ends) if day < yesterday]
    for before, day in zip([ends[0] - timedelta(days=30), *ends], ends, strict=False):
        Snapshot.objects.bulk_create(_as_on(day, before))
        taking.count_days(before, day)
    for day in (yesterday - timedelta(days=10 * number) for number in range(12)):
        taking.count_days(day - timedelta(days=9), day)
    taking.take(yesterday)


def _as_on(day: date, since: date) -> Iterator[Snapshot]:
    """How it stood on a day, as far as dates tell: houses and homes as they are, people as they came."""
    homes, watches, contacts = _homes(day), _watches(day), _contacts(day)
    for row in taking.standing(day, since):
        where = (row.district_id, row.owner_id)
        row.people, row.homes = len(homes[where]), len(set(homes[where]))
        row.languages = {}
        for state in ("registered", "presented", "forming", "active", "dormant"):
            setattr(row, state, watches[where][state])
        row.covered = len({stairwell for stairwell, state in contacts[where] if state == "active"})
        stages = Counter(state for _stairwell, state in contacts[where])
        for state in OPEN:
            setattr(row, f"contacts_{state}", stages[state])
        yield row


def _homes(day: date) -> dict[Where, list[tuple[str, int]]]:
    """Each person's home by then: their flat, or themselves where no flat is known."""
    found: dict[Where, list[tuple[str, int]]] = defaultdict(list)
    came = Resident.objects.present().filter(joined_at__date__lte=day)
    for district, owner, flat, pk in came.values_list(*PLACE, "flat", "pk"):
        found[district, owner].append(("flat", flat) if flat else ("person", pk))
    return found


def _watches(day: date) -> dict[Where, Counter[str]]:
    """Standing buildings by the state of their last step by then."""
    steps = WatchStep.objects.filter(at__date__lte=day).order_by("at", "pk")
    states = dict(steps.values_list("watch__building", "state"))
    found: dict[Where, Counter[str]] = defaultdict(Counter)
    for pk, district, owner in Building.objects.standing().values_list("pk", "district", "owner"):
        found[district, owner][states.get(pk, "registered")] += 1
    return found


def _contacts(day: date) -> dict[Where, list[tuple[int, str]]]:
    """The stairwell and stage of each contact by then; who hides is not among them."""
    steps = ContactStep.objects.filter(at__date__lte=day, contact__hidden_at=None).order_by("at", "pk")
    rows = steps.values_list("contact", "state", "contact__stairwell", *(f"contact__{path}" for path in PLACE))
    last = {contact: (state, *place) for contact, state, *place in rows}
    found: dict[Where, list[tuple[int, str]]] = defaultdict(list)
    for state, stairwell, district, owner in last.values():
        if state in OPEN:
            found[district, owner].append((stairwell, state))
    return found
