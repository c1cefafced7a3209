"""Views, tips and ideas (synpunkter) to a district's named officer, from anybody, without a name."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buildings.models import District, Organisation


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Reads of suggestions."""

    def waiting(self) -> Self:
        """Those nobody has answered yet, the longest waiting first."""
        return self.filter(state=Suggestion.State.NEW).order_by("received_at", "pk")

    def late(self) -> Self:
        """Waiting ones that should have been answered by now."""
        return self.waiting().filter(due_on__lt=timezone.localdate())


class Suggestion(models.Model):
    """What somebody wrote: `new -> answered`, `thanked` or `passed_on`.

    `sealed` holds the words, and the address if one was given; the district's named officer reads the words and nobody
    reads the address. Who gave none comes back with a code, of which only a keyed fingerprint is kept. When the time
    in settings.RETENTION is over both are emptied and the row stays as a number.
    """

    class State(models.TextChoices):
        """What became of it."""

        NEW = "new", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        THANKED = "thanked", _("thanked for")
        PASSED_ON = "passed_on", _("passed on")

    district = models.ForeignKey(District, models.PROTECT, related_name="suggestions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    language = models.CharField(max_length=5)
    received_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    sealed = models.BinaryField(null=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    answer = models.TextField(blank=True)
    passed_to = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="suggestions")
    passed_words = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ("-received_at", "-pk")
        indexes = [models.Index(fields=["district", "state", "received_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~models.Q(fingerprint=""), name="one_suggestion_a_code"
            )
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"

    @property
    def is_late(self) -> bool:
        """Whether it should have been answered by now."""
        return self.state == self.State.NEW and self.due_on < timezone.localdate()

    @property
    def days(self) -> int:
        """For how many days it has waited."""
        return (timezone.localdate() - timezone.localdate(self.received_at)).days
