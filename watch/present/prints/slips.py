"""The slip of paper for people who are not online: a page in each language."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from watch.present.prints.parts import BOARD, Said, emergency, said
from watch.present.prints.press import Print


@dataclass(frozen=True, kw_only=True)
class Slips(Print):
    """One A4 page a language."""

    TEMPLATE: ClassVar = "slips.typ"
    place: str
    pages: list[Said]


def slips(*, place: str, agreements: dict[str, list[str]]) -> Slips:
    """The slip for a stairwell; `agreements` are what is signed, in each language."""
    with override(BOARD):
        title = _("Slips for %(name)s") % {"name": place}
    pages = [said(language, partial(_words, texts)) for language, texts in agreements.items()]
    return Slips(title=title, place=place, pages=pages)


def _words(agreements: list[str]) -> dict[str, object]:
    return {
        "heading": _("Join on paper"),
        "lead": _(
            "Fill in the slip and give it to your stairwell's contact or your housing company. Put nothing on it that "
            "you do not want to."
        ),
        "name": _("What I want to be called (any name will do)"),
        "address": _("E-mail or mobile number (leave it empty if you want paper only)"),
        "agreements": agreements,
        "cross": _("Put a cross before what you want"),
        "signed": _("Date and signature (a mark will do)"),
        "numbers": emergency(),
        "not_here": _("You cannot report a crime in Trappan. Call instead."),
    }
