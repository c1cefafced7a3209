"""The demo's neighbours: who has joined where, how they are reached, who is a contact."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.utils import timezone

from buildings.models import Consent, Contact, Flat, Resident, Stairwell, User
from buildings.models.people import A_YEAR
from notifications.endpoints import CONSENT_VERSION, consent_text
from notifications.models import Endpoint
from notifications.models.endpoints import shows_words
from watch.demo import rights
from watch.demo.organisations import person
from watch.demo.roles import ROLES, Place
from watch.join import consents
from watch.join.home.yearly import A_FORTNIGHT

Choice = TypeVar("Choice")

SEED = 2018
NAMES = (
    "Alex",
    "Amal",
    "Ayaan",
    "Billie",
    "Charlie",
    "Dana",
    "Eli",
    "Farah",
    "Hani",
    "Ilo",
    "Jamie",
    "Jona",
    "Juno",
    "Kaya",
    "Lave",
    "Lumi",
    "Mika",
    "Milo",
    "Nilo",
    "Nima",
    "Nova",
    "Nur",
    "Omar",
    "Pim",
    "Rani",
    "Robin",
    "Rumi",
    "Saga",
    "Sam",
    "Sami",
    "Sol",
    "Tilda",
    "Tove",
    "Tuva",
    "Ubah",
    "Vanja",
    "Vide",
    "Wera",
    "Yara",
    "Zahra",
)
LANGUAGES = {"sv": 60, "en": 15, "ar": 15, "so": 10}
NEIGHBOURS_A_STAIRWELL = {0: 8, 1: 10, 2: 17, 3: 22, 4: 18, 5: 12, 6: 8, 8: 5}
EMAIL, SMS = Endpoint.Channel.EMAIL, Endpoint.Channel.SMS
CHANNELS: Mapping[tuple[str, ...], int] = {(EMAIL,): 76, (EMAIL, SMS): 9, (SMS,): 9, (): 6}
WANTS = {Endpoint.Wants.ALL: 84, Endpoint.Wants.URGENT: 13, Endpoint.Wants.NOTHING: 3}
# Somebody without any address, on paper for a year: the housing company asks whether they still live there.
ON_PAPER = 60
ASKED = "tenant-elsewhere@example.org"
# The demo's mail server (`watch.serving.postbox`) says that addresses beginning like this do not exist.
MISTYPED = {40: Endpoint.Wants.URGENT, 90: Endpoint.Wants.URGENT, 140: Endpoint.Wants.ALL}
# From the series PTS keeps for fiction, 06 90 and on being the organisations'. Some share a telephone.
NUMBERS = [f"+467017406{last:02}" for last in range(10, 90)]


@dataclass
class Neighbour:
    """A person who has joined at a stairwell, before anything is in the database."""

    user: User
    stairwell: Stairwell
    since: datetime
    addresses: dict[str, str]
    wants: str = Endpoint.Wants.ALL
    is_confirmed: bool = True
    is_contact: bool = False
    is_on_paper: bool = False

    def residency(self, flat: Flat | None) -> Resident:
        """Where the person lives; the flat is known only when someone has confirmed it."""
        state = Resident.State.CONFIRMED if self.is_confirmed else Resident.State.JOINED
        return Resident(
            user=self.user,
            stairwell=self.stairwell,
            state=state,
            flat=flat if self.is_confirmed else None,
            joined_at=self.since,
            way=Resident.Way.PAPER if self.is_on_paper else Resident.Way.POSTER,
            ask_due_at=self.since + A_YEAR,
        )

    def endpoints(self) -> Iterator[Endpoint]:
        """The ways to reach the person."""
        for channel, address in self.addresses.items():
            yield Endpoint(
                user=self.user,
                channel=channel,
                address=address,
                wants=self.wants,
                show_words=shows_words(channel),
                verified_at=self.since,
            )


def is_built() -> bool:
    """Whether anyone has joined."""
    return Resident.objects.exists()


def build() -> None:
    """Let about 300 people join, those behind the cards among them; the same people every time."""
    dice = random.Random(SEED)  # noqa: S311 (made-up people, not secrets)
    neighbours = list(_neighbours(dice))
    User.objects.bulk_create(neighbour.user for neighbour in neighbours)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=neighbour.user, email=neighbour.user.email, verified=True, primary=True)
        for neighbour in neighbours
        if neighbour.user.email
    )
    neighbours = [*_behind_the_cards(), *neighbours]
    flats = _flats()
    Resident.objects.bulk_create(
        neighbour.residency(dice.choice(flats[neighbour.stairwell.pk])) for neighbour in neighbours
    )
    Endpoint.objects.bulk_create(endpoint for neighbour in neighbours for endpoint in neighbour.endpoints())
    # One of them is being asked whether they still live there.
    asked = Resident.objects.filter(user__email=ASKED)
    asked.update(asked_times=1, ask_due_at=timezone.now() + A_FORTNIGHT)
    Consent.objects.bulk_create(consent for neighbour in neighbours for consent in _consents(neighbour))
    Contact.objects.bulk_create(_contacts(dice, neighbours))
    rights.build()


def stairwell(place: Place) -> Stairwell:
    """The stairwell at this place in the demo's registers."""
    return Stairwell.objects.get(building__designation=place.designation, entrance=place.entrance)


def _draw(dice: random.Random, weights: Mapping[Choice, int]) -> Choice:
    return dice.choices(list(weights), list(weights.values()))[0]


def _flats() -> dict[int, list[Flat]]:
    flats: dict[int, list[Flat]] = defaultdict(list)
    for flat in Flat.objects.standing().order_by("number"):
        flats[flat.stairwell_id].append(flat)
    return flats


def _behind_the_cards() -> Iterator[Neighbour]:
    for role in ROLES:
        if role.home:
            yield Neighbour(
                user=person(role),
                stairwell=stairwell(role.home),
                since=timezone.now() - timedelta(days=90),
                addresses={EMAIL: role.email},
                is_contact=role.is_contact,
            )


def _neighbours(dice: random.Random) -> Iterator[Neighbour]:
    number, telephones = 0, set[str]()
    for place in Stairwell.objects.standing().order_by("building__district__slug", "sort_key"):
        for _ in range(_draw(dice, NEIGHBOURS_A_STAIRWELL)):
            number += 1
            yield _neighbour(dice, place, number, telephones)


def _neighbour(dice: random.Random, place: Stairwell, number: int, telephones: set[str]) -> Neighbour:
    """Person `number`; a telephone already in `telephones` is shared, so it does not sign them in."""
    since = timezone.now() - timedelta(days=dice.randrange(25, 240), minutes=dice.randrange(600))
    user = User(name=f"{dice.choice(NAMES)} (demo)", language=_draw(dice, LANGUAGES), created_at=since)
    user.set_unusable_password()
    channels, wants, telephone = _draw(dice, CHANNELS), _draw(dice, WANTS), dice.choice(NUMBERS)
    email = f"granne{number:03}@example.org"
    if number in MISTYPED:
        channels, wants, email = (EMAIL,), MISTYPED[number], f"finns-inte{number}@example.org"
    if number == ON_PAPER:
        since, channels = since - A_YEAR, ()
    elif channels != (SMS,):
        user.email = email
    if SMS in channels and telephone not in telephones:
        telephones.add(telephone)
        user.phone, user.phone_verified = telephone, True
    addresses = {channel: email if channel == EMAIL else telephone for channel in channels}
    return Neighbour(
        user, place, since, addresses, wants=wants, is_confirmed=dice.random() < 0.4, is_on_paper=number == ON_PAPER
    )


def _consents(neighbour: Neighbour) -> Iterator[Consent]:
    language = neighbour.user.language
    says_yes = neighbour.wants != Endpoint.Wants.NOTHING
    answers: list[tuple[str, bool, str]] = [
        (
            Consent.Purpose.TAKE_PART,
            True,
            consents.words(Consent.Purpose.TAKE_PART, stairwell=neighbour.stairwell, language=language),
        )
    ]
    answers += [
        (channel, says_yes, consent_text(channel, neighbour.wants, language)) for channel in neighbour.addresses
    ]
    for purpose, given, text in answers:
        yield Consent(
            user=neighbour.user,
            purpose=purpose,
            given=given,
            text=text,
            version=CONSENT_VERSION,
            language=language,
            stairwell=neighbour.stairwell if purpose == Consent.Purpose.TAKE_PART else None,
            at=neighbour.since,
        )


def _contacts(dice: random.Random, neighbours: list[Neighbour]) -> Iterator[Contact]:
    """An active contact in about a third of the stairwells, sometimes a deputy, and a few who have just applied."""
    by_stairwell: dict[int, list[Neighbour]] = defaultdict(list)
    for neighbour in neighbours:
        by_stairwell[neighbour.stairwell.pk].append(neighbour)
    for people in by_stairwell.values():
        chance, willing = dice.random(), [neighbour for neighbour in people if neighbour.is_confirmed]
        chosen = [neighbour for neighbour in people if neighbour.is_contact] or willing
        if not chosen:
            continue
        if chosen[0].is_contact or chance < 0.42:
            yield _contact(chosen[0], Contact.Role.CONTACT, Contact.State.ACTIVE)
            if len(willing) > 2 and chosen[0] is willing[0]:
                yield _contact(willing[1], Contact.Role.DEPUTY, Contact.State.ACTIVE)
        elif chance > 0.9:
            yield _contact(chosen[0], Contact.Role.CONTACT, Contact.State.APPLIED)


def _contact(neighbour: Neighbour, role: str, state: str) -> Contact:
    return Contact(
        user=neighbour.user,
        stairwell=neighbour.stairwell,
        role=role,
        state=state,
        applied_at=neighbour.since + timedelta(days=7),
    )
