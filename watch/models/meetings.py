"""Meetings: what is planned, where, when and for whom."""

import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Contact, District, Organisation, Stairwell
from notifications.audience import Audience


class VenueQuerySet(models.QuerySet["Venue"]):
    """Reads of venues."""

    def open(self) -> Self:
        """Those one may still choose."""
        return self.filter(closed_at=None)

    def shared(self) -> Self:
        """Those a contact may choose for a neighbour meeting."""
        return self.open().filter(for_contacts=True)


class Venue(models.Model):
    """A place to meet in a district, kept so that it need not be written anew (lokal)."""

    district = models.ForeignKey(District, models.PROTECT, verbose_name=_("district"), related_name="venues")
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=120)
    directions = models.CharField(_("how to get in"), max_length=200, blank=True)
    step_free = models.BooleanField(_("step-free"), default=False)
    children_welcome = models.BooleanField(_("children are welcome"), default=True)
    for_contacts = models.BooleanField(_("contacts may meet their neighbours here"), default=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = _("place to meet")
        verbose_name_plural = _("places to meet")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], condition=Q(closed_at=None), name="venue_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.address}"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Reads of meetings."""

    def planned(self) -> Self:
        """Meetings that are to be held, or are going on."""
        return self.filter(state=Meeting.State.PLANNED)

    def told(self) -> Self:
        """Meetings people may know of: planned, held and cancelled ones, no drafts."""
        return self.exclude(state=Meeting.State.DRAFT)

    def coming(self) -> Self:
        """Planned meetings that are not over, the next first."""
        return self.planned().filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def past(self) -> Self:
        """Meetings that are over and were not cancelled, the latest first."""
        over = self.told().filter(ends_at__lte=timezone.now()).exclude(state=Meeting.State.CANCELLED)
        return over.order_by("-starts_at", "-pk")

    def unrecorded(self) -> Self:
        """Planned meetings that are over and of which nobody has written down anything."""
        return self.planned().filter(ends_at__lte=timezone.now(), record=None)

    def held(self) -> Self:
        """Meetings that were held."""
        return self.filter(state=Meeting.State.HELD)

    def public(self) -> Self:
        """Meetings anyone may come to."""
        return self.told().filter(is_public=True)

    def for_stairwells(self, stairwells: Q) -> Self:
        """Meetings meant for any stairwell matching the filter on Stairwell, those of whole districts among them.

        A landlord's "whole district" is the company's own buildings in it, as for notices.
        """
        inside = Stairwell.objects.filter(stairwells)
        owned = inside.filter(building__district=models.OuterRef("district"), building__owner=models.OuterRef("lead"))
        by_landlord = Q(lead__kind=Organisation.Kind.LANDLORD)
        houses = Meeting.buildings.through.objects.filter(building__in=inside.values("building")).values("meeting")
        return self.filter(
            Q(pk__in=Meeting.stairwells.through.objects.filter(stairwell__in=inside).values("meeting"))
            | Q(pk__in=houses)
            | (Q(whole_district=True, district__in=inside.values("building__district")) & ~by_landlord)
            | (Q(whole_district=True) & by_landlord & models.Exists(owned))
        )


class Meeting(models.Model):
    """One meeting: `draft -> planned -> held`, or `cancelled`.

    `draft -> planned` when people are invited (`meet.inviting.invite`), `planned -> held` when what happened is
    written down (`meet.holding.save`), `draft, planned -> cancelled`. Times are kept in UTC and meant in
    settings.TIME_ZONE. `public_id` is also the UID of its calendar files and `sequence` their SEQUENCE (RFC 5545);
    it grows by one with every change people are told of.

    `lead` is the organisation that answers for it; `organisers` are all who call it, the lead among them. A contact's
    neighbour meeting has `called_by`, is led by the owner of the house and is shown under the stairwell's alias: its
    words are built from its kind, time and venue, and it has no text of its own. `series` binds meetings planned in
    one form; what people have been told stands in Tellings.
    """

    class Kind(models.TextChoices):
        """What kind of meeting."""

        INFORMATION = "information", _("Information meeting")
        START_UP = "start_up", _("Start-up meeting")
        TRAINING = "training", _("Training for contacts")
        NEIGHBOUR = "neighbour", _("Neighbour meeting")
        GATHERING = "gathering", _("Gathering of contacts")
        DOOR_KNOCK = "door_knock", _("Door-knocking round")

    class State(models.TextChoices):
        """Where on its way a meeting is."""

        DRAFT = "draft", _("draft")
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    # Only contacts are meant, so nothing about them may give away who is one.
    FOR_CONTACTS = (Kind.TRAINING, Kind.GATHERING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.INFORMATION)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="meetings_led")
    organisers = models.ManyToManyField(Organisation, verbose_name=_("organisers"), related_name="meetings")
    called_by = models.ForeignKey(Contact, models.SET_NULL, null=True, editable=False, related_name="meetings")
    stairwell = models.ForeignKey(
        Stairwell, models.PROTECT, null=True, editable=False, related_name="neighbour_meetings"
    )
    district = models.ForeignKey(District, models.PROTECT, verbose_name=_("district"), related_name="meetings")
    whole_district = models.BooleanField(_("the whole district"), default=True)
    buildings = models.ManyToManyField(Building, verbose_name=_("buildings"), blank=True, related_name="meetings")
    stairwells = models.ManyToManyField(Stairwell, verbose_name=_("stairwells"), blank=True, related_name="meetings")
    contacts_only = models.BooleanField(_("contacts only"), default=False)
    is_public = models.BooleanField(_("anyone may come"), default=False)
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, verbose_name=_("place to meet"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    directions = models.CharField(_("how to get in"), max_length=200, blank=True)
    step_free = models.BooleanField(_("step-free"), default=False)
    children_welcome = models.BooleanField(_("children are welcome"), default=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    languages = models.JSONField(_("languages spoken"), default=list)
    interpreter = models.BooleanField(_("interpreter on request"), default=False)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    series = models.UUIDField(null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    planned_at = models.DateTimeField(null=True, editable=False)
    held_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("starts_at", "pk")
        indexes = [
            models.Index(fields=["state", "starts_at"]),
            models.Index(fields=["district", "starts_at"]),
            models.Index(fields=["series"], condition=Q(series__isnull=False), name="meeting_series"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(whole_district=True, contacts_only=False),
                name="public_meeting_is_for_the_whole_district",
            ),
            models.CheckConstraint(condition=Q(seats__isnull=True) | Q(seats__gt=0), name="meeting_has_seats"),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}"

    @property
    def is_over(self) -> bool:
        """Whether its time has passed."""
        return self.ends_at <= timezone.now()

    @property
    def has_begun(self) -> bool:
        """Whether it has started."""
        return self.starts_at <= timezone.now()

    @property
    def is_draft(self) -> bool:
        """Whether nobody but its organisers knows of it yet."""
        return self.state == self.State.DRAFT

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.state == self.State.CANCELLED

    @property
    def is_to_come(self) -> bool:
        """Whether it is planned and not over."""
        return self.state == self.State.PLANNED and not self.is_over

    @property
    def takes_answers(self) -> bool:
        """Whether people can still say that they come."""
        return self.is_to_come and self.kind != self.Kind.DOOR_KNOCK

    @property
    def is_by_contact(self) -> bool:
        """Whether a contact calls it, under the stairwell's alias."""
        return self.stairwell_id is not None

    @property
    def where(self) -> str:
        """Place and address in one line; empty for a round from door to door."""
        return ", ".join(filter(None, (self.place, self.address)))

    @property
    def duration(self) -> timedelta:
        """How long it lasts."""
        return self.ends_at - self.starts_at

    @property
    def audience(self) -> Audience:
        """Whom it is meant for, as the notices about it reach them."""
        return Audience(
            organisation=self.lead,
            district=self.district,
            whole_district=self.whole_district,
            building_ids=self.buildings.order_by().values_list("pk", flat=True),
            stairwell_ids=self.stairwells.order_by().values_list("pk", flat=True),
            contacts_only=self.contacts_only,
        )

    def text_in(self, language: str | None = None) -> "MeetingText | None":
        """Its text in this language (the reader's when none is named), else the Swedish one; None when it has none."""
        wanted = (language or get_language() or "sv").split("-")[0]
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(wanted) or texts.get("sv")

    @property
    def title(self) -> str:
        """Its title in the reader's language; a meeting without a text is called by its kind."""
        text = self.text_in()
        return text.title if text else str(self.get_kind_display())


class MeetingText(models.Model):
    """A meeting's title and agenda in one language. Swedish is always there, except for a contact's meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=80)
    agenda = models.TextField(_("what we will talk about"), max_length=1500, blank=True)

    class Meta:
        verbose_name = _("text of a meeting")
        verbose_name_plural = _("texts of meetings")
        constraints = [models.UniqueConstraint(fields=["meeting", "language"], name="one_meeting_text_a_language")]

    def __str__(self) -> str:
        return f"meeting {self.meeting_id} in {self.language}"
