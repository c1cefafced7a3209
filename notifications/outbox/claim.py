"""Taking a batch: claim rows, commit, then ask again whether each may still go."""

from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.utils import timezone

from buildings.sealing import fingerprint, unseal
from notifications import audience
from notifications.letters import Letter, message_letter, notice_letter
from notifications.models import WAITING, Delivery, Endpoint, Message, Notice, OutboxState
from notifications.models.endpoints import wants_for
from notifications.outbox.budget import SMS_CEILING, Allowance, Hold, next_month
from notifications.outbox.expand import add_deliveries
from notifications.outbox.patience import AWAY_PAUSE, outlast
from notifications.transports.base import Parcel

RowType = type[Delivery] | type[Message]


@dataclass(frozen=True, slots=True)
class Row:
    """What the books need to know of a claimed row."""

    attempts: int
    endpoint: int | None = None
    refusals: int = 0
    organisation: int | None = None


@dataclass
class Batch:
    """Claimed rows of one kind: parcels by channel, those that wait until a time, those that must not or cannot go."""

    model: RowType
    claim: UUID
    rows: dict[int, Row] = field(default_factory=dict)
    parcels: dict[str, list[Parcel]] = field(default_factory=dict)
    held: dict[int, Hold] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)
    notices: set[int] = field(default_factory=set)


@dataclass
class Letters:
    """Letters already rendered in this run: one a notice and language, however many it goes to."""

    rendered: dict[tuple[int, str], Letter] = field(default_factory=dict)

    def of(self, notice: Notice, language: str) -> Letter:
        """The notice's letter in this language."""
        key = (notice.pk, language)
        if key not in self.rendered:
            self.rendered[key] = notice_letter(notice, language)
        return self.rendered[key]


def take(model: RowType, queue: str) -> UUID | None:
    """Claim up to settings.OUTBOX_BATCH due rows and commit; None when there are none.

    PostgreSQL passes over rows another worker holds; SQLite has one writer at a time. The UPDATE asks
    for the state once more, so a row is never claimed twice.
    """
    now, claim = timezone.now(), uuid4()
    with transaction.atomic(durable=True):
        due = model.objects.claimable(queue, now).order_by("due_at").select_for_update(skip_locked=True)
        found = list(due.values_list("pk", flat=True)[: settings.OUTBOX_BATCH])
        taken = found and model.objects.filter(pk__in=found, state__in=WAITING).update(
            state=OutboxState.SENDING, claim=claim, claimed_at=now
        )
    return claim if taken else None


def message_id(kind: str, pk: int) -> str:
    """The Message-ID of a row (`d` a delivery, `m` a message): the same at every attempt, not to be guessed."""
    return f"<{kind}{pk}.{fingerprint('message-id', f'{kind}{pk}')[:20]}@{settings.MAIL_DOMAIN}>"


@contextmanager
def _handed_back(model: RowType, claim: UUID) -> Iterator[None]:
    """When a batch cannot be read, let its rows rest a little, untried, instead of until they count as stuck."""
    try:
        yield
    except Exception:
        rows = model.objects.filter(claim=claim, state=OutboxState.SENDING)
        due_at = timezone.now() + AWAY_PAUSE
        outlast(lambda: rows.update(state=OutboxState.RETRY, due_at=due_at, claim=None, claimed_at=None))
        raise


def messages(queue: str) -> Batch | None:
    """A batch of messages, or None when none is due."""
    claim = take(Message, queue)
    if claim is None:
        return None
    with _handed_back(Message, claim):
        return _read_messages(claim)


def _read_messages(claim: UUID) -> Batch:
    batch, now = Batch(Message, claim), timezone.now()
    for message in Message.objects.filter(claim=claim, state=OutboxState.SENDING).order_by("pk"):
        batch.rows[message.pk] = Row(message.attempts)
        if message.expires_at and message.expires_at <= now:
            batch.skipped[message.pk] = "expired"
            continue
        try:
            content = unseal(message.sealed or b"")
        except SuspiciousOperation:
            batch.unreadable.append(message.pk)
            continue
        letter = message_letter(language=content["language"], subject=content["subject"], text=content["text"])
        parcel = Parcel(message.pk, content["address"], letter, message_id("m", message.pk))
        batch.parcels.setdefault(message.channel, []).append(parcel)
    return batch


class Claimed(NamedTuple):
    """A claimed delivery and what its endpoint says now."""

    pk: int
    attempts: int
    channel: str
    notice: int
    endpoint: int | None
    address: str | None
    token: str | None
    wants: str | None
    set_aside_at: datetime | None
    refusals: int | None
    user: int | None
    language: str | None


FIELDS = (
    "pk",
    "attempts",
    "channel",
    "notice",
    "endpoint",
    "endpoint__address",
    "endpoint__token",
    "endpoint__wants",
    "endpoint__set_aside_at",
    "endpoint__refusals",
    "endpoint__user",
    "endpoint__user__language",
)


def deliveries(queue: str, letters: Letters) -> Batch | None:
    """A batch of deliveries, or None when none is due. Preferences, consent, expiry and home are asked again."""
    claim = take(Delivery, queue)
    if claim is None:
        return None
    with _handed_back(Delivery, claim):
        return _read_deliveries(claim, letters)


def _read_deliveries(claim: UUID, letters: Letters) -> Batch:
    batch = Batch(Delivery, claim)
    claimed = Delivery.objects.filter(claim=claim, state=OutboxState.SENDING).order_by("endpoint").values_list(*FIELDS)
    by_notice: dict[int, list[Claimed]] = {}
    for values in claimed:
        row = Claimed(*values)
        by_notice.setdefault(row.notice, []).append(row)
    notices = Notice.objects.select_related("organisation", "district").in_bulk(by_notice)
    allowance = Allowance()
    for pk, rows in by_notice.items():
        for row in rows:
            batch.rows[row.pk] = Row(row.attempts, row.endpoint, row.refusals or 0, notices[pk].organisation_id)
        _sort(batch, notices[pk], rows, letters, allowance)
    batch.notices.update(by_notice)
    return batch


def _sort(batch: Batch, notice: Notice, rows: Iterable[Claimed], letters: Letters, allowance: Allowance) -> None:
    """Put each of the notice's rows among the parcels, the held or the skipped."""
    rows = list(rows)
    asked = [row.user for row in rows if row.user is not None]
    still_meant = set(audience.meant_people(notice).filter(pk__in=asked).values_list("pk", flat=True))
    wanted = wants_for(notice.urgency)
    freed: set[str] = set()
    for row in rows:
        reason = _notice_stopped(notice) or _person_stopped(row, still_meant, wanted)
        if reason or row.address is None or row.language is None:
            batch.skipped[row.pk] = reason
            if row.address and row.channel == Endpoint.Channel.SMS:
                freed.add(row.address)
            continue
        letter = letters.of(notice, row.language)
        if row.channel == Endpoint.Channel.SMS and not allowance.take(notice, letter.sms_parts):
            batch.held[row.pk] = Hold(SMS_CEILING, min(next_month(), notice.expires_at))
            continue
        parcel = Parcel(row.pk, row.address, letter, message_id("d", row.pk), row.token or "")
        batch.parcels.setdefault(row.channel, []).append(parcel)
    if freed and not _notice_stopped(notice):
        # The number got one row for all who share it; whoever else is on it still waits for the notice.
        add_deliveries(notice, audience.reach(notice).filter(channel=Endpoint.Channel.SMS, address__in=freed))


def _notice_stopped(notice: Notice) -> str:
    if notice.state != Notice.State.SENDING:
        return "cancelled"
    return "expired" if notice.is_over else ""


def _person_stopped(row: Claimed, still_meant: set[int], wanted: Container[str | None]) -> str:
    if row.endpoint is None or row.user not in still_meant:
        return "left"
    if row.wants not in wanted:
        return "unsubscribed"
    return "set-aside" if row.set_aside_at else ""
