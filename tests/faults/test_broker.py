"""The broker emptied, stopped, started; and more of everything than one."""

import time

import pytest

from tests.faults.reckoning import reckon

pytestmark = pytest.mark.servers

PEOPLE = 800
EVERYONE = {("sent", ""): PEOPLE}


@pytest.fixture
def town(town):
    town.settle(PEOPLE)
    return town


def test_emptied_in_the_middle(town):
    town.beat()
    town.worker()
    notice = town.send()
    for share in (8, 4, 2):
        town.wait_for_mails(PEOPLE // share)
        town.broker().flushall()
    assert town.state(notice) == "sending", "the broker was emptied too late to prove anything"
    town.wait_until_sent(notice)
    reckon(town, notice, expected=EVERYONE)


def test_stopped_in_the_middle_and_started_empty(town):
    town.beat()
    town.worker()
    first = town.send()
    town.wait_for_mails(PEOPLE // 8)
    town.stop_broker()
    assert town.state(first) == "sending", "the broker was stopped too late to prove anything"
    confirmed_without = town.send()
    time.sleep(3)
    town.start_broker()
    town.wait_until_sent(first)
    town.wait_until_sent(confirmed_without)
    reckon(town, first, confirmed_without, expected=EVERYONE)


@pytest.mark.long
def test_away_before_anything_else_is_started(town):
    town.stop_broker()
    town.beat()
    town.worker()
    notice = town.send()
    time.sleep(4)
    town.start_broker()
    town.wait_until_sent(notice)
    reckon(town, notice, expected=EVERYONE)


def test_two_beats_and_two_workers_race_for_every_batch(build, tmp_path):
    people = 400
    town = build(OUTBOX_BATCH="7")
    town.settle(people)
    town.worker(name="one")
    town.worker(name="two")
    town.beat()
    town.beat(RUN_DIR=str(tmp_path / "elsewhere"))
    notices = [town.send(), town.send()]
    for notice in notices:
        town.wait_until_sent(notice)
    reckon(town, *notices, expected={("sent", ""): people})
