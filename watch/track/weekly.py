"""The weekly mail: on Monday morning each member of staff is told in numbers what waits for their organisation."""

from datetime import date, datetime, timedelta
from typing import cast

import structlog
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, override

from buildings.access import Scope
from buildings.models import Organisation, StaffMember
from notifications.letters import site_link
from notifications.models import Endpoint, Message
from notifications.outbox import post_message
from watch.models import WeeklyMail, WeeklyWish
from watch.track import todos

log = structlog.get_logger(__name__)

MONDAY = 0
MORNING = range(8, 10)
# What waits on Monday is old news on Tuesday.
FRESH = timedelta(days=1)
KEPT = timedelta(days=366)


def due(now: datetime) -> date | None:
    """The Monday whose mail it is time for by the wall clock, or None."""
    local = timezone.localtime(now)
    return local.date() if local.weekday() == MONDAY and local.hour in MORNING else None


def to_tell(monday: date) -> QuerySet[StaffMember]:
    """Staff who want the mail, could act on it and have not got this Monday's.

    Who has lapsed, left, never signed in or has no second factor gets none: the numbers are for those with rights.
    """
    staff = StaffMember.objects.current().filter(accepted_at__isnull=False, user__is_active=True)
    staff = staff.exclude(user__email="")
    if settings.STAFF_SECOND_FACTOR:
        staff = staff.filter(Exists(Authenticator.objects.filter(user=OuterRef("user"))))
    unwanted = WeeklyWish.objects.filter(staff=OuterRef("pk"), wanted=False)
    sent = WeeklyMail.objects.filter(staff=OuterRef("pk"), monday=monday)
    return staff.filter(~Exists(unwanted), ~Exists(sent)).select_related("user").order_by("pk")


def send() -> int:
    """Send what is due; how many mails. Whoever could not be written to is tried again while the morning lasts."""
    monday = due(timezone.now())
    if monday is None:
        return 0
    WeeklyMail.objects.filter(monday__lt=monday - KEPT).delete()
    sent = 0
    for staff in list(to_tell(monday)):
        try:
            sent += _send(staff, monday)
        except Exception as error:  # noqa: BLE001 - one person's trouble must not keep the others waiting
            log.error("weekly_mail_failed", staff=staff.pk, error=type(error).__name__)
    return sent


@transaction.atomic
def _send(staff: StaffMember, monday: date) -> bool:
    _mail, is_first = WeeklyMail.objects.get_or_create(staff=staff, monday=monday)
    if not is_first or WeeklyWish.objects.filter(staff=staff, wanted=False).exists():
        return False
    user = staff.user
    with override(user.language):
        numbers = todos.numbers(Scope(user))
        subject, text = _words(cast("Organisation", Scope(user).organisation), numbers)
    if not numbers:
        return False
    post_message(
        purpose=Message.Purpose.WARNING,
        channel=Endpoint.Channel.EMAIL,
        address=user.email,
        language=user.language,
        subject=subject,
        text=text,
        user=user,
        expires_at=timezone.now() + FRESH,
    )
    return True


def _words(organisation: Organisation, numbers: list[tuple[str, int]]) -> tuple[str, str]:
    """Subject and text: numbers and a link, and no names."""
    told = gettext("This waits for %(organisation)s in Trappan:") % {"organisation": organisation}
    lines = "\n".join(f"- {title}: {number}" for title, number in numbers)
    link = site_link("track:todo")
    off = gettext("You get this once a week. On the same page you can turn it off.")
    return gettext("What waits in Trappan this week"), "\n\n".join((told, lines, link, off))


@transaction.atomic
def choose(*, staff: StaffMember, wanted: bool) -> None:
    """Turn the mail on or off for somebody."""
    WeeklyWish.objects.update_or_create(staff=staff, defaults={"wanted": wanted, "chosen_at": timezone.now()})


def is_wanted(staff: StaffMember) -> bool:
    """Whether somebody gets the mail."""
    return not WeeklyWish.objects.filter(staff=staff, wanted=False).exists()
