"""A building's neighbourhood watch: how far it has come, and every step on the way."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, District, Organisation


class TrackingRules(models.Model):
    """What a district asks of its watches; one without a row goes by the defaults.

    No minimum is set nationally (Samverkan mot brott), so each threshold is the district's own.
    """

    district = models.OneToOneField(District, models.CASCADE, related_name="tracking_rules", verbose_name=_("district"))
    covered_share = models.PositiveSmallIntegerField(
        _("stairwells with a trained contact, per cent"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("So many of a building's stairwells must have a trained contact before its watch is active."),
    )
    dormant_after_months = models.PositiveSmallIntegerField(
        _("months without a meeting"),
        default=13,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("After so many months without a meeting the watch is proposed as dormant."),
    )
    signs_a_stairwell = models.PositiveSmallIntegerField(
        _("signs a stairwell"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("Houses with a door to the street and one to the yard may need two. Nothing is kept in stock."),
    )
    answer_within_days = models.PositiveSmallIntegerField(
        _("days to answer an idea"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Views and ideas to the district's officer should be answered within so many days."),
    )

    class Meta:
        verbose_name = _("rules for watches")
        verbose_name_plural = _("rules for watches")
        ordering = ("district__name",)

    def __str__(self) -> str:
        return str(self.district)


class WatchQuerySet(models.QuerySet["Watch"]):
    """Reads of watches."""

    def active(self) -> Self:
        """Watches at work."""
        return self.filter(state=Watch.State.ACTIVE)

    def unseen_since(self, moment: Any) -> Self:
        """Active watches the nightly look has not looked at since this moment."""
        return self.active().filter(Q(looked_at=None) | Q(looked_at__lt=moment))

    def proposed_dormant(self) -> Self:
        """Active watches the nightly look found asleep, until somebody decides."""
        return self.active().exclude(dormant_proposed_at=None)


class Watch(models.Model):
    """One building's watch: `registered -> presented -> forming -> active -> dormant -> active | closed`.

    A building without a row is `registered`; `state_of` reads either. What must be true before a step stands in
    `watch.track.states`. `known_before` says that the building had a watch before it was registered here, so it
    started as dormant. `dormant_proposed_at` is when the nightly look found no meeting for too long or no contact
    left; nothing falls asleep without somebody's press. `version` grows with every step, so that of two who press
    at once one wins.
    """

    class State(models.TextChoices):
        """How far a building has come."""

        REGISTERED = "registered", _("registered")
        PRESENTED = "presented", _("presented")
        FORMING = "forming", _("forming")
        ACTIVE = "active", _("active")
        DORMANT = "dormant", _("dormant")
        CLOSED = "closed", _("closed")

    building = models.OneToOneField(Building, models.CASCADE, related_name="watch", verbose_name=_("building"))
    state = models.CharField(max_length=12, choices=State.choices, default=State.REGISTERED)
    since = models.DateTimeField(default=timezone.now)
    known_before = models.BooleanField(_("had a watch before"), default=False)
    dormant_proposed_at = models.DateTimeField(null=True, editable=False)
    looked_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        indexes = [models.Index(fields=["state"], name="watch_state")]

    def __str__(self) -> str:
        return f"watch of building {self.building_id}"


class WatchStepQuerySet(models.QuerySet["WatchStep"]):
    """Reads of steps."""

    def reaching_active(self, districts: Any, start: Any, end: Any) -> Self:
        """Steps to active between two days, both included, of buildings in these districts.

        Each building counts once, however often it fell asleep and woke: the first such step in the period.
        """
        reached = self.filter(state=Watch.State.ACTIVE, at__date__gte=start, at__date__lte=end)
        earlier = reached.filter(watch=OuterRef("watch")).filter(
            Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk"))
        )
        return reached.filter(~Exists(earlier), watch__building__district__in=districts)


class WatchStep(models.Model):
    """One step of a watch: to which state, when, by whom and why. The history is never rewritten.

    `by` is who pressed and is shown to nobody; `organisation` is shown. Both are empty when the software carried out
    what the register or a night's look had found. `facts` is what was counted then, such as
    `{"stairwells": 4, "trained": 2}`.
    """

    class Why(models.TextChoices):
        """What the step rests on."""

        MEETING = "meeting", _("a meeting was held")
        DOORS = "doors", _("neighbours were told at their doors")
        CONTACT = "contact", _("a contact has come forward")
        STARTED = "started", _("contacts are trained and the start-up meeting was held")
        RESUMED = "resumed", _("contacts and meetings are there again")
        NO_MEETING = "no_meeting", _("no meeting for a long time")
        NO_CONTACT = "no_contact", _("no contact is left")
        BEFORE = "before", _("there was a watch before")
        CLOSED = "closed", _("the building was closed")
        OTHER = "other", _("another reason")

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="steps")
    before = models.CharField(max_length=12, choices=Watch.State.choices)
    state = models.CharField(max_length=12, choices=Watch.State.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=12, choices=Why.choices)
    note = models.CharField(_("a word on it"), max_length=200, blank=True)
    facts = models.JSONField(default=dict)

    objects = WatchStepQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["state", "at"], name="watch_step_reached")]

    def __str__(self) -> str:
        return f"step {self.pk}"


def state_of(building: Building) -> str:
    """The state of a building's watch; `registered` where there is none. Wants `watch` loaded beside the building."""
    watch = getattr(building, "watch", None)
    return watch.state if watch else Watch.State.REGISTERED
