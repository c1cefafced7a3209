"""Making rounds and codes, and taking answers in; each a transaction of its own."""

import secrets

import structlog
from django.db import transaction

from buildings.models.places import CODE_ALPHABET, tidy_code
from buildings.sealing import fingerprint, seal, unseal
from watch.meet.guarding import refuse_marked
from watch.models import SurveyAnswer, SurveyCode, SurveyRound, SurveyWords

log = structlog.get_logger(__name__)

# Ten of 32 letters and digits, 50 bits.
CODE_LENGTH = 10
PURPOSE = "survey"
MOST_CODES = 2000


class UsedError(Exception):
    """The code has been used, or its round takes no answers now."""


def grouped(code: str) -> str:
    """A code as it is printed: two groups of five."""
    return f"{code[:5]} {code[5:]}"


@transaction.atomic
def make_codes(*, survey: SurveyRound, number: int) -> list[str]:
    """New codes for a round, at most MOST_CODES; they are readable only now."""
    made = {"".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(min(number, MOST_CODES))}
    SurveyCode.objects.bulk_create(
        SurveyCode(round=survey, fingerprint=fingerprint(PURPOSE, code)) for code in sorted(made)
    )
    log.info("survey_codes_made", survey=survey.pk, number=len(made))
    return list(made)


def find(code: str) -> SurveyCode | None:
    """The code's row, with its round and district, used or not."""
    typed = tidy_code(code)
    if len(typed) != CODE_LENGTH:
        return None
    found = SurveyCode.objects.select_related("round__district").filter(fingerprint=fingerprint(PURPOSE, typed))
    return found.first()


@transaction.atomic
def answer(*, code: SurveyCode, numbers: dict[str, int | None], words: str = "") -> None:
    """Keep one answer. Nothing ties it to the code: the code only says that it was used, not when.

    Raises UsedError, and Marked when the words hold a number that points somebody out.
    """
    refuse_marked(words)
    still = SurveyCode.objects.filter(pk=code.pk, is_used=False, round__in=SurveyRound.objects.open())
    if not SurveyCode.objects.filter(pk__in=list(still.values_list("pk", flat=True)), is_used=False).update(
        is_used=True
    ):
        raise UsedError
    SurveyAnswer.objects.create(round_id=code.round_id, **numbers)
    if words:
        SurveyWords.objects.create(round_id=code.round_id, sealed=seal(words))


def words_of(survey: SurveyRound) -> list[str]:
    """What people wrote, in no order of time: by the rows' random keys."""
    return [str(unseal(row.sealed)) for row in survey.words.order_by("pk")]
