"""Codes for the safety survey, to cut out: each with its picture, and the question in every language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from watch.present.prints.parts import BOARD, Qr, Said, qr, said_in_each, site_link, typed_link
from watch.present.prints.press import Print


@dataclass(frozen=True, kw_only=True)
class CodeSlip:
    """One code, as it is printed, and its picture."""

    code: str
    qr: Qr


@dataclass(frozen=True, kw_only=True)
class SurveyCodes(Print):
    """A4 pages of slips, two beside each other; the codes stand in this file and nowhere else."""

    TEMPLATE: ClassVar = "survey_codes.typ"
    questions: list[Said]
    link: str
    slips: list[CodeSlip]


def survey_codes(codes: Iterable[tuple[str, str]]) -> SurveyCodes:
    """The slips; `codes` are each as it is typed and as it is printed."""
    with override(BOARD):
        title = _("Codes to cut out")
    slips = [CodeSlip(code=spaced, qr=qr(site_link("track:survey_answer", code))) for code, spaced in codes]
    questions = said_in_each(lambda: {"question": _("How safe is it here?")})
    return SurveyCodes(title=title, questions=questions, link=typed_link("track:survey_enter"), slips=slips)
