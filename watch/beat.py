"""Celery's beat on a clock that may be set back."""

import time
from datetime import timedelta
from typing import Any

import structlog
from celery.beat import Scheduler

log = structlog.get_logger(__name__)

# Seconds a clock may be nudged, as NTP does, before it counts as set back.
NUDGE = 1.0


class SteadyScheduler(Scheduler):
    """Asks as often after the clock was set back as before.

    Celery reckons from the time it last asked. When that lies an hour ahead, it would be silent for the hour.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._ahead = self._wall_ahead()
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One turn of beat's loop; its answer is how many seconds to sleep."""
        ahead = self._wall_ahead()
        set_back = self._ahead - ahead
        self._ahead = ahead
        if set_back > NUDGE:
            log.warning("clock_set_back", seconds=round(set_back))
            for entry in self.schedule.values():
                if entry.last_run_at is not None:
                    entry.last_run_at -= timedelta(seconds=set_back)
            self._heap = None
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    @staticmethod
    def _wall_ahead() -> float:
        return time.time() - time.monotonic()
