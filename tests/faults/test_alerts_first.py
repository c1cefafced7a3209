"""An alert confirmed while a large newsletter is under way does not wait for it."""

import pytest

from tests.faults.processes import wait_until
from tests.faults.reckoning import outcome

pytestmark = pytest.mark.servers

PEOPLE = 1_600
# Of the alert: one stairwell of twenty.
WARNED = PEOPLE // 20


@pytest.mark.parametrize(
    ("workers", "pause"),
    [
        pytest.param(("alerts", "notices,default"), 0.015, id="a worker of its own"),
        pytest.param(("alerts,notices,default",), 0.03, id="one that gives way", marks=pytest.mark.long),
    ],
)
def test_the_alert_is_out_while_the_newsletter_goes_on(build, workers, pause):
    town = build(pause=pause, TAKE_BACK_SECONDS="1")
    town.settle(PEOPLE)
    town.beat()
    for queues in workers:
        town.worker(queues)
    newsletter = town.send()
    town.wait_for_mails(100)
    alert = town.send(urgency="act_now", stairwell="Varpgatan 7")
    wait_until(lambda: town.state(alert) == "sent", 60, "the alert is sent")
    assert town.state(newsletter) == "sending", "the newsletter was too small to prove anything"
    assert outcome(town, alert) == {("sent", ""): WARNED}
    waiting = town.one(
        "SELECT count(*) FROM notifications_delivery WHERE notice_id = %s AND state IN ('queued', 'sending')",
        newsletter,
    )
    assert waiting > 0
    began, took = town.ask(
        "SELECT extract(epoch FROM n.started_at - n.send_at), extract(epoch FROM max(d.settled_at) - n.send_at) "
        "FROM notifications_notice n JOIN notifications_delivery d ON d.notice_id = n.id WHERE n.id = %s GROUP BY n.id",
        alert,
    )[0]
    print(f"after its take-back window the alert began in {began:.1f} s and was booked in {took:.1f} s")  # noqa: T201
    assert all(count == 1 for count in town.mails().values())
