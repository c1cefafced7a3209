"""The clock set back an hour while notices are under way: nobody waits that hour."""

import os
from pathlib import Path

import pytest

from tests.environment import missing
from tests.faults.reckoning import reckon
from tests.faults.test_killed_workers import Deaths

pytestmark = pytest.mark.servers

PEOPLE = 300


class Clock:
    """The clock of a town's processes; monotonic time runs on as it does on a real machine."""

    def __init__(self, folder: Path, library: Path):
        self._file = folder / "clock"
        self._file.write_text("+0\n")
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set_back_an_hour(self):
        part = self._file.with_suffix(".part")
        part.write_text("-1h\n")
        os.replace(part, self._file)


@pytest.fixture
def clock(tmp_path):
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        missing("libfaketime is not installed")
    return Clock(tmp_path, found[0])


@pytest.fixture
def town(build, clock):
    town = build(pause=0.01, OUTBOX_BATCH="50", TAKE_BACK_SECONDS="2", **clock.environment)
    town.settle(PEOPLE)
    return town


def test_in_the_middle_of_one_notice_and_in_the_take_back_window_of_another(town, clock):
    town.beat()
    worker = town.worker()
    under_way = town.send()
    town.wait_for_mails(PEOPLE // 4)
    assert town.state(under_way) == "sending"
    worker.freeze()
    confirmed = town.send()
    clock.set_back_an_hour()
    worker.thaw()
    town.wait_until_sent(under_way)
    town.wait_until_sent(confirmed)
    reckon(town, under_way, confirmed, expected={("sent", ""): PEOPLE})


@pytest.mark.long
def test_after_a_worker_died_with_mails_in_hand(town, clock):
    town.beat()
    worker = town.worker()
    notice = town.send()
    deaths = Deaths(town)
    town.wait_for_mails(PEOPLE // 4)
    deaths.kill_with_unbooked_mails(worker)
    clock.set_back_an_hour()
    town.worker()
    town.wait_until_sent(notice)
    reckon(town, notice, expected={("sent", ""): PEOPLE}, again=deaths.in_flight)
