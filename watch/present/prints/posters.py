"""The poster of a stairwell, and strips to tear off: how one joins, with the picture and the code."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from buildings.models import JoinCode, Stairwell
from watch.present.prints.parts import (
    BOARD,
    Qr,
    Said,
    emergency_on_board,
    other_languages,
    qr,
    said,
    said_in_each,
    site_link,
    typed_link,
)
from watch.present.prints.press import Print

PAPERS = ("a4", "a3")


@dataclass(frozen=True, kw_only=True)
class Poster(Print):
    """One page for the board, A4 or A3: Swedish large, the other languages in short."""

    TEMPLATE: ClassVar = "poster.typ"
    paper: str
    place: str
    code: str
    qr: Qr
    board: Said
    others: list[Said]
    foot: Said


@dataclass(frozen=True, kw_only=True)
class Strips(Print):
    """One A4 page whose lower half is cut into strips, each with the code."""

    TEMPLATE: ClassVar = "strips.typ"
    place: str
    code: str
    link: str
    qr: Qr
    board: Said
    others: list[Said]
    foot: Said


def poster(*, stairwell: Stairwell, code: JoinCode, paper: str = "a4") -> Poster:
    """A stairwell's poster; another paper than those there are is A4."""
    with override(BOARD):
        title = _("Poster for %(name)s") % {"name": stairwell.name}
    return Poster(
        title=title,
        paper=paper if paper in PAPERS else "a4",
        place=stairwell.name,
        code=code.spaced,
        qr=qr(site_link("join:stairwell", code.code)),
        board=said(BOARD, _poster_words),
        others=said_in_each(_poster_in_short, other_languages()),
        foot=emergency_on_board(),
    )


def _poster_words() -> dict[str, str]:
    return {
        "heading": _("Neighbourhood watch in your stairwell"),
        "lead": _(
            "Join, and get short notices from the police, the city and your landlord: what has happened nearby and "
            "what you can do. It is free, and you can leave at any time."
        ),
        "how": _("How you join"),
        "scan": _("Point your phone's camera at the picture."),
        "type": _("Or go to %(link)s and type the code:") % {"link": typed_link()},
        "needs": _(
            "You need an e-mail address or a mobile number. No password, no personal identity number, and any name "
            "you like."
        ),
        "contact": _("Become a contact for your stairwell"),
        "means": _("A contact is a neighbour who helps in the stairwell. It takes about a quarter of an hour a month."),
        "never": _("A contact never steps in and never watches anybody."),
        "more": _("Read more at %(link)s") % {"link": typed_link("contacts:about")},
    }


def _poster_in_short() -> dict[str, str]:
    return {
        "heading": _("Neighbourhood watch in your stairwell"),
        "lead": _(
            "Scan the picture or type the code to get notices from the police, the city and your landlord. It is "
            "free. No password, no personal identity number."
        ),
        "contact": _("Become a contact for your stairwell: about a quarter of an hour a month. You never step in."),
    }


def strips(*, stairwell: Stairwell, code: JoinCode) -> Strips:
    """A stairwell's page with strips to tear off."""
    with override(BOARD):
        title = _("Strips to tear off for %(name)s") % {"name": stairwell.name}
    return Strips(
        title=title,
        place=stairwell.name,
        code=code.spaced,
        link=typed_link(),
        qr=qr(site_link("join:stairwell", code.code)),
        board=said(BOARD, lambda: {**_poster_words(), "take": _("Take a strip home, and join when it suits you.")}),
        others=said_in_each(_strip_words, other_languages()),
        foot=emergency_on_board(),
    )


def _strip_words() -> dict[str, str]:
    return {
        "heading": _("Neighbourhood watch in your stairwell"),
        "take": _("Take a strip home, and join when it suits you."),
    }
