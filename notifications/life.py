"""Where a notice stands in its life, for the page its organisation follows it on: what it waits for, what is next."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from buildings.models import StaffMember, User
from notifications import approval
from notifications.companions import companion_of
from notifications.following import begun_correction
from notifications.models import Notice

SOON = timedelta(minutes=2)


@dataclass(frozen=True)
class Standing:
    """What the person who follows a notice can know and do now."""

    notice: Notice
    is_scheduled_ahead: bool
    can_be_stopped: bool
    writer_has_left: bool
    waits_for_me: bool
    nobody_to_ask: bool
    newest: Notice | None
    begun: Notice | None
    steered_at: str

    @property
    def is_patient(self) -> bool:
        """Whether nothing is likely to happen within a minute, so that the page need not ask often."""
        return self.is_scheduled_ahead or self.notice.state == Notice.State.AWAITING

    @property
    def can_be_corrected(self) -> bool:
        """Whether a correction can be begun."""
        return self.notice.may_be_followed and self.begun is None and not self.steered_at

    @property
    def can_be_called_off(self) -> bool:
        """Whether it can be called off: one whose time has passed no longer needs to be."""
        return self.notice.may_be_followed and not self.notice.is_over and not self.steered_at


def standing(user: User, notice: Notice) -> Standing:
    """Ask now; at most two queries, for what its state can hold."""
    state, waits = notice.state, notice.state == Notice.State.AWAITING
    asked = approval.approvers(notice, asked_by=notice.confirmed_by) if waits else StaffMember.objects.none()
    approvers = {member.user_id for member in asked}
    companion = companion_of(notice)
    scheduled = state == Notice.State.SCHEDULED and notice.send_at is not None
    return Standing(
        notice=notice,
        is_scheduled_ahead=bool(scheduled and notice.send_at and notice.send_at > timezone.now() + SOON),
        can_be_stopped=(scheduled or waits) and not notice.calls_off and companion is None,
        writer_has_left=(scheduled or waits) and _has_left(notice),
        waits_for_me=user.pk in approvers,
        nobody_to_ask=waits and not approvers,
        newest=_newest(notice) if notice.is_replaced else None,
        begun=begun_correction(notice) if notice.may_be_followed and companion is None else None,
        steered_at=companion.page(notice) if companion else "",
    )


def _newest(notice: Notice) -> Notice | None:
    """What took its place; the word that it was called off counts before it has left, too."""
    word = notice.followed_by.filter(reference=Notice.Reference.CANCELS).first()
    return word or notice.newest()


def _has_left(notice: Notice) -> bool:
    """Whether who sent it no longer works at its organisation."""
    at_work = StaffMember.objects.current().filter(organisation=notice.organisation_id, user=notice.confirmed_by_id)
    return not at_work.exists()
