"""When a confirmed notice leaves, and times in words."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

# A notice that replaces or calls off another is shown at least so long, for those who look seldom.
FOLLOWING_SHOWN = timedelta(days=2)


def leaves_at(confirmed: datetime, not_before: datetime | None) -> datetime:
    """After the take-back window (settings.TAKE_BACK_SECONDS), and not before the time it is scheduled for."""
    window_ends = confirmed + timedelta(seconds=settings.TAKE_BACK_SECONDS)
    return max(window_ends, not_before) if not_before else window_ends


def in_words(when: datetime | None) -> str:
    """Day and time in settings.TIME_ZONE, in the language that is active."""
    return date_format(timezone.localtime(when), "DATETIME_FORMAT") if when else ""
