"""When quiet hours hold and when the daily mail comes, on every day of the year and those with 23 or 25 hours."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.rhythm import next_time, quiet_until, read_hours

HERE = ZoneInfo("Europe/Stockholm")
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
EVENING, MORNING = time(21), time(8)

around_a_change = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from([SPRING, AUTUMN]),
    st.integers(-36 * 60, 36 * 60),
)
any_day = st.builds(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), st.integers(0, 525600)
)
moments = st.one_of(around_a_change, any_day)
times = st.one_of(
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.builds(time, st.integers(1, 3), st.sampled_from([0, 1, 15, 30, 59])),
)


def wall(moment):
    return moment.astimezone(HERE).time()


def shows_quiet(moment, start, end):
    """What somebody who looks at the clock on the wall would say."""
    shown = wall(moment)
    return start <= shown < end if start < end else shown >= start or shown < end


def local(*parts, fold=0):
    """In UTC: Python calls no two times equal across zones when the clock shows them twice."""
    return datetime(*parts, tzinfo=HERE, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (local(2026, 11, 24, 20, 59, 59), None),
        (local(2026, 11, 24, 21), local(2026, 11, 25, 8)),
        (local(2026, 11, 24, 23, 30), local(2026, 11, 25, 8)),
        (local(2026, 11, 25, 0), local(2026, 11, 25, 8)),
        (local(2026, 11, 25, 7, 59, 59), local(2026, 11, 25, 8)),
        (local(2026, 11, 25, 8), None),
        (local(2026, 12, 31, 22), local(2027, 1, 1, 8)),
        (local(2026, 3, 28, 22), local(2026, 3, 29, 8)),
        (local(2026, 10, 24, 22), local(2026, 10, 25, 8)),
    ],
)
def test_the_usual_night_is_from_nine_to_eight(now, until):
    assert quiet_until(now, EVENING, MORNING) == until


def test_the_night_to_summer_time_is_an_hour_shorter_and_back_an_hour_longer():
    for evening, hours in ((local(2026, 3, 28, 21), 10), (local(2026, 10, 24, 21), 12), (local(2026, 6, 1, 21), 11)):
        assert quiet_until(evening, EVENING, MORNING) - evening == timedelta(hours=hours)


def test_a_time_that_is_skipped_counts_when_the_clock_jumps_past_it():
    assert quiet_until(local(2026, 3, 29, 1), EVENING, time(2, 30)) == local(2026, 3, 29, 3)
    assert quiet_until(local(2026, 3, 29, 3), time(2, 30), MORNING) == local(2026, 3, 29, 8)
    assert next_time(local(2026, 3, 29, 1), time(2, 30)) == local(2026, 3, 29, 3)


def test_of_two_equal_times_quiet_hours_end_at_the_last_and_the_mail_comes_at_the_first():
    assert quiet_until(local(2026, 10, 25, 1), EVENING, time(2, 30)) == local(2026, 10, 25, 2, 30, fold=1)
    assert next_time(local(2026, 10, 25, 1), time(2, 30)) == local(2026, 10, 25, 2, 30)
    assert next_time(local(2026, 10, 25, 2, 30), time(2, 30)) == local(2026, 10, 26, 2, 30)


@given(now=moments, start=times, end=times)
@example(now=AUTUMN, start=time(2, 30), end=time(2, 15))
def test_nothing_leaves_while_the_clock_shows_a_quiet_time_and_everything_soon_after(now, start, end):
    until = quiet_until(now, start, end)
    if start == end:
        assert until is None
    elif until is None:
        assert not shows_quiet(now, start, end)
    else:
        assert now < until <= now + timedelta(days=2, hours=1)
        assert quiet_until(until, start, end) is None, "what was held would be held again"
        assert not shows_quiet(until, start, end)
        assert quiet_until(until - timedelta(microseconds=1), start, end) == until
        assert quiet_until(now + (until - now) / 2, start, end) == until


@given(now=moments, at=times)
def test_the_daily_mail_comes_once_every_day(now, at):
    first = next_time(now, at)
    assert now < first
    second = next_time(first, at)
    assert second.astimezone(HERE).date() - first.astimezone(HERE).date() == timedelta(days=1)
    assert first - now <= timedelta(hours=25)
    skipped = first.astimezone(HERE).date() == SPRING.date() and time(2) <= at < time(3)
    assert wall(first) == (time(3) if skipped else at)
    assert next_time(first - timedelta(microseconds=1), at) == first


@given(now=moments, start=times, end=times)
def test_the_clock_of_the_machine_is_read_the_same(now, start, end):
    with time_machine.travel(now, tick=False):
        assert quiet_until(timezone.now(), start, end) == quiet_until(now.astimezone(HERE), start, end)


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("21:00-08:00", (time(21), time(8))),
        (" 00:30-23:59 ", (time(0, 30), time(23, 59))),
        ("", (time(0), time(0))),
    ],
)
def test_hours_are_read_from_a_setting(typed, hours):
    assert read_hours(typed) == hours


@pytest.mark.parametrize("typed", ["21-08", "21:00", "24:00-08:00", "21:00-08:60", "21:00 08:00", "none", "9:00-10:00"])
def test_hours_that_are_none_are_refused(typed):
    with pytest.raises(ValueError, match="two times"):
        read_hours(typed)
