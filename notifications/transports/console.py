"""Stands in for a provider that is not connected: says in the log what would have been sent, and to roughly whom."""

import json
import os
from collections.abc import Iterable, Iterator

import structlog
from django.conf import settings
from django.utils import timezone

from notifications.transports.base import Outcome, Parcel, Transport, Verdict

log = structlog.get_logger(__name__)


def masked(address: str) -> str:
    """An address or number with all but its first three and last two characters hidden."""
    hidden = max(len(address) - 5, 0)
    return f"{address[:3]}{'*' * hidden}{address[-2:]}" if hidden else "*" * len(address)


class ConsoleTransport(Transport):
    """Every parcel counts as sent. In the demo, SMS also lie in the file `sms` of RUN_DIR, one JSON object a line."""

    def deliver(self, batch: Iterable[Parcel]) -> Iterator[Outcome]:
        """Say what goes where."""
        for parcel in batch:
            log.info("would_send", channel=self.channel, to=masked(parcel.address), row=parcel.row)
            if settings.DEMO and self.channel == "sms":
                _keep_for_the_demo(parcel)
            yield Outcome(parcel.row, Verdict.SENT)


def _keep_for_the_demo(parcel: Parcel) -> None:
    sms = {"at": timezone.now().isoformat(), "to": parcel.address, "text": parcel.letter.short_to(parcel.token)}
    line = json.dumps(sms, ensure_ascii=False) + "\n"
    # One write to a file opened for appending: two workers never mix their lines.
    file = os.open(settings.RUN_DIR / "sms", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
