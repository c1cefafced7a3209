"""What a measurement asks of the site from inside its settings: `python -m ... WHAT [ARGUMENTS]` prints JSON.

Run in a process of its own, so that the orchestrating one needs no settings.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from notifications.models import Delivery, Notice  # noqa: E402
from notifications.sending import confirm  # noqa: E402
from tests.benchmarks import people  # noqa: E402

Answer = dict[str, Any]
LOOK_EVERY = 0.02


def fill(count: str, channel: str = "email") -> Answer:
    """A town of so many people."""
    people.fill(int(count), channel)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {}


def send() -> Answer:
    """Confirm a notice to everyone and wait until it is sent: the seconds from confirm to the last row booked."""
    notice = people.draft()
    before = time.time()
    confirm(notice=notice, user=people.officer())
    confirmed = time.time()
    while notice.state != Notice.State.SENT:
        time.sleep(LOOK_EVERY)
        notice.refresh_from_db(fields=["state", "finished_at"])
    assert notice.finished_at is not None
    outcome = Delivery.objects.outcome(notice)
    return {
        "seconds": notice.finished_at.timestamp() - before,
        "confirm_seconds": confirmed - before,
        "sent": outcome.reached,
        "not_sent": outcome.total - outcome.reached,
    }


COMMANDS: dict[str, Callable[..., Answer]] = {"fill": fill, "send": send}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201
