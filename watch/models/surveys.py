"""The safety survey (trygghetsmätning): rounds of a district, codes that open them, answers nobody can be found by."""

import uuid
from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import District, Organisation


class SurveyRoundQuerySet(models.QuerySet["SurveyRound"]):
    """Reads of rounds."""

    def open(self, today: date | None = None) -> Self:
        """Rounds that take answers now."""
        day = today or timezone.localdate()
        return self.filter(opens_on__lte=day, closes_on__gte=day)

    def over(self, today: date | None = None) -> Self:
        """Rounds that take no more answers, the latest first. Only those are ever shown."""
        return self.filter(closes_on__lt=today or timezone.localdate()).order_by("-closes_on", "-pk")


class SurveyRound(models.Model):
    """One round of the survey in a district, open from `opens_on` to `closes_on`, both included."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="survey_rounds", verbose_name=_("district"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", editable=False)
    name = models.CharField(_("name"), max_length=80)
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(_("closes"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SurveyRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ("-opens_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(opens_on__lte=F("closes_on")), name="survey_opens_before_it_closes")
        ]

    def __str__(self) -> str:
        return self.name


class SurveyCode(models.Model):
    """A code that lets one answer in; kept as a keyed fingerprint, and only whether it was used, not when."""

    round = models.ForeignKey(SurveyRound, models.CASCADE, related_name="codes")
    fingerprint = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"survey code {self.pk}"


def _scale() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])


class SurveyAnswer(models.Model):
    """One person's answer: seven numbers from 1 (worst) to 5 (best), empty where they did not want to say.

    No code, person, time or order stands beside it; `id` is random, so rows cannot be put in the order they came.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(SurveyRound, models.CASCADE, related_name="answers")
    outdoors = _scale()
    stairwell = _scale()
    cellar = _scale()
    crime = _scale()
    neighbours = _scale()
    police = _scale()
    city = _scale()

    def __str__(self) -> str:
        return "survey answer"


class SurveyWords(models.Model):
    """What somebody wrote in the open question, sealed and apart from their numbers; city staff read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(SurveyRound, models.CASCADE, related_name="words")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "survey words"
