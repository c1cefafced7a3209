"""Workers killed while a meeting's invitation and the word of its new time are under way."""

import pytest

from tests.faults.processes import wait_until
from tests.faults.reckoning import reckon
from tests.faults.test_killed_workers import Deaths
from tests.faults.town import run

pytestmark = pytest.mark.servers

PEOPLE = 300
ALL_SENT = {("sent", ""): PEOPLE}


@pytest.fixture
def town(build):
    town = build(pause=0.004, OUTBOX_BATCH="50")
    town.settle(PEOPLE)
    town.beat()
    return town


def do(town, deed):
    return int(run(town.environment, "tests.faults.meeting", deed).splitlines()[-1])


def send_with_a_death(town, deaths, worker, deed):
    """Kill the worker with mails of this notice in hand; the notice, and the worker that sent the rest."""
    arrived = town.mails().total()
    notice = do(town, deed)
    town.wait_for_mails(arrived + 60)
    deaths.kill_with_unbooked_mails(worker)
    assert town.state(notice) == "sending", "the kill came too late to prove anything"
    worker = town.worker()
    town.wait_until_sent(notice)
    return notice, worker


def reminders(town):
    return town.one("SELECT count(*) FROM watch_telling WHERE what = 'reminder'")


def test_everyone_is_told_once_of_each_step(town):
    deaths = Deaths(town)
    invitation, worker = send_with_a_death(town, deaths, town.worker(), "invite")
    change, _ = send_with_a_death(town, deaths, worker, "move")
    assert deaths.in_flight, "the kills came at no bad moment"
    reminder = do(town, "remind")
    town.wait_until_sent(reminder)
    assert do(town, "remind") == reminder
    assert reminders(town) == 1
    cancellation = do(town, "cancel")
    town.wait_until_sent(cancellation)
    assert do(town, "remind") == cancellation
    notices = {invitation, change, reminder, cancellation}
    assert len(notices) == 4
    assert reminders(town) == 1
    open_rows = "SELECT 1 FROM notifications_delivery WHERE state IN ('queued', 'sending', 'retry')"
    wait_until(lambda: not town.ask(open_rows), 30, "every row is settled")
    reckon(town, *notices, expected=ALL_SENT, again=deaths.in_flight)
    assert town.one("SELECT count(*) FROM notifications_delivery") == len(notices) * PEOPLE
