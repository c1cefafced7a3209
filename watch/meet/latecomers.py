"""Who joined after the invitation left is invited too, as long as the meeting is to come."""

import structlog

from notifications.outbox.expand import add_latecomers
from watch.meet.inviting import standing_notice
from watch.models import Meeting

log = structlog.get_logger(__name__)


def invite_latecomers() -> None:
    """Let newcomers have the notice that stands for each coming meeting; one that fails leaves the others alone."""
    for meeting in Meeting.objects.coming():
        notice = standing_notice(meeting)
        if notice is None or meeting.has_begun:
            continue
        try:
            add_latecomers(notice)
        except Exception as error:  # noqa: BLE001 - asked again soon
            log.error("latecomers_failed", meeting=meeting.pk, error=type(error).__name__)
