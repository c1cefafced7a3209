"""What may break while a notice is under way, and costs nobody their notice."""

import pytest

from tests.faults.town import BATCH

pytestmark = pytest.mark.servers

PEOPLE = 2_000


def everyone_got_it(town, notice, in_flight):
    """Every recipient one row, every row sent, every mail at the server, at most what was in flight twice."""
    rows = town.ask(
        "SELECT state, count(*), count(DISTINCT endpoint_id) FROM notifications_delivery "
        f"WHERE notice_id = {notice} GROUP BY state"
    )
    assert rows == [("sent", PEOPLE, PEOPLE)]
    mails = town.mails()
    assert len(mails) == PEOPLE
    assert max(mails.values()) <= 2
    assert mails.total() - PEOPLE <= in_flight


def test_a_worker_killed_in_the_middle(town):
    town.beat()
    worker = town.worker()
    notice = town.send(PEOPLE)
    town.wait_for_mails(PEOPLE // 4)
    town.kill_at_the_worst_moment(worker)
    assert town.mails().total() < PEOPLE, "the kill came too late to prove anything"
    town.worker()
    town.wait_until_sent(notice)
    everyone_got_it(town, notice, in_flight=BATCH)


def test_the_broker_emptied_in_the_middle(town):
    town.beat()
    town.worker()
    notice = town.send(PEOPLE)
    for share in (8, 4, 2):
        town.wait_for_mails(PEOPLE // share)
        town.broker().flushall()
    assert town.mails().total() < PEOPLE, "the broker was emptied too late to prove anything"
    town.wait_until_sent(notice)
    everyone_got_it(town, notice, in_flight=0)
