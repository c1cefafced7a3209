"""What a round of the survey says: shares with their uncertainty, and only of enough people.

Rounds are shown when they are over, so that nobody can compare one day with the next. A share is left out when fewer
than settings.SMALLEST_GROUP answered, or stand on either side of it; the number of answers is told in fives.
"""

from dataclasses import dataclass
from math import sqrt

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from buildings.models import District
from watch.models import SurveyAnswer, SurveyRound
from watch.track.survey.questions import CONTENT, QUESTIONS, Question

# Of the normal distribution, for 95 per cent.
Z = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """How many of those who answered are content: share, and the 95 % interval it lies in; all from 0 to 1."""

    share: float
    low: float
    high: float
    about: int

    @property
    def percent(self) -> int:
        """The share in per cent."""
        return round(100 * self.share)

    @property
    def low_percent(self) -> int:
        """The lower end in per cent."""
        return round(100 * self.low)

    @property
    def high_percent(self) -> int:
        """The upper end in per cent."""
        return round(100 * self.high)

    @property
    def width_percent(self) -> int:
        """How wide the interval is."""
        return self.high_percent - self.low_percent


@dataclass(frozen=True)
class Row:
    """One question before and now; None where too few answered to say."""

    question: Question
    before: Share | None
    now: Share | None

    @property
    def change(self) -> str:
        """Whether anything has changed for certain, in words."""
        if self.before is None or self.now is None:
            return ""
        low, high = difference(self.before, self.now)
        if low > 0:
            return _("higher than before")
        if high < 0:
            return _("lower than before")
        return _("no certain change")


def wilson(content: int, answers: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson's score (E. B. Wilson, JASA 22, 1927); it stays within 0 and 1."""
    share, weight = content / answers, Z * Z / answers
    middle = (share + weight / 2) / (1 + weight)
    half = Z * sqrt(share * (1 - share) / answers + weight / (4 * answers)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(before: Share, now: Share) -> tuple[float, float]:
    """The 95 % interval of now minus before, by Newcombe's hybrid score (R. G. Newcombe, Stat. Med. 17, 1998)."""
    found = now.share - before.share
    low = found - sqrt((now.share - now.low) ** 2 + (before.high - before.share) ** 2)
    high = found + sqrt((now.high - now.share) ** 2 + (before.share - before.low) ** 2)
    return low, high


def share_of(content: int, answers: int) -> Share | None:
    """The share, or None when a number under settings.SMALLEST_GROUP could be worked out from it."""
    least = settings.SMALLEST_GROUP
    if answers < least or 0 < content < least or 0 < answers - content < least:
        return None
    low, high = wilson(content, answers)
    return Share(content / answers, low, high, answers // least * least)


def shares(survey: SurveyRound | None) -> dict[str, Share | None]:
    """The share of each question by name; one query."""
    if survey is None:
        return {question.name: None for question in QUESTIONS}
    counts = {}
    for question in QUESTIONS:
        said = Q(**{f"{question.name}__isnull": False})
        counts[f"{question.name}_all"] = Count("pk", filter=said)
        counts[f"{question.name}_content"] = Count("pk", filter=Q(**{f"{question.name}__gte": CONTENT}))
    found = SurveyAnswer.objects.filter(round=survey).aggregate(**counts)
    return {
        question.name: share_of(found[f"{question.name}_content"], found[f"{question.name}_all"])
        for question in QUESTIONS
    }


def rows_of(now: SurveyRound, before: SurveyRound | None) -> list[Row]:
    """Each question before and now."""
    old, new = shares(before), shares(now)
    return [Row(question, old[question.name], new[question.name]) for question in QUESTIONS]


def latest(district: District) -> tuple[SurveyRound | None, SurveyRound | None]:
    """The newest round that is over, and the one before it."""
    over = list(SurveyRound.objects.over().filter(district=district)[:2])
    return (over[0] if over else None, over[1] if len(over) > 1 else None)
