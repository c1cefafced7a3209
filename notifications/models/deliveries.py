"""The outbox: one row for everything that is sent, before it is sent."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import User
from notifications.models.endpoints import Endpoint, channels
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


# Why a row waits for the hour its person chose.
QUIET_HOURS, DIGEST = "quiet-hours", "digest"
RESTING = (QUIET_HOURS, DIGEST)
# Rows for a daily mail wait in queues no worker claims from row by row: until its hour, and then with the mail. Were it
# one queue, gathering would read past everything already gathered, again and again.
DIGEST_QUEUE, GATHERED_QUEUE = "digest", "gathered"
WAITING = (OutboxState.QUEUED, OutboxState.RETRY, OutboxState.HELD)
FINAL = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.FAILED, OutboxState.SKIPPED)


# In words, because SQLite uses a partial index only where it reads the index's own condition, not parameters.
_IS_WAITING = RawSQL(  # noqa: S611 - nothing but our own constants
    "state IN ({})".format(", ".join(f"'{state.value}'" for state in WAITING)), (), output_field=models.BooleanField()
)

AnyRow = TypeVar("AnyRow", bound="OutboxRow")


class OutboxQuerySet(models.QuerySet[AnyRow]):
    """Reads of outbox rows."""

    def claimable(self, queue: str, now: datetime) -> Self:
        """Rows of this queue whose time has come."""
        return self.filter(_IS_WAITING, queue=queue, due_at__lte=now)

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


@dataclass(frozen=True)
class Wait:
    """How many deliveries are held for one reason, and when the last of them may leave."""

    count: int
    until: datetime

    def joined(self, other: "Wait | None") -> "Wait":
        """The two together."""
        return Wait(self.count + other.count, max(self.until, other.until)) if other else self


@dataclass
class Outcome(Tally):
    """Where a notice's deliveries stand: in all, on each channel (its value, such as `email`), and what is held."""

    by_channel: dict[str, Tally] = field(default_factory=dict)
    held: dict[str, Wait] = field(default_factory=dict)

    def count(self, channel: str, state: str, reason: str, count: int) -> None:
        """Count `count` more deliveries on this channel."""
        self.add(state, reason, count)
        self.by_channel.setdefault(channel, Tally()).add(state, reason, count)

    def hold(self, reason: str, wait: Wait) -> None:
        """Count deliveries that are held."""
        self.held[reason] = wait.joined(self.held.get(reason))


class Fate(models.IntegerChoices):
    """What became of a person's share of a notice, the best first: one who got it on any channel is reached."""

    REACHED = 0, _("reached")
    ON_WAY = 1, _("on the way")
    HELD = 2, _("waiting")
    REFUSED = 3, _("every way to reach them failed")
    EXPIRED = 4, _("the notice's time passed first")
    SAID_NO = 5, _("said no to notices like this meanwhile")
    SET_ASIDE = 6, _("their address stopped working meanwhile")
    CALLED_OFF = 7, _("the notice was called off first")
    LEFT = 8, _("left meanwhile")


_FATES = models.Case(
    models.When(state__in=(OutboxState.SENT, OutboxState.DELIVERED), then=Fate.REACHED),
    models.When(state=OutboxState.HELD, then=Fate.HELD),
    models.When(state=OutboxState.FAILED, then=Fate.REFUSED),
    models.When(state=OutboxState.SKIPPED, reason="expired", then=Fate.EXPIRED),
    models.When(state=OutboxState.SKIPPED, reason="unsubscribed", then=Fate.SAID_NO),
    models.When(state=OutboxState.SKIPPED, reason="set-aside", then=Fate.SET_ASIDE),
    models.When(state=OutboxState.SKIPPED, reason="cancelled", then=Fate.CALLED_OFF),
    models.When(state=OutboxState.SKIPPED, then=Fate.LEFT),
    default=Fate.ON_WAY,
    output_field=models.IntegerField(),
)


class DeliveryQuerySet(OutboxQuerySet["Delivery"]):
    """Reads of deliveries."""

    def outcome(self, notice: Notice) -> Outcome:
        """Where the notice's deliveries stand; one query."""
        found = self.filter(notice=notice).order_by("channel").values_list("channel", "state", "reason")
        outcome = Outcome()
        for channel, state, reason, count, until in found.annotate(rows=models.Count("pk"), until=models.Max("due_at")):
            outcome.count(channel, state, reason, count)
            if state == OutboxState.HELD:
                outcome.hold(reason, Wait(count, until))
        return outcome

    def fates(self, notice: Notice) -> dict[Fate, int]:
        """How many people the notice has rows for, by the best that became of each; one query."""
        people = self.filter(notice=notice, endpoint__isnull=False).values("endpoint__user").order_by()
        numbers = {fate.name: models.Count("best", filter=Q(best=fate)) for fate in Fate}
        found = people.annotate(best=models.Min(_FATES)).aggregate(**numbers)
        return {Fate[name]: count for name, count in found.items()}

    def waiting_for(self, user: User) -> Self:
        """The person's rows that wait for a later hour and are in no daily mail yet."""
        return self.filter(endpoint__user=user, state=OutboxState.HELD, reason__in=RESTING, digest=None)


class Delivery(OutboxRow):
    """One notice to one endpoint; exactly one row for each pair.

    `digest` is the daily mail it was gathered into; it then ends as that mail ends (`outbox.digest`).
    """

    # The constraint below begins with the notice; an index of its own would be written three times a row for nothing.
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", db_index=False)
    endpoint = models.ForeignKey(Endpoint, models.SET_NULL, null=True, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=channels)
    provider_id = models.CharField(max_length=80, blank=True)
    parts = models.PositiveSmallIntegerField(default=0)
    digest = models.ForeignKey("Message", models.SET_NULL, null=True, db_index=False, related_name="gathered")

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
            models.Index(fields=["digest"], condition=Q(digest__isnull=False), name="delivery_gathered"),
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
        APPROVAL = "approval", _("word between colleagues about a notice")
        RELAY = "relay", _("a letter between neighbour and contact")
        STEP = "step", _("what happens next")
        REVEALED = "revealed", _("word that somebody looked")
        QUESTION = "question", _("the yearly question")
        RECEIPT = "receipt", _("receipt")
        REPORT = "report", _("word to the operator")

    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="messages")
    channel = models.CharField(max_length=10, choices=channels)
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
