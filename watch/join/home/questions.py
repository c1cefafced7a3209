"""Consent texts that have changed: whoever agreed to older words is asked about the new ones, politely, once."""

from dataclasses import dataclass
from itertools import chain

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from buildings.access import Scope
from buildings.models import Consent, ConsentQuestion, Contact, Resident, Stairwell, User
from notifications import endpoints
from notifications.models import Endpoint
from watch.join import consents

Purpose = Consent.Purpose
CHANNELS = (Purpose.EMAIL, Purpose.SMS, Purpose.PUSH)
YES, NO, LATER = "yes", "no", "later"


@dataclass(frozen=True)
class Question:
    """One purpose whose words have changed: the new ones, for each place or way where the old ones hold.

    Who no longer wants to take part leaves on the page for that, so `homes` are the residencies to leave.
    """

    purpose: str
    version: str
    texts: tuple[str, ...]
    places: tuple[Stairwell, ...] = ()
    homes: tuple[Resident, ...] = ()

    @property
    def title(self) -> str:
        """What it is about."""
        return str(Purpose(self.purpose).label)


def versions() -> dict[str, str]:
    """The version of each purpose's words now."""
    return {**consents.VERSIONS, **dict.fromkeys(CHANNELS, endpoints.CONSENT_VERSION)}


def pending(reach: Scope, language: str) -> list[Question]:
    """What the person is asked now. One query when no words have changed since they answered."""
    if not isinstance(reach.user, User):
        return []
    old = _old_answers(reach.user)
    if not old:
        return []
    latest = _latest(reach.user)
    standing = [line for line in old if latest[line.purpose, line.stairwell_id] == line.pk]
    by_purpose = {line.purpose: [at for at in standing if at.purpose == line.purpose] for line in standing}
    asked = (_question(reach.user, reach, purpose, lines, language) for purpose, lines in by_purpose.items())
    return [question for question in asked if question.texts]


@transaction.atomic
def answer(*, user: User, question: Question, said: str, language: str) -> bool:
    """Keep the answer; False when the question was answered in another tab."""
    now = timezone.now()
    _row, is_new = ConsentQuestion.objects.get_or_create(
        user=user,
        purpose=question.purpose,
        version=question.version,
        defaults={"asked_at": now, "answered_at": None if said == LATER else now},
    )
    if not is_new or said == LATER:
        return is_new
    if question.purpose not in CHANNELS:
        for place in question.places:
            consents.record(user=user, purpose=question.purpose, given=said == YES, stairwell=place, language=language)
    elif said == YES:
        endpoints.agree_again(user=user, channel=question.purpose, language=language)
    else:
        for endpoint in Endpoint.objects.filter(user=user, channel=question.purpose):
            endpoints.set_wants(endpoint=endpoint, wants=Endpoint.Wants.NOTHING, language=language)
    return True


def _old_answers(user: User) -> list[Consent]:
    """Every yes to older words about which the person has not been asked."""
    current = Q(pk__in=[])
    asked = Q(pk__in=[])
    for purpose, version in versions().items():
        current |= Q(purpose=purpose, version=version)
        asked |= Q(purpose=purpose, version=version)
    questions = ConsentQuestion.objects.filter(asked, user=user, purpose=OuterRef("purpose"))
    given = Consent.objects.filter(user=user, given=True, purpose__in=versions())
    return list(given.exclude(current).exclude(Exists(questions)).select_related("stairwell").order_by("pk"))


def _latest(user: User) -> dict[tuple[str, int | None], int]:
    lines = Consent.objects.filter(user=user).order_by("at", "pk").values_list("purpose", "stairwell", "pk")
    return {(purpose, stairwell): pk for purpose, stairwell, pk in lines}


def _question(user: User, reach: Scope, purpose: str, lines: list[Consent], language: str) -> Question:
    version = versions()[purpose]
    if purpose in CHANNELS:
        wanted = Endpoint.objects.filter(user=user, channel=purpose).exclude(wants=Endpoint.Wants.NOTHING)
        texts = [endpoints.consent_text(purpose, wants, language) for wants in wanted.values_list("wants", flat=True)]
        return Question(purpose, version, tuple(dict.fromkeys(texts)))
    homes = {resident.stairwell_id: resident for resident in reach.residencies}
    live = _live(user, purpose, homes)
    places = [line.stairwell for line in lines if line.stairwell and line.stairwell_id in live]
    if purpose == Purpose.TAKE_PART and any(line.stairwell_id is None for line in lines):
        # The oldest lines say nothing of the place, so they are about every home.
        places = [resident.stairwell for resident in reach.residencies]
    texts = [consents.words(purpose, stairwell=place, language=language) for place in places]
    leaving = [homes[place.pk] for place in places] if purpose == Purpose.TAKE_PART else []
    return Question(purpose, version, tuple(texts), tuple(places), tuple(leaving))


def _live(user: User, purpose: str, homes: dict[int, Resident]) -> set[int]:
    """Stairwells where a yes still decides something."""
    if purpose == Purpose.TAKE_PART:
        return set(homes)
    if purpose == Purpose.NAME_TO_CONTACT:
        return {pk for pk, resident in homes.items() if resident.shows_name}
    shown = {"shows_name": True} if purpose == Purpose.NAME_TO_STAIRWELL else {"shows_number": True}
    roles = Contact.objects.open().filter(user=user, **shown)
    return set(chain.from_iterable(roles.values_list("stairwell")))
