"""Reminders: a row each with its due time, asked for by beat; sent once, whatever happens to beat, worker or clock."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notifications import following
from notifications.models import Notice
from watch.meet import words
from watch.meet.facts import Facts
from watch.models import Meeting, Reminder, Telling

log = structlog.get_logger(__name__)

State = Reminder.State
# Who has been invited a moment ago need not be reminded.
AFTER_INVITATION = timedelta(hours=12)
A_DAY = timedelta(days=1)


def due_at(starts_at: datetime, days: int) -> datetime:
    """The same time of day so many days before, on the wall clock of settings.TIME_ZONE."""
    wall = timezone.localtime(starts_at).replace(tzinfo=None) - timedelta(days=days)
    return timezone.make_aware(wall)


@transaction.atomic
def schedule(*, meeting: Meeting) -> None:
    """Rows for every reminder before the meeting's start; those that would come too soon are there, and skipped."""
    soonest = timezone.now() + AFTER_INVITATION
    for days in settings.MEETING_REMINDERS:
        due = due_at(meeting.starts_at, days)
        state = State.WAITING if due > soonest else State.SKIPPED
        row, is_new = Reminder.objects.get_or_create(
            meeting=meeting, days=days, starts_at=meeting.starts_at, defaults={"due_at": due, "state": state}
        )
        # Moved away and back: the first row was dropped, and may go again unless it has been sent.
        if not is_new and row.state == State.DROPPED:
            Reminder.objects.filter(pk=row.pk, state=State.DROPPED).update(state=state, due_at=due)


def drop(*, meeting: Meeting) -> None:
    """Take back every reminder that has not gone."""
    Reminder.objects.filter(meeting=meeting, state=State.WAITING).update(state=State.DROPPED)


def send_due() -> None:
    """Send or skip every reminder whose time has come; one that fails leaves the others alone."""
    for pk in list(Reminder.objects.due().values_list("pk", flat=True)):
        try:
            send(pk)
        except Exception as error:  # noqa: BLE001 - it waits and is tried again
            log.error("reminder_failed", reminder=pk, error=type(error).__name__)


@transaction.atomic
def send(pk: int) -> bool:
    """Send this reminder, or skip it when it comes too late; False when nothing was sent.

    Too late is when the meeting has begun, or when the next reminder of it is due within a day. One whose invitation
    has not left yet (it waits for a colleague's yes) waits with it.
    """
    meeting = Meeting.objects.select_for_update().filter(reminders=pk).first()
    reminder = Reminder.objects.due().filter(pk=pk).first()
    if meeting is None or reminder is None:
        return False
    if meeting.state != Meeting.State.PLANNED or meeting.starts_at != reminder.starts_at:
        return _settle(reminder, State.DROPPED)
    soon = timezone.now() + A_DAY
    later = meeting.reminders.filter(starts_at=meeting.starts_at, days__lt=reminder.days)
    if meeting.has_begun or later.filter(state=State.WAITING, due_at__lte=soon).exists():
        return _settle(reminder, State.SKIPPED)
    standing = Notice.objects.standing().filter(
        pk__in=meeting.tellings.exclude(what=Telling.What.REMINDER).values("notice")
    )
    notice = standing.select_related("organisation", "district").first()
    if notice is None:
        return False
    _settle(reminder, State.SENT)
    told = following.reminder_of(notice=notice, texts=words.reminder(meeting), expires_at=meeting.starts_at)
    Telling.objects.create(meeting=meeting, notice=told, what=Telling.What.REMINDER, facts=Facts.of(meeting).kept())
    log.info("meeting_reminded", meeting=meeting.pk, days=reminder.days)
    return True


def _settle(reminder: Reminder, state: str) -> bool:
    Reminder.objects.filter(pk=reminder.pk, state=State.WAITING).update(state=state)
    return False
