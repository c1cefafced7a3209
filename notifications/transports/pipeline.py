"""Many mails over one SMTP connection, their commands sent in groups where the server offers PIPELINING (RFC 2920).

A mail's text travels in one group with the MAIL, RCPT and DATA of the mail after it, so that a mail costs one
round trip; the books of one mail and the words of another are made while the server reads. DATA ends each group: only
the server's 354 says that it waits for a text. A server that does not offer PIPELINING gets the same commands one at a
time.
"""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import NamedTuple

CLOSING = 421
GO_AHEAD = 354
END = b".\r\n"
# As smtplib has it: far more than RFC 5321's 512.
LONGEST_LINE = 8192


class Stage(Enum):
    """What the server said no to: our own address, the recipient's, or the text. RESET clears what went before."""

    RESET = auto()
    SENDER = auto()
    RECIPIENT = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Mail:
    """One outbox row's mail: `to` as SMTP takes it, `content` with CRLF line ends and dots as written."""

    row: int
    to: str
    content: bytes


class Answer(NamedTuple):
    """The server's word on one mail; a `code` under 300 is a yes."""

    row: int
    stage: Stage
    code: int


class Ahead:
    """Mails in order, each written before its turn comes: `prepare` does so while the server is busy."""

    def __init__(self, mails: Iterator[Mail]) -> None:
        self._mails = mails
        self._ready: list[Mail] = []

    def prepare(self) -> bool:
        """Have the next mail ready; False when there is none."""
        if not self._ready:
            self._ready.extend(islice(self._mails, 1))
        return bool(self._ready)

    def take(self) -> Mail | None:
        """The next mail, or None."""
        return self._ready.pop(0) if self.prepare() else None

    def put_back(self, mail: Mail) -> None:
        """Let a mail be the next once more."""
        self._ready.insert(0, mail)


class LineLost(Exception):  # noqa: N818
    """The connection is of no more use.

    `blamed` is the mail whose fate is unknown or on which the server hung up; `untried` is one the server has
    neither taken nor refused, to be sent on another connection. `closing` says that the server said goodbye (421).
    """

    def __init__(self, *, blamed: Mail | None, untried: Mail | None, closing: bool) -> None:
        super().__init__("The connection to the mail server was lost.")
        self.blamed, self.untried, self.closing = blamed, untried, closing


class _Goodbye(smtplib.SMTPServerDisconnected):
    """The server said 421 and closes."""


def dotted(content: bytes) -> bytes:
    """The text as it travels after DATA: each line's first dot doubled (RFC 5321, 4.5.2), and the dot that ends it."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (END if stuffed.endswith(b"\r\n") else b"\r\n" + END)


class Pipe:
    """One greeted connection and where the conversation on it stands. `sender` is the address mails come from."""

    def __init__(self, smtp: smtplib.SMTP, sender: str) -> None:
        self.smtp = smtp
        self.is_grouping = smtp.has_extn("pipelining")
        self._sender = f"MAIL FROM:<{sender}>\r\n".encode("ascii")
        self._carried = 0
        self._must_reset = False
        self._opening: Mail | None = None
        self._sender_answered = False
        self._unanswered: Mail | None = None
        self._answered: Answer | None = None

    def is_well(self) -> bool:
        """Whether the server still answers; whatever was begun is forgotten."""
        self._must_reset = False
        try:
            return self.smtp.rset()[0] == 250
        except OSError:
            return False

    def carry(self, mails: Ahead) -> Iterator[Answer]:
        """Hand over each mail and answer for it, in order; at most two are in hand. Raises LineLost."""
        try:
            yield from self._carry(mails)
        except OSError as error:  # every smtplib error is one
            yield from self._told()
            raise self._lost(closing=isinstance(error, _Goodbye)) from error

    def _told(self) -> Iterator[Answer]:
        """The answer to the mail before, which is told only when the server has the next one's text to work on."""
        answer, self._answered = self._answered, None
        if answer is not None:
            yield answer

    def _carry(self, mails: Ahead) -> Iterator[Answer]:
        mail = mails.take()
        if mail is not None:
            self._begin(mail)
        while mail is not None:
            refusal = self._refusal(mail)
            if refusal is not None:
                self._opening = None
                yield from self._told()
                yield refusal
                following = mails.take()
                if following is not None:
                    self._begin(following)
            else:
                following = mails.take()
                self._unanswered, self._opening = mail, None
                self._begin(following, after=dotted(mail.content))
                yield from self._told()
                mails.prepare()
                code = self._reply()
                self._unanswered = None
                self._carried += 1
                self._answered = Answer(mail.row, Stage.TEXT, code)
            mail = following
        yield from self._told()

    def _begin(self, mail: Mail | None, *, after: bytes = b"") -> None:
        """Send the text of the mail before and, where the server takes groups, all of this mail's commands with it."""
        self._opening, self._sender_answered = mail, False
        commands = b"".join(command for _, command in self._commands(mail)) if mail and self.is_grouping else b""
        if after or commands:
            self.smtp.send(after + commands)

    def _commands(self, mail: Mail) -> list[tuple[Stage, bytes]]:
        commands = [
            (Stage.SENDER, self._sender),
            (Stage.RECIPIENT, f"RCPT TO:<{mail.to}>\r\n".encode("ascii")),
            (Stage.TEXT, b"DATA\r\n"),
        ]
        return [(Stage.RESET, b"RSET\r\n"), *commands] if self._must_reset else commands

    def _refusal(self, mail: Mail) -> Answer | None:
        """The server's first no to the mail's commands; None when it waits for the text."""
        refusal = None
        for stage, command in self._commands(mail):
            if not self.is_grouping:
                self.smtp.send(command)
            code = self._reply()
            self._sender_answered |= stage is Stage.SENDER
            if stage is Stage.TEXT and code == GO_AHEAD:
                self._must_reset = False
                if refusal is not None:
                    # A server may go ahead without a recipient; it then gets an empty text, for nobody (RFC 2920, 3.1).
                    self.smtp.send(END)
                    self._reply()
                return refusal
            if stage is Stage.TEXT and code < 400:
                raise smtplib.SMTPServerDisconnected("The server answered DATA out of turn.")
            if code >= 300 and refusal is None and stage is not Stage.RESET:
                refusal = Answer(mail.row, stage, code)
                if not self.is_grouping:
                    break
        self._must_reset = True
        return refusal

    def _reply(self) -> int:
        code = self._code()
        if code == CLOSING:
            raise _Goodbye("The server closes.")
        if not 200 <= code < 600:
            raise smtplib.SMTPServerDisconnected("The server does not speak SMTP.")
        return code

    def _code(self) -> int:
        """The code of the next reply; smtplib's own reader keeps the words too, at thrice the cost. -1 for no code."""
        while True:
            line = self.smtp.file.readline(LONGEST_LINE + 1) if self.smtp.file else b""
            if not line:
                raise smtplib.SMTPServerDisconnected("The server closed the connection.")
            if len(line) > LONGEST_LINE or not line[:3].isdigit():
                return -1
            if line[3:4] != b"-":
                return int(line[:3])

    def _lost(self, *, closing: bool) -> LineLost:
        if self._unanswered is not None:
            return LineLost(blamed=self._unanswered, untried=self._opening, closing=closing)
        if self._carried and not self._sender_answered:
            # Servers close after so many mails, or so many minutes: no fault of the mail that comes next.
            return LineLost(blamed=None, untried=self._opening, closing=closing)
        return LineLost(blamed=self._opening, untried=None, closing=closing)
