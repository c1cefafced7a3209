"""What made-up people have written to Norrby's officer, and two rounds of the survey."""

from datetime import timedelta

from django.utils import timezone

from buildings.models import District, Organisation
from watch.demo.roles import NORRBY
from watch.models import Suggestion, SurveyAnswer, SurveyRound
from watch.track.survey.questions import NAMES
from watch.track.voices import services

ANSWERS = 84

SAID = (
    ("sv", "Lampan i gången vid Varpgatan har varit trasig i två veckor (påhittat).", 20),
    ("ar", "نرجو أن يكون الاجتماع القادم يوم السبت (مختلق).", 9),
    ("so", "Irridda hore ma xirnaato habeenkii (la been-abuuray).", 5),
    ("sv", "Tack för att ni gick runt i går kväll (påhittat).", 1),
)


def is_built() -> bool:
    """Whether anybody has written."""
    return Suggestion.objects.exists()


def build() -> None:
    """One is late, one is passed on, two wait."""
    district = District.objects.get(slug=NORRBY)
    for language, text, days in SAID:
        kept = services.take_in(district=district, text=text, email="", language=language)
        received = timezone.now() - timedelta(days=days)
        due = timezone.localdate(received) + timedelta(days=services.answer_days(district))
        Suggestion.objects.filter(pk=kept.suggestion.pk).update(received_at=received, due_on=due)
    _survey(district, "Påhittad mätning i fjol (demo)", 380, content=(31, 44, 22, 27, 40, 33, 30))
    _survey(district, "Påhittad mätning i år (demo)", 30, content=(45, 52, 24, 36, 55, 47, 33))
    company = Organisation.objects.landlords().filter(districts=district).order_by("pk").first()
    third = Suggestion.objects.get(language="so")
    words = "En port går inte i lås på nätterna (påhittat)."
    services.close(suggestion=third, state=Suggestion.State.PASSED_ON, passed_to=company, passed_words=words)


def _survey(district: District, name: str, days: int, content: tuple[int, ...]) -> None:
    """A round of eighty-four made-up answers that closed so many days ago."""
    city = Organisation.objects.get(slug="boras-stad")
    closes = timezone.localdate() - timedelta(days=days)
    opens = closes - timedelta(days=21)
    survey = SurveyRound.objects.create(
        district=district, organisation=city, name=name, opens_on=opens, closes_on=closes
    )
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            round=survey, **{name: 5 if number < many else 2 for name, many in zip(NAMES, content, strict=True)}
        )
        for number in range(ANSWERS)
    )
