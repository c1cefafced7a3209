"""Moving a building's watch a step: by a press of police or city, on facts, with the reason kept.

Each step is one transaction. The watch's row is locked and its `version` compared with what the person saw, so of two
who press at once one wins and the other is told.
"""

import structlog
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from buildings.models import Building, StaffMember
from watch.meet.guarding import refuse_marked
from watch.models import Watch, WatchStep
from watch.track import signs
from watch.track.facts import facts_at, facts_of
from watch.track.states import MOVERS, STEPS, Facts, may

log = structlog.get_logger(__name__)

State = Watch.State


class StepError(Exception):
    """A step that cannot be taken: `late` (somebody was quicker) or `unready` (what it rests on is not there)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def move(*, building: Building, to: str, staff: StaffMember, seen: int, note: str = "") -> Watch:
    """Take a step; `seen` is the version the person looked at, 0 for a building without a watch.

    Raises StepError, PermissionDenied for staff who do not move watches, and Marked when the note points somebody out.
    """
    if staff.organisation.kind not in MOVERS:
        raise PermissionDenied
    refuse_marked(note)
    watch = locked(building)
    if watch.version != (seen or 1):
        raise StepError("late")
    facts = facts_at(building)
    if building.closed_at or not may(watch.state, to, facts):
        raise StepError("unready")
    why = STEPS[watch.state, to].why(facts)
    if to == State.DORMANT and watch.state == State.REGISTERED:
        watch.known_before = True
    step(watch, to, why, facts=facts, staff=staff, note=note)
    if to in (State.DORMANT, State.CLOSED):
        signs.retire(building=building, organisation=staff.organisation)
    log.info("watch_moved", building=building.pk, to=to, by=staff.user_id)
    return watch


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


def look_for_sleepers() -> int:
    """Propose as dormant every active watch that looks asleep, and take back what woke; how many are new.

    Only proposed: falling asleep is somebody's decision.
    """
    active = Watch.objects.active()
    facts = facts_of(Building.objects.filter(watch__in=active))
    asleep = [pk for pk, found in facts.items() if found.is_asleep]
    active.filter(dormant_proposed_at__isnull=False).exclude(building__in=asleep).update(dormant_proposed_at=None)
    return active.filter(building__in=asleep, dormant_proposed_at=None).update(dormant_proposed_at=timezone.now())
