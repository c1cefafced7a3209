"""Signs (skyltar): asked for, allowed by the owner, ordered, put up, and taken down when a watch falls asleep."""

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Organisation, Stairwell


class SignOrderQuerySet(models.QuerySet["SignOrder"]):
    """Reads of orders."""

    def open(self) -> Self:
        """Orders that are still on their way, the oldest first."""
        return self.filter(state__in=SignOrder.OPEN).order_by("asked_at", "pk")

    def allowed(self) -> Self:
        """Orders to which whoever owns the building now has said yes; a yes ends when the house is sold."""
        return self.filter(state=SignOrder.State.APPROVED, answered_by=F("building__owner"))


class SignOrder(models.Model):
    """Signs and stickers for one building: `asked -> approved -> ordered -> delivered`, or `refused`, `cancelled`.

    Police or city ask, only for an active watch; the owner of the house says yes (`answered_by`) before anything is
    ordered. A yes holds as long as its giver owns the house: a new owner is asked anew, also about what hangs. There is
    no stock, so never more signs than the district allows for the building's stairwells.
    """

    class State(models.TextChoices):
        """Where on its way an order is."""

        ASKED = "asked", _("waits for the owner")
        APPROVED = "approved", _("allowed by the owner")
        REFUSED = "refused", _("not allowed by the owner")
        ORDERED = "ordered", _("ordered")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("taken back")

    OPEN = (State.ASKED, State.APPROVED, State.ORDERED)
    # States that rest on an owner's yes.
    ALLOWED = (State.APPROVED, State.ORDERED, State.DELIVERED)

    building = models.ForeignKey(Building, models.PROTECT, related_name="sign_orders")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    signs = models.PositiveSmallIntegerField(_("signs"))
    stickers = models.PositiveSmallIntegerField(_("stickers"), validators=[MaxValueValidator(2000)])
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    ordered_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    objects = SignOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order of signs")
        verbose_name_plural = _("orders of signs")
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["building"], condition=Q(state__in=("asked", "approved", "ordered")), name="one_open_sign_order"
            ),
            models.CheckConstraint(condition=Q(signs__gt=0) | Q(stickers__gt=0), name="sign_order_of_something"),
        ]

    def __str__(self) -> str:
        return f"order of signs {self.pk}"

    @property
    def has_owners_yes(self) -> bool:
        """Whether whoever owns the house now has said yes, and not taken it back. Wants the building loaded."""
        return self.state in self.ALLOWED and self.answered_by_id == self.building.owner_id

    @property
    def is_allowed(self) -> bool:
        """Whether it may be ordered: the present owner has said yes. Wants the building loaded."""
        return self.state == self.State.APPROVED and self.has_owners_yes

    @property
    def waits_for_owner(self) -> bool:
        """Whether the owner is to answer: nobody has, or the house was sold since. Wants the building loaded."""
        return self.state == self.State.ASKED or (self.state in self.ALLOWED and not self.has_owners_yes)


class SignQuerySet(models.QuerySet["Sign"]):
    """Reads of signs."""

    def hanging(self) -> Self:
        """Signs on a wall, damaged ones among them."""
        return self.filter(state__in=Sign.HANGING)

    def damaged(self) -> Self:
        """Signs that should be replaced at once, the oldest damage first."""
        return self.filter(state=Sign.State.DAMAGED).order_by("changed_at", "pk")


class Sign(models.Model):
    """One sign on a building: `up -> damaged -> replaced`, or taken down: `retiring -> retired`.

    It is replaced when another is put up in its place. It is to be taken down (`retiring`) when the watch falls asleep,
    its stairwell or building closes, or a new owner says no; somebody says when it is. `stairwell` is the entrance it
    hangs at, `place` where there.
    """

    class State(models.TextChoices):
        """How it fares."""

        UP = "up", _("put up")
        DAMAGED = "damaged", _("damaged")
        REPLACED = "replaced", _("replaced")
        RETIRING = "retiring", _("to be taken down")
        RETIRED = "retired", _("taken down")

    HANGING = (State.UP, State.DAMAGED, State.RETIRING)
    # Signs that hang and are meant to.
    WANTED = (State.UP, State.DAMAGED)

    building = models.ForeignKey(Building, models.PROTECT, related_name="signs")
    order = models.ForeignKey(SignOrder, models.PROTECT, related_name="put_up")
    stairwell = models.ForeignKey(
        Stairwell, models.PROTECT, null=True, related_name="signs", verbose_name=_("stairwell")
    )
    place = models.CharField(_("where it hangs"), max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UP)
    put_up_on = models.DateField(_("put up on"))
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")

    objects = SignQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign")
        verbose_name_plural = _("signs")
        ordering = ("put_up_on", "pk")
        indexes = [models.Index(fields=["state"], name="sign_state")]

    def __str__(self) -> str:
        return f"sign {self.pk}"

    @property
    def where(self) -> str:
        """The stairwell and the place in one line. Wants the stairwell loaded."""
        return ", ".join(filter(None, (self.stairwell.name if self.stairwell else "", self.place)))


class SignStep(models.Model):
    """A step of an order or of one sign: to which state, when, and which organisation said so. Never changed.

    `organisation` is empty for what Trappan did, as when a building was closed.
    """

    order = models.ForeignKey(SignOrder, models.CASCADE, null=True, related_name="steps")
    sign = models.ForeignKey(Sign, models.CASCADE, null=True, related_name="steps")
    state = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(order__isnull=False, sign__isnull=True) | Q(order__isnull=True, sign__isnull=False),
                name="sign_step_of_an_order_or_a_sign",
            )
        ]

    def __str__(self) -> str:
        return f"step of signs {self.pk}"

    @property
    def label(self) -> str:
        """The state in the reader's language."""
        states = SignOrder.State if self.order_id else Sign.State
        return str(states(self.state).label)
