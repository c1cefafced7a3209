"""Delivering: batch after batch, until there are no more or it is time to give way."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from notifications.doorbell import ring
from notifications.models import Delivery, OutboxState
from notifications.outbox import claim, digest
from notifications.outbox.books import Books, Entry
from notifications.outbox.claim import Batch, Letters
from notifications.outbox.mend import finish
from notifications.outbox.patience import AWAY_PAUSE
from notifications.transports.base import Outcome, Parcel, Transport, TransportAway, Verdict

log = structlog.get_logger(__name__)

GIVE_WAY_AFTER = 5.0


class Run:
    """One run of a worker: the transports it talks through and when it gives way, in seconds of `monotonic`."""

    def __init__(self) -> None:
        self.until = monotonic() + GIVE_WAY_AFTER
        self.letters = Letters()
        self.notices: set[int] = set()
        self.away: dict[str, Entry] = {}
        self._transports: dict[str, Transport] = {}

    @property
    def is_up(self) -> bool:
        """Whether it is time to give way."""
        return monotonic() >= self.until

    def transport(self, channel: str) -> Transport:
        """The channel's transport, made when first needed."""
        if channel not in self._transports:
            self._transports[channel] = import_string(settings.TRANSPORTS[channel])(channel)
        return self._transports[channel]

    def close(self) -> None:
        """Hang up every connection; what goes wrong with a goodbye is only logged."""
        for channel, transport in self._transports.items():
            try:
                transport.close()
            except Exception as error:  # noqa: BLE001 - the books are closed, nothing depends on it
                log.warning("goodbye_failed", channel=channel, error=type(error).__name__)


def deliver(queue: str) -> None:
    """Send what is due on this queue, messages to one person first and daily mails last.

    Gives way after GIVE_WAY_AFTER seconds and rings for itself, so that nothing waits long behind a
    large notice. Stops when a whole batch met only providers out of reach; beat asks again.
    """
    run = Run()
    with closing(run):
        while not run.is_up:
            batch = claim.messages(queue) or claim.deliveries(queue, run.letters) or digest.batch(queue, run.letters)
            if batch is None or (not send(batch, run) and batch.model is Delivery):
                finish(run.notices)
                return
    ring("notifications.deliver", queue=queue, expires=30)


def send(batch: Batch, run: Run) -> bool:
    """Hand a batch to its transports and keep the books; False when every provider it needs is out of reach."""
    run.notices |= batch.notices
    books = Books(batch)
    try:
        for pk, reason in batch.skipped.items():
            books.enter(pk, Entry(OutboxState.SKIPPED, reason))
        for pk, hold in batch.held.items():
            books.enter(pk, Entry(OutboxState.HELD, hold.reason, until=hold.until, queue=hold.queue))
        for pk in batch.unreadable:
            books.enter(pk, Entry(OutboxState.FAILED, "unreadable"))
        for pk in batch.unwritten:
            books.note(Outcome(pk, Verdict.LATER, "error"))
        for channel, parcels in batch.parcels.items():
            if channel not in run.away:
                _hand_over(run, channel, parcels, books)
            _put_back(run, channel, parcels, books)
        return not batch.parcels or not run.away.keys() >= batch.parcels.keys()
    finally:
        books.close()


def _put_back(run: Run, channel: str, parcels: list[Parcel], books: Books) -> None:
    """Let what a provider out of reach has not taken wait a little, without counting it as a try."""
    if channel in run.away:
        for parcel in parcels:
            books.enter(parcel.row, run.away[channel])


def _hand_over(run: Run, channel: str, parcels: list[Parcel], books: Books) -> None:
    taken: list[int] = []

    def while_in_time() -> Iterator[Parcel]:
        for parcel in parcels:
            if run.is_up:
                return
            taken.append(parcel.row)
            yield parcel

    try:
        for outcome in run.transport(channel).deliver(while_in_time()):
            books.note(outcome)
    except TransportAway as away:
        log.warning("transport_away", channel=channel, reason=away.reason)
        run.away[channel] = Entry(OutboxState.RETRY, away.reason, away.pause or AWAY_PAUSE)
        return
    except Exception as error:  # noqa: BLE001 - the rows in hand are tried again, the rest goes back untried
        log.error("transport_failed", channel=channel, error=type(error).__name__)
        if not taken:
            # It fails before it begins, and would do so again at once.
            run.away[channel] = Entry(OutboxState.RETRY, "error", AWAY_PAUSE)
    for pk in filter(books.is_open, taken):
        books.note(Outcome(pk, Verdict.LATER, "error"))
