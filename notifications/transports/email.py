"""E-mail over SMTP: one connection for all the batches of a run."""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from email.utils import parseaddr
from functools import lru_cache

import structlog
from django.conf import settings

from notifications.letters import Letter
from notifications.transports.base import Outcome, Parcel, Transport, TransportAway, Verdict
from notifications.transports.mime import MESSAGE_ID, TO, TOKEN, Sheet
from notifications.transports.pipeline import Ahead, Answer, LineLost, Mail, Pipe, Stage

log = structlog.get_logger(__name__)

# Replies to the text that are still about the mailbox; other refusals of the text must not cost the address.
MAILBOX_REFUSALS = frozenset({550, 551, 553})
NOT_PLAIN = re.compile(r'[ \t\r\n<>()\[\],;:"\\]')
# Seconds to wait for an answer to QUIT, which changes nothing any more.
GOODBYE_TIMEOUT = 2


class Line:
    """The connection to the SMTP server: opened when first needed, kept, and opened once more a batch if it broke."""

    def __init__(self, sender: str) -> None:
        self._sender = sender
        self._pipe: Pipe | None = None
        self._openings_left = 2

    def renew(self) -> None:
        """Ready for another batch: a kept connection is asked whether it still answers."""
        if self._pipe is not None and not self._pipe.is_well():
            self.drop()
        self._openings_left = 2 if self._pipe is None else 1

    def pipe(self) -> Pipe:
        """The open connection. Raises TransportAway when it cannot be had."""
        if self._pipe is None:
            if not self._openings_left:
                raise TransportAway("connection-lost")
            self._openings_left -= 1
            try:
                self._pipe = Pipe(_connect(), self._sender)
            except smtplib.SMTPAuthenticationError as error:
                raise TransportAway("smtp-sign-in") from error
            except OSError as error:
                raise TransportAway("no-connection") from error
        return self._pipe

    def drop(self, *, forgiven: bool = False) -> None:
        """Hang up without a word; `forgiven` when the server has done its share and may be met once more."""
        if self._pipe is not None:
            self._pipe.smtp.close()
            self._pipe = None
        self._openings_left += forgiven

    def close(self) -> None:
        """Say goodbye."""
        if self._pipe is not None:
            with contextlib.suppress(OSError):
                if self._pipe.smtp.sock is not None:
                    self._pipe.smtp.sock.settimeout(GOODBYE_TIMEOUT)
                self._pipe.smtp.quit()
            self.drop()


def _connect() -> smtplib.SMTP:
    to = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    if settings.EMAIL_USE_SSL:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            *to,
            local_hostname=settings.MAIL_DOMAIN,
            timeout=settings.EMAIL_TIMEOUT,
            context=ssl.create_default_context(),
        )
    else:
        smtp = smtplib.SMTP(*to, local_hostname=settings.MAIL_DOMAIN, timeout=settings.EMAIL_TIMEOUT)
    try:
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        smtp.ehlo_or_helo_if_needed()
        if smtp.sock is not None:
            # A group is one write that waits for an answer; the kernel must not hold back its last piece.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        smtp.close()
        raise
    return smtp


class EmailTransport(Transport):
    """Sends mail. A 5xx is permanent and a 4xx passing; a server that hangs up is met once more a batch."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self._from = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        self._line = Line(self._from)
        self._sheets: dict[Letter, Sheet] = {}

    def deliver(self, batch: Iterable[Parcel]) -> Iterator[Outcome]:
        """One mail a parcel, in order."""
        unsendable: list[Outcome] = []
        for outcome in self._carried(Ahead(self._mails(batch, unsendable))):
            yield outcome
            yield from _emptied(unsendable)
        yield from _emptied(unsendable)

    def close(self) -> None:
        """Say goodbye to the server."""
        self._line.close()

    def _mails(self, batch: Iterable[Parcel], unsendable: list[Outcome]) -> Iterator[Mail]:
        """The parcels as mails; what cannot become one is answered for in `unsendable`."""
        for parcel in batch:
            try:
                to = mailbox(parcel.address)
            except ValueError:
                unsendable.append(Outcome(parcel.row, Verdict.REFUSED, "bad-address", blames_address=True))
                continue
            try:
                mail = Mail(parcel.row, to, self._written(parcel, to))
            except Exception as error:  # noqa: BLE001 - one row's trouble must never stop the others
                log.error("mail_failed", row=parcel.row, error=type(error).__name__)
                unsendable.append(Outcome(parcel.row, Verdict.LATER, "error"))
                continue
            yield mail

    def _written(self, parcel: Parcel, to: str) -> bytes:
        own = {TO: to.encode(), MESSAGE_ID: parcel.message_id.encode(), TOKEN: parcel.token.encode()}
        return self._sheet(parcel.letter).filled(own)

    def _carried(self, mails: Ahead) -> Iterator[Outcome]:
        """Hand the mails over, on a new connection where one is lost. Raises TransportAway."""
        self._line.renew()
        whole = False
        try:
            while mails.prepare():
                try:
                    for answer in self._line.pipe().carry(mails):
                        yield _outcome(answer)
                except LineLost as lost:
                    self._line.drop(forgiven=lost.blamed is None)
                    if lost.blamed is not None:
                        yield Outcome(lost.blamed.row, Verdict.LATER, "smtp-421" if lost.closing else "connection-lost")
                    if lost.untried is not None:
                        mails.put_back(lost.untried)
            whole = True
        finally:
            if not whole:
                # Left in the middle of a conversation: the next answer on this line belongs to no one.
                self._line.drop()

    def _sheet(self, letter: Letter) -> Sheet:
        if not letter.to_many:
            return Sheet(letter, self._from)
        if letter not in self._sheets:
            self._sheets[letter] = Sheet(letter, self._from)
        return self._sheets[letter]


def _emptied(outcomes: list[Outcome]) -> Iterator[Outcome]:
    while outcomes:
        yield outcomes.pop(0)


def _outcome(answer: Answer) -> Outcome:
    if answer.code < 300:
        return Outcome(answer.row, Verdict.SENT)
    reason = f"smtp-{answer.code}"
    # What the server holds against our own address is no fault of the recipient's.
    if answer.code < 500 or answer.stage is Stage.SENDER:
        return Outcome(answer.row, Verdict.LATER, reason)
    blamed = answer.stage is Stage.RECIPIENT or answer.code in MAILBOX_REFUSALS
    return Outcome(answer.row, Verdict.REFUSED, reason, blames_address=blamed)


def mailbox(address: str) -> str:
    """The address as SMTP takes it, its domain in ASCII. Raises ValueError when it is no address."""
    name, at, domain = address.rpartition("@")
    if not (at and name) or not name.isascii() or NOT_PLAIN.search(address):
        raise ValueError("Not a mail address.")
    return f"{name}@{_ascii(domain)}"


@lru_cache(maxsize=1024)
def _ascii(domain: str) -> str:
    """A notice's recipients share few domains, and encoding one costs more than all else about an address."""
    encoded = domain.encode("idna").decode()
    if not encoded:
        raise ValueError("Not a domain.")
    return encoded
