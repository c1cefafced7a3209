"""The facts a watch's steps rest on, read for one building or for all of a district in the same queries."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from buildings.models import Building, Contact, Organisation, Stairwell
from watch.models import DoorRow, Meeting, TrackingRules
from watch.track.states import Facts

Kind = Meeting.Kind
# Meetings those who live in a house are asked to; what is for contacts alone keeps no watch awake.
FOR_NEIGHBOURS = (Kind.INFORMATION, Kind.START_UP, Kind.NEIGHBOUR)
READY = (Contact.State.TRAINED, Contact.State.ACTIVE)
LANDLORD, POLICE = Organisation.Kind.LANDLORD, Organisation.Kind.POLICE
# The ways a meeting reaches a building; a landlord's "whole district" is its own houses there.
REACHES = (
    Q(buildings=OuterRef("pk")),
    Q(stairwells__building=OuterRef("pk")),
    Q(stairwell__building=OuterRef("pk")),
    Q(whole_district=True, stairwell=None, district=OuterRef("district")) & ~Q(lead__kind=LANDLORD),
    Q(whole_district=True, stairwell=None, district=OuterRef("district"), lead=OuterRef("owner")),
)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def facts_of(buildings: "QuerySet[Building]", today: date | None = None) -> dict[int, Facts]:
    """The facts of each building by its pk; four queries, however many there are.

    A contact who hides from a threat is left out: nobody may tell from a watch where one hides.
    """
    day = today or timezone.localdate()
    chosen = buildings.order_by()
    rules = {rule.district_id: rule for rule in TrackingRules.objects.filter(district__in=chosen.values("district"))}
    helped = _by_contacts(chosen)
    doors = dict(
        DoorRow.objects.filter(meeting__state=Meeting.State.HELD, opened__gt=0, stairwell__building__in=chosen)
        .values_list("stairwell__building")
        .annotate(Max("meeting__starts_at"))
    )
    found = {}
    for row in _with_meetings(chosen):
        rule = rules.get(row.district_id) or TrackingRules()
        counts = helped.get(row.pk, {})
        found[row.pk] = Facts(
            stairwells=row.standing,
            helped=counts.get("helped", 0),
            trained=counts.get("trained", 0),
            working=counts.get("working", 0),
            met_on=_latest((*row.met, counts.get("met"))),
            told_at_doors=_latest((doors.get(row.pk),)),
            started_on=_latest(row.started),
            covered_share=rule.covered_share,
            met_since=months_before(day, rule.dormant_after_months),
        )
    return found


def facts_at(building: Building, today: date | None = None) -> Facts:
    """The facts of one building."""
    return facts_of(Building.objects.filter(pk=building.pk), today)[building.pk]


def _by_contacts(buildings: "QuerySet[Building]") -> dict[int, dict[str, Any]]:
    """Stairwells with contacts, by how far those have come, and when one last met the neighbours."""
    at_work = Q(state=Contact.State.ACTIVE)
    rows: Any = (
        Contact.objects.open()
        .seen_by_staff()
        .filter(stairwell__building__in=buildings, stairwell__closed_at=None)
        .order_by()
        .values("stairwell__building")
        .annotate(
            helped=Count("stairwell", distinct=True),
            trained=Count("stairwell", distinct=True, filter=Q(state__in=READY)),
            working=Count("stairwell", distinct=True, filter=at_work),
            met=Max("neighbours_met_on", filter=at_work),
        )
    )
    return {row["stairwell__building"]: row for row in rows}


def _with_meetings(buildings: "QuerySet[Building]") -> Iterable[Any]:
    """Each building with the last meeting of each way one reaches it (`met`, `started`) and its stairwells."""
    held = Meeting.objects.held().filter(contacts_only=False).order_by()
    neighbours = held.filter(kind__in=FOR_NEIGHBOURS)
    with_police = Q(lead__kind=POLICE) | Q(organisers__kind=POLICE) | Q(record__presences__organisation__kind=POLICE)
    start_ups = held.filter(with_police, kind=Kind.START_UP)
    standing = Stairwell.objects.standing().filter(building=OuterRef("pk")).order_by().values("building")
    dates = {f"met_{n}": _last(neighbours, reach) for n, reach in enumerate(REACHES)}
    dates |= {f"started_{n}": _last(start_ups, reach) for n, reach in enumerate(REACHES)}
    rows: Any = buildings.annotate(standing=Subquery(standing.annotate(n=Count("pk")).values("n")), **dates)
    for row in rows:
        row.standing = row.standing or 0
        row.met = [getattr(row, f"met_{n}") for n in range(len(REACHES))]
        row.started = [getattr(row, f"started_{n}") for n in range(len(REACHES))]
        yield row


def _last(meetings: "QuerySet[Meeting]", reach: Q) -> Subquery:
    return Subquery(meetings.filter(reach).order_by("-starts_at").values("starts_at")[:1])


def _latest(times: Iterable[date | datetime | None]) -> date | None:
    """The latest of some days and times, as a day here."""
    days = [timezone.localdate(when) if isinstance(when, datetime) else when for when in times if when]
    return max(days, default=None)
