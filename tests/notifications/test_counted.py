"""Counts that are slow are kept a while; quick ones never."""

import pytest
import time_machine

from notifications import counted


@pytest.fixture
def clock(monkeypatch, cache_on_our_clock):
    """Seconds a count takes, as `monotonic` tells them."""
    times = {"now": 0.0}
    monkeypatch.setattr(counted, "monotonic", lambda: times["now"])
    return times


def counter(clock, seconds):
    calls = []

    def count():
        clock["now"] += seconds
        calls.append(1)
        return len(calls)

    return count


def test_a_quick_count_is_always_fresh(clock):
    count = counter(clock, 0.01)
    assert [counted.counted("x", count) for _time in range(3)] == [1, 2, 3]


def test_a_slow_count_is_kept_ten_times_as_long_as_it_took(clock):
    count = counter(clock, 2.0)
    with time_machine.travel("2026-11-25 12:00:00Z", tick=False) as now:
        assert counted.counted("x", count) == 1
        now.shift(19)
        assert counted.counted("x", count) == 1
        now.shift(2)
        assert counted.counted("x", count) == 2


def test_a_clock_set_back_keeps_nothing_for_an_hour(clock):
    count = counter(clock, 2.0)
    with time_machine.travel("2026-11-25 12:00:00Z", tick=False):
        counted.counted("x", count)
    with time_machine.travel("2026-11-25 11:55:00Z", tick=False):
        assert counted.counted("x", count) == 2


def test_while_one_counts_the_others_get_the_last_figures(clock):
    count = counter(clock, 2.0)
    with time_machine.travel("2026-11-25 12:00:00Z", tick=False) as now:
        counted.counted("x", count)
        now.shift(30)
        inner = []

        def slow():
            inner.append(counted.counted("x", count))
            return count()

        assert counted.counted("x", slow) == 2
        assert inner == [1]


def test_with_the_cache_away_it_is_counted(clock, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    assert counted.counted("x", counter(clock, 2.0)) == 1
