"""The SMS provider's reports: twice, before the send is booked, forged, or never."""

import threading
import time

import httpx
import pytest

from tests.faults.processes import free_port, wait_until
from tests.notifications.engine.elks import Elks, Server

pytestmark = pytest.mark.servers

NUMBERS = 40


class Reporting(Elks):
    """Calls back as no provider should: what it does goes by the number's last digit, what it was told is kept."""

    EARLY, TWICE, FORGED, NEVER, FAILED = "0", "1", "2", "3", "4"

    def __init__(self):
        super().__init__()
        self.told: list[tuple[str, str, int]] = []
        self.reporters: list[threading.Thread] = []

    def answer(self, form):
        status, headers, body = super().answer(form)
        provider_id = body.split('"id": "')[1].split('"')[0]
        if form["to"][-1] == self.EARLY:
            self.report(form, provider_id, "delivered", "early")
        reporter = threading.Thread(target=self.report_later, args=(form, provider_id), daemon=True)
        reporter.start()
        self.reporters.append(reporter)
        return status, headers, body

    def report_later(self, form, provider_id):
        what = form["to"][-1]
        if what == self.NEVER:
            return
        if what == self.FORGED:
            forged = form | {"whendelivered": form["whendelivered"].replace("/krokar/sms/", "/krokar/sms/x")}
            self.report(forged, provider_id, "failed", "forged")
            return
        for _ in range(2 if what == self.TWICE else 1):
            self.until_heard(form, provider_id, "failed" if what == self.FAILED else "delivered")

    def until_heard(self, form, provider_id, status):
        for _ in range(200):
            if self.report(form, provider_id, status, "later") == 204:
                return
            time.sleep(0.1)

    def report(self, form, provider_id, status, when):
        answer = httpx.post(form["whendelivered"], data={"id": provider_id, "status": status}, timeout=30)
        self.told.append((form["to"], when, answer.status_code))
        return answer.status_code

    def heard(self, when):
        return {status for _, told, status in self.told if told == when}


@pytest.fixture
def elks():
    provider = Reporting()
    server = Server(provider)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    yield provider
    server.shutdown()
    server.server_close()


def test_each_number_gets_one_sms_and_each_row_its_last_word(build, elks):
    site = f"http://127.0.0.1:{free_port()}"
    town = build(SITE_URL=site, ELKS_URL=elks.url, ELKS_USERNAME="elk", ELKS_PASSWORD="moose")
    town.settle(0, numbers=NUMBERS)
    town.web()
    town.beat()
    town.worker()
    notice = town.send()
    wait_until(lambda: len(elks.taken) == NUMBERS, 60, "every SMS is taken")
    town.wait_until_sent(notice)
    for reporter in elks.reporters:
        reporter.join(60)
    rows = town.ask(
        "SELECT right(e.address, 1), d.state, d.reason, count(*) FROM notifications_delivery d "
        "JOIN notifications_endpoint e ON e.id = d.endpoint_id GROUP BY 1, 2, 3"
    )
    quiet = {elks.FORGED: ("sent", ""), elks.NEVER: ("sent", ""), elks.FAILED: ("failed", "sms-not-delivered")}
    each = NUMBERS // 10
    assert {row[0]: row[1:] for row in rows} == {
        digit: (*quiet.get(digit, ("delivered", "")), each) for digit in "0123456789"
    }
    assert len(set(elks.numbers())) == len(elks.numbers()) == NUMBERS
    assert elks.heard("early") == {404}, "nobody knew it yet, so the provider asks again"
    assert elks.heard("forged") == {404}
    parts = town.one("SELECT sum(parts) FROM notifications_delivery WHERE parts > 0")
    assert town.one("SELECT sum(parts) FROM notifications_smsmonth") == parts >= NUMBERS
