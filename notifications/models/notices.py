"""Notices: what an organisation tells the people of a place, in one or more languages."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, District, Organisation, StaffMember, Stairwell, User

# A notice to chosen houses or to contacts is never for anyone, whatever it says of itself.
FOR_ANYONE = Q(is_public=True, whole_district=True, contacts_only=False)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def due(self) -> Self:
        """Confirmed notices whose take-back window has ended."""
        return self.filter(state=Notice.State.SCHEDULED, send_at__lte=timezone.now())

    def on_queue(self, queue: str) -> Self:
        """Notices that travel in this Celery queue: alerts in their own, all others in `notices`."""
        alerts = Q(urgency=Notice.Urgency.ACT_NOW)
        return self.filter(alerts if queue == "alerts" else ~alerts)

    def told(self) -> Self:
        """Notices that have left the house, those called off afterwards too."""
        left = Q(state__in=(Notice.State.SENDING, Notice.State.SENT))
        return self.filter(left | Q(state=Notice.State.CANCELLED, stopped=Notice.Stopped.CALLED_OFF))

    def standing(self) -> Self:
        """Told notices that no newer one has replaced or called off."""
        return self.filter(state__in=(Notice.State.SENDING, Notice.State.SENT), replaced_at=None)

    def waiting_of(self, member: StaffMember) -> Self:
        """Confirmed notices this member of staff has sent that have not left yet."""
        confirmed = self.filter(organisation=member.organisation_id, confirmed_by=member.user_id)
        return confirmed.filter(state__in=(Notice.State.SCHEDULED, Notice.State.AWAITING))

    def thread_of(self, notice: "Notice") -> Self:
        """The notice's whole thread: the first one and everything that corrects or calls it off."""
        first = notice.origin_id or notice.pk
        return self.filter(Q(pk=first) | Q(origin=first))

    def waits_for_yes_of(self, user: User) -> Self:
        """Notices that wait for a colleague's yes and were neither written nor asked for by this person."""
        return self.filter(state=Notice.State.AWAITING).exclude(confirmed_by=user.pk).exclude(author=user.pk)

    def published(self) -> Self:
        """Public notices that have left the house, those called off and those whose time has passed among them."""
        left = (Notice.State.SENDING, Notice.State.SENT, Notice.State.CANCELLED)
        return self.filter(FOR_ANYONE, state__in=left, started_at__isnull=False)

    def public_now(self) -> Self:
        """Public notices anyone may read now: told, still shown, and not replaced by a later one."""
        replaced = Notice.objects.filter(refers_to=OuterRef("pk"), started_at__isnull=False)
        here = (Notice.State.SENDING, Notice.State.SENT)
        return self.published().filter(~Exists(replaced), state__in=here, expires_at__gt=timezone.now())

    def for_stairwells(self, stairwells: Q | None = None, **by: object) -> Self:
        """Notices meant for any stairwell matching the filter on Stairwell.

        A landlord's "whole district" is the company's own buildings in it.
        """
        inside = Stairwell.objects.filter(stairwells or Q(), **by)
        owned = inside.filter(building__district=OuterRef("district"), building__owner=OuterRef("organisation"))
        by_landlord = Q(organisation__kind=Organisation.Kind.LANDLORD)
        return self.filter(
            Q(pk__in=Notice.stairwells.through.objects.filter(stairwell__in=inside).values("notice"))
            | Q(pk__in=Notice.buildings.through.objects.filter(building__in=inside.values("building")).values("notice"))
            | (Q(whole_district=True, district__in=inside.values("building__district")) & ~by_landlord)
            | (Q(whole_district=True) & by_landlord & Exists(owned))
        )


class Notice(models.Model):
    """One notice: `draft -> (awaiting) -> scheduled -> sending -> sent`, or `cancelled`.

    Each step is one conditional UPDATE, so of two people or workers one wins:

    - `draft -> scheduled`: confirmed (`sending.confirm`). Beat starts it at `send_at`: the end of the take-back
      window or `not_before`, whichever is later.
    - `draft -> awaiting`: confirmed, but it reaches more people than the organisation's `approval_above`. A
      colleague's yes (`approval.approve`) makes it `scheduled`, a no `draft`.
    - `scheduled, awaiting -> draft` or `cancelled`: taken back by its sender, until it leaves.
    - `scheduled -> awaiting`: it has grown past the limit, or the limit was lowered, before it left.
    - `scheduled -> sending -> sent`: `outbox.expand`, then `outbox.mend` when no row is unsettled.
    - `scheduled, awaiting -> cancelled`: its time passed, or the right to send it ended, before it left.
    - `sending, sent -> cancelled`: called off (`following.call_off`), unless a newer one has replaced it.

    `stopped` says which kind of `cancelled` it is. A correction or a calling off is a notice of its own that
    `refers_to` the old one; `origin` is the first of such a thread, and `replaced_at` when a correction took this
    one's place. A reminder belongs to a thread by its `origin` alone: it changes nothing. An alert is `act now`,
    police only, and needs no yes. `companion` names the part of Trappan that steers the notice (`companions.py`).
    """

    class State(models.TextChoices):
        """Where on its way a notice is."""

        DRAFT = "draft", _("draft")
        AWAITING = "awaiting", _("waits for a colleague's yes")
        SCHEDULED = "scheduled", _("leaves soon")
        SENDING = "sending", _("on its way")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("stopped")

    class Stopped(models.TextChoices):
        """Why a notice was stopped."""

        TAKEN_BACK = "taken_back", _("taken back")
        CALLED_OFF = "called_off", _("called off")
        EXPIRED = "expired", _("not sent: its time passed first")
        LAPSED = "lapsed", _("not sent: nobody said yes in time")
        NO_RIGHT = "no_right", _("not sent: the district is no longer yours")
        OVERTAKEN = "overtaken", _("not sent: the notice it corrects was stopped first")

    class Urgency(models.TextChoices):
        """How urgent a notice is."""

        INFORMATION = "information", _("Information")
        BE_AWARE = "be_aware", _("Be aware")
        ACT_NOW = "act_now", _("Act now")

    class Kind(models.TextChoices):
        """What a notice is about."""

        CELLAR = "cellar", _("Cellar and attic break-ins")
        BICYCLE = "bicycle", _("Bicycle thefts")
        FRAUD = "fraud", _("Fraud by phone or at the door")
        FIRE = "fire", _("Fire")
        DOOR = "door", _("Entrance door or lock")
        POLICE = "police", _("Police on site")
        MEETING = "meeting", _("Meeting")
        FOLLOW_UP = "follow_up", _("What has been done")
        OTHER = "other", _("Something else")

    class Reference(models.TextChoices):
        """What a notice does to the earlier one it refers to."""

        CORRECTS = "corrects", _("corrects")
        CANCELS = "cancels", _("calls off")
        REMINDS = "reminds", _("reminds of")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="notices")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    urgency = models.CharField(_("how urgent"), max_length=12, choices=Urgency.choices, default=Urgency.INFORMATION)
    district = models.ForeignKey(District, models.PROTECT, verbose_name=_("district"), related_name="notices")
    whole_district = models.BooleanField(_("the whole district"), default=True)
    buildings = models.ManyToManyField(Building, verbose_name=_("buildings"), blank=True, related_name="notices")
    stairwells = models.ManyToManyField(Stairwell, verbose_name=_("stairwells"), blank=True, related_name="notices")
    contacts_only = models.BooleanField(_("contacts only"), default=False)
    expires_at = models.DateTimeField(_("shown until"))
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    is_public = models.BooleanField(_("public"), default=False)
    not_before = models.DateTimeField(_("send at"), null=True, blank=True)
    refers_to = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="followed_by")
    reference = models.CharField(max_length=10, choices=Reference.choices, blank=True, editable=False)
    origin = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")
    replaced_at = models.DateTimeField(null=True, editable=False)
    companion = models.CharField(max_length=20, blank=True, editable=False)
    stopped = models.CharField(max_length=12, choices=Stopped.choices, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    returned_with = models.CharField(max_length=300, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    send_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    people = models.PositiveIntegerField(default=0, editable=False)
    unreachable = models.PositiveIntegerField(default=0, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(fields=["state", "send_at"]),
            models.Index(fields=["district", "-started_at"], condition=Q(is_public=True), name="notice_public"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(is_public=False) | FOR_ANYONE, name="public_is_for_the_whole_district"),
            models.UniqueConstraint(
                fields=["refers_to", "reference"],
                condition=Q(refers_to__isnull=False) & ~Q(state="cancelled"),
                name="one_notice_follows_another",
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    @property
    def queue(self) -> str:
        """The Celery queue it travels in; an alert never waits behind a newsletter."""
        return "alerts" if self.urgency == self.Urgency.ACT_NOW else "notices"

    @property
    def is_over(self) -> bool:
        """Whether its time has passed."""
        return self.expires_at <= timezone.now()

    @property
    def is_withdrawn(self) -> bool:
        """Whether a published notice is gone: over, called off, or replaced by one that is not for anyone."""
        if self.is_over or self.state == self.State.CANCELLED:
            return True
        return self.followed_by.filter(started_at__isnull=False).exclude(FOR_ANYONE).exists()

    @property
    def corrects(self) -> bool:
        """Whether it takes an earlier notice's place."""
        return self.reference == self.Reference.CORRECTS

    @property
    def calls_off(self) -> bool:
        """Whether it tells that an earlier notice no longer applies."""
        return self.reference == self.Reference.CANCELS

    @property
    def reminds(self) -> bool:
        """Whether it says again what an earlier one of its thread said."""
        return self.reference == self.Reference.REMINDS

    @property
    def is_called_off(self) -> bool:
        """Whether it was told and then called off."""
        return self.stopped == self.Stopped.CALLED_OFF

    @property
    def is_replaced(self) -> bool:
        """Whether a newer notice of its thread has been told: a correction, or the word that it was called off."""
        return self.is_called_off or self.replaced_at is not None

    @property
    def is_off(self) -> bool:
        """Whether it is to be taken down: over, called off or replaced by a newer one."""
        return self.is_over or self.is_replaced

    @property
    def may_be_followed(self) -> bool:
        """Whether it can be corrected: told, the newest of its thread, and no calling off itself."""
        has_left = self.state in (self.State.SENDING, self.State.SENT)
        return has_left and self.replaced_at is None and not self.calls_off

    @property
    def is_alert(self) -> bool:
        """Whether people must act at once."""
        return self.urgency == self.Urgency.ACT_NOW

    @property
    def state_words(self) -> str:
        """The state in words; for a stopped notice why."""
        return str(self.get_stopped_display() if self.stopped else self.get_state_display())

    def newest(self) -> "Notice | None":
        """What its readers should read instead: the newest told notice of its thread, None when it is that itself."""
        later = Notice.objects.thread_of(self).told().exclude(pk=self.pk).filter(started_at__gte=self.started_at)
        return later.prefetch_related("texts").order_by("-started_at", "-pk").first() if self.started_at else None

    def text_in(self, language: str | None = None) -> "NoticeText":
        """The text in this language (the reader's when none is named), else the Swedish one."""
        wanted = (language or get_language() or "sv").split("-")[0]
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(wanted) or texts["sv"]


class NoticeText(models.Model):
    """A notice's title and text in one language. Swedish is always there."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=90)
    body = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("text of a notice")
        verbose_name_plural = _("texts of notices")
        constraints = [models.UniqueConstraint(fields=["notice", "language"], name="one_text_a_language")]

    def __str__(self) -> str:
        return f"notice {self.notice_id} in {self.language}"
