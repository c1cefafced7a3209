"""What became of a meeting: who was there in numbers, what was said and decided, and what somebody promised to do."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Contact, District, Organisation, Stairwell
from watch.models.meetings import Meeting


class Record(models.Model):
    """The minutes of a meeting. The headcount may be zero; nobody is named.

    `public_minutes` anyone may read when the meeting was public; `minutes` those it was for. Both show from
    `published_at`. `version` grows with every save, so that of two who write at once neither loses words unseen.
    """

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="record")
    adults = models.PositiveIntegerField(_("adults"), default=0)
    children = models.PositiveIntegerField(_("children"), default=0)
    good = models.TextField(_("What is good here?"), max_length=2000, blank=True)
    unsafe = models.TextField(_("What feels unsafe?"), max_length=2000, blank=True)
    wishes = models.TextField(_("What should be done first?"), max_length=2000, blank=True)
    decisions = models.TextField(_("decisions"), max_length=2000, blank=True)
    minutes = models.TextField(_("for those who were invited"), max_length=5000, blank=True)
    public_minutes = models.TextField(_("for everybody"), max_length=5000, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"record of meeting {self.meeting_id}"

    @property
    def people(self) -> int:
        """How many came."""
        return self.adults + self.children


class Presence(models.Model):
    """How many from an organisation were at a meeting."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="presences")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    people = models.PositiveSmallIntegerField(_("how many"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "organisation"], name="one_presence_an_organisation")]

    def __str__(self) -> str:
        return f"presence {self.pk}"


class ActionQuerySet(models.QuerySet["Action"]):
    """Reads of actions."""

    def open(self) -> Self:
        """Actions that are not done yet, the most urgent first."""
        return self.filter(state=Action.State.OPEN).order_by("due_on", "pk")

    def overdue(self) -> Self:
        """Open actions whose day has passed."""
        return self.open().filter(due_on__lt=timezone.localdate())


class Action(models.Model):
    """Something an organisation promised at a meeting to do by a day: `open -> done` or `dropped`, with a word.

    A closed one can be opened again; how it was closed before stands in its reopenings.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("to do")
        DONE = "done", _("done")
        DROPPED = "dropped", _("not done")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="actions")
    district = models.ForeignKey(District, models.PROTECT, related_name="actions")
    what = models.CharField(_("what"), max_length=300)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("which organisation"), related_name="actions"
    )
    due_on = models.DateField(_("done by"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    result = models.CharField(_("what was done"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ("due_on", "pk")
        indexes = [models.Index(fields=["organisation", "due_on"], condition=Q(state="open"), name="action_open")]

    def __str__(self) -> str:
        return f"action {self.pk}"

    @property
    def is_overdue(self) -> bool:
        """Whether it should be done by now and is not."""
        return self.state == self.State.OPEN and self.due_on < timezone.localdate()


class Reopening(models.Model):
    """A closed action was opened again, with a `word`; state, result and who closed it when are as they were."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="reopenings")
    state = models.CharField(max_length=8, choices=Action.State.choices)
    result = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    word = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"reopening {self.pk}"


class Attendance(models.Model):
    """A contact was at a training meeting or a gathering; staff see the alias only."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="attendances")
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "contact"], name="one_attendance_a_contact")]

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class DoorRow(models.Model):
    """A stairwell on a door-knocking round: doors in numbers, and a note without names."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="doors")
    stairwell = models.ForeignKey(Stairwell, models.PROTECT, related_name="door_rows")
    knocked = models.PositiveSmallIntegerField(_("doors knocked on"), default=0)
    opened = models.PositiveSmallIntegerField(_("doors opened"), default=0)
    interested = models.PositiveSmallIntegerField(_("interested"), default=0)
    note = models.CharField(_("note without names"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "stairwell"], name="one_door_row_a_stairwell"),
            models.CheckConstraint(
                condition=Q(opened__lte=models.F("knocked")) & Q(interested__lte=models.F("opened")),
                name="no_more_doors_open_than_knocked_on",
            ),
        ]

    def __str__(self) -> str:
        return f"doors {self.pk}"
