"""Outlasting a database that is away for a while: what was said to a provider must still get into the books."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic, sleep
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

# Seconds. A database that restarts or changes over is back well within this.
PATIENCE = 300.0
PAUSE = 0.5
# How long rows rest when what they need is away.
AWAY_PAUSE = timedelta(seconds=10)


def outlast(write: Callable[[], Result]) -> Result:
    """Run a write; while the database is away, run it again on a new connection for up to PATIENCE seconds.

    Nobody may know whether the last try went through, so a write must be one that can be done twice. Inside a
    transaction nothing is repeated: the whole of it would have to be.
    """
    until = monotonic() + PATIENCE
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or monotonic() >= until:
                raise
            log.warning("database_away", error=type(error).__name__)
            connection.close()
            sleep(PAUSE)
