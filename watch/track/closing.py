"""Closing a place its company's register does not name any more, with all that hangs on it.

The register only proposes (`buildings.register`); somebody at the company presses. Contacts, letters, homes, meetings,
signs and the watch end in the same transaction, and a night's look mends what slipped in between.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from buildings.models import Building, Consent, Contact, Flat, Resident, Stairwell
from notifications.errors import Overtaken
from watch.join.contacts.services import end_roles
from watch.join.services import leave
from watch.meet import inviting
from watch.meet.errors import TooLate
from watch.models import Meeting, Sign, SignOrder, Watch, WatchStep
from watch.track import moving, signs

log = structlog.get_logger(__name__)


@transaction.atomic
def close(*, place: Building | Stairwell | Flat) -> bool:
    """Close a proposed place with all inside it; whether it was this press that did it."""
    now = timezone.now()
    # Not its key: whoever holds the watch and writes a row about the place must not wait for us who wait for the watch.
    held = type(place)._default_manager.select_for_update(no_key=True).filter(pk=place.pk, closed_at=None)
    if not held.exclude(closing_proposed_at=None).exists():
        return False
    if isinstance(place, Flat):
        Flat.objects.filter(pk=place.pk).update(closed_at=now)
        return True
    building = place if isinstance(place, Building) else place.building
    # Held before anything of it, so that nobody moves the watch or puts up a sign meanwhile.
    Watch.objects.select_for_update().filter(building=building).first()
    chosen = list(Stairwell.objects.standing().filter(_inside(place)).order_by("pk").values_list("pk", flat=True))
    Flat.objects.standing().filter(stairwell__in=chosen).update(closed_at=now)
    Stairwell.objects.filter(pk__in=chosen).update(closed_at=now)
    for pk in chosen:
        _end_people(pk)
    whole = Building.objects.filter(pk=building.pk) if place == building else Building.objects.none()
    if whole.update(closed_at=now):
        _end_watch_of(building)
    else:
        signs.retire(building=building, organisation=None, stairwells=chosen)
    for meeting in _meetings_for(Q(pk__in=chosen), Q(pk__in=whole.values("pk"))):
        _end_meeting(meeting)
    log.info("place_closed", kind=type(place).__name__, place=place.pk)
    return True


def mend() -> int:
    """End what a closed place still has: somebody who joined, a meeting planned, a sign put up, while it was closed.

    How many places. Each in a transaction of its own, so that one that fails holds up nobody else; it is asked again
    within the hour. A watch whose building a new register names again is not closed any more.
    """
    closed = Stairwell.objects.exclude(closed_at=None).order_by("pk")
    people = Q(Exists(Contact.objects.open().filter(stairwell=OuterRef("pk"))))
    people |= Q(Exists(Resident.objects.not_left().filter(stairwell=OuterRef("pk"))))
    hanging = Exists(Sign.objects.filter(stairwell=OuterRef("pk"), state__in=Sign.WANTED))
    work: list[Callable[[], None]] = [partial(_end_people, stairwell.pk) for stairwell in closed.filter(people)]
    work += [partial(_take_down, stairwell) for stairwell in closed.filter(hanging).select_related("building")]
    work += [partial(_end_meeting, meeting) for meeting in _meetings_for(Q(), Q())]
    work += [partial(_end_watch_of, building) for building in _closed_and_awake()]
    work += [partial(_open_again, watch) for watch in _closed_but_standing()]
    return sum(_mended(step) for step in work)


def _mended(step: Callable[[], None]) -> bool:
    try:
        with transaction.atomic():
            step()
    except Exception as error:  # noqa: BLE001 - it is asked again within the hour, and the others must not wait
        log.error("closed_place_not_mended", error=type(error).__name__)
        return False
    return True


def _closed_and_awake() -> "QuerySet[Building]":
    """Closed buildings whose watch goes on, or where signs are still meant to hang or wait for a yes."""
    awake = ~Q(watch=None) & ~Q(watch__state=Watch.State.CLOSED)
    hanging = Exists(Sign.objects.filter(building=OuterRef("pk"), state__in=Sign.WANTED))
    asked = Exists(SignOrder.objects.filter(building=OuterRef("pk"), state__in=signs.WAITING))
    return Building.objects.exclude(closed_at=None).filter(awake | hanging | asked).order_by("pk")


def _closed_but_standing() -> "QuerySet[Watch]":
    """Watches that ended with a building which stands again."""
    with_it = WatchStep.objects.filter(watch=OuterRef("pk"), state=Watch.State.CLOSED, why=WatchStep.Why.CLOSED)
    return Watch.objects.filter(Exists(with_it), state=Watch.State.CLOSED, building__closed_at=None).order_by("pk")


def _inside(place: Building | Stairwell) -> Q:
    """A filter on Stairwell: the place itself or all in it."""
    return Q(building=place.pk) if isinstance(place, Building) else Q(pk=place.pk)


def _end_people(stairwell: int) -> None:
    """Contacts are told and relieved; homes and every agreement about them end."""
    for contact in Contact.objects.open().filter(stairwell=stairwell).select_related("user"):
        end_roles(
            user=contact.user,
            stairwells=[stairwell],
            state=Contact.State.ENDED,
            by=Contact.EndedBy.SYSTEM,
            why=Contact.EndedWhy.CLOSED,
        )
    for resident in Resident.objects.not_left().filter(stairwell=stairwell).select_related("user", "stairwell"):
        leave(
            resident=resident, language=resident.user.language, why=Resident.LeftWhy.LANDLORD, way=Consent.Way.LANDLORD
        )


def _take_down(stairwell: Stairwell) -> None:
    signs.retire(building=stairwell.building, organisation=None, stairwells=[stairwell.pk])


def _end_watch_of(building: Building) -> None:
    """End a closed building's watch, and take its signs down."""
    watch = moving.locked(building)
    signs.retire(building=building, organisation=None)
    if watch.state != Watch.State.CLOSED:
        moving.step(watch, Watch.State.CLOSED, WatchStep.Why.CLOSED)


def _open_again(watch: Watch) -> None:
    """A watch that had been active sleeps, as one that was known before; any other begins anew."""
    held = moving.locked(watch.building)
    if held.state == Watch.State.CLOSED:
        was_active = held.known_before or held.steps.filter(state=Watch.State.ACTIVE).exists()
        to = Watch.State.DORMANT if was_active else Watch.State.REGISTERED
        moving.step(held, to, WatchStep.Why.BEFORE if was_active else WatchStep.Why.OTHER)


def _meetings_for(stairwells: Q, buildings: Q) -> "QuerySet[Meeting]":
    """Meetings to come, drafts too, that name one of these stairwells or buildings which is closed."""
    doors = Stairwell.objects.exclude(closed_at=None).filter(stairwells)
    houses = Building.objects.exclude(closed_at=None).filter(buildings)
    to_come = Meeting.objects.filter(state__in=(Meeting.State.DRAFT, Meeting.State.PLANNED), ends_at__gt=timezone.now())
    named = Q(stairwells__in=doors) | Q(stairwell__in=doors) | Q(buildings__in=houses)
    return to_come.filter(pk__in=to_come.filter(named).values("pk")).order_by("pk")


def _end_meeting(meeting: Meeting) -> None:
    """Cancel what was planned for closed places alone; where others are meant too, only the closed are left out."""
    gone = list(meeting.stairwells.exclude(closed_at=None)), list(meeting.buildings.exclude(closed_at=None))
    others = meeting.stairwells.filter(closed_at=None).exists() or meeting.buildings.filter(closed_at=None).exists()
    is_gone = meeting.stairwell is not None and meeting.stairwell.closed_at is not None
    if is_gone or not (meeting.whole_district or others):
        # Somebody was quicker; a night's look asks again. The places stay named, so that it shows whom it was for.
        with suppress(TooLate, Overtaken):
            inviting.cancel(meeting=meeting, user=None)
        return
    meeting.stairwells.remove(*gone[0])
    meeting.buildings.remove(*gone[1])
