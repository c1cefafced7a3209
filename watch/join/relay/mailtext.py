"""What a person wrote in a mail: without what it answers to, without the signature, without files and sender."""

import re
from html import unescape

from anymail.inbound import AnymailInboundMessage
from django.utils.html import strip_tags

from notifications.fields import plain_lines

# Stands above our words in every mail that may be answered; what is below it in an answer is ours.
MARK = "~ ~ ~ ~ ~ ~ ~ ~"
NOT_WORDS = re.compile(r"<(style|script|head|blockquote)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
LINE_ENDS = re.compile(r"<br\b[^>]*>|</(?:p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
# A line with which programs begin what is answered to, in the languages Trappan speaks and a few of their neighbours.
HISTORY = re.compile(
    r"""^\s*(?:
        -{2,}\s*(?:original\ message|ursprungligt\ meddelande|vidarebefordrat\ meddelande|forwarded\ message)\b.*
        |_{10,}
        |(?:from|från|fra|من)\s?:\s.*@.*
        |(?:on|den|på|le|am|في)\b.{6,200}(?:wrote|skrev|skreiv|كتب|qoray|écrit|schrieb).{0,80}:\s*
        |.{0,120}<[^<>\s]+@[^<>\s]+>.{0,40}:\s*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
# "Den tis 1 dec. 2026 kl 10:12 skrev Trappan" may be broken over two lines.
BROKEN_HISTORY = re.compile(r"^\s*(?:on|den)\b.{6,100}$", re.IGNORECASE)
SIGNATURE = re.compile(
    r"^(?:--\s?$|\s*(?:sent from my|skickat från min|skickat från outlook|get outlook for|hämta outlook för)\b)",
    re.IGNORECASE,
)
AUTOMATIC = {"bulk", "junk", "auto_reply", "list"}


def is_automatic(message: AnymailInboundMessage) -> bool:
    """Whether no person wrote it: an answer to it could go round for ever."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    answers_itself = message.get("X-Autoreply") or message.get("X-Autorespond")
    is_report = message.get_content_type() == "multipart/report"
    return submitted not in ("no", "") or precedence in AUTOMATIC or bool(answers_itself) or is_report


def written(message: AnymailInboundMessage) -> str:
    """The words the person wrote."""
    text = message.stripped_text or message.text or _from_html(message.stripped_html or message.html or "")
    return plain_lines(without_history(text))


def without_history(text: str) -> str:
    """The lines above what is answered to and above the signature, without quoted ones."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        broken = BROKEN_HISTORY.match(line) and HISTORY.match(f"{line} {following}")
        if MARK in line or HISTORY.match(line) or broken or SIGNATURE.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def _from_html(html: str) -> str:
    return unescape(strip_tags(LINE_ENDS.sub("\n", NOT_WORDS.sub("", html))))
