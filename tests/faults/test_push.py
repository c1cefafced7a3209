"""Push services that do not answer, or know a device no longer."""

import pytest

from tests.faults.processes import wait_until
from tests.faults.reckoning import outcome
from tests.notifications.push.service import Push, Server

pytestmark = pytest.mark.servers

DEVICES = 30


def test_devices_whose_service_times_out_get_it_later_and_the_others_at_once(build):
    with Server(Push()) as service:
        town = build(PUSH_TEST_ORIGIN=service.origin)
        receivers = [service.receiver() for _ in range(DEVICES)]
        silent, gone, fine = receivers[:2], receivers[2], receivers[3:]
        service.hangs = {device.name for device in silent}
        town.settle(0)
        town.people("subscribe", devices=[device.fields for device in receivers])
        del service.receivers[gone.name]
        town.beat()
        town.worker()
        notice = town.send()
        wait_until(lambda: all(device.got for device in fine), 60, "the others have it")
        wait_until(
            lambda: {f"/push/{device.name}" for device in silent} <= set(service.asked), 60, "the silent are asked"
        )
        assert not any(device.got for device in silent)
        service.hangs = set()
        town.wait_until_sent(notice)
        assert outcome(town, notice) == {("sent", ""): DEVICES - 1, ("failed", "push-gone"): 1}
        assert [len(device.got) for device in silent + fine] == [1] * (DEVICES - 1)
        assert town.one("SELECT count(*) FROM notifications_endpoint") == DEVICES - 1, "the one that is gone is removed"
        assert not service.complaints
