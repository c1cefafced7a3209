"""Signs (skyltar): asked for, allowed by the owner, ordered, put up, and taken down when a watch falls asleep."""

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import Building, Organisation


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
    ordered. There is no stock, so never more signs than the building has stairwells.
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
    def is_allowed(self) -> bool:
        """Whether it may be ordered: the present owner has said yes. Wants the building loaded."""
        return self.state == self.State.APPROVED and self.answered_by_id == self.building.owner_id


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

    It is to be taken down (`retiring`) when the watch falls asleep or the building closes; somebody says when it is.
    """

    class State(models.TextChoices):
        """How it fares."""

        UP = "up", _("put up")
        DAMAGED = "damaged", _("damaged")
        REPLACED = "replaced", _("replaced")
        RETIRING = "retiring", _("to be taken down")
        RETIRED = "retired", _("taken down")

    HANGING = (State.UP, State.DAMAGED, State.RETIRING)

    building = models.ForeignKey(Building, models.PROTECT, related_name="signs")
    order = models.ForeignKey(SignOrder, models.PROTECT, related_name="put_up")
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
