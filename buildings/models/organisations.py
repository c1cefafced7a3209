"""The organisations answering for places, and their staff."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

if TYPE_CHECKING:
    from buildings.models.people import User
    from buildings.models.places import District


INVITATION_VALID = timedelta(days=14)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Reads of organisations."""

    def landlords(self) -> Self:
        """Housing companies only."""
        return self.filter(kind=Organisation.Kind.LANDLORD)


class Organisation(models.Model):
    """A housing company, the police of an area or a city."""

    class Kind(models.TextChoices):
        """What an organisation is, and so what its staff may do."""

        LANDLORD = "landlord", _("housing company")
        POLICE = "police", _("police")
        MUNICIPALITY = "municipality", _("city")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    districts: "models.ManyToManyField[District, Any]" = models.ManyToManyField(
        "District", verbose_name=_("districts"), related_name="organisations"
    )
    phone = PhoneNumberField(_("published phone number"), blank=True)
    sms_sender = models.CharField(
        _("SMS sender"),
        max_length=16,
        blank=True,
        help_text=_("A name of at most 11 letters and digits, or a number of ours that can take answers."),
    )
    sms_ceiling = models.PositiveIntegerField(
        _("SMS parts a month"),
        default=20_000,
        help_text=_("At 80 % the organisation is warned. At 100 % notices wait by SMS; alerts still go."),
    )
    approval_above = models.PositiveIntegerField(
        _("a second person approves above"),
        null=True,
        blank=True,
        help_text=_("Notices to more people than this wait for a colleague's yes. Empty means never."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class StaffMemberQuerySet(models.QuerySet["StaffMember"]):
    """Reads of staff."""

    def current(self) -> Self:
        """Staff whose time at the organisation has not ended, those invited lately included."""
        return self.filter(ended_at=None).exclude(self._lapsed())

    def lapsed(self) -> Self:
        """Invited, but did not come within INVITATION_VALID."""
        return self.filter(self._lapsed(), ended_at=None)

    @staticmethod
    def _lapsed() -> Q:
        return Q(accepted_at=None, invited_at__lt=timezone.now() - INVITATION_VALID)

    def of(self, user: "User") -> Self:
        """The membership a signed-in person acts under."""
        return self.current().filter(user=user).select_related("organisation")


class StaffMember(models.Model):
    """A person who works for an organisation, in some of its districts.

    Landlord staff answer for the company's own buildings wherever they stand; `districts` says where
    police and city staff serve. A person works for one organisation at a time.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staff")
    districts: "models.ManyToManyField[District, Any]" = models.ManyToManyField(
        "District", verbose_name=_("districts"), related_name="staff", blank=True
    )
    is_administrator = models.BooleanField(_("administrator"), default=False)
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = StaffMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ("invited_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="one_organisation_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} #{self.pk}"


class PublishedNumber(models.Model):
    """A phone number anyone may print in a notice: the operator's exceptions to the personal-data guard."""

    label = models.CharField(_("whose number"), max_length=80)
    number = models.CharField(_("number as people write it"), max_length=20, unique=True)

    class Meta:
        verbose_name = _("published phone number")
        verbose_name_plural = _("published phone numbers")
        ordering = ("label",)

    def __str__(self) -> str:
        return f"{self.label} {self.number}"
