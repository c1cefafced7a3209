"""The seven questions of the safety survey: the same in every round, so that rounds can be compared."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LOW, HIGH = 1, 5
# From here up somebody is content.
CONTENT = 4


@dataclass(frozen=True)
class Question:
    """One question; `name` is the column of SurveyAnswer, `short` what a table calls it."""

    name: str
    words: Promise
    short: Promise


QUESTIONS = (
    Question("outdoors", _("How safe do you feel outdoors here in the evening?"), _("Safe outdoors in the evening")),
    Question("stairwell", _("How safe do you feel in your stairwell?"), _("Safe in the stairwell")),
    Question("cellar", _("How safe do you feel in the cellar, laundry and garage?"), _("Safe in cellar and garage")),
    Question("crime", _("How little do you worry about crime where you live?"), _("Not worried about crime")),
    Question("neighbours", _("How sure are you that neighbours would help you?"), _("Neighbours would help")),
    Question("police", _("How much do you trust the police here?"), _("Trust in the police")),
    Question("city", _("How much do you trust the city here?"), _("Trust in the city")),
)
NAMES = tuple(question.name for question in QUESTIONS)
SCALE = (
    (1, _("1, not at all")),
    (2, _("2, a little")),
    (3, _("3, somewhat")),
    (4, _("4, much")),
    (5, _("5, very much")),
)
