"""Writing down what became of a batch: one UPDATE an outcome, only on rows that are still ours."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from notifications.models import Delivery, Endpoint, Message, OutboxState
from notifications.outbox import budget
from notifications.outbox.claim import Batch, Row
from notifications.outbox.digest import follow
from notifications.outbox.patience import AWAY_PAUSE, outlast
from notifications.transports.base import Outcome, Verdict

log = structlog.get_logger(__name__)

SETTLE_AT = 100
PROVIDER_ID_LENGTH = 80


class Entry(NamedTuple):
    """What an UPDATE writes: rows with the same entry share one."""

    state: str
    reason: str = ""
    pause: timedelta | None = None
    tried: bool = False
    until: datetime | None = None
    parts: int = 0
    organisation: int | None = None
    queue: str = ""


class Books:
    """The books of one batch. Every row that was claimed leaves with an entry when they are closed."""

    def __init__(self, batch: Batch) -> None:
        self._model, self._claim, self._rows = batch.model, batch.claim, batch.rows
        self._gathers = batch.gathers
        self._open = set(batch.rows)
        self._waiting: dict[Entry, list[int]] = defaultdict(list)
        self._unwritten = 0
        self._refused: list[int] = []
        self._mended: list[int] = []
        self._gone: list[tuple[int, str]] = []
        self._provider_ids: dict[int, str] = {}

    def note(self, outcome: Outcome) -> None:
        """Enter what a transport answered; flushed every SETTLE_AT rows."""
        row = self._rows[outcome.row]
        if outcome.provider_id and self._model is Delivery:
            self._provider_ids[outcome.row] = outcome.provider_id[:PROVIDER_ID_LENGTH]
        if outcome.verdict is Verdict.SENT:
            if row.endpoint and row.refusals:
                self._mended.append(row.endpoint)
            self.enter(outcome.row, self._sent(outcome, row))
        elif outcome.verdict is Verdict.REFUSED:
            if row.endpoint and outcome.blames_address:
                self._refused.append(row.endpoint)
            if row.endpoint and row.address and outcome.is_gone:
                self._gone.append((row.endpoint, row.address))
            self.enter(outcome.row, Entry(OutboxState.FAILED, outcome.reason, tried=True))
        elif outcome.verdict is Verdict.WAIT:
            self.enter(outcome.row, Entry(OutboxState.RETRY, outcome.reason, outcome.pause or AWAY_PAUSE))
        else:
            self.enter(outcome.row, self._later(row.attempts, outcome.reason))

    def enter(self, pk: int, entry: Entry) -> None:
        """Enter a row; one that has its entry already keeps it."""
        if pk not in self._open:
            return
        self._open.remove(pk)
        self._waiting[entry].append(pk)
        self._unwritten += 1
        if self._unwritten >= SETTLE_AT:
            self.flush()

    def is_open(self, pk: int) -> bool:
        """Whether the row has no entry yet."""
        return pk in self._open

    def close(self) -> None:
        """Put rows without an entry back in the queue, as untried, and write everything down."""
        for pk in sorted(self._open):
            self.enter(pk, Entry(OutboxState.QUEUED))
        self.flush()

    def flush(self) -> None:
        """Write down what has been entered."""
        waiting, self._waiting, self._unwritten = self._waiting, defaultdict(list), 0
        for entry, pks in waiting.items():
            outlast(partial(self._write, entry, pks, self._changes(entry) | self._named(pks)))
        outlast(self._settle_endpoints)

    def _write(self, entry: Entry, pks: list[int], changes: dict[str, Any]) -> None:
        """Write one entry; the claim is gone with it, so a second time it changes nothing."""
        mine = self._model.objects.filter(pk__in=pks, claim=self._claim)
        if entry.organisation is None and not self._gathers:
            written = mine.update(**changes)
        else:
            # What was paid for is counted with the rows it was paid for, or not at all; what a daily mail gathered
            # ends with it.
            with transaction.atomic():
                written = mine.update(**changes)
                if entry.organisation is not None:
                    budget.count(entry.organisation, entry.parts * written)
                if self._gathers:
                    follow(Message.objects.filter(pk__in=pks))
        if written < len(pks):
            log.warning("claim_lost", rows=len(pks) - written, state=entry.state)

    def _sent(self, outcome: Outcome, row: Row) -> Entry:
        if self._model is Message:
            return Entry(OutboxState.SENT, tried=True)
        organisation = row.organisation if outcome.parts else None
        return Entry(OutboxState.SENT, tried=True, parts=outcome.parts, organisation=organisation)

    def _later(self, attempts: int, reason: str) -> Entry:
        pauses = settings.OUTBOX_RETRY_PAUSES
        if attempts >= len(pauses):
            return Entry(OutboxState.FAILED, reason, tried=True)
        return Entry(OutboxState.RETRY, reason, pauses[attempts], tried=True)

    def _changes(self, entry: Entry) -> dict[str, Any]:
        changes: dict[str, Any] = {"state": entry.state, "reason": entry.reason, "claim": None, "claimed_at": None}
        if entry.tried:
            changes["attempts"] = F("attempts") + 1
        if entry.parts:
            changes["parts"] = entry.parts
        if entry.pause is not None:
            changes["due_at"] = timezone.now() + entry.pause
        if entry.until is not None:
            changes["due_at"] = entry.until
        if entry.queue:
            changes["queue"] = entry.queue
        if entry.state in (OutboxState.SENT, OutboxState.FAILED, OutboxState.SKIPPED):
            changes["settled_at"] = timezone.now()
            if self._model is Message:
                changes["sealed"] = None
        return changes

    def _named(self, pks: list[int]) -> dict[str, Any]:
        """The provider's names for these rows, in the same UPDATE."""
        names = [When(pk=pk, then=Value(self._provider_ids.pop(pk))) for pk in pks if pk in self._provider_ids]
        return {"provider_id": Case(*names, default=F("provider_id"))} if names else {}

    def _settle_endpoints(self) -> None:
        if self._refused:
            enough = When(refusals__gte=settings.ENDPOINT_SET_ASIDE_AFTER - 1, then=Value(timezone.now()))
            Endpoint.objects.filter(pk__in=self._refused).update(
                refusals=F("refusals") + 1, set_aside_at=Case(enough, default=F("set_aside_at"))
            )
            self._refused = []
        if self._mended:
            Endpoint.objects.filter(pk__in=self._mended).update(refusals=0)
            self._mended = []
        # An endpoint that got a new address since the batch was claimed is not the one that is gone.
        for pk, address in self._gone:
            Endpoint.objects.filter(pk=pk, address=address).delete()
        self._gone = []
