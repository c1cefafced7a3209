"""The outbox: one row for everything that is sent, before it is sent."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Stairwell
from notifications.models.endpoints import Endpoint
from notifications.models.notices import Notice


class OutboxState(models.TextChoices):
    """Where on its way a row is. `sent` is the provider's yes, `delivered` its later word."""

    QUEUED = "queued", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    RETRY = "retry", _("will be tried again")
    HELD = "held", _("held")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("not sent")


WAITING = (OutboxState.QUEUED, OutboxState.RETRY, OutboxState.HELD)
FINAL = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.FAILED, OutboxState.SKIPPED)


AnyRow = TypeVar("AnyRow", bound="OutboxRow")


class OutboxQuerySet(models.QuerySet[AnyRow]):
    """Reads of outbox rows."""

    def claimable(self, queue: str, now: datetime) -> Self:
        """Rows of this queue whose time has come."""
        return self.filter(queue=queue, state__in=WAITING, due_at__lte=now)

    def unsettled(self) -> Self:
        """Rows that have not reached a final state."""
        return self.exclude(state__in=FINAL)


class OutboxRow(models.Model):
    """What every outgoing row has: state, a code for why, when it is due, who has claimed it.

    `reason` is a short code (`smtp-550`, `unsubscribed`, `expired`, `set-aside`), never free text.
    """

    queue = models.CharField(max_length=8, default="notices")
    state = models.CharField(max_length=10, choices=OutboxState.choices, default=OutboxState.QUEUED)
    reason = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


@dataclass
class Tally:
    """How many deliveries stand where."""

    waiting: int = 0
    reached: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    skipped: int = 0

    @property
    def failures(self) -> int:
        """Failed deliveries, whatever the reason."""
        return self.failed.total()

    @property
    def total(self) -> int:
        """Every delivery."""
        return self.waiting + self.reached + self.failures + self.skipped

    def add(self, state: str, reason: str, count: int) -> None:
        """Count `count` more deliveries in this state."""
        if state in (OutboxState.SENT, OutboxState.DELIVERED):
            self.reached += count
        elif state == OutboxState.FAILED:
            self.failed[reason] += count
        elif state == OutboxState.SKIPPED:
            self.skipped += count
        else:
            self.waiting += count


@dataclass
class Outcome(Tally):
    """Where a notice's deliveries stand, in all and on each channel (its value, such as `email`)."""

    by_channel: dict[str, Tally] = field(default_factory=dict)

    def count(self, channel: str, state: str, reason: str, count: int) -> None:
        """Count `count` more deliveries on this channel."""
        self.add(state, reason, count)
        self.by_channel.setdefault(channel, Tally()).add(state, reason, count)


class DeliveryQuerySet(OutboxQuerySet["Delivery"]):
    """Reads of deliveries."""

    def outcome(self, notice: Notice) -> Outcome:
        """Where the notice's deliveries stand; one query."""
        found = self.filter(notice=notice).order_by("channel").values_list("channel", "state", "reason")
        outcome = Outcome()
        for channel, state, reason, count in found.annotate(rows=models.Count("pk")):
            outcome.count(channel, state, reason, count)
        return outcome


class Delivery(OutboxRow):
    """One notice to one endpoint; exactly one row for each pair."""

    # The constraint below begins with the notice; an index of its own would be written three times a row for nothing.
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", db_index=False)
    endpoint = models.ForeignKey(Endpoint, models.SET_NULL, null=True, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Endpoint.Channel.choices)
    provider_id = models.CharField(max_length=80, blank=True)
    parts = models.PositiveSmallIntegerField(default=0)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["notice", "endpoint"], name="one_delivery_an_endpoint")]
        indexes = [
            models.Index(
                fields=["queue", "due_at"],
                condition=Q(state__in=["queued", "retry", "held"]),
                name="delivery_waiting",
            ),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="delivery_claimed"),
            models.Index(fields=["claim"], condition=Q(claim__isnull=False), name="delivery_claim"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="delivery_provider_id"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class MessageQuerySet(OutboxQuerySet["Message"]):
    """Reads of messages."""


class Message(OutboxRow):
    """One person, one purpose (sign-in code, invitation, receipt) through the same outbox.

    Address and text are sealed (`buildings.sealing`) and wiped when the row is settled, so a sign-in
    code never lies readable in the database.
    """

    class Purpose(models.TextChoices):
        """What a message is for."""

        CODE = "code", _("sign-in code")
        UNKNOWN = "unknown", _("sign-in asked for by someone unknown")
        INVITATION = "invitation", _("invitation")
        ACCOUNT = "account", _("news of the account")
        DIGEST = "digest", _("the daily mail")
        TEST = "test", _("a notice sent to its writer to look at")
        WARNING = "warning", _("a warning to an organisation")

    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="messages")
    channel = models.CharField(max_length=10, choices=Endpoint.Channel.choices)
    sealed = models.BinaryField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["queue", "due_at"], condition=Q(state__in=["queued", "retry", "held"]), name="message_waiting"
            ),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="message_claimed"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Posting(models.Model):
    """One notice on one stairwell's board: an A4 page to print and put up."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="postings")
    stairwell = models.ForeignKey(Stairwell, models.CASCADE, related_name="postings")
    created_at = models.DateTimeField(default=timezone.now)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("notice on a board")
        verbose_name_plural = _("notices on boards")
        constraints = [models.UniqueConstraint(fields=["notice", "stairwell"], name="one_posting_a_board")]

    def __str__(self) -> str:
        return f"posting {self.pk}"
