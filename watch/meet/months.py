"""A month as people see it on a wall: weeks from Monday, each day with its meetings."""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

from django.utils import timezone

from watch.models import Meeting


@dataclass(frozen=True)
class Day:
    """A day in the month's table; days of the months around it fill its first and last week."""

    date: date
    is_outside: bool
    is_today: bool
    meetings: list[Meeting] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """One month of a year, in settings.TIME_ZONE."""

    year: int
    month: int

    @classmethod
    def read(cls, typed: str) -> Self:
        """The month in `2026-12`; this month when it is none."""
        try:
            found = date.fromisoformat(f"{typed}-01")
        except ValueError:
            found = timezone.localdate()
        return cls(found.year, found.month)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def before(self) -> date:
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        """The first day of the month after."""
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def begins(self) -> datetime:
        """Midnight before its first day."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """Midnight after its last day."""
        return _midnight(self.after)

    def weeks(self, meetings: Iterable[Meeting]) -> list[list[Day]]:
        """Its weeks with the meetings on their days."""
        by_day: dict[date, list[Meeting]] = defaultdict(list)
        for meeting in meetings:
            by_day[timezone.localdate(meeting.starts_at)].append(meeting)
        today = timezone.localdate()
        weeks = calendar.Calendar().monthdatescalendar(self.year, self.month)
        return [[Day(day, day.month != self.month, day == today, by_day[day]) for day in week] for week in weeks]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware at once
