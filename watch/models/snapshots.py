"""Figures over time: how a district stood each night, and what happened there each day. Numbers only, no people."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Max, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from buildings.models import District, Organisation

Row = dict[str, Any]


def _number() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(default=0)


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Reads of snapshots."""

    def ends_of_months(self, since: date | None = None) -> list[Row]:
        """Each month's last night with its numbers summed over the owners, oldest first; two queries.

        A month without a night is left out: a line drawn over it would be a guess.
        """
        chosen = self.filter(day__gte=since) if since else self
        last = chosen.order_by().annotate(month=TruncMonth("day")).values("month").annotate(last=Max("day"))
        days = [row["last"] for row in last]
        nights: Any = chosen.filter(day__in=days).order_by("day").values("day")
        return list(nights.annotate(**{name: Sum(name) for name in Snapshot.STANDING}))

    def by_month(self, since: date | None = None) -> dict[date, Row]:
        """What the nights of each month counted as happened, by the month's first day; one query."""
        chosen = self.filter(day__gte=since) if since else self
        months: Any = chosen.order_by().annotate(month=TruncMonth("day")).values("month")
        return {row.pop("month"): row for row in months.annotate(**{name: Sum(name) for name in Snapshot.HAPPENED})}


class Snapshot(models.Model):
    """How one owner's buildings in a district stood at the end of a day; one row a district, owner and day.

    STANDING are numbers as they were that night: buildings by the state of their watch, standing stairwells, those
    with a contact at work, flats in the register, homes with somebody who has joined, people, contacts by stage.
    HAPPENED are numbers since the row before: contacts who began and who stopped, how many were trained, and the
    days from their applications to their training, added up. `languages` is how many people read in which language.
    Whoever hides from a threat is in none of the numbers.
    """

    STANDING = (
        "registered",
        "presented",
        "forming",
        "active",
        "dormant",
        "stairwells",
        "covered",
        "flats",
        "homes",
        "people",
        "contacts_applied",
        "contacts_confirmed",
        "contacts_trained",
        "contacts_active",
    )
    HAPPENED = ("began", "stopped", "trained", "training_days")

    day = models.DateField()
    district = models.ForeignKey(District, models.CASCADE, related_name="snapshots")
    owner = models.ForeignKey(Organisation, models.CASCADE, related_name="snapshots")
    registered = _number()
    presented = _number()
    forming = _number()
    active = _number()
    dormant = _number()
    stairwells = _number()
    covered = _number()
    flats = _number()
    homes = _number()
    people = _number()
    contacts_applied = _number()
    contacts_confirmed = _number()
    contacts_trained = _number()
    contacts_active = _number()
    began = _number()
    stopped = _number()
    trained = _number()
    training_days = _number()
    languages = models.JSONField(default=dict)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [models.UniqueConstraint(fields=["district", "owner", "day"], name="one_snapshot_a_night")]
        indexes = [models.Index(fields=["day"])]

    def __str__(self) -> str:
        return f"snapshot {self.pk}"


class DayCountQuerySet(models.QuerySet["DayCount"]):
    """Reads of what happened."""

    def by_month(self, since: date | None = None) -> dict[date, Row]:
        """Each month's numbers added up, by the month's first day; one query."""
        chosen = self.filter(day__gte=since) if since else self
        months: Any = chosen.order_by().annotate(month=TruncMonth("day")).values("month")
        return {row.pop("month"): row for row in months.annotate(**{name: Sum(name) for name in DayCount.NUMBERS})}

    def remember_trained(self, days: Iterable[tuple[int, date]]) -> None:
        """Keep that somebody was trained in these districts on these days, when whoever it was is erased."""
        for district, day in days:
            row, _is_new = self.get_or_create(district_id=district, day=day)
            self.filter(pk=row.pk).update(trained_erased=F("trained_erased") + 1)


class DayCount(models.Model):
    """What happened in a district on a day: meetings held and who came, notices and what became of them, views.

    A meeting counts on the day it was held, a notice's deliveries and boards on the day the notice left. The latest
    days are counted anew each night, because minutes and deliveries come later. `trained_erased` is how many were
    trained as contacts that day and have been erased since, so that what a promise counts does not shrink.
    """

    NUMBERS = ("meetings", "came", "notices", "reached", "failed", "boards", "boards_up", "voices")

    day = models.DateField()
    district = models.ForeignKey(District, models.CASCADE, related_name="day_counts")
    meetings = _number()
    came = _number()
    notices = _number()
    reached = _number()
    failed = _number()
    boards = _number()
    boards_up = _number()
    voices = _number()
    trained_erased = _number()

    objects = DayCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("what happened on a day")
        verbose_name_plural = _("what happened by day")
        constraints = [models.UniqueConstraint(fields=["district", "day"], name="one_day_count_a_day")]

    def __str__(self) -> str:
        return f"day count {self.pk}"
