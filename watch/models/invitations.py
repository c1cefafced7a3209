"""Around a meeting: reminders, answers, and the address of a person's own calendar."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models import Notice
from watch.models.meetings import Meeting


class TellingQuerySet(models.QuerySet["Telling"]):
    """Reads of tellings."""

    def newest_first(self) -> Self:
        """With their notices, the newest first."""
        return self.select_related("notice__organisation", "notice__district").order_by("-pk")


class Telling(models.Model):
    """A notice that tells of a meeting, and what it says of time and place (`meet.facts`)."""

    class What(models.TextChoices):
        """What the notice is for."""

        INVITATION = "invitation", _("invitation")
        CHANGE = "change", _("change")
        CANCELLATION = "cancellation", _("cancellation")
        REMINDER = "reminder", _("reminder")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="tellings")
    notice = models.OneToOneField(Notice, models.CASCADE, related_name="+")
    what = models.CharField(max_length=12, choices=What.choices)
    facts = models.JSONField(default=dict)

    objects = TellingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"telling {self.pk}"

    @property
    def did_not_leave(self) -> bool:
        """Whether a colleague sent its notice back, or its time or the right to send it ran out."""
        return not self.notice.started_at and self.notice.state in (Notice.State.DRAFT, Notice.State.CANCELLED)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reads of reminders."""

    def due(self) -> Self:
        """Reminders whose time has come, the earliest first."""
        now = timezone.now()
        return self.filter(state=Reminder.State.WAITING, due_at__lte=now).order_by("due_at", "pk")


class Reminder(models.Model):
    """One reminder of a meeting that starts at `starts_at`: `waiting -> sent`, `skipped` or `dropped`.

    It is `skipped` when it would come too late to help, `dropped` when the meeting was moved or cancelled first. A
    moved meeting has reminders of its own for the new time; the constraint holds that none is sent twice.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("skipped")
        DROPPED = "dropped", _("dropped")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "days", "starts_at"], name="one_reminder_a_time")]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="reminder_waiting")]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Reads of answers."""

    def coming(self) -> Self:
        """Answers of those who come."""
        return self.filter(is_coming=True)

    def seats_taken(self) -> int:
        """How many people come, adults and children."""
        sums = self.coming().aggregate(people=Sum(models.F("adults") + models.F("children")))
        return sums["people"] or 0


class Answer(models.Model):
    """Whether somebody comes to a meeting, with how many. Shown as numbers only, never as names.

    `user` is there so that the person can change the answer, and is taken away when the meeting is over; an answer
    typed in by staff never has one.
    """

    class Way(models.TextChoices):
        """How the answer came."""

        LINK = "link", _("from the link in a notice")
        PAGE = "page", _("on the page")
        PHONE = "phone", _("by phone")
        PAPER = "paper", _("on paper")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="meeting_answers")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.LINK)
    is_coming = models.BooleanField(default=True)
    adults = models.PositiveSmallIntegerField(_("adults"), default=1)
    children = models.PositiveSmallIntegerField(_("children"), default=0)
    interpreter = models.CharField(_("interpreter"), max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="one_answer_a_person"),
            models.CheckConstraint(
                condition=Q(is_coming=False, adults=0, children=0)
                | Q(is_coming=True, adults__gt=0)
                | Q(is_coming=True, children__gt=0),
                name="who_comes_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class CalendarKey(models.Model):
    """The secret in the address of a person's own calendar; a new one ends the old address at once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_key")
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
