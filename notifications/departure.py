"""The last questions before a notice leaves, and what becomes of one that may not.

The notice is the organisation's, not its writer's: it leaves although the colleague who scheduled it has stopped
working there meanwhile. What is asked again is the organisation's own right, the size of the audience, and whether a
correction still has something to correct. Each answer is written in the transaction that would start the notice.
"""

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from buildings.models import Organisation
from notifications import approval, colleagues
from notifications.models import Notice
from notifications.outbox import stop

log = structlog.get_logger(__name__)


def may_leave(notice: Notice, people: int) -> bool:
    """Whether a notice that has just been turned to `sending` may; else it is stopped, or waits for a yes."""
    if not _still_answers_for(notice):
        _stop(notice, Notice.Stopped.NO_RIGHT)
        return False
    if approval.is_needed(notice, people) and notice.approved_by_id is None:
        _wait_for_yes(notice)
        return False
    if notice.corrects and not _take_place_of(notice.refers_to):
        _stop(notice, Notice.Stopped.OVERTAKEN)
        return False
    return True


def _still_answers_for(notice: Notice) -> bool:
    """Whether the organisation still may send it; asked only where time has passed since it was confirmed."""
    if notice.not_before is None and notice.approved_by_id is None:
        return True
    if notice.is_alert and notice.organisation.kind != Organisation.Kind.POLICE:
        return False
    return notice.organisation.districts.filter(pk=notice.district_id).exists()


def _wait_for_yes(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.AWAITING, started_at=None, send_at=None)
    log.info("notice_awaits", notice=notice.pk)
    asked_for = approval.approvers(notice, asked_by=notice.confirmed_by)
    colleagues.tell_waits_again(notice, [member.user for member in asked_for])


def _take_place_of(earlier: Notice | None) -> bool:
    """Let a correction replace the earlier notice and stop what of it has not left; False when it is gone already."""
    if earlier is None:
        return False
    now = timezone.now()
    replaced = Notice.objects.standing().filter(pk=earlier.pk)
    if not replaced.update(state=Notice.State.SENT, replaced_at=now, finished_at=Coalesce(F("finished_at"), now)):
        return False
    rows = stop.skip_waiting(Notice.objects.filter(pk=earlier.pk), stop.REPLACED)
    log.info("notice_replaced", notice=earlier.pk, rows=rows)
    return True


def _stop(notice: Notice, why: str) -> None:
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.CANCELLED, stopped=why, started_at=None, finished_at=timezone.now()
    )
    notice.stopped = why
    log.warning("notice_not_sent", notice=notice.pk, why=why)
    colleagues.tell_not_sent(notice)


@transaction.atomic
def lapse(notice: Notice, why: str) -> bool:
    """Stop a notice whose time passed before it left and tell its sender; False when somebody else did something."""
    waiting = Notice.objects.filter(pk=notice.pk, state=notice.state, expires_at__lte=timezone.now())
    if not waiting.update(state=Notice.State.CANCELLED, stopped=why, finished_at=timezone.now()):
        return False
    notice.stopped = why
    log.warning("notice_not_sent", notice=notice.pk, why=why)
    colleagues.tell_not_sent(notice)
    return True


def lapse_unanswered() -> None:
    """Stop notices that waited for a yes until their time had passed."""
    unanswered = Notice.objects.filter(state=Notice.State.AWAITING, expires_at__lte=timezone.now())
    for notice in unanswered.select_related("organisation", "district"):
        lapse(notice, Notice.Stopped.LAPSED)
