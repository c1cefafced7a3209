"""Mail servers that hang, hang up, refuse, or are slow."""

import pytest

from tests.faults.reckoning import reckon

pytestmark = pytest.mark.servers


def test_that_hangs_hangs_up_and_says_no_to_some(town):
    people = 200
    town.settle(people, hang=1, cut=2, closing=1, busy=20, unknown=10)
    town.beat()
    town.worker()
    notice = town.send()
    town.wait_until_sent(notice, 120)
    taken_without_an_answer = town.ask(
        "SELECT d.id FROM notifications_delivery d JOIN notifications_endpoint e ON e.id = d.endpoint_id "
        "WHERE e.address LIKE 'hang-%%' OR e.address LIKE 'cut-%%'"
    )
    again = {pk: 1 for (pk,) in taken_without_an_answer}
    reckon(town, notice, expected={("sent", ""): people - 10, ("failed", "smtp-550"): 10}, again=again)
    assert town.mails().total() == people - 10 + len(again)
    set_aside = town.one("SELECT count(*) FROM notifications_endpoint WHERE set_aside_at IS NOT NULL")
    assert set_aside == 0, "one refusal is not enough to give up on an address"


def test_that_takes_one_mail_a_second(build):
    people = 8
    town = build(pause=1)
    town.settle(people)
    town.beat()
    town.worker()
    notice = town.send()
    town.wait_until_sent(notice)
    reckon(town, notice, expected={("sent", ""): people})
