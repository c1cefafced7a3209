"""Answers to an invitation: who comes, with how many. One row a person, numbers for everybody else.

Each step is one transaction that locks the meeting's row, so that two people never get the same last seat.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from buildings.models import User
from notifications.models import Delivery, Endpoint
from watch.meet import access
from watch.meet.answer_forms import AnswerForm, TypeInForm, language_name
from watch.meet.errors import Full, TooLate
from watch.models import Answer, Meeting

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Headcount:
    """What organisers see of the answers: numbers, and for which languages an interpreter is wanted."""

    answers: int
    coming: int
    adults: int
    children: int
    seats_left: int | None
    interpreters: list[tuple[str, int]]

    @property
    def not_coming(self) -> int:
        """How many answers say no."""
        return self.answers - self.coming


@transaction.atomic
def answer(
    *, meeting: Meeting, user: User, is_coming: bool, adults: int, children: int, interpreter: str, way: str
) -> Answer:
    """The person's answer, or a new one instead of the earlier. Raises TooLate, Full."""
    found = _taking_answers(meeting)
    earlier = Answer.objects.filter(meeting=found, user=user).first()
    if is_coming:
        _seat(found, adults + children, instead_of=earlier)
    row = earlier or Answer(meeting=found, user=user)
    row.is_coming, row.way, row.at = is_coming, way, timezone.now()
    row.adults, row.children, row.interpreter = (adults, children, interpreter) if is_coming else (0, 0, "")
    row.save()
    log.info("meeting_answered", meeting=found.pk, way=way)
    return row


@transaction.atomic
def type_in(*, meeting: Meeting, adults: int, children: int, interpreter: str, way: str, by: User) -> Answer:
    """An answer that came by phone or on paper; whose it was is not kept. Raises TooLate, Full."""
    found = _taking_answers(meeting)
    _seat(found, adults + children)
    row = Answer.objects.create(meeting=found, way=way, adults=adults, children=children, interpreter=interpreter)
    log.info("meeting_answer_typed_in", meeting=found.pk, way=way, by=by.pk)
    return row


def by_link(endpoint: Endpoint, meeting: Meeting) -> bool:
    """Whether the link in a notice is this person's to answer with: they are meant, or have been told."""
    if access.may_answer(endpoint.user, meeting):
        return True
    told = Delivery.objects.filter(notice__in=meeting.tellings.values("notice"), endpoint__user=endpoint.user_id)
    return told.exists()


def earlier_answer(user: User, meeting: Meeting) -> Answer | None:
    """What the person has said so far."""
    return Answer.objects.filter(user=user, meeting=meeting).first()


def headcount(meeting: Meeting) -> Headcount:
    """The answers in numbers, with one query."""
    said = list(
        meeting.answers.order_by()
        .values("is_coming", "interpreter")
        .annotate(times=Count("pk"), grown=Sum("adults"), small=Sum("children"))
    )
    coming = [group for group in said if group["is_coming"]]
    adults, children = (sum(group[size] for group in coming) for size in ("grown", "small"))
    wanted = [(language_name(group["interpreter"]), group["times"]) for group in coming if group["interpreter"]]
    return Headcount(
        answers=sum(group["times"] for group in said),
        coming=sum(group["times"] for group in coming),
        adults=adults,
        children=children,
        seats_left=None if meeting.seats is None else max(meeting.seats - adults - children, 0),
        interpreters=sorted(wanted),
    )


def page_context(user: User, meeting: Meeting, *, is_own: bool) -> dict[str, Any]:
    """What the meeting's page says of answers to this person, with the forms to answer in.

    `answer_form` is None for whoever is not meant, `headcount` for all but organisers (`is_own`).
    """
    context: dict[str, Any] = {"answer_form": None, "own_answer": None, "headcount": None, "type_in_form": None}
    if not meeting.takes_answers:
        return context
    if access.may_answer(user, meeting):
        earlier = earlier_answer(user, meeting)
        context |= {"own_answer": earlier, "answer_form": AnswerForm.opened(meeting, earlier)}
    if is_own:
        context |= {"headcount": headcount(meeting), "type_in_form": TypeInForm(meeting=meeting)}
    return context


def _taking_answers(meeting: Meeting) -> Meeting:
    """The meeting, locked until the answer is written. Raises TooLate when it is over or cancelled."""
    found = Meeting.objects.select_for_update().filter(pk=meeting.pk).first()
    if found is None or not found.takes_answers:
        raise TooLate
    return found


def _seat(meeting: Meeting, people: int, *, instead_of: Answer | None = None) -> None:
    """Raises Full when so many more cannot come; the seats of the person's own earlier answer are theirs."""
    if meeting.seats is None:
        return
    others = meeting.answers.exclude(pk=instead_of.pk) if instead_of else meeting.answers.all()
    left = max(meeting.seats - others.seats_taken(), 0)
    if people > left:
        raise Full(left)
