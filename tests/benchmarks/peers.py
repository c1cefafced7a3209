"""The others, each with the same mails to the same server: `python -m ... WHICH MAILS PORT COUNT [DATABASE PROCESSES]`.

MAILS is a file with what `inside samples` answers, one mail a language, used in turn. Prints the seconds as JSON.

django-post-office is set up for speed, within what its documentation offers: `send_many` (its bulk create) in lots
of 5 000, no log rows, batches of 5 000, and as many threads as were quickest here; it keeps one connection a thread.
"""

import base64
import json
import smtplib
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

LOT, THREADS, ON_DELIVERY = 5_000, 2, True
Mails = dict[str, Any]


def smtplib_loop(mails: Mails, port: int, count: int) -> float:
    """One kept connection, the finished bytes, no books: the least that Python's own library can do."""
    contents = [base64.b64decode(mail["content"]) for mail in mails["mails"]]
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number, content in enumerate(islice(cycle(contents), count)):
            smtp.sendmail(mails["from"], [f"granne{number}@example.org"], content)
    return time.perf_counter() - start


def post_office(mails: Mails, path: str, port: int, count: int, database: str, processes: int) -> float:
    """django-post-office: rows first, then `send_queued` until none are left. Its lock lies beside `path`."""
    import environ
    from django.conf import settings

    options = {"BATCH_SIZE": LOT, "THREADS_PER_PROCESS": THREADS, "LOG_LEVEL": 0, "BATCH_DELIVERY_TIMEOUT": 3_600}
    settings.configure(
        DATABASES={"default": _tuned(environ.Env.db_url_config(database))},
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        DEFAULT_FROM_EMAIL=mails["from"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        POST_OFFICE=options,
        LOGGING_CONFIG=None,
    )
    import django

    django.setup()
    import logging

    from django.core.management import call_command
    from post_office import mail
    from post_office.models import STATUS, Email, EmailTemplate

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    Email.objects.all().delete()
    EmailTemplate.objects.all().delete()
    templates = [
        EmailTemplate.objects.create(
            name=f"notice-{number}",
            subject=words["subject"],
            content=words["text"].replace(mails["token"], "{{ token }}"),
            html_content=words["html"].replace(mails["token"], "{{ token }}"),
        )
        for number, words in enumerate(mails["mails"])
    ]
    start = time.perf_counter()
    wanted = _wanted(mails, count, templates)
    while lot := list(islice(wanted, LOT)):
        mail.send_many(lot)
    # Its own loop around `send_queued`; also what its command runs.
    mail.send_queued_mail_until_done(lockfile=f"{path}.lock", processes=processes)
    seconds = time.perf_counter() - start
    assert Email.objects.filter(status=STATUS.sent).count() == count
    return seconds


def _wanted(mails: Mails, count: int, templates: list[Any]) -> Iterator[dict[str, Any]]:
    both = zip(mails["mails"], templates, strict=True)
    for number, (words, template) in enumerate(islice(cycle(list(both)), count)):
        yield {
            "recipients": [f"granne{number}@example.org"],
            "sender": words["sender"],
            "template": template,
            "context": {"token": mails["token"]},
            "headers": words["headers"],
            "render_on_delivery": ON_DELIVERY,
        }


def _tuned(database: dict[str, Any]) -> dict[str, Any]:
    """SQLite as the site has it; PostgreSQL with kept connections."""
    if "sqlite" in database["ENGINE"]:
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        return {**database, "OPTIONS": options}
    return {**database, "CONN_MAX_AGE": 60}


def main(which: str, path: str, port: str, count: str, database: str = "", processes: str = "1") -> None:
    """The command line."""
    mails = json.loads(Path(path).read_text())
    if which == "post_office":
        seconds = post_office(mails, path, int(port), int(count), database, int(processes))
    else:
        seconds = smtplib_loop(mails, int(port), int(count))
    print(json.dumps(seconds))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
