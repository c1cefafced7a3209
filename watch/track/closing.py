"""Closing a place its company's register does not name any more, with all that hangs on it.

The register only proposes (`buildings.register`); somebody at the company presses. Contacts, letters, homes, meetings,
signs and the watch end in the same transaction, and a night's look mends what slipped in between.
"""

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from buildings.models import Building, Contact, Flat, Resident, Stairwell
from watch.join.contacts.services import end_roles
from watch.join.services import step_out
from watch.meet import inviting
from watch.models import Meeting, Sign, Watch, WatchStep
from watch.track import moving, signs

log = structlog.get_logger(__name__)


@transaction.atomic
def close(*, place: Building | Stairwell | Flat) -> bool:
    """Close a proposed place with all inside it; whether it was this press that did it."""
    now = timezone.now()
    held = type(place)._default_manager.select_for_update().filter(pk=place.pk, closed_at=None)
    if not held.exclude(closing_proposed_at=None).exists():
        return False
    if isinstance(place, Flat):
        Flat.objects.filter(pk=place.pk).update(closed_at=now)
        return True
    stairwells = Stairwell.objects.standing().filter(_inside(place))
    chosen = list(stairwells.order_by("pk"))
    Flat.objects.standing().filter(stairwell__in=[one.pk for one in chosen]).update(closed_at=now)
    Stairwell.objects.filter(pk__in=[one.pk for one in chosen]).update(closed_at=now)
    for stairwell in chosen:
        _end_people(stairwell)
    if isinstance(place, Building):
        Building.objects.filter(pk=place.pk).update(closed_at=now)
        place.refresh_from_db()
        _end_watch(place)
    _end_meetings(_inside(place))
    log.info("place_closed", kind=type(place).__name__, place=place.pk)
    return True


def mend() -> int:
    """End what a closed place still has: somebody who joined, a meeting planned, while it was closed. How many places.

    Each place in a transaction of its own, so that one that fails holds up nobody else.
    """
    closed = Stairwell.objects.exclude(closed_at=None)
    left_behind = Q(contacts__in=Contact.objects.open()) | Q(residents__in=Resident.objects.not_left())
    mended = 0
    for stairwell in closed.filter(left_behind).distinct():
        with transaction.atomic():
            _end_people(stairwell)
            mended += 1
    with transaction.atomic():
        _end_meetings(~Q(closed_at=None))
    houses = Building.objects.exclude(closed_at=None)
    awake = ~Q(watch=None) & ~Q(watch__state=Watch.State.CLOSED)
    hanging = Q(signs__state__in=(Sign.State.UP, Sign.State.DAMAGED))
    for building in houses.filter(awake | hanging).distinct():
        with transaction.atomic():
            _end_watch(building)
            mended += 1
    return mended


def _inside(place: Building | Stairwell) -> Q:
    """A filter on Stairwell: the place itself or all in it."""
    return Q(building=place.pk) if isinstance(place, Building) else Q(pk=place.pk)


def _end_people(stairwell: Stairwell) -> None:
    """Contacts are told and relieved; homes and every agreement about them end."""
    for contact in Contact.objects.open().filter(stairwell=stairwell).select_related("user"):
        end_roles(
            user=contact.user,
            stairwells=[stairwell.pk],
            state=Contact.State.ENDED,
            by=Contact.EndedBy.SYSTEM,
            why=Contact.EndedWhy.CLOSED,
        )
    for resident in Resident.objects.not_left().filter(stairwell=stairwell).select_related("user", "stairwell"):
        step_out(resident=resident, language=resident.user.language, why=Resident.LeftWhy.LANDLORD)


def _end_watch(building: Building) -> None:
    signs.retire(building=building, organisation=None)
    watch = moving.locked(building)
    if watch.state != Watch.State.CLOSED:
        moving.step(watch, Watch.State.CLOSED, WatchStep.Why.CLOSED)


def _end_meetings(stairwells: Q) -> None:
    """Cancel what was planned for these closed stairwells alone; where others are meant too, only they are left out."""
    closed = Stairwell.objects.filter(stairwells)
    to_come = Meeting.objects.filter(state__in=(Meeting.State.DRAFT, Meeting.State.PLANNED), ends_at__gt=timezone.now())
    named = Q(stairwells__in=closed) | Q(stairwell__in=closed) | Q(buildings__in=_houses_closed(closed))
    for meeting in to_come.filter(named).distinct():
        meeting.stairwells.remove(*meeting.stairwells.exclude(closed_at=None))
        meeting.buildings.remove(*meeting.buildings.exclude(closed_at=None))
        is_for_nobody = not (meeting.whole_district or meeting.stairwells.exists() or meeting.buildings.exists())
        if is_for_nobody or (meeting.stairwell and meeting.stairwell.closed_at):
            inviting.cancel(meeting=meeting, user=None)


def _houses_closed(stairwells: "QuerySet[Stairwell]") -> "QuerySet[Building]":
    return Building.objects.exclude(closed_at=None).filter(stairwells__in=stairwells)
