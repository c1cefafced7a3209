"""Loaded by pytest before Django's settings: a start that touches nothing outside a folder of its own.

`make test` needs no server: SQLite in memory, no Redis. `make test-all` sets DATABASE_URL and REDIS_URL, and the same
tests run on those, in a database of their own and in Redis databases that are emptied by each test: two for each
xdist worker, counted down from REDIS_DATABASE (14). A server that does not answer is replaced by SQLite or memory,
and `tests/test_environment.py` skips with the reason; with CI set it fails.
"""

import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest

IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
MISSING: dict[str, str] = {}


def answers(url: str, standard_port: int) -> bool:
    """Whether something listens at the address."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return Path(parts.path).exists()
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or standard_port), 3).close()
    except OSError:
        return False
    return True


def chosen(name: str, standard_port: int, instead: str) -> str:
    """The server this run was given, or what stands in for it; the workers of xdist inherit the choice."""
    url = os.environ.get(name, "")
    reason = os.environ.get(f"NO_{name}", "")
    if not reason and (not url or url.startswith("sqlite")):
        reason = f"{name} is not set; make test-all sets it"
    elif not reason and not answers(url, standard_port):
        parts = urlsplit(url)
        reason = f"nothing answers at {parts.hostname}:{parts.port or standard_port}"
    if reason:
        MISSING[name] = os.environ[f"NO_{name}"] = reason
    return instead if reason else url


if not WORKER:
    os.environ["RUN_DIR"] = tempfile.mkdtemp(prefix="trappan-test-")
os.environ.update(
    ENV_FILE=os.devnull,
    DEBUG="1",
    DEMO=os.environ.get("TEST_DEMO", "1"),
    SECRET_KEY="only-for-tests",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="http://testserver",
    SMTP_URL="smtp://127.0.0.1:1",
    QUIET_HOURS_DEFAULT="",
    DATABASE_URL=chosen("DATABASE_URL", 5432, f"sqlite:///{os.environ['RUN_DIR']}/test.sqlite3"),
    REDIS_URL=chosen("REDIS_URL", 6379, ""),
)
if os.environ["REDIS_URL"]:
    first = int(os.environ.setdefault("REDIS_DATABASE_FOR_TESTS", os.environ.get("REDIS_DATABASE", "14")))
    os.environ["REDIS_DATABASE"] = str(first - 2 * int(WORKER.removeprefix("gw") or 0))
# Playwright keeps an event loop in the main thread, which Django would take for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_report_header() -> str:
    """Which database and broker this run uses, and why not the others."""
    database = "PostgreSQL" if "DATABASE_URL" not in MISSING else f"SQLite ({MISSING['DATABASE_URL']})"
    broker = "Redis" if "REDIS_URL" not in MISSING else f"none ({MISSING['REDIS_URL']})"
    return f"database: {database}; broker: {broker}"


def pytest_unconfigure() -> None:
    """Leave no folder behind."""
    if not WORKER:
        shutil.rmtree(os.environ["RUN_DIR"], ignore_errors=True)


def missing(reason: str) -> NoReturn:
    """What a test needs is not on this machine: skip with the reason, or fail in CI, where it must be."""
    if IN_CI:
        pytest.fail(f"{reason} (with CI set this fails)", pytrace=False)
    pytest.skip(reason)
