"""A notice's way out of the house: confirm it, take it back."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from buildings.models import Organisation, User
from notifications import audience
from notifications.doorbell import ring
from notifications.models import Notice

log = structlog.get_logger(__name__)


class SendingError(Exception):
    """The notice cannot go the way that was asked for."""


class NoRecipients(SendingError):  # noqa: N818
    """Nobody has joined where the notice is meant for."""


class AlreadyExpired(SendingError):  # noqa: N818
    """The notice's time has passed."""


class TooLate(SendingError):  # noqa: N818
    """The notice has left, or was never about to leave."""


@transaction.atomic
def confirm(*, notice: Notice, user: User) -> Notice:
    """Let a draft leave when the take-back window (settings.TAKE_BACK_SECONDS) has ended.

    A second press changes nothing. Raises NoRecipients, AlreadyExpired, or PermissionDenied when
    anyone but the police sends an alert.
    """
    if notice.is_over:
        raise AlreadyExpired
    if notice.urgency == Notice.Urgency.ACT_NOW and notice.organisation.kind != Organisation.Kind.POLICE:
        raise PermissionDenied
    if not audience.people(notice):
        raise NoRecipients
    now = timezone.now()
    confirmed = Notice.objects.filter(pk=notice.pk, state=Notice.State.DRAFT).update(
        state=Notice.State.SCHEDULED,
        confirmed_at=now,
        send_at=now + timedelta(seconds=settings.TAKE_BACK_SECONDS),
    )
    notice.refresh_from_db(fields=["state", "confirmed_at", "send_at"])
    if confirmed:
        log.info("notice_confirmed", notice=notice.pk, by=user.pk)
        ring("notifications.start_due", queue=notice.queue, countdown=settings.TAKE_BACK_SECONDS)
    return notice


@transaction.atomic
def take_back(*, notice: Notice, user: User) -> Notice:
    """Stop a confirmed notice inside its take-back window; one conditional UPDATE decides. Raises TooLate."""
    stopped = Notice.objects.filter(pk=notice.pk, state=Notice.State.SCHEDULED, send_at__gt=timezone.now()).update(
        state=Notice.State.CANCELLED, finished_at=timezone.now()
    )
    if not stopped:
        raise TooLate
    notice.refresh_from_db(fields=["state", "finished_at"])
    log.info("notice_taken_back", notice=notice.pk, by=user.pk)
    return notice
