"""SMS through 46elks: many requests at once on kept connections, and no more than the provider wants.

A worker process keeps one pool of connections for as long as it lives. When the provider says 429 (or 503) with
Retry-After, nobody asks again before that time: a short while is waited out here, a longer one is written in the
shared cache, where every worker on every machine sees it.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from http import HTTPStatus
from threading import Lock
from time import monotonic, sleep, time
from typing import Any

import httpx
import structlog
from django.conf import settings
from django.core.cache import cache

from notifications.sms import report_address
from notifications.transports.base import Outcome, Parcel, Transport, TransportAway, Verdict
from notifications.transports.pacing import LONGEST_PAUSE, pause_asked_for

log = structlog.get_logger(__name__)

IN_FLIGHT = 16
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
# Seconds: a pause this short is waited out, so long in all a batch waits.
SHORT_PAUSE, PATIENCE = 2.0, 4.0
NOT_BEFORE = "sms-not-before"
ACCOUNT_TROUBLE = {HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN}


class Kept:
    """This process's connections; another account, address or process gets its own."""

    def __init__(self) -> None:
        self._key: tuple[Any, ...] = ()
        self._client: httpx.Client | None = None

    def client(self) -> httpx.Client:
        """The client for the account in the settings."""
        key = (os.getpid(), settings.ELKS_URL, settings.ELKS_USERNAME, settings.ELKS_PASSWORD)
        if self._client is None or key != self._key:
            if self._client is not None and self._key[0] == os.getpid():
                self._client.close()
            self._key, self._client = (
                key,
                httpx.Client(
                    base_url=settings.ELKS_URL,
                    auth=(settings.ELKS_USERNAME, settings.ELKS_PASSWORD),
                    timeout=TIMEOUT,
                    limits=httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT),
                ),
            )
        return self._client


kept = Kept()


class Gate:
    """When the provider may be asked again; shared by the threads of one batch."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._opens = 0.0
        self._patient_until = monotonic() + PATIENCE
        self.trouble: TransportAway | None = None

    def close(self, seconds: float) -> None:
        """The provider wants `seconds` without requests."""
        with self._lock:
            self._opens = max(self._opens, monotonic() + seconds)
            left = self._opens - monotonic()
            if left > SHORT_PAUSE or self._opens > self._patient_until:
                self.trouble = self.trouble or TransportAway("rate-limited", timedelta(seconds=left))

    def give_up(self, reason: str) -> None:
        """The provider is out of reach for everyone."""
        with self._lock:
            self.trouble = self.trouble or TransportAway(reason)

    def passed(self) -> bool:
        """Wait until it is open; False when there is no use in waiting."""
        while not self.trouble:
            with self._lock:
                left = self._opens - monotonic()
            if left <= 0:
                return True
            sleep(left)
        return False


class SmsTransport(Transport):
    """Sends SMS. 429 and 5xx pass, other 4xx are permanent; what the account is refused is no fault of the number's."""

    def deliver(self, batch: Iterable[Parcel]) -> Iterator[Outcome]:
        """One SMS a parcel, IN_FLIGHT at a time, answered as they come."""
        _keep_away()
        gate, parcels = Gate(), iter(batch)
        client = kept.client()
        with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="sms") as pool:
            flying: set[Future[Outcome | None]] = set()
            while True:
                while len(flying) < IN_FLIGHT and not gate.trouble and (parcel := next(parcels, None)):
                    flying.add(pool.submit(_sent, client, parcel, gate))
                if not flying:
                    break
                landed, flying = wait(flying, return_when=FIRST_COMPLETED)
                if gate.trouble:
                    _tell_the_others(gate.trouble)
                yield from filter(None, (future.result() for future in landed))
        if gate.trouble:
            raise gate.trouble


def _tell_the_others(trouble: TransportAway) -> None:
    if trouble.pause:
        seconds = trouble.pause.total_seconds()
        try:
            cache.add(NOT_BEFORE, time() + seconds, seconds)
        except Exception as error:  # noqa: BLE001 - the others hear it from the provider then
            log.warning("cache_away", error=type(error).__name__)


def _keep_away() -> None:
    """Raise TransportAway while the provider has asked any of us to wait. A cache that is away stops no SMS."""
    try:
        left = float(cache.get(NOT_BEFORE, 0.0)) - time()
    except Exception as error:  # noqa: BLE001 - each cache has errors of its own
        log.warning("cache_away", error=type(error).__name__)
        return
    # No pause is longer than the longest: what says so was written before the clock was set back.
    if 0 < left <= LONGEST_PAUSE:
        raise TransportAway("rate-limited", timedelta(seconds=left))


def _sent(client: httpx.Client, parcel: Parcel, gate: Gate) -> Outcome | None:
    """What became of the parcel; None when it was not sent and should wait with the rest."""
    while gate.passed():
        try:
            response = client.post("/a1/sms", data=_form(parcel))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            gate.give_up("no-connection")
            return None
        except httpx.HTTPError:
            # It may have been taken: what was said on this connection is no longer known.
            return Outcome(parcel.row, Verdict.LATER, "connection-lost")
        except Exception as error:  # noqa: BLE001 - one row's trouble must never stop the others
            log.error("sms_failed", row=parcel.row, error=type(error).__name__)
            return Outcome(parcel.row, Verdict.LATER, "error")
        pause = pause_asked_for(response.status_code, response.headers.get("Retry-After", ""))
        if pause is not None:
            gate.close(pause)
            continue
        if response.status_code in ACCOUNT_TROUBLE:
            gate.give_up("sms-account")
            return None
        return _outcome(parcel, response)
    return None


def _form(parcel: Parcel) -> dict[str, str]:
    # The provider's own history need not hold what we say.
    form = {
        "from": parcel.letter.sms_sender,
        "to": parcel.address,
        "message": parcel.letter.short_to(parcel.token),
        "dontlog": "message",
    }
    return form | {"whendelivered": report_address()} if parcel.letter.to_many else form


def _outcome(parcel: Parcel, response: httpx.Response) -> Outcome:
    code = response.status_code
    if 200 <= code < 300:
        provider_id, parts = _receipt(response)
        return Outcome(parcel.row, Verdict.SENT, provider_id=provider_id, parts=parts or parcel.letter.sms_parts)
    refused = 400 <= code < 500 and code != HTTPStatus.REQUEST_TIMEOUT
    return Outcome(parcel.row, Verdict.REFUSED if refused else Verdict.LATER, f"sms-{code}")


def _receipt(response: httpx.Response) -> tuple[str, int]:
    """The provider's id and its own count of parts; a yes without them is still a yes."""
    try:
        said = response.json()
    except ValueError:
        return "", 0
    if not isinstance(said, dict):
        return "", 0
    provider_id, parts = said.get("id"), said.get("parts")
    is_id = isinstance(provider_id, str) and len(provider_id) <= 80 and provider_id.isprintable()
    return str(provider_id) if is_id else "", parts if isinstance(parts, int) and 0 < parts < 256 else 0
