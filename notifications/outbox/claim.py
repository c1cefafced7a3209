"""Taking a batch: claim rows, commit, then ask again whether each may still go."""

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.db.models import Field
from django.utils import timezone

from buildings.sealing import fingerprint, unseal
from notifications import audience
from notifications.letters import Letter, digest_letter, is_neutral, message_letter, notice_letter
from notifications.models import WAITING, Delivery, Endpoint, Message, Notice, OutboxState
from notifications.models.endpoints import wants_for
from notifications.outbox import stop
from notifications.outbox.budget import SMS_CEILING, Allowance, Hold, next_month
from notifications.outbox.expand import add_deliveries
from notifications.outbox.pace import Pace
from notifications.outbox.patience import AWAY_PAUSE, outlast
from notifications.transports.base import Parcel

log = structlog.get_logger(__name__)

RowType = type[Delivery] | type[Message]


@dataclass(frozen=True, slots=True)
class Row:
    """What the books need to know of a claimed row."""

    attempts: int
    endpoint: int | None = None
    refusals: int = 0
    organisation: int | None = None
    address: str | None = None


@dataclass
class Batch:
    """Claimed rows of one kind: parcels by channel, those that wait until a time, those that must not or cannot go.

    `unreadable` cannot be opened, ever; for `unwritten` no letter could be made this time.
    `gathers` says that its rows are daily mails, which deliveries follow.
    """

    model: RowType
    claim: UUID
    rows: dict[int, Row] = field(default_factory=dict)
    parcels: dict[str, list[Parcel]] = field(default_factory=dict)
    held: dict[int, Hold] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)
    unwritten: list[int] = field(default_factory=list)
    notices: set[int] = field(default_factory=set)
    gathers: bool = False


@dataclass
class Letters:
    """Letters already rendered in this run: two a notice and language, one of them neutral, however many they go to."""

    rendered: dict[tuple[int, str, bool], Letter] = field(default_factory=dict)
    digests: dict[tuple[tuple[int, ...], str, bool], Letter] = field(default_factory=dict)

    def of(self, notice: Notice, language: str, *, shows_words: bool) -> Letter:
        """The notice's letter in this language."""
        key = (notice.pk, language, is_neutral(notice, shows_words=shows_words))
        if key not in self.rendered:
            self.rendered[key] = notice_letter(notice, language, neutral=key[2])
        return self.rendered[key]

    def of_many(self, notices: Sequence[Notice], language: str, *, shows_words: bool) -> Letter:
        """The daily mail with these notices; neighbours mostly get the same ones."""
        key = (tuple(notice.pk for notice in notices), language, not shows_words)
        if key not in self.digests:
            self.digests[key] = digest_letter(notices, language, neutral=key[2])
        return self.digests[key]


def take(model: RowType, queue: str) -> UUID | None:
    """Claim up to settings.OUTBOX_BATCH due rows, committed at once by a single UPDATE; None when there are none.

    PostgreSQL passes over rows another worker holds; SQLite has one writer at a time. The UPDATE asks
    for the state once more, so a row is never claimed twice.
    """
    now, claim = timezone.now(), uuid4()
    due = model.objects.claimable(queue, now).order_by("due_at").values_list("pk")[: settings.OUTBOX_BATCH]
    select, params = due.query.sql_with_params()
    if connection.features.has_select_for_update_skip_locked:
        # An array is chosen once; a planner that joins a subquery may run it, and its LIMIT, once a row.
        chosen = f"= ANY(ARRAY({select} {connection.ops.for_update_sql(skip_locked=True)}))"
    else:
        chosen = f"IN ({select})"
    # By hand, because the ORM locks only inside a transaction, which costs two statements more a batch.
    claimed = [_stored(model, "claim", claim), _stored(model, "claimed_at", now)]
    table, waiting = connection.ops.quote_name(model._meta.db_table), ", ".join(["%s"] * len(WAITING))
    changes = "state = %s, claim = %s, claimed_at = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {changes} WHERE id {chosen} AND state IN ({waiting})",  # noqa: S608 - no values
            [OutboxState.SENDING.value, *claimed, *params, *(state.value for state in WAITING)],
        )
        return claim if cursor.rowcount else None


def _stored(model: RowType, name: str, value: object) -> Any:
    """The value as the database keeps it in this field."""
    field = cast("Field[Any, Any]", model._meta.get_field(name))
    return field.get_db_prep_save(value, connection)


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
        words = {name: content.get(name, "") for name in ("language", "subject", "text", "html", "reply_to")}
        letter = message_letter(**words)
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
    show_words: bool | None
    quiet_from: time | None
    quiet_until: time | None
    wants_digest: bool | None
    digest_at: time | None
    keys: bytes | memoryview | None


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
    "endpoint__show_words",
    "endpoint__user__rhythm__quiet_from",
    "endpoint__user__rhythm__quiet_until",
    "endpoint__user__rhythm__digest",
    "endpoint__user__rhythm__digest_at",
    "endpoint__sealed_keys",
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
    found = [Claimed(*values) for values in claimed]
    for row in found:
        by_notice.setdefault(row.notice, []).append(row)
    notices = Notice.objects.select_related("organisation", "district", "refers_to").in_bulk(by_notice)
    allowance, pace = Allowance(), Pace.of(found)
    for pk, rows in by_notice.items():
        for row in rows:
            organisation = notices[pk].organisation_id
            batch.rows[row.pk] = Row(row.attempts, row.endpoint, row.refusals or 0, organisation, row.address)
        _sort(batch, notices[pk], rows, letters, allowance, pace)
    batch.notices.update(by_notice)
    return batch


def _sort(
    batch: Batch, notice: Notice, rows: Iterable[Claimed], letters: Letters, allowance: Allowance, pace: Pace
) -> None:
    """Put each of the notice's rows among the parcels, the held or the skipped."""
    # By the claim: five hundred keys would cost more to write into the question than it costs to answer.
    asked = Delivery.objects.filter(claim=batch.claim, notice=notice).values("endpoint__user")
    still_meant = set(audience.still_meant(notice, asked).values_list("pk", flat=True))
    wanted = wants_for(notice.urgency)
    freed: set[str] = set()
    for row in rows:
        reason = notice_stopped(notice) or person_stopped(row, still_meant, wanted)
        if reason or row.address is None or row.language is None:
            batch.skipped[row.pk] = reason
            if row.address and row.channel == Endpoint.Channel.SMS:
                freed.add(row.address)
            continue
        if hold := pace.hold(row, notice):
            batch.held[row.pk] = hold
            continue
        letter = _letter(letters, notice, row.language, shows_words=pace.shows_words(row))
        if letter is None:
            batch.unwritten.append(row.pk)
            continue
        if row.channel == Endpoint.Channel.SMS and not allowance.take(notice, letter.sms_parts):
            batch.held[row.pk] = Hold(SMS_CEILING, min(next_month(), notice.expires_at))
            continue
        parcel = Parcel(
            row.pk,
            row.address,
            letter,
            message_id("d", row.pk),
            row.token or "",
            keys=row.keys,
            shows_words=bool(row.show_words),
        )
        batch.parcels.setdefault(row.channel, []).append(parcel)
    if freed and not notice_stopped(notice):
        # The number got one row for all who share it; whoever else is on it still waits for the notice.
        add_deliveries(notice, audience.reach(notice).filter(channel=Endpoint.Channel.SMS, address__in=freed))


def _letter(letters: Letters, notice: Notice, language: str, *, shows_words: bool) -> Letter | None:
    """The notice's letter, or None: one notice's trouble must not hold back those that share the batch."""
    try:
        return letters.of(notice, language, shows_words=shows_words)
    except Exception as error:  # noqa: BLE001 - whatever it is, only this notice's rows wait for it
        log.error("letter_failed", notice=notice.pk, language=language, error=type(error).__name__)
        return None


def notice_stopped(notice: Notice) -> str:
    """Why nobody gets the notice any more, or an empty text."""
    if notice.replaced_at:
        return stop.REPLACED
    if notice.state != Notice.State.SENDING:
        return stop.CANCELLED
    return stop.EXPIRED if notice.is_over else ""


def person_stopped(row: Claimed, still_meant: set[int], wanted: Container[str | None]) -> str:
    """Why this person does not get it any more, or an empty text."""
    if row.endpoint is None or row.user not in still_meant:
        return "left"
    if row.wants not in wanted:
        return "unsubscribed"
    return "set-aside" if row.set_aside_at else ""
