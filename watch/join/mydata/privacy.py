"""What the privacy page says, made from the settings and the words people agree to, so that it cannot drift."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from buildings.models import Consent, Organisation, Stairwell
from notifications.endpoints import CONSENT_VERSION, consent_text
from notifications.models import Endpoint
from notifications.push import keys
from watch.join import consents


@dataclass(frozen=True)
class Agreement:
    """Something people say yes or no to: what about, in which words, and their version."""

    purpose: str
    about: str
    words: str
    version: str


@dataclass(frozen=True)
class Kept:
    """Something that is kept for a time."""

    purpose: str
    what: "Promise | str"
    how_long: str


WHAT_IS_KEPT: "dict[str, Promise]" = {
    "left-residents": gettext_lazy("who has left every stairwell, and what they had there; then all of it is erased"),
    "delivery-addresses": gettext_lazy("which address a notice went to; then only how many it went to"),
    "reveals": gettext_lazy("that staff looked at a person's name or number, when and why; the person can read it"),
    "relayed-letters": gettext_lazy("letters between neighbours and contacts that Trappan has passed on"),
    "messages": gettext_lazy("that a message was sent to one person; its words are wiped when it has left"),
    "logs": gettext_lazy("the programme's own log, which holds no names, addresses or numbers"),
    "exports": gettext_lazy("a copy of your data that you asked for"),
    "unfinished-sign-ups": gettext_lazy("an address somebody began to join with, but did not finish"),
    "used-codes": gettext_lazy("that a code or an invitation has been used; never the code itself"),
    "suggestions": gettext_lazy(
        "what somebody wrote to the officer of a district, after the answer; then only the number"
    ),
    "meeting-answers": gettext_lazy("who gave an answer to an invitation, after the meeting; then only the number"),
}


def agreements(language: str) -> list[Agreement]:
    """Every purpose people are asked about, in the very words."""
    return [_agreement(purpose, language) for purpose in Consent.Purpose]


def _agreement(purpose: Consent.Purpose, language: str) -> Agreement:
    if purpose in consents.VERSIONS:
        somewhere = Stairwell(name=_("your stairwell"))
        words = consents.words(purpose, stairwell=somewhere, language=language)
        return Agreement(purpose, str(purpose.label), words, consents.VERSIONS[purpose])
    words = consent_text(purpose.value, Endpoint.Wants.ALL, language)
    return Agreement(purpose, str(purpose.label), words, CONSENT_VERSION)


def kept() -> list[Kept]:
    """What is kept, and for how long: every purpose of settings.RETENTION."""
    return [Kept(purpose, WHAT_IS_KEPT[purpose], days(time)) for purpose, time in settings.RETENTION.items()]


def days(time: timedelta) -> str:
    """A time in days; in years when it is whole ones."""
    years, rest = divmod(time.days, 365)
    if years and not rest:
        return ngettext("%(number)s year", "%(number)s years", years) % {"number": years}
    return ngettext("%(number)s day", "%(number)s days", time.days) % {"number": time.days}


def responsible() -> "dict[str, list[Organisation]]":
    """The organisations behind Trappan here, by kind; each answers for what it does with people's data."""
    found: dict[str, list[Organisation]] = {}
    for organisation in Organisation.objects.order_by("kind", "name"):
        found.setdefault(str(organisation.get_kind_display()), []).append(organisation)
    return found


def helpers() -> list[str]:
    """Who handles data on the organisations' behalf, as this start is set up."""
    return [str(words()) for is_used, words in HELPERS if is_used()]


HELPERS: "tuple[tuple[Callable[[], bool], Callable[[], str]], ...]" = (
    (
        lambda: bool(settings.MAIL_PROVIDER),
        lambda: (
            _("%(name)s, which carries the mail: the address and the text")
            % {"name": settings.MAIL_PROVIDER.replace("_", " ").title()}
        ),
    ),
    (
        lambda: not settings.MAIL_PROVIDER,
        lambda: _("the mail server of whoever runs this site: the address and the text"),
    ),
    (
        lambda: bool(settings.ELKS_USERNAME),
        lambda: _("46elks in Uppsala, which carries SMS: the number and the text"),
    ),
    (
        keys.is_on,
        lambda: _("the push service of your browser, if you want notices on a device: a sealed letter it cannot read"),
    ),
)
