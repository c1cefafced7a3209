"""Taking the night's snapshot of every district: a fixed number of queries, however many districts there are.

A day is taken once it is over. Of how things stood there is one chance; what happened is counted anew for the latest
days each night, because minutes are written and deliveries settled later.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from buildings.models import Building, Contact, ContactStep, Flat, Resident, Stairwell
from notifications.models import Delivery, Notice, OutboxState, Posting
from watch.models import DayCount, Meeting, Snapshot, Suggestion, Watch

log = structlog.get_logger(__name__)

# A district and an owner, and their numbers by name.
Where = tuple[int, int]
Numbers = dict[str, int]
Counted = dict[Where, Numbers]

# Days whose meetings and views, and whose notices, are counted again. Deliveries settle within days and are many.
MEETINGS_AGAIN, NOTICES_AGAIN = 400, 10
BATCH = 2000
Step = Contact.State
# What belongs to a stairwell, when that and its building stand.
STANDING = Q(stairwell__closed_at=None, stairwell__building__closed_at=None)


def take_last_night(now: datetime | None = None) -> bool:
    """Take the day that ended last, unless it has been taken; whether it was. Asking again changes nothing."""
    day = timezone.localdate(now) - timedelta(days=1)
    if Snapshot.objects.filter(day=day).exists():
        return False
    take(day)
    return True


@transaction.atomic
def take(day: date) -> int:
    """Write every district's snapshot for a day that is over, and count the latest days; how many rows it wrote."""
    before = Snapshot.objects.filter(day__lt=day).aggregate(last=Max("day"))["last"]
    rows = standing(day, since=before or day - timedelta(days=1))
    Snapshot.objects.bulk_create(
        rows,
        BATCH,
        update_conflicts=True,
        unique_fields=["district", "owner", "day"],
        update_fields=[*Snapshot.STANDING, *Snapshot.HAPPENED, "languages"],
    )
    counted = count_days(day - timedelta(days=MEETINGS_AGAIN - 1), day)
    log.info("snapshot_taken", day=str(day), owners=len(rows), days=counted)
    return len(rows)


def standing(day: date, since: date) -> list[Snapshot]:
    """How each owner's buildings in each district stand now, and what contacts did after `since` up to `day`."""
    found: dict[Where, Snapshot] = {}
    for numbers in (_watches(), _stairwells(), _flats(), _people(), _contacts(), _steps(since, day)):
        for (district, owner), counts in numbers.items():
            key = (district, owner)
            row = found.setdefault(key, Snapshot(day=day, district_id=district, owner_id=owner))
            for name, number in counts.items():
                setattr(row, name, getattr(row, name) + number)
    for (district, owner), spoken in _languages().items():
        found[district, owner].languages = spoken
    return list(found.values())


def _watches() -> Counted:
    """Buildings by state; one without a watch is registered."""
    rows = Building.objects.filter(closed_at=None).order_by().values_list("district", "owner", "watch__state")
    found: Counted = defaultdict(lambda: defaultdict(int))
    for district, owner, state, number in rows.annotate(Count("pk")):
        if state != Watch.State.CLOSED:
            found[district, owner][state or Watch.State.REGISTERED] += number
    return found


def _by_place(rows: QuerySet[Any], path: str, **numbers: Any) -> Counted:
    """Rows at the end of `path` below a building, counted by its district and owner."""
    places = rows.order_by().values(f"{path}district", f"{path}owner").annotate(**numbers)
    return {(row.pop(f"{path}district"), row.pop(f"{path}owner")): row for row in places}


def _stairwells() -> Counted:
    return _by_place(Stairwell.objects.in_public(), "building__", stairwells=Count("pk"))


def _flats() -> Counted:
    return _by_place(Flat.objects.standing().filter(STANDING), "stairwell__building__", flats=Count("pk"))


def _people() -> Counted:
    """People who have joined and the homes they live in; somebody without a flat is a home, as on every page."""
    return _by_place(
        Resident.objects.present().filter(STANDING),
        "stairwell__building__",
        people=Count("pk"),
        homes=Count("flat", distinct=True) + Count("pk", filter=Q(flat=None)),
    )


def _languages() -> dict[Where, Numbers]:
    found: dict[Where, Numbers] = defaultdict(dict)
    at = ("stairwell__building__district", "stairwell__building__owner", "user__language")
    for district, owner, language, number in (
        Resident.objects.present().order_by().values_list(*at).annotate(Count("pk"))
    ):
        found[district, owner][language] = number
    return found


def _contacts() -> Counted:
    """Contacts by stage, and the stairwells where one is at work."""
    known = Contact.objects.open().seen_by_staff().filter(STANDING)
    stages = {f"contacts_{state}": Count("pk", filter=Q(state=state)) for state in _stages()}
    at_work = Q(state=Step.ACTIVE)
    return _by_place(
        known, "stairwell__building__", **stages, covered=Count("stairwell", distinct=True, filter=at_work)
    )


def _stages() -> Iterable[Contact.State]:
    return (Step.APPLIED, Step.CONFIRMED, Step.TRAINED, Step.ACTIVE)


def _steps(since: date, day: date) -> Counted:
    """Contacts who began, stopped and were trained after `since` up to `day`; who hides is not among them."""
    steps = ContactStep.objects.filter(at__gte=_midnight(since, 1), at__lt=_midnight(day, 1), contact__hidden_at=None)
    steps = steps.filter(state__in=(Step.ACTIVE, Step.TRAINED, Step.RESIGNED, Step.ENDED))
    found: Counted = defaultdict(lambda: dict.fromkeys(Snapshot.HAPPENED, 0))
    place = ("contact__stairwell__building__district", "contact__stairwell__building__owner")
    times = ("state", "contact__activated_at", "contact__applied_at", "contact__trained_on")
    for district, owner, state, activated, applied, trained_on in steps.order_by().values_list(*place, *times):
        numbers = found[district, owner]
        if state == Step.ACTIVE:
            numbers["began"] += 1
        elif state == Step.TRAINED:
            numbers["trained"] += 1
            numbers["training_days"] += _days(applied, trained_on)
        elif activated:
            numbers["stopped"] += 1
    return found


def _days(applied: datetime, trained_on: date | None) -> int:
    """Days from the application to the training; none for somebody who was trained before they applied."""
    return max(0, (trained_on - timezone.localdate(applied)).days) if trained_on else 0


def _midnight(day: date, later: int = 0) -> datetime:
    """When a day begins here, or one so many days later."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=later), time()))


def count_days(first: date, last: date) -> int:
    """Count what happened from one day to another, both included, in each district; how many days had anything.

    Notices are counted for the latest NOTICES_AGAIN days of these only; older ones keep their numbers.
    """
    latest = max(first, last - timedelta(days=NOTICES_AGAIN - 1))
    by_meetings = _add_up(_meetings(first, last), _voices(first, last))
    by_notices = _add_up(_notices(latest, last), _deliveries(latest, last), _boards(latest, last))
    _keep(by_meetings, ["meetings", "came", "voices"], first, last)
    _keep(by_notices, ["notices", "reached", "failed", "boards", "boards_up"], latest, last)
    return len(by_meetings.keys() | by_notices.keys())


Day = tuple[int, date]
# Numbers by `here` and `on`, a district and a day.
Rows = Iterable[dict[str, Any]]


def _add_up(*parts: Rows) -> dict[Day, Numbers]:
    found: dict[Day, Numbers] = defaultdict(dict)
    for part in parts:
        for row in part:
            found[row.pop("here"), row.pop("on")].update(row)
    return found


def _keep(counted: dict[Day, Numbers], names: list[str], first: date, last: date) -> None:
    """Write the numbers of these days; a day on which nothing is left, such as a moved meeting's, falls to nought."""
    anything = reduce(or_, (Q(**{f"{name}__gt": 0}) for name in names))
    DayCount.objects.filter(anything, day__range=(first, last)).update(**dict.fromkeys(names, 0))
    DayCount.objects.bulk_create(
        [DayCount(district_id=district, day=day, **numbers) for (district, day), numbers in counted.items()],
        BATCH,
        update_conflicts=True,
        unique_fields=["district", "day"],
        update_fields=names,
    )


def _between(first: date, last: date, name: str) -> Q:
    return Q(**{f"{name}__gte": _midnight(first), f"{name}__lt": _midnight(last, 1)})


def _meetings(first: date, last: date) -> Rows:
    held = Meeting.objects.held().filter(_between(first, last, "starts_at"))
    days: Any = held.order_by().annotate(on=TruncDate("starts_at"), here=F("district")).values("here", "on")
    rows: Rows = days.annotate(meetings=Count("pk"), came=Sum(F("record__adults") + F("record__children"), default=0))
    return rows


def _voices(first: date, last: date) -> Rows:
    received = Suggestion.objects.filter(_between(first, last, "received_at"))
    days: Any = received.order_by().annotate(on=TruncDate("received_at"), here=F("district")).values("here", "on")
    rows: Rows = days.annotate(voices=Count("pk"))
    return rows


def _sent(first: date, last: date) -> QuerySet[Notice]:
    return Notice.objects.filter(_between(first, last, "started_at")).order_by()


def _notices(first: date, last: date) -> Rows:
    days: Any = _sent(first, last).annotate(on=TruncDate("started_at"), here=F("district")).values("here", "on")
    rows: Rows = days.annotate(notices=Count("pk"))
    return rows


def _of_notices(rows: QuerySet[Any], first: date, last: date) -> Any:
    chosen = rows.filter(notice__in=_sent(first, last).values("pk")).order_by()
    return chosen.annotate(on=TruncDate("notice__started_at"), here=F("notice__district")).values("here", "on")


def _deliveries(first: date, last: date) -> Rows:
    arrived = Count("pk", filter=Q(state__in=(OutboxState.SENT, OutboxState.DELIVERED)))
    failed = Count("pk", filter=Q(state=OutboxState.FAILED))
    days: Any = _of_notices(Delivery.objects.all(), first, last)
    rows: Rows = days.annotate(reached=arrived, failed=failed)
    return rows


def _boards(first: date, last: date) -> Rows:
    days: Any = _of_notices(Posting.objects.all(), first, last)
    rows: Rows = days.annotate(boards=Count("pk"), boards_up=Count("pk", filter=Q(posted_at__isnull=False)))
    return rows
