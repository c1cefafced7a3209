"""What the demo really sent: files of the supervisor's mail server and lines of the console SMS.

A mail is a file RUN_DIR/mail/<unix time in ms>-<number>.eml (`watch.serving.postbox`), an SMS a line of
JSON ({at, to, text}) in the file RUN_DIR/sms (`notifications.transports.console`). Anyone can send anything
to a mail server, so nothing here trusts a header, a charset or a part: what cannot be read is shown as
well as it can be.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime

NAME = re.compile(r"(?P<ms>\d{13})-\d{1,12}")
HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Language",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
)
LARGEST = 2 * 1024 * 1024
OPENING = 280


@dataclass(frozen=True)
class Letter:
    """One mail or SMS. `name` is the mail's file without its ending, empty for an SMS."""

    at: datetime
    to: str
    subject: str
    text: str
    name: str = ""
    html: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def opening(self) -> str:
        """The first words on one line."""
        return " ".join(self.text[: 2 * OPENING].split())[:OPENING]

    def concerns(self, recipient: str) -> bool:
        """Whether it went to someone whose address or number contains these characters."""
        return _bare(recipient) in _bare(self.to)


def found(recipient: str = "") -> Sequence[Path | Letter]:
    """Everything sent, newest first, mails still unopened; with `recipient` only what went to a matching address."""
    everything: list[Path | Letter] = [*_mail_files(), *_texts()]
    everything.sort(key=_when, reverse=True)
    if not recipient.strip():
        return everything
    return [letter for letter in opened(everything) if letter.concerns(recipient)]


def opened(items: Iterable[Path | Letter]) -> list[Letter]:
    """The letters, without those the mail server has dropped in the meantime: it keeps only the newest."""
    letters = (item if isinstance(item, Letter) else _read_file(item) for item in items)
    return [letter for letter in letters if letter]


def letter(name: str) -> Letter | None:
    """The mail with this name, or None when there is none."""
    path = settings.RUN_DIR / "mail" / f"{name}.eml"
    return _read_file(path) if NAME.fullmatch(name) else None


def _when(item: Path | Letter) -> tuple[int, str]:
    if isinstance(item, Letter):
        return int(item.at.timestamp() * 1000), ""
    return int(item.name[:13]), item.name


def _mail_files() -> Iterator[Path]:
    folder = settings.RUN_DIR / "mail"
    if folder.is_dir():
        yield from (path for path in folder.glob("*.eml") if NAME.fullmatch(path.stem))


def _texts() -> Iterator[Letter]:
    path = settings.RUN_DIR / "sms"
    if not path.is_file():
        return
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - LARGEST, 0))
        lines = file.read().decode("utf-8", "replace").splitlines()
    for line in lines:
        yield from _text(line)


def _text(line: str) -> Iterator[Letter]:
    try:
        sent = json.loads(line)
        at = _moment(sent["at"])
        yield Letter(at=at, to=str(sent["to"]), subject="", text=str(sent["text"]))
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return


def _moment(at: object) -> datetime:
    if isinstance(at, int | float):
        return datetime.fromtimestamp(at, UTC)
    moment = parse_datetime(str(at))
    if moment is None:
        raise ValueError
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bare(address: str) -> str:
    """An address for comparing: lower case; a number without spaces, hyphens and 0 or +46 first."""
    address = "".join(address.lower().split())
    if re.fullmatch(r"\+?[\d-]+", address):
        return re.sub(r"^(\+?46|0)", "", address.replace("-", ""))
    return address


def _read_file(path: Path) -> Letter | None:
    """The mail, or None when there is none."""
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=5000)
def _read(path: Path, changed: int) -> Letter:
    at = datetime.fromtimestamp(int(path.name[:13]) / 1000, UTC)
    with path.open("rb") as file:
        content = file.read(LARGEST)
    try:
        mail = message_from_bytes(content)
        parts = {kind: _part(mail, kind) for kind in ("text/plain", "text/html")}
    except RecursionError:
        mail, parts = Message(), {"text/plain": content.decode("ascii", "replace")}
    return Letter(
        at=at,
        to=_recipients(mail),
        subject=_header(mail, "Subject"),
        text=parts["text/plain"],
        name=path.stem,
        html=parts.get("text/html", ""),
        headers=tuple((name, _header(mail, name)) for name in HEADERS if name in mail),
    )


def _recipients(mail: Message) -> str:
    """Whom the mail server took it for; what the mail itself says when the server has not noted it."""
    noted = mail.get_all("Delivered-To", [])
    return ", ".join(_plain(address) for address in noted) or _header(mail, "To")


def _header(mail: Message, name: str) -> str:
    return _plain(mail.get(name, ""))


def _plain(raw: Any) -> str:
    try:
        value = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        value = str(raw)
    return " ".join(value.split())


def _part(mail: Message, kind: str) -> str:
    """The first part of this kind that is no attachment."""
    for part in mail.walk():
        if part.get_content_type() == kind and not part.is_multipart() and part.get_filename() is None:
            return _decoded(part)
    return ""


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")
