"""Web push (RFC 8030, 8291, 8292): many requests at once on kept connections, each service at the pace it asks for.

A device's trouble is its own. What a whole service says or does – 429, no connection, no answers – closes a door for
that service alone: its parcels go back untried, and the shared cache tells every worker how long to stay away.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from http import HTTPStatus
from time import time

import http_ece
import httpcore
import structlog
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation

from buildings.sealing import fingerprint
from notifications.push import network, services
from notifications.push.keys import DeviceKeys, is_on, public_key, signatures
from notifications.push.words import Preview
from notifications.transports.base import Outcome, Parcel, Transport, Verdict
from notifications.transports.pacing import pause_asked_for

log = structlog.get_logger(__name__)

GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
# Our clock or our key may be wrong: no fault of the device's, and somebody may mend it.
OUR_FAULT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
# Seconds a service is left alone when it cannot be reached, and after so many requests in a batch without an answer.
AWAY_PAUSE, SILENT_PAUSE, SILENT = 10.0, 60.0, 3


class Doors:
    """Services to stay away from, and why; used by the one thread that hands out the parcels of a batch."""

    def __init__(self) -> None:
        self._closed: dict[str, tuple[float, str]] = {}
        self._silent: Counter[str] = Counter()

    def closed(self, origin: str) -> Outcome | None:
        """What a parcel to a service that must be left alone gets, for row 0; None when the door is open."""
        if origin not in self._closed:
            self._closed[origin] = _told(origin)
        until, reason = self._closed[origin]
        left = until - time()
        return Outcome(0, Verdict.WAIT, reason, pause=timedelta(seconds=left)) if left > 0 else None

    def note(self, origin: str, outcome: Outcome) -> None:
        """Learn from an outcome."""
        if outcome.verdict is Verdict.WAIT and outcome.pause:
            self._close(origin, outcome.pause.total_seconds(), outcome.reason)
        elif outcome.reason == "no-answer":
            self._silent[origin] += 1
            if self._silent[origin] >= SILENT:
                self._close(origin, SILENT_PAUSE, "no-answer")

    def _close(self, origin: str, seconds: float, reason: str) -> None:
        until = time() + seconds
        if until > self._closed[origin][0]:
            self._closed[origin] = (until, reason)
            _tell(origin, self._closed[origin], seconds)
            log.warning("push_service_left_alone", origin=origin, seconds=round(seconds), reason=reason)


def _told(origin: str) -> tuple[float, str]:
    """What another worker found at this door. A cache that is away stops nobody."""
    try:
        found: tuple[float, str] = cache.get(_door(origin)) or (0.0, "")
    except Exception as error:  # noqa: BLE001 - each cache has errors of its own
        log.warning("cache_away", error=type(error).__name__)
        return 0.0, ""
    return found


def _tell(origin: str, closed: tuple[float, str], seconds: float) -> None:
    try:
        cache.set(_door(origin), closed, seconds)
    except Exception as error:  # noqa: BLE001 - the others find out for themselves
        log.warning("cache_away", error=type(error).__name__)


def _door(origin: str) -> str:
    return f"push-door:{fingerprint('push-door', origin)[:32]}"


class WebPushTransport(Transport):
    """Sends to devices. 404 and 410 remove one, other 4xx are permanent, 5xx pass."""

    def deliver(self, batch: Iterable[Parcel]) -> Iterator[Outcome]:
        """One request a parcel, network.IN_FLIGHT at a time, answered as they come."""
        doors, parcels, pool = Doors(), iter(batch), network.kept.pool()
        with ThreadPoolExecutor(network.IN_FLIGHT, thread_name_prefix="push") as threads:
            flying: dict[Future[Outcome], str] = {}
            while True:
                while len(flying) < network.IN_FLIGHT and (parcel := next(parcels, None)):
                    letter = _Sealed.read(parcel)
                    if isinstance(letter, Outcome):
                        yield letter
                    elif waits := doors.closed(letter.origin):
                        yield Outcome(parcel.row, waits.verdict, waits.reason, pause=waits.pause)
                    else:
                        flying[threads.submit(letter.send, pool)] = letter.origin
                if not flying:
                    return
                for landed in wait(flying, return_when=FIRST_COMPLETED).done:
                    outcome = landed.result()
                    doors.note(flying.pop(landed), outcome)
                    yield outcome


class _Sealed:
    """A parcel that may be sent: to a known service, with keys we can encrypt for."""

    def __init__(self, parcel: Parcel, preview: Preview, origin: str, keys: DeviceKeys) -> None:
        self._parcel, self._preview, self.origin, self._keys = parcel, preview, origin, keys

    @classmethod
    def read(cls, parcel: Parcel) -> "_Sealed | Outcome":
        """The parcel ready to be sent, or why it cannot be."""

        def refused(reason: str, *, blames: bool = False) -> Outcome:
            return Outcome(parcel.row, Verdict.REFUSED, reason, blames_address=blames)

        if not is_on():
            return refused("push-off")
        if parcel.letter.preview is None:
            return refused("push-notices-only")
        try:
            origin = services.origin(parcel.address)
        except services.UnknownService:
            return refused("push-address", blames=True)
        try:
            keys = DeviceKeys.unsealed(parcel.keys or b"")
        except (SuspiciousOperation, KeyError, ValueError):
            return refused("push-keys", blames=True)
        # The device takes messages signed with the key it subscribed to, and no others.
        if keys.ours != public_key():
            return refused("push-key")
        return cls(parcel, parcel.letter.preview, origin, keys)

    def send(self, pool: httpcore.ConnectionPool) -> Outcome:
        """Encrypt, send, and say what became of it."""
        row = self._parcel.row
        try:
            status, headers = network.post(pool, self._parcel.address, self._headers(), self._body())
        except network.PrivateAddress:
            return Outcome(row, Verdict.LATER, "push-private")
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout):
            return Outcome(row, Verdict.WAIT, "no-connection", pause=timedelta(seconds=AWAY_PAUSE))
        except (httpcore.ReadTimeout, httpcore.WriteTimeout):
            return Outcome(row, Verdict.LATER, "no-answer")
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return Outcome(row, Verdict.LATER, "connection-lost")
        except Exception as error:  # noqa: BLE001 - one row's trouble must never stop the others
            log.error("push_failed", row=row, error=type(error).__name__)
            return Outcome(row, Verdict.LATER, "error")
        return _outcome(row, status, headers.get("retry-after", ""))

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": signatures.to(self.origin),
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(self._preview.ttl()),
            "Urgency": self._preview.urgency(),
            "Topic": self._preview.topic(self._parcel.token),
        }

    def _body(self) -> bytes:
        sealed: bytes = http_ece.encrypt(
            self._preview.payload(self._parcel.token, shows_words=self._parcel.shows_words),
            private_key=generate_private_key(SECP256R1()),
            dh=self._keys.point,
            auth_secret=self._keys.secret,
            version="aes128gcm",
        )
        return sealed


def _outcome(row: int, status: int, retry_after: str) -> Outcome:
    if 200 <= status < 300:
        return Outcome(row, Verdict.SENT)
    if status in GONE:
        return Outcome(row, Verdict.REFUSED, "push-gone", is_gone=True)
    pause = pause_asked_for(status, retry_after)
    if pause is not None:
        return Outcome(row, Verdict.WAIT, "rate-limited", pause=timedelta(seconds=pause))
    passes = status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT or status in OUR_FAULT
    return Outcome(row, Verdict.LATER if passes else Verdict.REFUSED, f"push-{status}")
