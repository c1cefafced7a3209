"""E-mail over SMTP, one connection a batch."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from email.utils import parseaddr

import structlog
from django.conf import settings

from notifications.letters import Letter
from notifications.transports.base import Outcome, Parcel, Transport, TransportAway, Verdict
from notifications.transports.mime import MESSAGE_ID, TO, TOKEN, Sheet

log = structlog.get_logger(__name__)

CLOSING = 421
# Replies to DATA that are still about the mailbox; other refusals of the text must not cost the address.
MAILBOX_REFUSALS = frozenset({550, 551, 553})


class Line:
    """A connection to the SMTP server, opened when first needed and at most once again after it broke."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._openings_left = 2

    def smtp(self) -> smtplib.SMTP:
        """The open connection. Raises TransportAway when it cannot be had."""
        if self._smtp is None:
            if not self._openings_left:
                raise TransportAway("connection-lost")
            self._openings_left -= 1
            try:
                self._smtp = _connect()
            except smtplib.SMTPAuthenticationError as error:
                raise TransportAway("smtp-sign-in") from error
            except OSError as error:
                raise TransportAway("no-connection") from error
        return self._smtp

    def drop(self) -> None:
        """Hang up without a word: the connection is of no more use."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def close(self) -> None:
        """Say goodbye."""
        if self._smtp is not None:
            with contextlib.suppress(OSError):
                self._smtp.quit()
            self.drop()


def _connect() -> smtplib.SMTP:
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    smtp = kind(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        local_hostname=settings.MAIL_DOMAIN,
        timeout=settings.EMAIL_TIMEOUT,
    )
    try:
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


class EmailTransport(Transport):
    """Sends mail. A 5xx is permanent and a 4xx passing; a server that closes is met again once a batch."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self._from = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        self._sheets: dict[Letter, Sheet] = {}

    def deliver(self, batch: Iterable[Parcel]) -> Iterator[Outcome]:
        """One mail a parcel, in order."""
        line = Line()
        try:
            for parcel in batch:
                yield self._sent(parcel, line)
        finally:
            line.close()

    def _sent(self, parcel: Parcel, line: Line) -> Outcome:
        try:
            to = mailbox(parcel.address)
        except ValueError:
            return Outcome(parcel.row, Verdict.REFUSED, "bad-address", blames_address=True)
        try:
            return self._answer(parcel, to, line)
        except TransportAway:
            raise
        except Exception as error:  # noqa: BLE001 - one row's trouble must never stop the others
            log.error("mail_failed", row=parcel.row, error=type(error).__name__)
            line.drop()
            return Outcome(parcel.row, Verdict.LATER, "error")

    def _answer(self, parcel: Parcel, to: str, line: Line) -> Outcome:
        mail = self._sheet(parcel.letter).filled(
            {TO: to.encode(), MESSAGE_ID: parcel.message_id.encode(), TOKEN: parcel.token.encode()}
        )
        smtp = line.smtp()
        try:
            smtp.sendmail(self._from, [to], mail)
        except smtplib.SMTPSenderRefused as error:
            # What the server holds against our own address is no fault of the recipient's.
            return self._later(parcel, error.smtp_code, line)
        except smtplib.SMTPRecipientsRefused as error:
            code = error.recipients[to][0]
            return _refused(parcel, code) if code >= 500 else self._later(parcel, code, line)
        except smtplib.SMTPDataError as error:
            if error.smtp_code < 500:
                return self._later(parcel, error.smtp_code, line)
            return _refused(parcel, error.smtp_code, blames_address=error.smtp_code in MAILBOX_REFUSALS)
        except OSError:
            # Every other smtplib error is an OSError too: what was said on this line is no longer known.
            line.drop()
            return Outcome(parcel.row, Verdict.LATER, "connection-lost")
        return Outcome(parcel.row, Verdict.SENT)

    def _later(self, parcel: Parcel, code: int, line: Line) -> Outcome:
        if code == CLOSING:
            line.drop()
        return Outcome(parcel.row, Verdict.LATER, f"smtp-{code}")

    def _sheet(self, letter: Letter) -> Sheet:
        if not letter.to_many:
            return Sheet(letter, self._from)
        if letter not in self._sheets:
            self._sheets[letter] = Sheet(letter, self._from)
        return self._sheets[letter]


def _refused(parcel: Parcel, code: int, *, blames_address: bool = True) -> Outcome:
    return Outcome(parcel.row, Verdict.REFUSED, f"smtp-{code}", blames_address=blames_address)


def mailbox(address: str) -> str:
    """The address as SMTP takes it, its domain in ASCII. Raises ValueError when it is no address."""
    name, at, domain = address.rpartition("@")
    ascii_domain = domain.encode("idna").decode()
    if not (at and name and ascii_domain) or not name.isascii() or set(address) & set(' \t\r\n<>()[],;:"\\'):
        raise ValueError("Not a mail address.")
    return f"{name}@{ascii_domain}"
