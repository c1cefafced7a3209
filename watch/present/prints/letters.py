"""Letters to the flats: a page each with a one-time code, all of them in one file."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from watch.present.prints.parts import (
    BOARD,
    Qr,
    Said,
    apart,
    emergency_on_board,
    other_languages,
    qr,
    said,
    said_in_each,
    site_link,
    typed_link,
)
from watch.present.prints.press import Print


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What differs from letter to letter: the flat and its code."""

    to: str
    code: str
    qr: Qr


@dataclass(frozen=True, kw_only=True)
class Letters(Print):
    """One A4 page a flat."""

    TEMPLATE: ClassVar = "letters.typ"
    letters: list[Letter]
    board: Said
    others: list[Said]
    foot: Said


def letter(*, stairwell: str, flat: str, code: str, spaced: str) -> Letter:
    """One flat's letter."""
    with override(BOARD):
        to = _("%(stairwell)s, flat %(flat)s") % {"stairwell": stairwell, "flat": flat}
    return Letter(to=to, code=spaced, qr=qr(site_link("doors:letter", code)))


def flat_letters(*, place: str, company: str, letters: Iterable[Letter]) -> Letters:
    """Letters to flats of one place, from one company; the codes stand in this file and nowhere else."""
    with override(BOARD):
        title = _("Letters to %(name)s") % {"name": place}
    return Letters(
        title=title,
        letters=list(letters),
        board=said(BOARD, lambda: _words(company)),
        others=said_in_each(_in_short, other_languages()),
        foot=emergency_on_board(),
    )


def _words(company: str) -> dict[str, object]:
    return {
        "heading": _("A code for your flat"),
        "lead": _(
            "Join the neighbourhood watch in your stairwell, and get short notices from the police, the city and your "
            "landlord: what has happened nearby and what you can do. It is free, and you can leave at any time."
        ),
        "how": _("How you join"),
        "scan": _("Point your phone's camera at the picture."),
        "type": _("Or go to %(link)s and type the code:") % {"link": typed_link("doors:letter_enter")},
        "once": _(
            "The code works once, and shows that you live here. Others at home can join with the poster in the "
            "stairwell."
        ),
        "needs": _(
            "You need an e-mail address or a mobile number. No password, no personal identity number, and any name "
            "you like."
        ),
        "steps": [
            _("You choose your language, and what we call you."),
            _("You get a code to your address and type it in."),
            _("Then notices come. You choose how, and when it should be quiet."),
        ],
        "after": _("Then you have joined"),
        "sender": _("This letter comes from %(company)s.") % {"company": apart(company)},
    }


def _in_short() -> dict[str, str]:
    return {
        "heading": _("Neighbourhood watch in your stairwell"),
        "lead": _("Scan the picture or go to %(link)s and type the code. There you read everything in your language.")
        % {"link": typed_link("doors:letter_enter")},
    }
