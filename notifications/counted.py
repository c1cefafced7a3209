"""Counting that may be slow: what was counted is kept as long as it was dear, and the truth stays in the rows.

A count that took a second is kept for ten, so however many people watch, counting takes at most about a tenth of one
connection. A quick count is never kept, so a small notice is always told as it is. While one process counts anew,
others get what was counted last.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar, cast

import structlog
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

WORTH_KEEPING = 0.1  # seconds
KEPT_TIMES = 10
KEPT_AT_MOST = 60.0  # seconds
FORGOTTEN_AFTER = 600
COUNTING_AT_MOST = 120

Counted = TypeVar("Counted")


def counted(key: str, count: Callable[[], Counted]) -> Counted:
    """What `count` answers, or answered lately; with the cache out of reach it is simply counted."""
    try:
        last = cast("tuple[datetime, Counted] | None", cache.get(key))
        if last and (_is_good(last[0]) or not cache.add(f"{key}:now", 1, COUNTING_AT_MOST)):
            return last[1]
    except (OSError, RedisError) as error:
        log.warning("cache_away", error=type(error).__name__)
        return count()
    return _count(key, count)


def _is_good(until: datetime) -> bool:
    """Whether the time has not come; one further away than any could be was set before the clock was set back."""
    return timedelta() < until - timezone.now() <= timedelta(seconds=KEPT_AT_MOST)


def _count(key: str, count: Callable[[], Counted]) -> Counted:
    began = monotonic()
    found = count()
    took = monotonic() - began
    try:
        if took >= WORTH_KEEPING:
            good_until = timezone.now() + timedelta(seconds=min(took * KEPT_TIMES, KEPT_AT_MOST))
            cache.set(key, (good_until, found), FORGOTTEN_AFTER)
        else:
            cache.delete(key)
        cache.delete(f"{key}:now")
    except (OSError, RedisError) as error:
        log.warning("cache_away", error=type(error).__name__)
    return found
