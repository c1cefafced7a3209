"""Letters as mail: the bytes are made once a letter, a recipient's own parts are put in between them."""

import re
from binascii import b2a_qp
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime

from django.conf import settings

from notifications.companions import ADDRESS_MARK, Enclosure, folded
from notifications.letters import TOKEN_MARK, Letter, unsubscribe_link

# NUL never occurs in a header or in quoted-printable text, so a mark cannot be mistaken for words.
_OWN_PART = re.compile(rb"\0([a-z_]+)\0")
# An own part is one word of printable ASCII, so it can neither end its header nor hide in it.
_PLAIN = re.compile(rb"[!-~]*")
TO, MESSAGE_ID, TOKEN, ATTENDEE = "to", "message_id", "token", "attendee"


def _mark(own_part: str) -> str:
    return f"\0{own_part}\0"


def _quoted(words: str, mark: str = TOKEN_MARK, own_part: str = TOKEN) -> str:
    """Quoted-printable text in which each mark stands unbroken between two soft line breaks."""
    pieces = (
        b2a_qp(piece.encode(), istext=True).decode("ascii")
        for piece in words.replace("\r\n", "\n").replace("\r", "\n").split(mark)
    )
    return f"=\n{_mark(own_part)}=\n".join(pieces)


def _part(words: str, subtype: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(_quoted(words))
    return part


def _enclosed(enclosure: Enclosure) -> EmailMessage:
    """The file as a part; its `method` stands in the part's own type too (RFC 6047)."""
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'text/{enclosure.subtype}; charset="utf-8"; method={enclosure.method}'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part["Content-Disposition"] = f'attachment; filename="{enclosure.name}"'
    part.set_payload(_quoted(enclosure.text, ADDRESS_MARK, ATTENDEE))
    return part


def letter_headers(letter: Letter) -> dict[str, str]:
    """What every copy says of itself: that no person wrote it, its language, where answers go, its list."""
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": letter.language}
    if letter.reply_to:
        headers["Reply-To"] = letter.reply_to
    return headers | ({"List-Id": f"Trappan <anslag.{settings.MAIL_DOMAIN}>"} if letter.to_many else {})


def own_headers(letter: Letter, message_id: str, token: str) -> dict[str, str]:
    """The headers no two recipients share, but for To (RFC 8058 for the two that let the reader leave)."""
    headers = {"Message-ID": message_id}
    if letter.to_many:
        headers["List-Unsubscribe"] = f"<{unsubscribe_link(token)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _own_lines(letter: Letter) -> bytes:
    """The recipient's headers. Written out here: the email package would fold or encode long links."""
    headers = {"To": _mark(TO)} | own_headers(letter, _mark(MESSAGE_ID), _mark(TOKEN))
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")


class Sheet:
    """One letter as a mail with open places for the recipient's own parts."""

    def __init__(self, letter: Letter, from_address: str) -> None:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(display_name=letter.sender, addr_spec=from_address)
        mail["Subject"] = letter.subject
        mail["Date"] = localtime()
        for name, value in letter_headers(letter).items():
            mail[name] = value
        mail["MIME-Version"] = "1.0"
        if letter.enclosure is None:
            words = mail
        else:
            mail["Content-Type"] = "multipart/mixed"
            words = EmailMessage(policy=SMTP)
            mail.attach(words)
            mail.attach(_enclosed(letter.enclosure))
        words["Content-Type"] = "multipart/alternative"
        words.attach(_part(letter.text, "plain"))
        words.attach(_part(letter.html, "html"))
        pieces = _OWN_PART.split(_own_lines(letter) + mail.as_bytes())
        self._pieces: list[bytes] = pieces
        self._places = [(place, pieces[place].decode()) for place in range(1, len(pieces), 2)]

    def filled(self, own: Mapping[str, bytes]) -> bytes:
        """The whole mail with CRLF line ends. Raises ValueError when an own part could break out of its header."""
        for value in own.values():
            if not _PLAIN.fullmatch(value):
                raise ValueError("An own part holds a character that no header may hold.")
        pieces = self._pieces.copy()
        for place, name in self._places:
            pieces[place] = _attendee(own[TO]) if name == ATTENDEE else own[name]
        return b"".join(pieces)


def _attendee(to: bytes) -> bytes:
    return folded(to.decode()).encode()
