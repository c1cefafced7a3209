"""The card a contact keeps in the pocket: what one does, what one never does, whom to call."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from watch.present.prints.parts import BOARD, Qr, Said, emergency, qr, said_in_each, site_link, typed_link
from watch.present.prints.press import Print


@dataclass(frozen=True, kw_only=True)
class Cards(Print):
    """One A4 page with a card to fold in each language, 85 × 54 mm when folded. It names nobody and no place."""

    TEMPLATE: ClassVar = "cards.typ"
    cards: list[Said]
    qr: Qr


def cards() -> Cards:
    """The pocket card in every language: the same for all contacts, so one who loses it tells nothing."""
    with override(BOARD):
        title = _("The contact's pocket card")
    return Cards(title=title, cards=said_in_each(_words), qr=qr(site_link("contacts:about")))


def _words() -> dict[str, object]:
    return {
        "heading": _("Contact in the stairwell"),
        "does": _("What I do"),
        "doing": [
            _("Put up notices and welcome new neighbours"),
            _("Ask how things are, and listen"),
            _("Call when something happens, as everybody does"),
        ],
        "never": _("What I never do"),
        "not_doing": [_("Step in or confront anybody"), _("Watch people, film or write down who comes and goes")],
        "numbers": emergency(),
        "more": _("More: %(link)s") % {"link": typed_link("contacts:about")},
        "stop": _("I can stop today, and need not say why."),
    }
