"""Beat asks as often after the clock was set back as before."""

from datetime import timedelta

import pytest
import time_machine
from celery import Celery
from celery.schedules import schedule

from watch import beat


@pytest.fixture
def clock(monkeypatch):
    """Moves wall and monotonic time on together; `set_back` moves the wall alone."""
    with time_machine.travel("2026-11-25 10:00:00+00:00", tick=False) as wall:

        class Clock:
            monotonic = 1000.0

            def pass_seconds(self, seconds):
                self.monotonic += seconds
                wall.shift(seconds)

            def set_back(self, seconds):
                wall.shift(-seconds)

        moved = Clock()
        monkeypatch.setattr(beat.time, "monotonic", lambda: moved.monotonic)
        yield moved


@pytest.fixture
def asked(clock, monkeypatch):
    """The tasks beat asks for in so many seconds."""
    app = Celery("test")
    app.conf.update(timezone="Europe/Stockholm", enable_utc=True)
    entries = {
        name: {"task": name, "schedule": schedule(timedelta(seconds=n))} for name, n in (("two", 2), ("nine", 9))
    }
    app.conf.beat_schedule = entries
    steady = beat.SteadyScheduler(app, lazy=False)
    steady.update_from_dict(entries)
    sent = []
    monkeypatch.setattr(steady, "apply_entry", lambda entry, producer=None: sent.append(entry.name))
    monkeypatch.setattr(beat.SteadyScheduler, "producer", None)

    def during(seconds):
        sent.clear()
        for _ in range(seconds * 2):
            while steady.tick() == 0:
                pass
            clock.pass_seconds(0.5)
        return sorted(sent)

    return during


def test_an_hour_back_silences_nobody(asked, clock):
    before = asked(20)
    assert before.count("two") >= 9
    assert before.count("nine") >= 2
    clock.set_back(3600)
    after = asked(20)
    assert after.count("two") in range(9, 12)
    assert after.count("nine") in range(2, 4)


def test_an_hour_forward_asks_once_more_and_no_oftener(asked, clock):
    asked(20)
    clock.set_back(-3600)
    assert asked(20).count("two") in range(9, 13)
