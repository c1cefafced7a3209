"""An organisation's SMS parts month by month: count them, warn near the ceiling, hold at it, let go again.

Parts are counted with the rows they were paid for (`books`). At the ceiling a notice's SMS wait until the month
turns, the ceiling is raised or the notice is over, alerts never. Each worker process may still send the batch it
has in hand when another reaches the ceiling.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, override

from buildings.models import Organisation, StaffMember
from notifications.doorbell import ring
from notifications.models import Delivery, Endpoint, Message, Notice, OutboxState, SmsMonth
from notifications.outbox.messages import post_message

log = structlog.get_logger(__name__)

SMS_CEILING = "sms-ceiling"
WARN_PERCENT = 80


class Hold(NamedTuple):
    """Why a row waits, until when, and in which queue if it changes."""

    reason: str
    until: datetime
    queue: str = ""


def this_month() -> date:
    """The first day of the current month in settings.TIME_ZONE."""
    return timezone.localdate().replace(day=1)


def next_month() -> datetime:
    """Midnight when the next month begins, in settings.TIME_ZONE."""
    first = (this_month() + timedelta(days=32)).replace(day=1)
    return timezone.make_aware(datetime.combine(first, time()))


def count(organisation: int, parts: int) -> None:
    """Add parts to the organisation's month; call it in the transaction that settles the rows they were paid for."""
    if not parts:
        return
    month = SmsMonth.objects.filter(organisation=organisation, month=this_month())
    if not month.update(parts=F("parts") + parts):
        SmsMonth.objects.bulk_create(
            [SmsMonth(organisation_id=organisation, month=this_month())], ignore_conflicts=True
        )
        month.update(parts=F("parts") + parts)


@dataclass(frozen=True)
class Standing:
    """How an organisation's month stands, in parts."""

    used: int
    ceiling: int

    @classmethod
    def of(cls, organisation: Organisation) -> "Standing":
        """Ask now; one query."""
        month = SmsMonth.objects.filter(organisation=organisation, month=this_month())
        return cls(month.values_list("parts", flat=True).first() or 0, organisation.sms_ceiling)

    @property
    def is_full(self) -> bool:
        """Whether notices wait."""
        return self.used >= self.ceiling

    @property
    def is_near(self) -> bool:
        """Whether it is time to warn."""
        return self.used * 100 >= self.ceiling * WARN_PERCENT

    @property
    def left(self) -> int:
        """Parts that may still be sent."""
        return max(0, self.ceiling - self.used)


@dataclass
class Allowance:
    """What the organisations of one batch may still send; each is asked for at most once, and only when it has SMS."""

    _left: dict[int, int] = field(default_factory=dict)

    def take(self, notice: Notice, parts: int) -> bool:
        """Whether this SMS may go. An alert always may; the last before the ceiling may pass it by a part or two."""
        if notice.urgency == Notice.Urgency.ACT_NOW:
            return True
        organisation = notice.organisation
        if organisation.pk not in self._left:
            self._left[organisation.pk] = Standing.of(organisation).left
        if self._left[organisation.pk] <= 0:
            _mark_full(organisation)
            self._left[organisation.pk] = -1
            return False
        self._left[organisation.pk] -= parts
        return True


def look_after() -> None:
    """Warn organisations near their ceiling once a month, and let go what waits where there is room again."""
    current = SmsMonth.objects.filter(month=this_month()).select_related("organisation")
    near = current.filter(warned_at=None, parts__gte=F("organisation__sms_ceiling") * WARN_PERCENT / 100)
    for month in near:
        _warn(month)
    for month in current.filter(full_at__isnull=False, parts__lt=F("organisation__sms_ceiling")):
        _release(month)


@transaction.atomic
def _warn(month: SmsMonth) -> None:
    if not SmsMonth.objects.filter(pk=month.pk, warned_at=None).update(warned_at=timezone.now()):
        return
    standing = Standing(month.parts, month.organisation.sms_ceiling)
    _tell_administrators(month.organisation, standing, is_full=False)


@transaction.atomic
def _mark_full(organisation: Organisation) -> None:
    """Note that SMS wait from now on, and say so once."""
    mine = SmsMonth.objects.filter(organisation=organisation, month=this_month())
    if mine.filter(full_at__isnull=False).exists():
        return
    SmsMonth.objects.bulk_create([SmsMonth(organisation=organisation, month=this_month())], ignore_conflicts=True)
    now = timezone.now()
    if mine.filter(full_at=None).update(full_at=now):
        mine.filter(warned_at=None).update(warned_at=now)
        log.warning("sms_ceiling_reached", organisation=organisation.pk)
        _tell_administrators(organisation, Standing.of(organisation), is_full=True)


@transaction.atomic
def _release(month: SmsMonth) -> None:
    room = SmsMonth.objects.filter(pk=month.pk, full_at__isnull=False, parts__lt=month.organisation.sms_ceiling)
    if not room.update(full_at=None):
        return
    if not Standing(month.parts, month.organisation.sms_ceiling).is_near:
        SmsMonth.objects.filter(pk=month.pk).update(warned_at=None)
    Delivery.objects.filter(state=OutboxState.HELD, reason=SMS_CEILING, notice__organisation=month.organisation).update(
        due_at=timezone.now()
    )
    log.info("sms_released", organisation=month.organisation_id)
    ring("notifications.deliver", queue="notices", expires=30)


def _tell_administrators(organisation: Organisation, standing: Standing, *, is_full: bool) -> None:
    administrators = StaffMember.objects.current().filter(
        organisation=organisation, is_administrator=True, accepted_at__isnull=False, user__is_active=True
    )
    for member in administrators.exclude(user__email="").select_related("user"):
        with override(member.user.language):
            subject, text = _full_words(organisation, standing) if is_full else _near_words(organisation, standing)
        post_message(
            purpose=Message.Purpose.WARNING,
            channel=Endpoint.Channel.EMAIL,
            address=member.user.email,
            language=member.user.language,
            subject=subject,
            text=text,
            user=member.user,
        )


def _near_words(organisation: Organisation, standing: Standing) -> tuple[str, str]:
    text = gettext(
        "%(organisation)s has sent %(used)s of the %(ceiling)s SMS parts agreed for this month.\n\n"
        "When all are used, notices by SMS wait until next month. Alerts still go, and so do mails. "
        "Ask the operator if you need more."
    )
    return gettext("Most of this month's SMS are used"), text % _numbers(organisation, standing)


def _full_words(organisation: Organisation, standing: Standing) -> tuple[str, str]:
    text = gettext(
        "%(organisation)s has sent %(used)s of the %(ceiling)s SMS parts agreed for this month.\n\n"
        "From now on notices by SMS wait until next month, or until there are more. Alerts still go, and so do mails. "
        "Ask the operator if you need more."
    )
    return gettext("SMS wait: this month's are used"), text % _numbers(organisation, standing)


def _numbers(organisation: Organisation, standing: Standing) -> dict[str, object]:
    return {"organisation": organisation.name, "used": standing.used, "ceiling": standing.ceiling}
