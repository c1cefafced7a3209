"""E-mail through a provider's own interface, by django-anymail (settings.MAIL_PROVIDER)."""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr
from queue import SimpleQueue

import requests
import structlog
from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailUnsupportedFeature,
)
from anymail.message import AnymailMessage, AnymailRecipientStatus
from django.conf import settings
from django.core.mail import get_connection
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from notifications.companions import Enclosure
from notifications.letters import TOKEN_MARK
from notifications.transports.base import Outcome, Parcel, Transport, TransportAway, Verdict
from notifications.transports.email import mailbox
from notifications.transports.mime import letter_headers, own_headers

log = structlog.get_logger(__name__)

IN_FLIGHT = 8
# What a message may say to a provider beyond the mail itself: our row's name, to know its events by, and no tracking.
EXTRAS = ("metadata", "track_opens", "track_clicks")
# The key under which a provider hands our row's name back.
ROW = "row"
AWAY_CODES = {401: "provider-sign-in", 403: "provider-sign-in", 429: "provider-busy"}
TAKEN = frozenset({"sent", "queued"})


class ProviderTransport(Transport):
    """Hands each parcel to the provider over kept connections, IN_FLIGHT at a time.

    A provider's refusal of the recipient is permanent, all else passing: a wrong setting at the provider must not
    cost a notice its readers.
    """

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self._from = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        self._backends: SimpleQueue[AnymailBaseBackend] = SimpleQueue()
        for _ in range(IN_FLIGHT):
            self._backends.put(get_connection(f"anymail.backends.{settings.MAIL_PROVIDER}.EmailBackend"))
        self._extras = self._understood()
        self._threads = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="mail")

    def deliver(self, batch: Iterable[Parcel]) -> Iterator[Outcome]:
        """One mail a parcel; answers come as the provider gives them."""
        parcels = iter(batch)
        in_flight: set[Future[Outcome]] = set()
        away: TransportAway | None = None
        while True:
            while away is None and len(in_flight) < IN_FLIGHT and (parcel := next(parcels, None)) is not None:
                in_flight.add(self._threads.submit(self._outcome, parcel))
            if not in_flight:
                break
            done, in_flight = wait(in_flight, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    yield future.result()
                except TransportAway as error:
                    away = error
        if away is not None:
            raise away

    def close(self) -> None:
        """Hang up."""
        self._threads.shutdown()
        while not self._backends.empty():
            self._backends.get().close()

    def _outcome(self, parcel: Parcel) -> Outcome:
        try:
            to = mailbox(parcel.address)
        except ValueError:
            return Outcome(parcel.row, Verdict.REFUSED, "bad-address", blames_address=True)
        message = self._message(parcel, to)
        backend = self._backends.get()
        try:
            backend.open()
            backend.send_messages([message])
        except AnymailRecipientsRefused:
            pass  # the status says which refusal it was
        except AnymailInvalidAddress:
            return Outcome(parcel.row, Verdict.REFUSED, "bad-address", blames_address=True)
        except AnymailAPIError as error:
            return Outcome(parcel.row, Verdict.LATER, _reason(error))
        except Exception as error:  # noqa: BLE001 - one row's trouble must never stop the others
            log.error("mail_failed", row=parcel.row, error=type(error).__name__)
            return Outcome(parcel.row, Verdict.LATER, "error")
        finally:
            self._backends.put(backend)
        return _judged(parcel, next(iter(message.anymail_status.recipients.values()), None))

    def _message(self, parcel: Parcel, to: str) -> AnymailMessage:
        letter = parcel.letter
        message = AnymailMessage(
            subject=letter.subject,
            body=letter.text.replace(TOKEN_MARK, parcel.token),
            from_email=formataddr((letter.sender, self._from)),
            to=[to],
            headers=letter_headers(letter) | own_headers(letter, parcel.message_id, parcel.token),
        )
        if settings.MAIL_PROVIDER == "postmark":
            # Postmark writes a Message-ID of its own unless asked to keep ours.
            message.extra_headers["X-PM-KeepID"] = "true"
        message.attach_alternative(letter.html.replace(TOKEN_MARK, parcel.token), "text/html")
        if letter.enclosure:
            message.attach(_attached(letter.enclosure, to))
        wishes = {"metadata": {ROW: row_name(parcel.message_id)}, "track_opens": False, "track_clicks": False}
        for extra in self._extras:
            setattr(message, extra, wishes[extra])
        return message

    def _understood(self) -> tuple[str, ...]:
        """The EXTRAS this provider's interface knows; anymail refuses a message with any other."""
        backend = self._backends.get()
        try:
            return tuple(extra for extra in EXTRAS if _understands(backend, extra))
        finally:
            self._backends.put(backend)


def _attached(enclosure: Enclosure, to: str) -> MIMEText:
    part = MIMEText(enclosure.to(to), enclosure.subtype, "utf-8")
    part.set_param("method", enclosure.method)
    part.add_header("Content-Disposition", "attachment", filename=enclosure.name)
    return part


def row_name(message_id: str) -> str:
    """A row's own name, the part of its Message-ID before the @: not to be guessed."""
    return message_id.strip("<>").partition("@")[0]


def _understands(backend: AnymailBaseBackend, extra: str) -> bool:
    probe = AnymailMessage("-", "-", "a@example.org", ["b@example.org"])
    setattr(probe, extra, {ROW: "-"} if extra == "metadata" else False)
    try:
        backend.build_message_payload(probe, {})
    except AnymailUnsupportedFeature:
        return False
    return True


def _reason(error: AnymailAPIError) -> str:
    """Why a request failed, as a short code. Raises TransportAway when no other request would fare better."""
    code = error.status_code
    if code in AWAY_CODES:
        raise TransportAway(AWAY_CODES[code]) from error
    if code:
        return f"provider-{code}"
    if _never_arrived(error.__cause__):
        raise TransportAway("no-connection") from error
    return "connection-lost"


def _never_arrived(cause: BaseException | None) -> bool:
    """Whether a request failed before anything was sent, so that it is certain that nothing was taken."""
    inner = cause.args[0] if isinstance(cause, requests.ConnectionError) and cause.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _judged(parcel: Parcel, found: AnymailRecipientStatus | None) -> Outcome:
    status, provider_id = (found.status, str(found.message_id or "")) if found else ("unknown", "")
    # "unknown" with a name is something taken; without one nothing says that it was.
    if status in TAKEN or (status == "unknown" and provider_id):
        return Outcome(parcel.row, Verdict.SENT, provider_id=provider_id)
    if status in ("failed", "unknown"):
        return Outcome(parcel.row, Verdict.LATER, f"provider-{status}")
    return Outcome(parcel.row, Verdict.REFUSED, f"provider-{status}", blames_address=True, provider_id=provider_id)
