"""Two pairs of eyes: a notice to more people than the organisation's limit waits for a colleague's yes.

The limit (`Organisation.approval_above`) is asked when a notice is confirmed and again when it leaves, so neither an
audience that grows nor a limit that is lowered lets one out unseen. Alerts need no yes: minutes count. A calling off
needs none either, for above the limit it goes with the ready words alone (`following.call_off`).
"""

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from buildings.models import Organisation, StaffMember, User
from notifications import colleagues
from notifications.doorbell import ring_at
from notifications.errors import AlreadyExpired, Changed, NoApprover, NotWaiting
from notifications.models import Notice
from notifications.seal import seal_of
from notifications.times import leaves_at

log = structlog.get_logger(__name__)


def is_needed(notice: Notice, people: int) -> bool:
    """Whether a notice to so many people must have a colleague's yes."""
    limit = notice.organisation.approval_above
    return limit is not None and people > limit and not notice.is_alert and not notice.calls_off


def approvers(notice: Notice, *, asked_by: User | None) -> QuerySet[StaffMember]:
    """Colleagues who may say yes: at work in the notice's district, and neither its writer nor who asks."""
    staff = StaffMember.objects.current().filter(organisation=notice.organisation_id, accepted_at__isnull=False)
    if notice.organisation.kind != Organisation.Kind.LANDLORD:
        staff = staff.filter(districts=notice.district_id)
    own = [person for person in (notice.author_id, asked_by.pk if asked_by else None) if person]
    return staff.filter(user__is_active=True).exclude(user__in=own).select_related("user")


@transaction.atomic
def ask(*, notice: Notice, user: User) -> Notice:
    """Let a draft wait for a colleague's yes, and tell the colleagues. Raises NoApprover when there is none."""
    asked_for = [member.user for member in approvers(notice, asked_by=user)]
    if not asked_for:
        raise NoApprover
    asked = Notice.objects.filter(pk=notice.pk, state=Notice.State.DRAFT).update(
        state=Notice.State.AWAITING,
        confirmed_at=timezone.now(),
        confirmed_by=user,
        approved_by=None,
        returned_with="",
    )
    notice.refresh_from_db(fields=["state", "confirmed_at", "confirmed_by", "approved_by", "returned_with"])
    if asked:
        log.info("notice_awaits", notice=notice.pk, by=user.pk)
        colleagues.ask_for_yes(notice, asked_for)
    return notice


@transaction.atomic
def approve(*, notice: Notice, user: User, seen: str) -> Notice:
    """A colleague's yes to exactly what was read (`seen` is its `seal_of`); the take-back window begins.

    Raises Changed, AlreadyExpired, NotWaiting when it does not wait for this person's yes (any more).
    """
    waiting = _waiting(notice, user)
    if seal_of(waiting) != seen:
        raise Changed
    send_at = leaves_at(timezone.now(), waiting.not_before)
    if waiting.expires_at <= send_at:
        raise AlreadyExpired
    Notice.objects.filter(pk=waiting.pk, state=Notice.State.AWAITING).update(
        state=Notice.State.SCHEDULED, approved_by=user, send_at=send_at
    )
    notice.refresh_from_db()
    log.info("notice_approved", notice=notice.pk, by=user.pk)
    ring_at("notifications.start_due", queue=notice.queue, when=send_at)
    colleagues.tell_approved(notice)
    return notice


@transaction.atomic
def send_back(*, notice: Notice, user: User, word: str) -> Notice:
    """A colleague's no, with a word on why: the notice is a draft again and its writer is told. Raises NotWaiting."""
    waiting = _waiting(notice, user)
    asked_by = waiting.confirmed_by
    Notice.objects.filter(pk=waiting.pk, state=Notice.State.AWAITING).update(
        state=Notice.State.DRAFT, returned_with=word, confirmed_at=None, confirmed_by=None, send_at=None
    )
    notice.refresh_from_db()
    log.info("notice_sent_back", notice=notice.pk, by=user.pk)
    colleagues.tell_sent_back(notice, asked_by)
    return notice


def _waiting(notice: Notice, user: User) -> Notice:
    """The notice, locked, while it waits for this very person's yes."""
    locked = Notice.objects.select_for_update(of=("self",)).select_related("organisation", "district")
    found = locked.filter(pk=notice.pk, state=Notice.State.AWAITING).first()
    if found is None or not approvers(found, asked_by=found.confirmed_by).filter(user=user).exists():
        raise NotWaiting
    return found
