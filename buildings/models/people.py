"""People: who they choose to be called, where they have joined, what they have agreed to."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Case, Count, Q, When
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from buildings.models.places import PRESENT, Flat, Stairwell

A_YEAR = timedelta(days=365)


def a_year_from_now() -> datetime:
    """When somebody who joins now is first asked whether they still live there."""
    return timezone.now() + A_YEAR


class UserManager(BaseUserManager["User"]):
    """Makes people; no password unless one is given."""

    def create_user(self, email: str = "", phone: str | None = None, **fields: Any) -> "User":
        """A person with an e-mail address, a phone number, both or neither."""
        password = fields.pop("password", None)
        user = self.model(email=self.normalize_email(email).lower(), phone=phone or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, **fields: Any) -> "User":
        """An operator. `manage.py create_operator` is the way in; there is no password to guess."""
        return self.create_user(email, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Only an address or a number is needed; the name is whatever they want to be called."""

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("mobile number"), null=True, blank=True)
    phone_verified = models.BooleanField(default=False)
    name = models.CharField(_("what we call you"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="sv")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="email_once"),
            models.UniqueConstraint(fields=["phone"], condition=Q(phone_verified=True), name="number_signs_in_one"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def is_staff(self) -> bool:
        """Django's admin asks for this; only the operator has business there."""
        return self.is_superuser

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with `session_epoch`, so raising the epoch ends every session at once."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Any:
        """The same under each older secret."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str) -> str:
        return salted_hmac(
            "trappan.session", f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()


class ResidentQuerySet(models.QuerySet["Resident"]):
    """Reads of residents."""

    def present(self) -> Self:
        """People who have joined and not left; who waits to be let in is not among them."""
        return self.filter(state__in=PRESENT)

    def not_left(self) -> Self:
        """People who have joined, and those who wait to be let in."""
        return self.exclude(state=Resident.State.LEFT)

    def waiting(self) -> Self:
        """People without a code, who wait until the housing company or a contact says that they live there."""
        return self.filter(state=Resident.State.WAITING)

    def in_order(self) -> Self:
        """Whoever came first stands first, so that everybody keeps their number while nobody leaves."""
        return self.order_by("joined_at", "pk")

    def unanswered_first(self) -> Self:
        """Those who wait, then those nobody has confirmed, each in order."""
        ranks = [When(state=state, then=rank) for rank, state in enumerate(("waiting", "joined"))]
        return self.order_by(Case(*ranks, default=2), "joined_at", "pk")

    def households(self) -> dict[str, int]:
        """How many people have joined and how many households that is: flats with somebody, and people without one."""
        counted = self.present().aggregate(
            people=Count("pk"), flats=Count("flat", distinct=True), without_flat=Count("pk", filter=Q(flat=None))
        )
        return {"people": counted["people"], "households": counted["flats"] + counted["without_flat"]}

    def number_of(self, resident: "Resident") -> int:
        """Which number the resident has on the page of the stairwell."""
        earlier = Q(joined_at__lt=resident.joined_at) | Q(joined_at=resident.joined_at, pk__lt=resident.pk)
        return self.not_left().filter(earlier, stairwell=resident.stairwell_id).count() + 1

    def of(self, user: User) -> Self:
        """Where a person has joined, newest first, with the places in hand."""
        return (
            self.present()
            .filter(user=user)
            .select_related("stairwell__building__district", "stairwell__building__owner")
            .order_by("-joined_at")
        )


class Resident(models.Model):
    """A person who joined at a stairwell: `(waiting ->) joined -> confirmed -> left`.

    `ask_due_at` is when the person is next asked whether they still live there, or reminded of it; `asked_times` how
    often this year. Without an answer after two reminders the row lapses. `shows_name` is whether the stairwell's
    contact may see the name; every change of it appends a Consent row in the same transaction.
    """

    class State(models.TextChoices):
        """How sure we are that the person lives there."""

        WAITING = "waiting", _("waiting")
        JOINED = "joined", _("joined")
        CONFIRMED = "confirmed", _("confirmed")
        LEFT = "left", _("left")

    class Way(models.TextChoices):
        """How the person came in."""

        POSTER = "poster", _("with the code on the poster")
        LETTER = "letter", _("with the code in the flat's letter")
        PUBLIC = "public", _("without a code")
        PAPER = "paper", _("on a slip of paper")
        INVITATION = "invitation", _("with an invitation")
        MOVED = "moved", _("moved from another stairwell")

    class ConfirmedBy(models.TextChoices):
        """Who knows that the person lives there."""

        LETTER = "letter", _("the code in the flat's letter")
        LANDLORD = "landlord", _("the housing company")
        CONTACT = "contact", _("the stairwell's contact")

    class LeftWhy(models.TextChoices):
        """Why the person is no longer there."""

        SELF = "self", _("left")
        MOVED = "moved", _("moved")
        LANDLORD = "landlord", _("the housing company says so")
        REFUSED = "refused", _("was not let in")
        LAPSED = "lapsed", _("did not answer")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="residencies")
    stairwell = models.ForeignKey(Stairwell, models.PROTECT, related_name="residents")
    flat = models.ForeignKey(Flat, models.SET_NULL, null=True, blank=True, related_name="residents")
    state = models.CharField(max_length=12, choices=State.choices, default=State.JOINED)
    way = models.CharField(max_length=12, choices=Way.choices, default=Way.POSTER)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    confirmed_by = models.CharField(max_length=12, choices=ConfirmedBy.choices, blank=True)
    left_at = models.DateTimeField(null=True, editable=False)
    left_why = models.CharField(max_length=12, choices=LeftWhy.choices, blank=True)
    shows_name = models.BooleanField(default=False)
    ask_due_at = models.DateTimeField(default=a_year_from_now, null=True, editable=False)
    asked_times = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.UniqueConstraint(fields=["user", "stairwell"], condition=~Q(state="left"), name="joined_once")
        ]
        indexes = [
            models.Index(fields=["stairwell", "state"]),
            models.Index(fields=["ask_due_at"], condition=Q(state__in=PRESENT), name="resident_to_be_asked"),
        ]

    def __str__(self) -> str:
        return f"resident {self.pk}"
