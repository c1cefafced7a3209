"""What is written about a running Trappan never says who somebody is."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings as used

from watch import logs


@pytest.fixture
def written():
    """The log in production's shape; pytest's own logging comes back afterwards."""
    before = logging.getLogger().handlers[:]
    logging.config.dictConfig(logs.configured(readable=False))
    out = io.StringIO()
    (handler,) = [found for found in logging.getLogger().handlers if found not in before]
    handler.setStream(out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logs.configured(readable=used.DEBUG)
    logging.getLogger().removeHandler(handler)
    for old in before:
        logging.getLogger().addHandler(old)


def test_addresses_and_numbers_are_masked_in_texts_values_and_tracebacks(written):
    try:
        raise ValueError("Key (email)=(anna@example.org) already exists")
    except ValueError:
        structlog.get_logger("x").exception("failed for 070-174 06 05", to="+46701740605", identity="19121212-1212")
    (record,) = written()
    text = json.dumps(record)
    assert "ValueError" in text
    for personal in ("anna", "174", "701740605", "1212"):
        assert personal not in text.replace(record["timestamp"], "")
    assert (record["to"], record["identity"]) == ("<number>", "<number>")


def test_identifiers_of_rows_and_notices_stay_readable(written):
    structlog.get_logger("x").warning("sent", notice="5b3e7f8a-1234-4123-8888-123456789012", rows=12_000_000)
    (record,) = written()
    assert record["notice"] == "5b3e7f8a-1234-4123-8888-123456789012"
    assert record["rows"] == 12_000_000


def test_a_failed_request_is_logged_by_its_route_because_the_path_may_hold_a_code(written, rf):
    request = rf.get("/t/K7M4QX")
    logging.getLogger("django.request").error(
        "%s: %s", "Internal Server Error", request.path, extra={"request": request, "status_code": 500}
    )
    (record,) = written()
    assert "K7M4QX" not in json.dumps(record)
    assert record["event"] == "Internal Server Error: an unknown address"


def test_not_being_ready_yet_is_no_failure(written, rf):
    request = rf.get("/readyz")
    logging.getLogger("django.request").error("%s: %s", "x", request.path, extra={"request": request})
    assert written() == []
