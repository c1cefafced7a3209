"""Real PostgreSQL, a real Valkey with its append-only file, workers and a beat: an erased person stands nowhere."""

import subprocess
import time

import pytest

from tests.faults.processes import wait_until
from tests.faults.town import run
from tests.join.mydata.traces import found_in, found_in_files

pytestmark = pytest.mark.servers

SETTLED = "('sent', 'delivered', 'failed', 'skipped')"
DATABASES = 16


@pytest.fixture
def town(build):
    town = build()
    town.broker().config_set("appendonly", "yes")
    return town


def dump(town):
    program = town.cluster._bin / "pg_dump"
    done = subprocess.run([program, town.cluster.url(town._database)], capture_output=True, check=True)
    return done.stdout


def unsettled(town):
    rows = f"SELECT count(*) FROM notifications_{{}} WHERE state NOT IN {SETTLED}"
    return sum(int(str(town.one(rows.format(table)))) for table in ("delivery", "message"))


def everything_in(broker):
    """Keys and values of every database, as the server itself writes them down."""
    lines = []
    for _index in range(DATABASES):
        broker.execute_command("SELECT", _index)
        lines += [part for key in broker.scan_iter(count=1000) for part in (key, broker.dump(key) or b"")]
    broker.execute_command("SELECT", 0)
    return b"\n".join(lines)


def written_anew(broker):
    """The append-only file rewritten, and a snapshot beside it."""
    broker.bgrewriteaof()
    time.sleep(0.5)
    wait_until(lambda: not broker.info("persistence")["aof_rewrite_in_progress"], 20, "the file is rewritten")
    broker.save()


def test_a_person_who_did_everything_is_forgotten_everywhere(town, tmp_path):
    run(town.environment, "tests.faults.forgotten", "live")
    lived = found_in(dump(town))
    assert {"e-mail", "name", "number"} <= lived, "the search does not find whom it is to find"
    town.worker()
    town.beat()
    wait_until(lambda: not unsettled(town), 60, "all of it is sent")
    wait_until(lambda: town.one("SELECT count(*) FROM buildings_dataexport WHERE state = 'ready'"), 60, "a copy")
    assert town.one("SELECT count(*) FROM notifications_delivery WHERE state = 'sent'")

    run(town.environment, "tests.faults.forgotten", "forget")
    wait_until(lambda: town.one("SELECT count(*) FROM buildings_erasure WHERE done_at IS NOT NULL"), 90, "erased")
    wait_until(lambda: not unsettled(town), 60, "the receipt is sent")
    broker = town.broker()
    written_anew(broker)

    assert found_in(dump(town)) == set()
    assert found_in(everything_in(broker)) == set()
    # Logs of workers and beat, RUN_DIR and the broker's files. What the mail server took is no longer
    # ours: it stands for the provider, and shows that the search finds the person where they are.
    assert set(found_in_files(tmp_path)) == {str(town.folder / "mails")}
    assert town.one("SELECT count(*) FROM buildings_flat WHERE number = '1404'") == 1
    assert town.one("SELECT count(*) FROM notifications_delivery WHERE endpoint_id IS NULL AND state = 'sent'")
