"""Workers killed while a notice is under way."""

import os
import random
import time
from collections import Counter

import pytest

from tests.faults.processes import wait_until
from tests.faults.reckoning import reckon

pytestmark = pytest.mark.servers

# `make test-faults` kills twenty times; FAULT_SEED repeats a run.
KILLS = 20 if os.environ.get("ALL_FAULTS") else 2
PEOPLE = 2_000 if os.environ.get("ALL_FAULTS") else 800
SEED = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(1_000_000))


class Deaths:
    """Kills a worker again and again and remembers what each had in hand."""

    def __init__(self, town):
        self.town = town
        self.in_flight: Counter[int] = Counter()
        self._seen: set[tuple] = set()

    def kill(self, worker):
        self.town.kill(worker)
        held = set(self.town.ask("SELECT id, claim FROM notifications_delivery WHERE state = 'sending'"))
        self.in_flight.update(pk for pk, _ in held - self._seen)
        self._seen |= held

    def kill_with_unbooked_mails(self, worker):
        """Kill it when the mail server has taken mails that the books do not know of yet."""

        def has_unbooked_mails():
            worker.freeze()
            if self.town.mails().keys() & self.town.in_hand():
                return True
            worker.thaw()
            return False

        wait_until(has_unbooked_mails, 30, "the worker is in the middle of a batch")
        self.kill(worker)


def test_at_the_worst_moment_and_then_at_random_ones(build):
    print(f"FAULT_SEED={SEED}")  # noqa: T201 - pytest shows it when the test fails
    chance = random.Random(SEED)
    town = build(pause=0.004)
    town.settle(PEOPLE)
    town.beat()
    worker = town.worker()
    notice = town.send()
    deaths = Deaths(town)
    town.wait_for_mails(1)
    deaths.kill_with_unbooked_mails(worker)
    assert deaths.in_flight, "the kill came at no bad moment"
    for _ in range(KILLS):
        worker = town.worker()
        arrived = town.mails().total()
        town.wait_for_mails(arrived + chance.randrange(1, PEOPLE // 2 // KILLS))
        time.sleep(chance.uniform(0, 0.3))
        deaths.kill(worker)
    assert town.state(notice) == "sending", "the kills came too late to prove anything"
    town.worker()
    town.wait_until_sent(notice)
    reckon(town, notice, expected={("sent", ""): PEOPLE}, again=deaths.in_flight)
    assert town.mails().total() > PEOPLE, "no mail was in flight at any kill"
