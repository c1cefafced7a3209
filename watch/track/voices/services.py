"""Taking in a suggestion, answering it, and letting time take its words away. Each step is one transaction."""

import datetime
import secrets
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, override

from buildings.models import District, Organisation
from buildings.models.places import CODE_ALPHABET, tidy_code
from buildings.sealing import fingerprint, seal, unseal
from notifications.letters import site_link
from notifications.models import Endpoint, Message
from notifications.outbox import post_message
from watch.meet.guarding import refuse_marked
from watch.models import Suggestion, TrackingRules

log = structlog.get_logger(__name__)

State = Suggestion.State
# Twelve of 32 letters and digits, 60 bits: it opens an answer without anything else.
CODE_LENGTH = 12
PURPOSE = "suggestion"
# An officer is reminded by day only.
DAYTIME = range(8, 18)


class SuggestionError(Exception):
    """It has been answered already, by a colleague or another press."""


@dataclass(frozen=True)
class Kept:
    """A suggestion just taken in, and the code to come back with; empty when the answer goes by mail."""

    suggestion: Suggestion
    code: str


def grouped(code: str) -> str:
    """A code as it is shown: groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def answer_days(district: District) -> int:
    """Within how many days the district wants to answer."""
    rules = TrackingRules.objects.filter(district=district).first() or TrackingRules()
    return int(rules.answer_within_days)


@transaction.atomic
def take_in(*, district: District, text: str, email: str, language: str) -> Kept:
    """Keep what somebody wrote, sealed. Raises Marked when a number in it points somebody out."""
    refuse_marked(text)
    code = "" if email else "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    suggestion = Suggestion.objects.create(
        district=district,
        language=language,
        due_on=timezone.localdate() + datetime.timedelta(days=answer_days(district)),
        sealed=seal({"text": text, "email": email}),
        fingerprint=fingerprint(PURPOSE, code) if code else "",
    )
    log.info("suggestion_taken_in", district=district.pk)
    return Kept(suggestion, code)


def words_of(suggestion: Suggestion) -> str:
    """What was written; empty when time has taken it away."""
    return str(unseal(suggestion.sealed)["text"]) if suggestion.sealed else ""


def find(code: str) -> Suggestion | None:
    """The suggestion a code belongs to."""
    typed = tidy_code(code)
    if len(typed) != CODE_LENGTH:
        return None
    return Suggestion.objects.select_related("district").filter(fingerprint=fingerprint(PURPOSE, typed)).first()


@transaction.atomic
def close(
    *,
    suggestion: Suggestion,
    state: str,
    answer: str = "",
    passed_to: Organisation | None = None,
    passed_words: str = "",
) -> None:
    """Answer, thank for or pass on a suggestion; whoever gave an address gets the answer by mail.

    `passed_words` are the officer's own: what the tenant wrote stays with the officer. Raises SuggestionError and
    Marked.
    """
    refuse_marked(answer, passed_words)
    facts = {"answer": answer, "passed_to": passed_to, "passed_words": passed_words}
    waiting = Suggestion.objects.select_for_update().filter(pk=suggestion.pk, state=State.NEW).first()
    if waiting is None:
        raise SuggestionError
    Suggestion.objects.filter(pk=suggestion.pk).update(state=state, closed_at=timezone.now(), **facts)
    email = unseal(waiting.sealed)["email"] if waiting.sealed else ""
    if email:
        _tell(waiting, email, answer_in_words(state, answer, waiting.language))


def answer_in_words(state: str, answer: str, language: str) -> str:
    """What whoever wrote gets to read."""
    with override(language):
        ready = {
            State.THANKED: gettext("Thank you. We have read what you wrote and take it along in our work."),
            State.PASSED_ON: gettext("Thank you. We have passed it on to those who can do something about it."),
        }.get(State(state), "")
    return "\n\n".join(filter(None, (ready, answer)))


def _tell(suggestion: Suggestion, email: str, words: str) -> None:
    """The subject says nothing of what it is about: others may see the screen."""
    with override(suggestion.language):
        subject = gettext("An answer to you")
        end = gettext("You cannot answer this mail. In danger, call 112. To tell the police something, call 114 14.")
    post_message(
        purpose=Message.Purpose.RECEIPT,
        channel=Endpoint.Channel.EMAIL,
        address=email,
        language=suggestion.language,
        subject=subject,
        text=f"{words}\n\n{end}",
    )


def remind() -> int:
    """Remind each district's officer once of what should have been answered; in numbers only. How many were late."""
    if timezone.localtime().hour not in DAYTIME:
        return 0
    late = Suggestion.objects.late().filter(reminded_at=None, district__officer__user__is_active=True)
    reminded = 0
    for district in District.objects.filter(pk__in=late.order_by().values("district")).select_related("officer__user"):
        reminded += _remind(district)
    return reminded


@transaction.atomic
def _remind(district: District) -> int:
    late = Suggestion.objects.late().filter(reminded_at=None, district=district)
    number = late.order_by().update(reminded_at=timezone.now())
    officer = district.officer.user if district.officer else None
    if number and officer and officer.email:
        with override(officer.language):
            subject = gettext("Views and ideas wait for an answer: %(district)s") % {"district": district.name}
            text = gettext("Waiting longer than you have promised: %(number)d. Read and answer:") % {"number": number}
        post_message(
            purpose=Message.Purpose.WARNING,
            channel=Endpoint.Channel.EMAIL,
            address=officer.email,
            language=officer.language,
            subject=subject,
            text=f"{text}\n{site_link('track:voices')}",
            user=officer,
        )
    return number


def forget(before: datetime.datetime) -> int:
    """Empty what was closed before this time, and what nobody answered for a year; the rows stay as numbers."""
    a_year = before + settings.RETENTION["suggestions"] - datetime.timedelta(days=365)
    old = Suggestion.objects.filter(Q(closed_at__lt=before) | Q(closed_at=None, received_at__lt=a_year))
    old = old.exclude(sealed=None)
    return old.update(sealed=None, fingerprint="", answer="", passed_words="")


def counts(districts: "list[District]", start: datetime.date, end: datetime.date) -> "tuple[int, int] | None":
    """How many were received and how many of those got an answer, both days included.

    None when so few wrote, or waited, that a number would be a person (settings.SMALLEST_GROUP).
    """
    here = Suggestion.objects.filter(district__in=districts, received_at__date__range=(start, end))
    received = here.count()
    answered = here.exclude(state=State.NEW).count()
    least = settings.SMALLEST_GROUP
    if received < least or 0 < answered < least or 0 < received - answered < least:
        return None
    return received, answered
