"""Endpoints: the verified ways to reach a person, and what they want on each."""

import secrets
from collections.abc import Collection
from datetime import time
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


def shows_words(channel: str) -> bool:
    """Whether a new endpoint shows the notice itself to whoever sees the screen, until its person says otherwise."""
    return channel != Endpoint.Channel.WEBPUSH


def new_token() -> str:
    """A random unsubscribe token, 128 bits."""
    return secrets.token_urlsafe(16)


def wants_for(urgency: str) -> tuple[str, ...]:
    """What an endpoint must want to carry a notice of this urgency."""
    if urgency == "information":
        return (Endpoint.Wants.ALL,)
    return (Endpoint.Wants.ALL, Endpoint.Wants.URGENT)


def channels() -> "list[tuple[str, str | Promise]]":
    """Every channel notices may travel on, with its name: those of settings.TRANSPORTS."""
    return [(channel, channel_name(channel)) for channel in settings.TRANSPORTS]


def channel_name(channel: str) -> "str | Promise":
    """What a channel is called; one that is not Trappan's own is asked of its transport."""
    if channel in Endpoint.Channel:
        return Endpoint.Channel(channel).label
    name: str | Promise = import_string(settings.TRANSPORTS[channel]).name
    return name


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Reads of endpoints."""

    def willing(self, urgency: str) -> Self:
        """Endpoints on which a notice of this urgency is wanted, and that work."""
        return self.filter(wants__in=wants_for(urgency), set_aside_at=None)

    def usable(self, urgency: str) -> Self:
        """Endpoints that may carry a notice of this urgency now."""
        return self.willing(urgency).filter(user__is_active=True)

    def on_numbers(self, numbers: Collection[str]) -> Self:
        """Every endpoint with one of these telephone numbers on which anything is wanted."""
        return self.filter(channel=Endpoint.Channel.SMS, address__in=numbers).exclude(wants=Endpoint.Wants.NOTHING)

    def neutral_numbers(self) -> Self:
        """Endpoints on telephones where somebody wants no words shown."""
        hidden = self.filter(channel=Endpoint.Channel.SMS, show_words=False).exclude(wants=Endpoint.Wants.NOTHING)
        return hidden.filter(address=OuterRef("address"))


class Endpoint(models.Model):
    """A verified way to reach a person: the truth on what they want on it now.

    Every change of `wants` appends a Consent row in the same transaction (`notifications.endpoints`). Without
    `show_words` what others may see on a screen says only that there is a new notice.
    """

    class Channel(models.TextChoices):
        """How a notice travels; settings.TRANSPORTS may name further channels."""

        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        WEBPUSH = "webpush", _("This device")

    class Wants(models.TextChoices):
        """What a person wants on an endpoint; `urgent` is `be aware` and `act now`."""

        ALL = "all", _("Everything")
        URGENT = "urgent", _("Only urgent")
        NOTHING = "nothing", _("Nothing")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="endpoints")
    channel = models.CharField(max_length=10, choices=channels)
    address = models.CharField(max_length=1000)
    sealed_keys = models.BinaryField(null=True, editable=False)
    show_words = models.BooleanField(_("show the notice itself, not only that there is one"), default=False)
    wants = models.CharField(max_length=10, choices=Wants.choices, default=Wants.ALL)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    verified_at = models.DateTimeField(default=timezone.now, editable=False)
    refusals = models.PositiveSmallIntegerField(default=0, editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("way to reach a person")
        verbose_name_plural = _("ways to reach people")
        constraints = [
            models.UniqueConstraint(fields=["user", "channel", "address"], name="endpoint_once"),
            # A device in two names would show one person's notices to the other.
            models.UniqueConstraint(fields=["address"], condition=Q(channel="webpush"), name="one_person_a_device"),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(set_aside_at=None) & ~Q(wants="nothing"), name="usable_endpoint"),
            models.Index(fields=["address"], condition=Q(channel="sms"), name="endpoint_number"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} endpoint {self.pk}"


def quiet_start() -> time:
    """When quiet hours begin for who has not chosen."""
    return settings.QUIET_HOURS[0]


def quiet_end() -> time:
    """When quiet hours end for who has not chosen."""
    return settings.QUIET_HOURS[1]


class Rhythm(models.Model):
    """When a person wants to hear from us. A person without a row has settings.QUIET_HOURS and no digest.

    Quiet hours are wall-clock times in settings.TIME_ZONE and hold everything but alerts; equal times
    mean none. A digest gathers everything but alerts into one mail a day at `digest_at`, an hour the person
    chose, so it comes then even if it lies in the quiet hours.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rhythm")
    quiet_from = models.TimeField(_("quiet from"), default=quiet_start)
    quiet_until = models.TimeField(_("quiet until"), default=quiet_end)
    digest = models.BooleanField(_("one mail a day"), default=False)
    digest_at = models.TimeField(_("the daily mail comes at"), default=time(17))

    class Meta:
        verbose_name = _("rhythm")
        verbose_name_plural = _("rhythms")

    def __str__(self) -> str:
        return f"rhythm of person {self.user_id}"
