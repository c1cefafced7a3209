"""Invitations to a meeting on paper: an A4 or A5 page for the stairwell's board, and slips for its doors."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from watch.present.prints.parts import BOARD, Qr, Said, emergency_on_board, kept, qr, said
from watch.present.prints.press import Print

A4, A5 = "a4", "a5"


@dataclass(frozen=True, kw_only=True)
class Invitation(Print):
    """One page for the board of a stairwell."""

    TEMPLATE: ClassVar = "invitation.typ"
    paper: str
    place: str
    main: Said
    others: list[Said]
    join: Said
    qr: Qr
    code: str
    foot: Said


@dataclass(frozen=True, kw_only=True)
class DoorSlips(Print):
    """One A4 page to cut into eight slips."""

    TEMPLATE: ClassVar = "door_slips.typ"
    where: str
    lines: list[Said]
    qr: Qr


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where the picture on the paper leads: to a page anyone may read, or to the stairwell's way to join."""

    link: str
    is_public: bool
    code: str = ""


def invitation(*, place: str, small: bool, texts: Iterable[tuple[str, str, str]], way: Way) -> Invitation:
    """The page; `texts` are language, title and body, the one to be set large first."""
    main, *others = [said(language, {"title": title, "body": body}.copy) for language, title, body in texts]
    with override(BOARD):
        title = _("Invitation for %(name)s") % {"name": place}
    return Invitation(
        title=title,
        paper=A5 if small else A4,
        place=place,
        main=main,
        others=others,
        join=said(BOARD, lambda: _join_words(way)),
        qr=qr(way.link),
        code=way.code,
        foot=emergency_on_board(),
    )


def door_slips(*, place: str, where: str, lines: Iterable[tuple[str, str, str]], way: Way) -> DoorSlips:
    """The slips; `lines` are language, title and time."""
    with override(BOARD):
        title = _("Slips for %(name)s") % {"name": place}
    said_in = [said(language, {"title": name, "when": when}.copy) for language, name, when in lines]
    return DoorSlips(title=title, where=where, lines=said_in, qr=qr(way.link))


def _join_words(way: Way) -> dict[str, str]:
    link = "" if way.code else kept(way.link.partition("://")[2])
    if way.is_public:
        how = _("Point your phone's camera here to read more, in your language.")
        return {"heading": _("Anyone may come"), "how": how, "link": link}
    how = (
        _("Point your phone's camera here, or open the page and type the code:")
        if way.code
        else _("Point your phone's camera here. You need the code from the poster in your stairwell.")
    )
    return {"heading": _("Get invitations on your phone"), "how": how, "link": link}
