"""Contacts (kontaktombud): their way from applied to active, and who has looked at a person's details."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from buildings.models.organisations import Organisation, StaffMember
from buildings.models.people import Resident, User
from buildings.models.places import Stairwell


class ContactQuerySet(models.QuerySet["Contact"]):
    """Reads of contacts."""

    def active(self) -> Self:
        """Contacts at work."""
        return self.filter(state=Contact.State.ACTIVE)

    def open(self) -> Self:
        """Contacts at work or on their way there."""
        return self.exclude(state__in=Contact.ENDED_STATES)

    def shown(self) -> Self:
        """Contacts at work whom neighbours may know of: not those who hide because they feel threatened."""
        return self.active().filter(hidden_at=None)

    def met_in(self, homes: Collection[Resident]) -> "list[MetContact]":
        """The contacts a neighbour at home in these places may know of, with the name and number they may see."""
        states = {home.stairwell_id: home.state for home in homes}
        found = self.shown().filter(stairwell__in=states, user__is_active=True)
        found = found.exclude(user__in={home.user_id for home in homes}).select_related("stairwell", "user")
        return [
            MetContact.of(contact, is_confirmed=states[contact.stairwell_id] == Resident.State.CONFIRMED)
            for contact in found.order_by("stairwell__sort_key", "role", "pk")
        ]

    def seen_by_staff(self) -> Self:
        """Contacts staff may know of, ended ones included: whoever hid from a threat stays hidden."""
        return self.filter(hidden_at=None)

    def with_places(self) -> Self:
        """Each with the place its alias is made of, and the place's owner and district."""
        return self.select_related("stairwell__building__district", "stairwell__building__owner")

    def with_since(self) -> Self:
        """Each with `since`: when it came to the state it is in."""
        steps = ContactStep.objects.filter(contact=OuterRef("pk"), state=OuterRef("state")).order_by("at", "pk")
        return self.annotate(since=Coalesce(Subquery(steps.values("at")[:1]), "applied_at"))

    def waiting_for(self, kind: str) -> Self:
        """Contacts on their way whose next step this kind of organisation takes."""
        landlord = kind == Organisation.Kind.LANDLORD
        states = [Contact.State.APPLIED] if landlord else [Contact.State.CONFIRMED, Contact.State.TRAINED]
        return self.seen_by_staff().filter(state__in=states if kind else [], stairwell__closed_at=None)

    def of(self, user: User) -> Self:
        """A person's roles that have not ended, newest first, with the places in hand."""
        mine = self.open().filter(user=user)
        return mine.select_related("stairwell__building__district", "stairwell__building__owner").order_by(
            "-applied_at", "-pk"
        )


class Contact(models.Model):
    """A stairwell's contact (kontaktombud): `applied -> confirmed -> trained -> active -> resigned`.

    `hidden_at` is when a person who feels threatened hid the role; it then shows nowhere. `muted_at` is when they
    stopped letters from neighbours. `shows_name` and `shows_number` are what they agreed to show to confirmed
    neighbours; every change of them appends a Consent row in the same transaction.
    """

    class Role(models.TextChoices):
        """What kind of contact; a lead contact links a building's contacts to police and city."""

        CONTACT = "contact", _("contact")
        DEPUTY = "deputy", _("deputy contact")
        LEAD = "lead", _("lead contact")

    class State(models.TextChoices):
        """Where on the way a contact is."""

        APPLIED = "applied", _("applied")
        CONFIRMED = "confirmed", _("confirmed")
        TRAINED = "trained", _("trained")
        ACTIVE = "active", _("active")
        RESIGNED = "resigned", _("resigned")
        DECLINED = "declined", _("declined")
        ENDED = "ended", _("ended")

    class Training(models.TextChoices):
        """Where a contact was trained."""

        MEETING = "meeting", _("at a training meeting")
        COURSE = "course", _("on a course")

    class EndedBy(models.TextChoices):
        """Who ended the role, or declined it."""

        SELF = "self", _("the contact")
        LANDLORD = "landlord", _("the housing company")
        POLICE = "police", _("the police")
        MUNICIPALITY = "municipality", _("the city")
        SYSTEM = "system", _("Trappan")

    class EndedWhy(models.TextChoices):
        """Why the role ended or was declined: a code, never free text about a person."""

        STOPPED = "stopped", _("wanted to stop")
        THREATENED = "threatened", _("felt threatened")
        HANDED_OVER = "handed_over", _("handed over to somebody else")
        MOVED = "moved", _("does not live there any more")
        NOT_A_TENANT = "not_a_tenant", _("is no tenant there")
        ENOUGH = "enough", _("the stairwell has its contacts")
        NO_ANSWER = "no_answer", _("could not be reached")
        OTHER = "other", _("another reason")
        CLOSED = "closed", _("the stairwell was closed")

    ENDED_STATES = (State.RESIGNED, State.DECLINED, State.ENDED)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contact_roles")
    stairwell = models.ForeignKey(Stairwell, models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.CONTACT)
    state = models.CharField(max_length=12, choices=State.choices, default=State.APPLIED)
    applied_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    training = models.CharField(max_length=12, choices=Training.choices, blank=True)
    trained_on = models.DateField(null=True, editable=False)
    trained_by = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    activated_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.CharField(max_length=12, choices=EndedBy.choices, blank=True)
    ended_why = models.CharField(max_length=12, choices=EndedWhy.choices, blank=True)
    shows_name = models.BooleanField(default=False)
    shows_number = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, editable=False)
    muted_at = models.DateTimeField(null=True, editable=False)
    list_confirmed_on = models.DateField(null=True, editable=False)
    neighbours_met_on = models.DateField(null=True, editable=False)
    welcomed_at = models.DateTimeField(null=True, editable=False)
    successor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="predecessors")

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "stairwell"],
                condition=~Q(state__in=["resigned", "declined", "ended"]),
                name="contact_once_a_stairwell",
            )
        ]
        indexes = [models.Index(fields=["stairwell", "state"])]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def alias(self) -> str:
        """What everybody may call the contact: the role and the stairwell, in the reader's language."""
        where = {"entrance": self.stairwell.entrance, "address": self.stairwell.name}
        if self.role == self.Role.LEAD:
            return gettext("Lead contact, %(address)s") % where
        if self.role == self.Role.DEPUTY:
            words = gettext("Deputy, stairwell %(entrance)s") if where["entrance"] else gettext("Deputy, %(address)s")
        else:
            words = gettext("Contact, stairwell %(entrance)s") if where["entrance"] else gettext("Contact, %(address)s")
        return words % where


@dataclass(frozen=True)
class MetContact:
    """A contact as one neighbour may see them: by alias, and more only when both sides are known to be fine with it."""

    contact: Contact
    name: str = ""
    number: str = ""

    @classmethod
    def of(cls, contact: Contact, *, is_confirmed: bool) -> "MetContact":
        """As a neighbour sees the contact; only who is confirmed to live there sees a name or number."""
        user = contact.user
        has_number = bool(user.phone and user.phone_verified)
        return cls(
            contact,
            name=user.name if is_confirmed and contact.shows_name else "",
            number=str(user.phone) if is_confirmed and contact.shows_number and has_number else "",
        )


class ContactStep(models.Model):
    """One step on a contact's way: which state, when, and who took it. Never changed."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=Contact.State.choices)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=12, choices=Contact.EndedWhy.choices, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"step {self.pk}"


class ThreatQuerySet(models.QuerySet["Threat"]):
    """Reads of threats."""

    def unseen(self) -> Self:
        """Those the contact wanted the police to know of, and nobody there has seen yet."""
        return self.filter(told__isnull=False, seen_at=None)


class Threat(models.Model):
    """A contact said that they feel threatened; `told` is the named officer, when the contact wanted that."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="threats")
    at = models.DateTimeField(default=timezone.now, editable=False)
    told = models.ForeignKey(StaffMember, models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True, editable=False)

    objects = ThreatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"threat {self.pk}"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """Reads of disclosures."""

    def of(self, user: User) -> Self:
        """Who has looked at this person's details, newest first."""
        return self.filter(subject=user).select_related("organisation", "stairwell").order_by("-at", "-pk")


class Disclosure(models.Model):
    """One look by a member of staff at a person's name or number: who, why, what. The person can read it."""

    class What(models.TextChoices):
        """What was shown."""

        NAME = "name", _("name")
        NUMBER = "number", _("number")

    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="disclosures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reveals")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    stairwell = models.ForeignKey(Stairwell, models.SET_NULL, null=True, related_name="+")
    as_contact = models.BooleanField(default=False)
    what = models.CharField(max_length=12, choices=What.choices)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["by", "at"])]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"
