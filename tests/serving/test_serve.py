"""`manage.py serve` for real: what starts, what stops, and what comes back."""

import json
import secrets
import signal
import smtplib
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.serving.site import ROOT, Site, until

pytestmark = pytest.mark.servers

PROGRAMS = ["web", "alerts", "notices", "beat", "postbox", "valkey"]


def test_it_gets_ready_prints_one_address_and_leaves_nothing_after_ctrl_c(new_site):
    site = new_site().start().wait_announced()
    assert site.status("/readyz") == 200
    assert site.text.count("http://") == 1
    assert "/demo/" in site.text
    assert {name for name in PROGRAMS if site.program(name)} == set(PROGRAMS)

    assert site.stop(signal.SIGINT) == 0
    site.nothing_left()
    assert not (site.folder / "valkey" / "valkey.sock").exists()


def test_it_comes_back_after_the_supervisor_was_killed(new_site):
    site = new_site().start().wait_announced()
    site.process.kill()
    site.process.wait()
    site.start()
    until(lambda: site.text.count(site.url) == 2, 60, site.text)
    assert site.status("/readyz") == 200
    assert site.stop(signal.SIGTERM) == 0
    site.nothing_left()


def test_a_killed_supervisor_takes_everything_with_it(new_site):
    site = new_site().start().wait_announced()
    site.process.kill()
    site.process.wait()
    site.nothing_left()


def test_any_killed_process_is_started_again_and_the_log_says_so(new_site):
    site = new_site().start().wait_announced()
    old = {name: site.kill(name) for name in PROGRAMS}
    for name in PROGRAMS:
        until(lambda name=name: (new := site.program(name)) and new.pid != old[name], 30, f"{name}:\n{site.text}")
        assert f"{name} ended (signal SIGKILL); starting it again in " in site.text
    site.wait_ready()
    assert site.text.count("http://") == 1
    assert site.stop() == 0
    site.nothing_left()


def test_it_stops_when_the_command_that_started_it_is_killed(new_site):
    site = new_site()
    shell = subprocess.Popen(
        ["sh", "-c", '"$0" manage.py serve --with-parent; true', sys.executable],
        cwd=ROOT,
        env=site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    site.wait_ready()
    shell.kill()
    shell.wait()
    site.nothing_left(20)


def test_a_taken_port_is_one_clear_sentence(new_site):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site = new_site(PORT=str(port))
        answer = site.manage("serve", check=False)
    assert answer.returncode == 1
    assert answer.stderr.strip() == (
        f"CommandError: Port {port} on localhost is taken by another program. "
        f"Stop it, or choose another port, such as PORT={port + 1}."
    )
    assert not site.processes()


def test_a_second_start_from_the_same_folder_says_that_it_runs_already(new_site):
    site = new_site().start().wait_announced()
    answer = site.manage("serve", check=False)
    assert answer.returncode == 1
    assert f"already runs from {site.folder} (process {site.process.pid})" in answer.stderr
    assert site.status("/readyz") == 200


def test_a_folder_with_a_long_name_and_spaces_works(new_site):
    site = new_site("a folder with a rather long name " * 5 + "x").start().wait_announced()
    assert len(str(site.folder / "valkey" / "valkey.sock")) > 108
    short = Path(site.program("web").environ()["REDIS_URL"].removeprefix("unix://"))
    assert short.exists()
    assert site.stop() == 0
    site.nothing_left()
    assert not short.parent.exists()


def test_a_database_that_was_never_migrated_is_one_clear_sentence(tmp_path):
    answer = Site(tmp_path / "run").manage("serve", check=False)
    assert answer.returncode == 1
    assert answer.stderr.strip() == "CommandError: The database is not up to date. Run: python manage.py migrate"


def test_mail_is_kept_as_files_with_its_envelope_and_some_addresses_fail(new_site):
    site = new_site().start().wait_announced()
    port = int(site.program("web").environ()["SMTP_URL"].rpartition(":")[2])
    with smtplib.SMTP("127.0.0.1", port) as server:
        text = "Subject: Prov\r\nTo: anna@example.org\r\n\r\nHej på dig".encode()
        refused = server.sendmail(
            "anslag@example.org", ["anna@example.org", "finns-inte@example.org", "upptagen@example.org"], text
        )
    assert {address: code for address, (code, _) in refused.items()} == {
        "finns-inte@example.org": 550,
        "upptagen@example.org": 451,
    }
    (path,) = (site.folder / "mail").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (mail["Delivered-To"], mail["Return-Path"]) == ("anna@example.org", "<anslag@example.org>")
    assert mail["Subject"] == "Prov"


def test_in_production_it_runs_without_demo_parts_and_logs_json(new_site):
    site = new_site(
        DEBUG="0",
        DEMO="0",
        SECRET_KEY=secrets.token_urlsafe(60),
        ALLOWED_HOSTS="trappan.example.org",
        SMTP_URL="smtp://127.0.0.1:1",
    )
    site.environment["DATABASE_URL"] = f"sqlite:///{site.folder / 'trappan.sqlite3'}"
    refused = site.manage("serve", check=False)
    assert "Run: python manage.py collectstatic --no-input" in refused.stderr

    site.manage("collectstatic", "--no-input", "-v0")
    site.start()
    until(lambda: "https://trappan.example.org" in site.text, 60, site.text)
    assert site.program("postbox") is None
    assert site.program("valkey")
    records = [json.loads(line) for line in site.text.splitlines()]
    assert {"serve", "alerts", "notices"} <= {record["process"] for record in records}
    assert site.stop() == 0
    site.nothing_left()


def test_a_program_that_cannot_run_ends_the_start_instead_of_trying_for_ever(new_site):
    site = new_site(GUNICORN_CMD_ARGS="--no-such-option").start()
    started = time.monotonic()
    assert site.process.wait(60) == 1
    assert "web does not stay up" in site.text
    assert time.monotonic() - started < 60
    site.nothing_left()
