"""What a contact sees of the stairwell: numbers, the names people let them see, and what there is to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from buildings.models import Contact, Flat, Resident

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class StairwellFigures:
    """How many take part, and who of them lets the contact see a name."""

    people: int
    homes: int
    known_homes: int
    names: list[str]


@dataclass(frozen=True)
class Checklist:
    """What is to be done, each with whether it is time."""

    list_is_due: bool
    meeting_is_due: bool
    newcomers: int


def stairwell_figures(contact: Contact) -> StairwellFigures:
    """The figures of the contact's own stairwell; the contact is among the people."""
    present = Resident.objects.present().filter(stairwell=contact.stairwell_id)
    names = present.filter(shows_name=True).exclude(user=contact.user_id).exclude(user__name="")
    return StairwellFigures(
        people=present.count(),
        homes=Flat.objects.standing().filter(stairwell=contact.stairwell_id).count(),
        known_homes=present.exclude(flat=None).values("flat").distinct().count(),
        names=list(names.order_by("user__name", "pk").values_list("user__name", flat=True)),
    )


def checklist(contact: Contact) -> Checklist:
    """What the year asks of the contact now."""
    long_ago = timezone.localdate() - A_YEAR
    since: datetime = contact.welcomed_at or contact.activated_at or contact.applied_at
    came = Resident.objects.present().filter(stairwell=contact.stairwell_id, joined_at__gt=since)
    return Checklist(
        list_is_due=contact.list_confirmed_on is None or contact.list_confirmed_on <= long_ago,
        meeting_is_due=contact.neighbours_met_on is None or contact.neighbours_met_on <= long_ago,
        newcomers=came.exclude(user=contact.user_id).count(),
    )
