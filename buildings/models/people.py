"""People: who they choose to be called, where they have joined, what they have agreed to."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from buildings.models.places import Flat, Stairwell


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
        """People who have joined and not left."""
        return self.exclude(state=Resident.State.LEFT)

    def of(self, user: User) -> Self:
        """Where a person has joined, newest first, with the places in hand."""
        return (
            self.present()
            .filter(user=user)
            .select_related("stairwell__building__district", "stairwell__building__owner")
            .order_by("-joined_at")
        )


class Resident(models.Model):
    """A person who joined at a stairwell: `joined -> confirmed -> left`."""

    class State(models.TextChoices):
        """How sure we are that the person lives there."""

        JOINED = "joined", _("joined")
        CONFIRMED = "confirmed", _("confirmed")
        LEFT = "left", _("left")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="residencies")
    stairwell = models.ForeignKey(Stairwell, models.PROTECT, related_name="residents")
    flat = models.ForeignKey(Flat, models.SET_NULL, null=True, blank=True, related_name="residents")
    state = models.CharField(max_length=12, choices=State.choices, default=State.JOINED)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.UniqueConstraint(fields=["user", "stairwell"], condition=~Q(state="left"), name="joined_once")
        ]
        indexes = [models.Index(fields=["stairwell", "state"])]

    def __str__(self) -> str:
        return f"resident {self.pk}"


class ContactQuerySet(models.QuerySet["Contact"]):
    """Reads of contacts."""

    def active(self) -> Self:
        """Contacts at work."""
        return self.filter(state=Contact.State.ACTIVE)


class Contact(models.Model):
    """A stairwell's contact (kontaktombud): `applied -> confirmed -> trained -> active -> resigned`."""

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

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contact_roles")
    stairwell = models.ForeignKey(Stairwell, models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.CONTACT)
    state = models.CharField(max_length=12, choices=State.choices, default=State.APPLIED)
    applied_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

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


class Consent(models.Model):
    """One line of the consent ledger: what was asked, in which words, and what the person answered. Never changed."""

    class Purpose(models.TextChoices):
        """What a person says yes or no to."""

        TAKE_PART = "take_part", _("take part")
        EMAIL = "email", _("notices by e-mail")
        SMS = "sms", _("notices by SMS")
        PUSH = "webpush", _("notices on this device")

    class Way(models.TextChoices):
        """How the answer reached us."""

        WEB = "web", _("on the web")
        ONE_CLICK = "one_click", _("with the link in a mail")
        BOUNCE = "bounce", _("the address stopped working")
        STOP = "stop", _("with an SMS that says stop")
        COMPLAINT = "complaint", _("marked as unwanted mail")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    given = models.BooleanField()
    text = models.TextField()
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    way = models.CharField(max_length=12, choices=Way.choices, default=Way.WEB)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["user", "purpose", "at"])]

    def __str__(self) -> str:
        return f"consent {self.pk}"
