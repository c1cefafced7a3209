"""Quiet hours and the hour of the daily mail, as moments on the clock on the wall (settings.TIME_ZONE).

Where summer time makes the wall clock unsure, silence wins: quiet hours begin at the first of two equal times and
end at the last, and a time that is skipped counts as the moment the clock jumps past it.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

A_DAY = timedelta(days=1)
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_HOURS = re.compile(rf"{_CLOCK}-{_CLOCK}")
NONE = (time(0), time(0))


def read_hours(typed: str) -> tuple[time, time]:
    """The two times in "21:00-08:00"; an empty text is two equal times, no quiet hours. Raises ValueError."""
    if not typed.strip():
        return NONE
    found = _HOURS.fullmatch(typed.strip())
    if found is None:
        raise ValueError("Not two times with a hyphen between.")
    hour, minute, until_hour, until_minute = map(int, found.groups())
    return time(hour, minute), time(until_hour, until_minute)


def quiet_until(now: datetime, start: time, end: time) -> datetime | None:
    """When the quiet hours that `now` lies in end; None outside them. Equal times are no quiet hours at all."""
    if start == end:
        return None
    today = timezone.localdate(now)
    for day in (today - A_DAY, today):
        begins = _moment(day, start, fold=0)
        ends = _moment(day if start < end else day + A_DAY, end, fold=1)
        if begins <= now < ends:
            # A night with an hour too many can run into the next quiet hours.
            return quiet_until(ends, start, end) or ends
    return None


def next_time(now: datetime, at: time) -> datetime:
    """The next moment after `now` when the wall clock shows `at`; exactly one a day."""
    today = timezone.localdate(now)
    moments = (_moment(today + day * A_DAY, at, fold=0) for day in range(3))
    return next(moment for moment in moments if moment > now)


def _moment(day: date, at: time, *, fold: int) -> datetime:
    here = timezone.get_default_timezone()
    wall = datetime.combine(day, at.replace(tzinfo=here, fold=fold))
    moment = wall.astimezone(UTC)
    if moment.astimezone(here).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    # Clocks in Europe jump on the full hour, 01:00 UTC (directive 2000/84/EC), and skip less than what follows it.
    return wall.replace(fold=0).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
