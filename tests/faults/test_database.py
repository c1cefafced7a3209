"""PostgreSQL restarted while a notice is under way."""

import signal

import pytest

from tests.faults.reckoning import reckon

pytestmark = pytest.mark.servers

PEOPLE = 1_000


def test_restarted_in_the_middle_in_a_hurry_and_then_without_a_word(town):
    town.settle(PEOPLE)
    town.beat()
    town.worker()
    notice = town.send()
    for share, how in ((8, signal.SIGINT), (2, signal.SIGQUIT)):
        town.wait_for_mails(PEOPLE // share)
        assert town.state(notice) == "sending", "the restart came too late to prove anything"
        town.cluster.restart(how, pause=1)
    town.wait_until_sent(notice)
    reckon(town, notice, expected={("sent", ""): PEOPLE})
