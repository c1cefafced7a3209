"""A notice on paper: one A4 page for a board, in all its languages."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from buildings.models import JoinCode, Stairwell
from notifications.models import Notice
from watch.present.prints.parts import (
    BOARD,
    Picture,
    Qr,
    Said,
    all_languages,
    emergency,
    emergency_on_board,
    pictogram,
    qr,
    said,
    said_in_each,
    site_link,
    typed_link,
)
from watch.present.prints.press import Print
from watch.templatetags.trappan import URGENCY_ICONS, day_and_time


@dataclass(frozen=True, kw_only=True)
class NoticePage(Print):
    """Swedish large, the other languages beside each other; what it is about in those it is not in."""

    TEMPLATE: ClassVar = "notice.typ"
    place: str
    urgency: str
    urgency_picture: Picture
    kind_picture: Picture
    facts: Said
    main: Said
    others: list[Said]
    missing: list[Said]
    join: Said
    qr: Qr
    code: str
    foot: Said


def notice_page(notice: Notice, *, stairwell: Stairwell | None, code: JoinCode | None) -> NoticePage:
    """The page; `code` is for those who may hand it out. Wants the notice's texts, sender and district loaded."""
    texts = {text.language: {"title": text.title, "body": text.body} for text in notice.texts.all()}
    main, *others = [said(language, texts[language].copy) for language in all_languages() if language in texts]
    without = [language for language in all_languages() if language not in texts]
    return NoticePage(
        title=main.words["title"],
        place=stairwell.name if stairwell else notice.district.name,
        urgency=notice.urgency,
        urgency_picture=pictogram(URGENCY_ICONS[Notice.Urgency(notice.urgency)]),
        kind_picture=pictogram(f"kind-{notice.kind.replace('_', '-')}"),
        facts=said(BOARD, lambda: _facts(notice)),
        main=main,
        others=others,
        missing=said_in_each(lambda: _in_short(notice), without) if without else [],
        join=said(BOARD, lambda: _join_words(code)),
        qr=qr(site_link("join:stairwell", code.code) if code else site_link("join:enter")),
        code=code.spaced if code else "",
        foot=emergency_on_board(),
    )


def _facts(notice: Notice) -> dict[str, str]:
    return {
        "urgency": str(notice.get_urgency_display()),
        "sender": notice.organisation.name,
        "since": day_and_time(notice.started_at),
        "until": _("Shown until %(when)s.") % {"when": day_and_time(notice.expires_at)},
    }


def _in_short(notice: Notice) -> dict[str, object]:
    return {"kind": str(notice.get_kind_display()), "numbers": emergency()[:2]}


def _join_words(code: JoinCode | None) -> dict[str, str]:
    how = (
        _("Point your phone's camera here, or open the page and type the code:")
        if code
        else _("Point your phone's camera here. You need the code from the poster in your stairwell.")
    )
    return {"heading": _("Get notices on your phone"), "how": how, "link": typed_link()}
