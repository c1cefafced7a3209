"""A notice's way out of the house: confirm it, take it back, or change it while there is time."""

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from buildings.models import Organisation, User
from notifications import approval, audience
from notifications.doorbell import ring_at
from notifications.errors import AlreadyExpired, NoRecipients, Overtaken, TooLate
from notifications.models import Notice
from notifications.models.notices import NoticeQuerySet
from notifications.times import leaves_at

log = structlog.get_logger(__name__)

WAITING = (Notice.State.SCHEDULED, Notice.State.AWAITING)


@transaction.atomic
def confirm(*, notice: Notice, user: User) -> Notice:
    """Let a draft leave when the take-back window has ended and its time has come, or ask a colleague first.

    A second press changes nothing. Raises NoRecipients, AlreadyExpired, NoApprover, Overtaken, or PermissionDenied
    when anyone but the police sends an alert.
    """
    now = timezone.now()
    send_at = leaves_at(now, notice.not_before)
    if notice.expires_at <= send_at:
        raise AlreadyExpired
    if notice.is_alert and notice.organisation.kind != Organisation.Kind.POLICE:
        raise PermissionDenied
    if notice.refers_to and not notice.refers_to.may_be_followed:
        raise Overtaken
    people = audience.people(notice)
    if not people:
        raise NoRecipients
    if approval.is_needed(notice, people):
        return approval.ask(notice=notice, user=user)
    confirmed = Notice.objects.filter(pk=notice.pk, state=Notice.State.DRAFT).update(
        state=Notice.State.SCHEDULED,
        confirmed_at=now,
        confirmed_by=user,
        approved_by=None,
        returned_with="",
        send_at=send_at,
    )
    notice.refresh_from_db(fields=["state", "confirmed_at", "confirmed_by", "approved_by", "returned_with", "send_at"])
    if confirmed:
        log.info("notice_confirmed", notice=notice.pk, by=user.pk)
        ring_at("notifications.start_due", queue=notice.queue, when=send_at)
    return notice


@transaction.atomic
def take_back(*, notice: Notice, user: User) -> Notice:
    """Stop a confirmed notice that has not left; one conditional UPDATE decides. Raises TooLate.

    A calling off leaves at once and cannot be taken back: what it calls off has stopped already.
    """
    stopped = _not_left(notice).update(
        state=Notice.State.CANCELLED, stopped=Notice.Stopped.TAKEN_BACK, finished_at=timezone.now()
    )
    if not stopped:
        raise TooLate
    notice.refresh_from_db(fields=["state", "stopped", "finished_at"])
    log.info("notice_taken_back", notice=notice.pk, by=user.pk)
    return notice


@transaction.atomic
def reopen(*, notice: Notice, user: User) -> Notice:
    """Make a confirmed notice that has not left a draft again; a yes it had is forgotten. Raises TooLate."""
    reopened = _not_left(notice).update(
        state=Notice.State.DRAFT, confirmed_at=None, confirmed_by=None, approved_by=None, send_at=None
    )
    if not reopened:
        raise TooLate
    notice.refresh_from_db()
    log.info("notice_reopened", notice=notice.pk, by=user.pk)
    return notice


def _not_left(notice: Notice) -> NoticeQuerySet:
    waiting = Notice.objects.filter(pk=notice.pk, state__in=WAITING)
    return waiting.exclude(reference=Notice.Reference.CANCELS)
