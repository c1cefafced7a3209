"""A due notice becomes rows: one INSERT ... SELECT over its audience, in one transaction."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Model, Q, QuerySet, Value
from django.utils import timezone

from notifications import audience, departure
from notifications.companions import companion_of
from notifications.doorbell import ring
from notifications.models import Delivery, Endpoint, Notice, OutboxState, Posting

log = structlog.get_logger(__name__)


def start_due(queue: str) -> None:
    """Start every notice of this queue whose take-back window has ended; one that fails leaves the others alone."""
    due = Notice.objects.due().on_queue(queue).select_related("organisation", "district", "refers_to")
    for notice in due.order_by("send_at"):
        try:
            if notice.is_over:
                departure.lapse(notice, Notice.Stopped.EXPIRED)
                continue
            started = start(notice)
        except Exception as error:  # noqa: BLE001 - the notice stays scheduled and is tried again
            log.error("start_failed", notice=notice.pk, error=type(error).__name__)
            continue
        if started:
            log.info("notice_started", notice=notice.pk, people=notice.people, unreachable=notice.unreachable)


@transaction.atomic(durable=True)
def start(notice: Notice) -> bool:
    """Turn a due notice to `sending` with all its rows, or leave it scheduled; False when another worker did it.

    Asks once more whether it may leave (`departure`); one that may not is put where it belongs, and that is False too.
    A kill at any moment undoes everything, so no notice is left `sending` without its rows.
    """
    now = timezone.now()
    won = Notice.objects.filter(
        pk=notice.pk, state=Notice.State.SCHEDULED, send_at__lte=now, expires_at__gt=now
    ).update(state=Notice.State.SENDING, started_at=now)
    if not won:
        return False
    people = audience.people(notice)
    if not departure.may_leave(notice, people):
        return False
    rows = add_deliveries(notice, _endpoints(notice))
    if not notice.contacts_only and not notice.calls_off and not notice.reminds:
        _insert_postings(notice)
    notice.state, notice.started_at = Notice.State.SENDING, now
    notice.people, notice.unreachable = people, audience.unreachable(notice)
    if not rows and not notice.refers_to_id:
        notice.state, notice.finished_at = Notice.State.SENT, now
    notice.save(update_fields=["state", "people", "unreachable", "finished_at"])
    for _ in range(_workers(notice.queue, rows)):
        ring("notifications.deliver", queue=notice.queue)
    return True


def _endpoints(notice: Notice) -> QuerySet[Endpoint]:
    """The endpoints the notice goes to, but for people its companion says need not hear it."""
    companion = companion_of(notice)
    spared = companion.not_to(notice) if companion else None
    found = audience.reach(notice)
    return found if spared is None else found.exclude(user__in=spared)


@transaction.atomic(durable=True)
def add_latecomers(notice: Notice) -> int:
    """Give a standing notice to people who are meant and joined after it left; how many rows were added.

    A number that has had it by a neighbour's row gets it no second time.
    """
    standing = Notice.objects.standing().filter(pk=notice.pk, expires_at__gt=timezone.now())
    if not standing.select_for_update().exists():
        return 0
    texted = Delivery.objects.filter(notice=notice, channel=Endpoint.Channel.SMS, endpoint__isnull=False)
    had = Q(channel=Endpoint.Channel.SMS, address__in=texted.values("endpoint__address"))
    rows = add_deliveries(notice, _endpoints(notice).exclude(had))
    if rows:
        standing.update(state=Notice.State.SENDING, finished_at=None)
        ring("notifications.deliver", queue=notice.queue)
        log.info("latecomers_added", notice=notice.pk, rows=rows)
    return rows


def _workers(queue: str, rows: int) -> int:
    """How many runs to start at once: each goes on ringing for itself, and beat wakes the workers left over."""
    batches = -(-rows // settings.OUTBOX_BATCH)
    return min(batches, settings.NOTICE_PROCESSES) if queue == "notices" else min(batches, 1)


def add_deliveries(notice: Notice, endpoints: QuerySet[Endpoint]) -> int:
    """Insert a waiting row for each endpoint that has none yet; how many were inserted."""
    now = Value(timezone.now(), output_field=DateTimeField())
    row: dict[str, Value | F] = {
        "notice": Value(notice.pk),
        "endpoint": F("pk"),
        "channel": F("channel"),
        "queue": Value(notice.queue),
        "state": Value(OutboxState.QUEUED.value),
        "reason": Value(""),
        "attempts": Value(0),
        "provider_id": Value(""),
        "parts": Value(0),
        "due_at": now,
        "created_at": now,
    }
    return insert_from(Delivery, row, endpoints)


def _insert_postings(notice: Notice) -> int:
    now = Value(timezone.now(), output_field=DateTimeField())
    row: dict[str, Value | F] = {"notice": Value(notice.pk), "stairwell": F("pk"), "created_at": now}
    return insert_from(Posting, row, audience.places(notice).order_by())


def insert_from(model: type[Model], row: Mapping[str, Value | F], each: "QuerySet[Any]") -> int:
    """Insert `row`, its fields by name, for each object selected; a row that already exists stays as it is.

    Returns how many were inserted. `each` must have a WHERE clause: SQLite would otherwise read
    ON CONFLICT as the start of a join.
    """
    quote = connection.ops.quote_name
    column_of = {field.name: field.column for field in model._meta.concrete_fields if field.column}
    columns = ", ".join(quote(column_of[name]) for name in row)
    select, params = each.values_list(*row.values()).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) {select} ON CONFLICT DO NOTHING",
            params,
        )
        return int(cursor.rowcount)
