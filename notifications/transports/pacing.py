"""What HTTP providers say about pace: 429, or 503 with Retry-After."""

from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import time

# Seconds: we wait at least and at most so long whatever we are told, and this long when we are not told.
LEAST_PAUSE, UNTOLD_PAUSE, LONGEST_PAUSE = 0.2, 10.0, 3600.0


def pause_asked_for(status: int, retry_after: str) -> float | None:
    """Seconds the provider wants to be left alone, or None. `retry_after` is its header, or an empty text."""
    told = retry_after.strip()
    if status != HTTPStatus.TOO_MANY_REQUESTS and not (status == HTTPStatus.SERVICE_UNAVAILABLE and told):
        return None
    if told.isdecimal() and len(told) < 8:
        return min(max(float(told), LEAST_PAUSE), LONGEST_PAUSE)
    try:
        seconds = parsedate_to_datetime(told).timestamp() - time()
    except (ValueError, TypeError):
        return UNTOLD_PAUSE
    return min(max(seconds, LEAST_PAUSE), LONGEST_PAUSE)
