"""What a person may ask of us (a copy, erasure), and what time itself takes away."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DataExport(models.Model):
    """A person's copy of everything held about them. The file is sealed, and wiped when its time has passed."""

    class State(models.TextChoices):
        """Where the copy is."""

        WAITING = "waiting", _("being made")
        READY = "ready", _("ready")
        GONE = "gone", _("no longer kept")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    ready_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    sealed = models.BinaryField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="waiting"), name="one_copy_at_a_time")
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"


class Erasure(models.Model):
    """A person asked to be erased. When it is done the row holds a reference and counts, and nobody.

    `reference` is what the person keeps as a receipt; `removed` is how many rows of each table went.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="erasure")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    removed: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"erasure {self.reference}"


class RetentionRun(models.Model):
    """What one night's clean-up took away for one purpose: a number, for the operator to read.

    `failed` is the kind of failure when it could not run; it is then tried again every hour.
    """

    purpose = models.CharField(_("what"), max_length=40)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    removed = models.PositiveIntegerField(_("taken away"))
    failed = models.CharField(_("why it could not run"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("clean-up")
        verbose_name_plural = _("clean-ups")
        ordering = ("-at", "purpose")

    def __str__(self) -> str:
        return f"{self.purpose} {self.at:%Y-%m-%d}: {self.removed}"
