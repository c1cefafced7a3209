"""Promises (medborgarlöften): what was promised, how it is measured, what came of it; and the pictures behind them."""

from typing import Any, NamedTuple, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from buildings.models import District, Organisation
from watch.models.surveys import SurveyRound


class Said(NamedTuple):
    """Words and the language they are in, which is Swedish when the reader's is not there."""

    text: str
    language: str


class Worded(models.Model):
    """Something with words in several languages: `words` is `{language: {name: text}}`, Swedish always there."""

    words = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def said(self, name: str, language: str | None = None) -> Said:
        """The words of this name in a language (the reader's when none is named), else in Swedish."""
        wanted = (language or get_language() or "sv").split("-")[0]
        text = self.words.get(wanted, {}).get(name, "")
        return Said(text, wanted) if text else Said(self.words.get("sv", {}).get(name, ""), "sv")

    @property
    def title(self) -> Said:
        """What it is called."""
        return self.said("title")

    @property
    def summary(self) -> Said:
        """What it says in a few sentences."""
        return self.said("summary")


class Situation(Worded):
    """A situation picture (lägesbild): how police and city see a district on a day; words `title` and `summary`."""

    district = models.ForeignKey(District, models.PROTECT, related_name="situations", verbose_name=_("district"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    published_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("situation picture")
        verbose_name_plural = _("situation pictures")
        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"situation picture {self.pk}"


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Reads of promises."""

    def published(self) -> Self:
        """Those anyone may read, the latest first."""
        return self.exclude(published_at=None).order_by("-starts_on", "-pk")

    def running(self) -> Self:
        """Published ones whose time it is."""
        today = timezone.localdate()
        return self.published().filter(starts_on__lte=today, ends_on__gte=today)


class Promise(Worded):
    """A promise to those who live in some districts, for a time; words `title`, `summary` and `why`.

    `starts_on` and `ends_on` are both included. `follows` is an earlier promise it goes on from.
    """

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    districts: "models.ManyToManyField[District, Any]" = models.ManyToManyField(
        District, related_name="promises", verbose_name=_("districts")
    )
    organisations: "models.ManyToManyField[Organisation, Any]" = models.ManyToManyField(
        Organisation, related_name="promises", verbose_name=_("who promises")
    )
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followed_by", verbose_name=_("goes on from")
    )
    situation = models.ForeignKey(
        Situation, models.SET_NULL, null=True, blank=True, related_name="promises", verbose_name=_("situation picture")
    )
    survey = models.ForeignKey(
        SurveyRound, models.SET_NULL, null=True, blank=True, related_name="promises", verbose_name=_("survey")
    )
    published_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ("-starts_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="promise_starts_before_it_ends")
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def why(self) -> Said:
        """Why this was promised."""
        return self.said("why")


class Amendment(Worded):
    """What a published promise said before it was changed; words as they were, districts and organisations by pk."""

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="amendments")
    at = models.DateTimeField(default=timezone.now)
    starts_on = models.DateField()
    ends_on = models.DateField()
    districts = models.JSONField(default=list)
    organisations = models.JSONField(default=list)
    why = models.CharField(_("why it is changed"), max_length=200)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"amendment {self.pk}"


class Commitment(Worded):
    """One thing promised, with how it is measured; words `text`.

    `target` is for all districts together; `CommitmentTarget` has those of each. A commitment taken away after the
    promise was published stays, as withdrawn with a reason in Swedish. `added_at` is when one came to a promise that
    was public already.
    """

    class Measure(models.TextChoices):
        """How it shows that it is kept."""

        WORDS = "words", _("not in numbers")
        COUNTED = "counted", _("counted by hand")
        MEETINGS = "meetings", _("information meetings held")
        WATCHES = "watches", _("buildings whose watch became active")
        CONTACTS = "contacts", _("contacts trained")

    COMPUTED = (Measure.MEETINGS, Measure.WATCHES, Measure.CONTACTS)

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="commitments")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    measure = models.CharField(_("how it is measured"), max_length=10, choices=Measure.choices, default=Measure.COUNTED)
    target = models.PositiveIntegerField(_("target"), null=True, blank=True, validators=[MinValueValidator(1)])
    deadline = models.DateField(_("done by"), null=True, blank=True)
    organisations: "models.ManyToManyField[Organisation, Any]" = models.ManyToManyField(
        Organisation, related_name="commitments", verbose_name=_("who does it")
    )
    added_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_why = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ("number", "pk")
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="commitment_number_once"),
            models.CheckConstraint(condition=Q(target=None) | Q(target__gt=0), name="commitment_target_above_zero"),
        ]

    def __str__(self) -> str:
        return f"commitment {self.pk}"

    @property
    def text(self) -> Said:
        """What is promised."""
        return self.said("text")

    @property
    def is_computed(self) -> bool:
        """Whether Trappan counts it from its own facts."""
        return self.measure in self.COMPUTED


class CommitmentTarget(models.Model):
    """What is to be reached in one district."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="targets")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    target = models.PositiveIntegerField(_("target"), validators=[MinValueValidator(1)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "district"], name="one_target_a_district"),
            models.CheckConstraint(condition=Q(target__gt=0), name="district_target_above_zero"),
        ]

    def __str__(self) -> str:
        return f"target {self.pk}"


class Correction(Worded):
    """What a published commitment said before it was changed; words `text`, as they were.

    `targets` are those of the districts by pk; `measure` is empty where it was not kept.
    """

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="corrections")
    at = models.DateTimeField(default=timezone.now)
    measure = models.CharField(max_length=10, choices=Commitment.Measure.choices, blank=True)
    target = models.PositiveIntegerField(null=True)
    targets = models.JSONField(default=dict)
    deadline = models.DateField(null=True)
    why = models.CharField(_("why it is changed"), max_length=200)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"correction {self.pk}"

    @property
    def text(self) -> Said:
        """What was promised before."""
        return self.said("text")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Reads of follow-ups."""

    def published(self, by: Any = None) -> Self:
        """Those anyone may read; with a day, those that were public at its end and had not been corrected by then."""
        if by is None:
            return self.exclude(published_at=None).filter(corrected_by=None)
        later = FollowUp.objects.filter(corrects=models.OuterRef("pk"), published_at__date__lte=by)
        return self.filter(~models.Exists(later), published_at__date__lte=by)


class FollowUp(models.Model):
    """Something done for a commitment on a day, or planned and cancelled (then `why` says why).

    `number` is how many it counts as. A published one is never changed: another `corrects` it and says why.
    """

    class Kind(models.TextChoices):
        """What it was."""

        PRESENCE = "presence", _("patrol or presence")
        EFFORT = "effort", _("operational effort")
        MEETING = "meeting", _("meeting")
        OTHER = "other", _("something else")

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="follow_ups")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, verbose_name=_("district"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    on = models.DateField(_("day"))
    kind = models.CharField(_("what it was"), max_length=10, choices=Kind.choices, default=Kind.PRESENCE)
    text = models.CharField(_("in a few words"), max_length=300, blank=True)
    where = models.CharField(_("where"), max_length=80, blank=True)
    number = models.PositiveIntegerField(_("how many"), default=1)
    evidence = models.URLField(_("link that shows it"), blank=True)
    is_cancelled = models.BooleanField(_("it was cancelled"), default=False)
    why = models.CharField(_("why"), max_length=200, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="corrected_by")
    recorded_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ("-on", "-pk")
        indexes = [models.Index(fields=["commitment", "on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(evidence="") | Q(evidence__startswith="https://"), name="follow_up_evidence_by_https"
            )
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk}"
