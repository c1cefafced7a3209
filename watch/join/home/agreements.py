"""What a person has agreed to, purpose by purpose: in which words, since when and how, and what can be pressed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from buildings.access import scope
from buildings.models import Consent, Contact, Resident, Stairwell, User
from notifications.endpoints import consent_text
from notifications.models import Endpoint
from watch.join import consents
from watch.join.addresses import Address

Purpose = Consent.Purpose
CHANNELS = (Endpoint.Channel.EMAIL, Endpoint.Channel.SMS, Endpoint.Channel.WEBPUSH)
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Offer:
    """One button with the exact words it agrees to."""

    answer: str
    label: str
    text: str


@dataclass(frozen=True)
class Agreement:
    """One purpose at one place or on one way: given or not, and what can be done about it.

    `row` is the ledger's last line about it, when there is one; `text` are the words agreed to, and `language` theirs.
    `elsewhere` is the page where it is changed, when that is not with a press here.
    """

    purpose: str
    given: bool
    text: str
    language: str
    row: Consent | None = None
    stairwell: Stairwell | None = None
    endpoint: Endpoint | None = None
    offers: tuple[Offer, ...] = ()
    elsewhere: tuple[str, str] | None = None

    @property
    def title(self) -> str:
        """What it is about."""
        return str(Purpose(self.purpose).label)

    @property
    def key(self) -> str:
        """What a form calls it."""
        about = self.endpoint or self.stairwell
        return f"{self.purpose}-{about.pk if about else 0}"

    @property
    def address(self) -> Address | None:
        """The address it is about; a device's is shown to nobody."""
        if self.endpoint is None or self.endpoint.channel == Endpoint.Channel.WEBPUSH:
            return None
        return Address(self.endpoint.channel, self.endpoint.address)


def ledger(user: User) -> list[Consent]:
    """Every line of the person's own ledger, newest first; one query."""
    return list(Consent.objects.filter(user=user).select_related("stairwell").order_by("-at", "-pk"))


def agreements(user: User, lines: list[Consent], language: str) -> list[Agreement]:
    """All of them, in the order of the page; `lines` is the person's ledger. Two queries more than the scope's."""
    latest: dict[tuple[str, int | None, bool], Consent] = {}
    for line in lines:
        latest.setdefault((line.purpose, line.stairwell_id, line.given), line)
    found: list[Agreement] = []
    for resident in scope(user).residencies:
        found += _at_home(resident, latest, language)
    roles = Contact.objects.of(user).select_related("user", "stairwell")
    for role in {role.stairwell_id: role for role in roles}.values():
        found += _as_contact(role, latest, language)
    found += _on_ways(list(Endpoint.objects.filter(user=user).order_by("channel", "pk")), latest, language)
    return found


Latest = dict[tuple[str, int | None, bool], Consent]


def _at_home(resident: Resident, latest: Latest, language: str) -> Iterator[Agreement]:
    place = resident.stairwell
    # The oldest lines say nothing of the place: people had one.
    row = latest.get((Purpose.TAKE_PART, place.pk, True)) or latest.get((Purpose.TAKE_PART, None, True))
    yield Agreement(
        Purpose.TAKE_PART,
        given=True,
        text=row.text if row else consents.words(Purpose.TAKE_PART, stairwell=place, language=language),
        language=row.language if row else language,
        row=row,
        stairwell=place,
        elsewhere=(reverse("join:leave", args=[resident.pk]), _("Leave the stairwell")),
    )
    yield _about_a_place(Purpose.NAME_TO_CONTACT, place, resident.shows_name, latest, language)


def _as_contact(role: Contact, latest: Latest, language: str) -> Iterator[Agreement]:
    yield _about_a_place(Purpose.NAME_TO_STAIRWELL, role.stairwell, role.shows_name, latest, language)
    number = _about_a_place(Purpose.NUMBER_TO_STAIRWELL, role.stairwell, role.shows_number, latest, language)
    if number.given or role.user.phone_verified:
        yield number
    else:
        # Nobody can show a number they have not shown to be theirs.
        yield replace(number, offers=(), elsewhere=(reverse("home:addresses"), _("Add an address")))


def _about_a_place(purpose: str, place: Stairwell, given: bool, latest: Latest, language: str) -> Agreement:
    row = latest.get((purpose, place.pk, given))
    words = consents.words(purpose, stairwell=place, language=language)
    agreed = row if given else None
    return Agreement(
        purpose,
        given=given,
        text=agreed.text if agreed else words,
        language=agreed.language if agreed else language,
        row=row,
        stairwell=place,
        offers=() if given else (Offer(YES, _("Yes, I agree"), words),),
    )


def _on_ways(endpoints: list[Endpoint], latest: Latest, language: str) -> Iterator[Agreement]:
    for channel in CHANNELS:
        own = [endpoint for endpoint in endpoints if endpoint.channel == channel]
        for endpoint in own:
            yield _on_a_way(endpoint, latest, language)
        if not own:
            yield _not_yet(channel, language)


def _on_a_way(endpoint: Endpoint, latest: Latest, language: str) -> Agreement:
    channel, given = endpoint.channel, endpoint.wants != Endpoint.Wants.NOTHING
    row = latest.get((channel, None, given))
    said = consent_text(channel, endpoint.wants, row.language) if row else ""
    agreed = row if given and row and row.text == said else None
    wants = endpoint.wants if given else Endpoint.Wants.ALL
    labels = {Endpoint.Wants.ALL: _("Yes, everything"), Endpoint.Wants.URGENT: _("Yes, only urgent notices")}
    offers = tuple(Offer(value, label, consent_text(channel, value, language)) for value, label in labels.items())
    return Agreement(
        channel,
        given=given,
        text=agreed.text if agreed else consent_text(channel, wants, language),
        language=agreed.language if agreed else language,
        row=row,
        endpoint=endpoint,
        offers=() if given else offers,
    )


def _not_yet(channel: str, language: str) -> Agreement:
    where = (
        (reverse("notices:preferences"), _("Get notices on a device"))
        if channel == Endpoint.Channel.WEBPUSH
        else (reverse("home:addresses"), _("Add an address"))
    )
    words = consent_text(channel, Endpoint.Wants.ALL, language)
    return Agreement(channel, given=False, text=words, language=language, elsewhere=where)
