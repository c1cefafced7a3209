"""PostgreSQL restarted while a notice is under way."""

import signal

import pytest

from tests.faults.reckoning import reckon

pytestmark = pytest.mark.servers

PEOPLE = 1_000


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_restarted_in_the_middle(town, how):
    town.settle(PEOPLE)
    town.beat()
    town.worker()
    notice = town.send()
    for share in (8, 2):
        town.wait_for_mails(PEOPLE // share)
        assert town.state(notice) == "sending", "the restart came too late to prove anything"
        town.cluster.restart(how, pause=1)
    town.wait_until_sent(notice)
    reckon(town, notice, expected={("sent", ""): PEOPLE})
