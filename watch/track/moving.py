"""Moving a building's watch a step: by a press of police or city, on facts, with the reason kept.

Each step is one transaction. The watch's row is locked and its `version` compared with what the person saw, so of two
who press at once one wins and the other is told.
"""

from datetime import datetime

import structlog
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from buildings.models import Building, StaffMember
from watch.join.mydata.retention import last_night
from watch.meet.guarding import refuse_marked
from watch.models import Watch, WatchStep
from watch.track import signs
from watch.track.facts import facts_at, facts_of
from watch.track.states import MOVERS, STEPS, Facts, may, takes

log = structlog.get_logger(__name__)

State = Watch.State
# Watches looked at in one transaction.
BATCH = 500


class StepError(Exception):
    """A step that cannot be taken: `late` (somebody was quicker) or `unready` (what it rests on is not there)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def move(*, building: Building, to: str, staff: StaffMember, seen: int, note: str = "") -> Watch:
    """Take a step; `seen` is the version the person looked at, 0 for a building without a watch.

    Raises StepError, PermissionDenied for staff who do not move watches there, and Marked when the note points
    somebody out.
    """
    if staff.organisation.kind not in MOVERS or not staff.districts.filter(pk=building.district_id).exists():
        raise PermissionDenied
    refuse_marked(note)
    watch = locked(building)
    if watch.version != (seen or 1):
        raise StepError("late")
    facts = facts_at(building)
    is_theirs = takes(staff.organisation.kind, watch.state, to)
    if not is_theirs or not may(watch.state, to, facts) or _is_closed(building):
        raise StepError("unready")
    why = STEPS[watch.state, to].why(facts)
    if to == State.DORMANT and watch.state == State.REGISTERED:
        watch.known_before = True
    step(watch, to, why, facts=facts, staff=staff, note=note)
    if to in (State.DORMANT, State.CLOSED):
        signs.retire(building=building, organisation=staff.organisation)
    elif to == State.ACTIVE:
        signs.keep(building=building, organisation=staff.organisation)
    log.info("watch_moved", building=building.pk, to=to, by=staff.user_id)
    return watch


def _is_closed(building: Building) -> bool:
    """Whether the building was closed, perhaps since the person opened the page."""
    return Building.objects.filter(pk=building.pk).exclude(closed_at=None).exists()


def locked(building: Building) -> Watch:
    """The building's watch with its row held until the transaction ends; made when there is none."""
    held = Watch.objects.select_for_update().filter(building=building)
    if found := held.first():
        return found
    try:
        with transaction.atomic():
            Watch.objects.create(building=building)
    except IntegrityError:
        pass
    return held.get()


def step(
    watch: Watch, to: str, why: str, *, facts: Facts | None = None, staff: StaffMember | None = None, note: str = ""
) -> WatchStep:
    """Write a step of a watch that is held; without `staff` it is Trappan's own."""
    now = timezone.now()
    kept = {"stairwells": facts.stairwells, "trained": facts.trained} if facts else {}
    taken = WatchStep.objects.create(
        watch=watch,
        before=watch.state,
        state=to,
        at=now,
        by=staff.user if staff else None,
        organisation=staff.organisation if staff else None,
        why=why,
        note=note,
        facts=kept,
    )
    watch.state, watch.since, watch.dormant_proposed_at = to, now, None
    watch.version += 1
    watch.save()
    return taken


def look_for_sleepers(now: datetime | None = None) -> int:
    """Propose as dormant every active watch that looks asleep, and take back what woke; how many are new.

    Each watch once a night, however often it is asked, and some hundreds at a time, so that one that is interrupted
    goes on where it was. Only proposed: falling asleep is somebody's decision.
    """
    moment = now or timezone.now()
    due = Watch.objects.unseen_since(last_night(moment)).order_by("pk")
    found = 0
    while chosen := list(due.values_list("pk", flat=True)[:BATCH]):
        found += _look_at(chosen, moment)
    return found


@transaction.atomic
def _look_at(watches: list[int], moment: datetime) -> int:
    active = Watch.objects.active().filter(pk__in=watches)
    facts = facts_of(Building.objects.filter(watch__in=watches), timezone.localdate(moment))
    asleep = [pk for pk, known in facts.items() if known.is_asleep]
    active.exclude(building__in=asleep).update(dormant_proposed_at=None)
    new = active.filter(building__in=asleep, dormant_proposed_at=None).update(dormant_proposed_at=moment)
    # One that is not active any more is none to look at, so this ends.
    active.update(looked_at=moment)
    return new
