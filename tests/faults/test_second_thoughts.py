"""A consent withdrawn or a notice called off before the batch was claimed: not sent."""

import pytest

from tests.faults.processes import wait_until
from tests.faults.reckoning import outcome, reckon

pytestmark = pytest.mark.servers

PEOPLE = 300


@pytest.fixture
def town(build):
    town = build(pause=0.01, OUTBOX_BATCH="50", TAKE_BACK_SECONDS="2")
    town.settle(PEOPLE)
    return town


def stop_in_the_middle(town, worker):
    """Freeze the worker with a part of the notice sent; the deliveries it has not claimed yet."""
    town.wait_for_mails(80)
    worker.freeze()
    unclaimed = {pk for (pk,) in town.ask("SELECT id FROM notifications_delivery WHERE state = 'queued'")}
    assert 50 < len(unclaimed) < PEOPLE
    return unclaimed


def test_a_consent_withdrawn_in_the_middle(town):
    town.beat()
    worker = town.worker()
    notice = town.send()
    unclaimed = sorted(stop_in_the_middle(town, worker))[::3]
    endpoints = town.ask("SELECT endpoint_id FROM notifications_delivery WHERE id = ANY(%s)", unclaimed)
    town.people("withdraw", endpoints=[pk for (pk,) in endpoints])
    worker.thaw()
    town.wait_until_sent(notice)
    gone = len(unclaimed)
    reckon(town, notice, expected={("sent", ""): PEOPLE - gone, ("skipped", "unsubscribed"): gone})
    assert not town.mails().keys() & set(unclaimed)


def test_a_notice_called_off_in_the_middle(town):
    town.beat()
    worker = town.worker()
    notice = town.send()
    unclaimed = stop_in_the_middle(town, worker)
    town.ask("UPDATE notifications_notice SET state = 'cancelled' WHERE id = %s RETURNING id", notice)
    worker.thaw()
    settled = "SELECT 1 FROM notifications_delivery WHERE state IN ('queued', 'sending', 'retry')"
    wait_until(lambda: not town.ask(settled), 60, "every row is settled")
    claimed = PEOPLE - len(unclaimed)
    assert outcome(town, notice) == {("sent", ""): claimed, ("skipped", "cancelled"): len(unclaimed)}
    assert not town.mails().keys() & unclaimed
    assert town.state(notice) == "cancelled"


def test_a_notice_taken_back_while_workers_wait_for_it(town):
    town.beat()
    town.worker()
    taken_back = town.send_and_take_back()
    other = town.send()
    town.wait_until_sent(other)
    assert outcome(town, taken_back) == {}
    assert outcome(town, other) == {("sent", ""): PEOPLE}
    assert town.mails().total() == PEOPLE
