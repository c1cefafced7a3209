"""A round from door to door: how many doors, stairwell by stairwell. Only numbers, and a note that names nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import QuerySet, Sum

from buildings.models import Stairwell, User
from notifications.audience import places
from watch.meet import holding
from watch.meet.guarding import refuse_marked
from watch.models import DoorRow, Meeting

log = structlog.get_logger(__name__)

COUNTS = ("knocked", "opened", "interested")


@dataclass(frozen=True, kw_only=True)
class Doors:
    """One stairwell's numbers."""

    stairwell: Stairwell
    knocked: int
    opened: int
    interested: int
    note: str = ""


def stairwells(meeting: Meeting) -> QuerySet[Stairwell]:
    """The stairwells of the round, in the order one walks them."""
    return places(meeting.audience).select_related("building").order_by("sort_key", "pk")


def totals(meeting: Meeting) -> dict[str, int]:
    """The round in numbers, summed up."""
    rows = DoorRow.objects.filter(meeting=meeting)
    sums = rows.aggregate(**{name: Sum(name, default=0) for name in COUNTS})
    return {name: int(number) for name, number in sums.items()}


@transaction.atomic
def save(*, meeting: Meeting, user: User, rows: Iterable[Doors]) -> int:
    """Save these stairwells' numbers, and with that the round was held; how many rows.

    The same again changes nothing; stairwells that are not among the rows keep what they have. Raises TooEarly,
    TooLate, Marked.
    """
    found = holding.begun(meeting)
    rows = list(rows)
    refuse_marked(*(row.note for row in rows))
    for row in rows:
        numbers = {name: getattr(row, name) for name in (*COUNTS, "note")}
        DoorRow.objects.update_or_create(meeting=found, stairwell=row.stairwell, defaults=numbers)
    if rows:
        holding.hold(found)
        log.info("doors_recorded", meeting=found.pk, stairwells=len(rows), by=user.pk)
    return len(rows)
