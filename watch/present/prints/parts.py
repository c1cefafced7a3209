"""What several prints say: a text in each language, whom to call, links and their pictures."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from buildings.qr import qr_file

BOARD = settings.LANGUAGE_CODE
SPRITE = Path(settings.BASE_DIR) / "watch" / "static" / "trappan" / "icons.svg"
SYMBOL = r'<symbol id="%s" viewBox="(?P<box>[^"]+)">(?P<lines>.+?)</symbol>'
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="%(box)s" fill="none" stroke="#1B2A2F" stroke-width="1.8" '
    'stroke-linecap="round" stroke-linejoin="round">%(lines)s</svg>'
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """Texts in one language, by name."""

    language: str
    rtl: bool
    words: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Qr:
    """A link as a picture, and what it says to somebody who hears the page."""

    svg: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing that says nothing a word beside it does not say."""

    svg: str


def said(language: str, make: Callable[[], dict[str, Any]]) -> Said:
    """The words that `make` says in a language."""
    with override(language):
        words = make()
    return Said(language=language, rtl=get_language_info(language)["bidi"], words=words)


def said_in_each(make: Callable[[], dict[str, Any]], languages: Iterable[str] = ()) -> list[Said]:
    """The words that `make` says, in the languages given or in all of the site's."""
    return [said(language, make) for language in languages or all_languages()]


def all_languages() -> list[str]:
    """The site's languages, Swedish first."""
    return [language for language, _name in settings.LANGUAGES]


def other_languages() -> list[str]:
    """The site's languages but the board's."""
    return [language for language in all_languages() if language != BOARD]


def emergency() -> list[tuple[str, str]]:
    """Numbers and when to call them, in the language in force."""
    return [
        ("112", _("Danger or crime right now")),
        ("114 14", _("Police, when it can wait")),
        ("113 13", _("Information during accidents and crises")),
    ]


def emergency_on_board() -> Said:
    """Whom to call, in the board's language: the foot of most prints."""
    return said(
        BOARD, lambda: {"numbers": emergency(), "not_here": _("You cannot report a crime in Trappan. Call instead.")}
    )


def qr(link: str) -> Qr:
    """The picture of a link."""
    with override(BOARD):
        alt = _("QR picture that leads to %(link)s") % {"link": link}
    return Qr(svg=qr_file(link).decode(), alt=alt)


def pictogram(name: str) -> Picture:
    """A picture of the site's own sprite, in ink; a word always stands beside it."""
    symbol = SYMBOL % re.escape(name)
    found = re.search(symbol, SPRITE.read_text(encoding="utf-8"))
    if found is None:
        raise LookupError(name)
    return Picture(svg=DRAWING % {"box": found["box"], "lines": found["lines"]})


def site_link(page: str, *arguments: Any) -> str:
    """The address of a page, as a phone opens it."""
    return settings.SITE_URL + reverse(page, args=arguments)


def typed_link(page: str = "join:enter", *arguments: Any) -> str:
    """The address of a page as one would say and type it, kept from left to right in any text."""
    return kept(site_link(page, *arguments).partition("//")[2].rstrip("/"))


def kept(text: str) -> str:
    """A text that runs from left to right inside any other, such as an address of the site."""
    return f"\u2066{text}\u2069"


def apart(text: str) -> str:
    """A text that runs as its own first letter does, such as a name, and leaves what stands around it alone."""
    return f"\u2068{text}\u2069"
