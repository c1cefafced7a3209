"""What a measurement asks of the site from inside its settings: `python -m ... WHAT [ARGUMENTS]` prints JSON.

Run in a process of its own, so that the orchestrating one needs no settings.
"""

import base64
import json
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from notifications.letters import notice_letter  # noqa: E402
from notifications.models import Delivery, Notice, OutboxState  # noqa: E402
from notifications.outbox import claim, expand, run  # noqa: E402
from notifications.sending import confirm  # noqa: E402
from notifications.transports.mime import MESSAGE_ID, TO, TOKEN, Sheet, letter_headers, own_headers  # noqa: E402
from tests.benchmarks import people  # noqa: E402

Answer = dict[str, Any]
LOOK_EVERY = 0.02
SAMPLE_TOKEN = "abcdefghijklmnopqrstuv"


def fill(count: str, channel: str = "email", address: str = "") -> Answer:
    """A town of so many people."""
    people.fill(int(count), channel, address)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {}


def draft(urgency: str = Notice.Urgency.INFORMATION, stairwells: str = "0") -> Answer:
    """A notice to confirm, and what its sender's browser needs to follow it."""
    notice = people.draft(urgency=urgency, stairwells=int(stairwells))
    client = Client()
    client.force_login(people.officer())
    return {
        "notice": notice.pk,
        "page": reverse("notices:progress", args=[notice.public_id]),
        "cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}",
    }


def let_go(notice: str) -> Answer:
    """Confirm it; when its take-back window ends, in seconds since 1970."""
    confirmed = confirm(notice=Notice.objects.get(pk=notice), user=people.officer())
    assert confirmed.send_at is not None
    return {"leaves_at": confirmed.send_at.timestamp()}


def send(pk: str = "") -> Answer:
    """Confirm a notice to everyone and wait until it is sent: the seconds from confirm to the last row booked."""
    return _sent(Notice.objects.get(pk=pk) if pk else people.draft())


def _sent(notice: Notice) -> Answer:
    before = time.time()
    confirm(notice=notice, user=people.officer())
    return _followed(notice, before)


def warm_up() -> Answer:
    """Send a notice to a few stairwells, two batches of people, and wait until it is sent."""
    return _sent(people.draft(stairwells=2 * settings.OUTBOX_BATCH // people.A_STAIRWELL))


def follow(pk: str, since: str = "") -> Answer:
    """Wait until it is sent: the seconds to the last row booked, from a time of the clock or else from now."""
    return _followed(Notice.objects.get(pk=pk), float(since or time.time()))


def _followed(notice: Notice, since: float) -> Answer:
    while notice.state != Notice.State.SENT:
        time.sleep(LOOK_EVERY)
        notice.refresh_from_db(fields=["state", "finished_at"])
    assert notice.finished_at is not None
    outcome = Delivery.objects.outcome(notice)
    rows = Delivery.objects.filter(notice=notice)
    return {
        "seconds": notice.finished_at.timestamp() - since,
        "sent": outcome.reached,
        "not_sent": outcome.total - outcome.reached,
        "tried_again": rows.filter(attempts__gt=1).count(),
    }


def expanded() -> Answer:
    """Confirm and start a notice to everyone, here: the seconds its INSERT takes, and all of the start."""
    notice, inserts = people.draft(), []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        start = time.perf_counter()
        result = execute(sql, *rest)
        if sql.startswith(f'INSERT INTO "{Delivery._meta.db_table}"'):
            inserts.append(time.perf_counter() - start)
        return result

    confirm(notice=notice, user=people.officer())
    before = time.perf_counter()
    with connection.execute_wrapper(watch):
        expand.start_due(notice.queue)
    (insert,) = inserts
    rows = Delivery.objects.filter(notice=notice).count()
    return {"notice": notice.pk, "rows": rows, "insert_seconds": insert, "start_seconds": time.perf_counter() - before}


def statements() -> Answer:
    """Every statement, BEGIN and COMMIT included, from confirm to the last row booked, in this process."""
    notice, officer = people.draft(), people.officer()
    connection.force_debug_cursor = True
    connection.queries_log = deque()
    confirm(notice=notice, user=officer)
    expand.start_due(notice.queue)
    waiting = OutboxState.QUEUED
    while Delivery.objects.filter(notice=notice, state=waiting).exists():
        run.deliver(notice.queue)
    # One look each time whether anything waits is ours, not the site's.
    asked_here = sum(1 for query in connection.queries_log if query["sql"].startswith("SELECT 1 AS"))
    return {
        "statements": len(connection.queries_log) - asked_here,
        "rows": Delivery.objects.filter(notice=notice, state=OutboxState.SENT).count(),
    }


def samples() -> Answer:
    """One mail a language, as the transport writes it and in the parts another library would be given."""
    notice = people.draft()
    mails = []
    for language in people.LANGUAGES:
        letter, to = notice_letter(notice, language, neutral=False), "granne100000@example.org"
        own = {TO: to, MESSAGE_ID: claim.message_id("d", 100_000), TOKEN: SAMPLE_TOKEN}
        content = Sheet(letter, settings.DEFAULT_FROM_EMAIL).filled({k: v.encode() for k, v in own.items()})
        headers = letter_headers(letter) | own_headers(letter, own[MESSAGE_ID], SAMPLE_TOKEN)
        mails.append(
            {
                "bytes": len(content),
                "content": base64.b64encode(content).decode(),
                "sender": f"{letter.sender} <{settings.DEFAULT_FROM_EMAIL}>",
                "subject": letter.subject,
                "text": letter.text.replace("\ue000token\ue000", SAMPLE_TOKEN),
                "html": letter.html.replace("\ue000token\ue000", SAMPLE_TOKEN),
                "headers": headers,
            }
        )
    notice.delete()
    return {"from": settings.DEFAULT_FROM_EMAIL, "token": SAMPLE_TOKEN, "mails": mails}


def transports() -> Answer:
    """Which class carries each channel."""
    return dict(settings.TRANSPORTS)


COMMANDS: dict[str, Callable[..., Answer]] = {
    function.__name__: function
    for function in (fill, draft, let_go, send, warm_up, follow, expanded, statements, samples, transports)
}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201
