"""The sheet that goes to whoever makes signs and stickers."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from watch.models import SignOrder
from watch.present.prints.parts import BOARD, Said, apart, emergency, said
from watch.present.prints.press import Print


@dataclass(frozen=True, kw_only=True)
class SignOrderSheet(Print):
    """One A4 page of facts, in the language of the person who orders."""

    TEMPLATE: ClassVar = "sign_order.typ"
    day: str
    page: Said


def sign_order_sheet(order: SignOrder) -> SignOrderSheet:
    """The sheet of an order. Wants its building, district and organisations loaded."""
    language = get_language() or BOARD
    return SignOrderSheet(
        title=_("Order of signs for %(name)s") % {"name": order.building.designation},
        language=language,
        day=date_format(timezone.localdate(), "DATE_FORMAT"),
        page=said(language, lambda: _words(order)),
    )


def _words(order: SignOrder) -> dict[str, object]:
    building = order.building
    return {
        "heading": _("Order of signs and stickers"),
        "amounts": [
            (_("Signs for entrances"), order.signs),
            (_("Stickers for doors and mailboxes"), order.stickers),
        ],
        "facts": [
            (_("Building"), f"{apart(building.designation)}, {apart(building.district.name)}"),
            (_("Owner of the house"), building.owner.name),
            (_("Ordered by"), order.organisation.name),
            (_("Allowed by the owner"), _answered(order)),
        ],
        "numbers": emergency(),
        "not_here": _("You cannot report a crime in Trappan. Call instead."),
    }


def _answered(order: SignOrder) -> str:
    if not order.has_owners_yes or order.answered_by is None or order.answered_at is None:
        return _("Not yet")
    day = date_format(timezone.localtime(order.answered_at), "DATE_FORMAT")
    return f"{apart(order.answered_by.name)}, {apart(day)}"
