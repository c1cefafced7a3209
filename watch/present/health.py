"""Whether the parts this machine needs answer: asked for by supervisors and load balancers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from time import monotonic
from typing import Any

from celery import current_app
from django.db import connection

PATIENCE_SECONDS = 2.0
ANSWER_SECONDS = 1
# Kombu would try for ever; here one try is the question.
ONE_TRY = {"max_retries": 1, "interval_start": 0, "socket_timeout": 1, "socket_connect_timeout": 1}


def database() -> bool:
    """Whether the database answers a query, on a connection of its own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    finally:
        connection.close()


def broker() -> bool:
    """Whether the broker lets us in."""
    with current_app.connection_for_read(transport_options=ONE_TRY) as line:
        line.ensure_connection(max_retries=1, timeout=ANSWER_SECONDS)
        return True


def worker() -> bool:
    """Whether at least one worker answers through the broker."""
    with current_app.connection_for_read(transport_options=ONE_TRY) as line:
        return bool(current_app.control.ping(timeout=ANSWER_SECONDS, limit=1, connection=line))


PARTS: dict[str, Callable[[], Any]] = {"database": database, "broker": broker, "worker": worker}


def ask() -> dict[str, bool]:
    """Ask every part at once; one that fails or is silent for two seconds counts as away."""
    pool = ThreadPoolExecutor(max_workers=len(PARTS), thread_name_prefix="readyz")
    asked = {name: pool.submit(part) for name, part in PARTS.items()}
    done, _ = wait(asked.values(), timeout=PATIENCE_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    return {
        name: future in done and future.exception() is None and bool(future.result()) for name, future in asked.items()
    }


class Readiness:
    """Remembers the latest answers for a second, so that asking often costs little."""

    def __init__(self) -> None:
        self.asked_at = float("-inf")
        self.answers: dict[str, bool] = {}

    def now(self) -> dict[str, bool]:
        """Each part and whether it answers."""
        if monotonic() - self.asked_at > ANSWER_SECONDS:
            self.answers = ask()
            self.asked_at = monotonic()
        return self.answers


readiness = Readiness()
