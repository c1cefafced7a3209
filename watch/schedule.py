"""What beat asks for, and how often. A due time always stands in the database; beat only asks whether it has come."""

from datetime import timedelta
from typing import Any

from celery.schedules import schedule


def beats(*, stuck_after: timedelta) -> dict[str, dict[str, Any]]:
    """The schedule; rows count as stuck after `stuck_after`."""
    return {
        "start-due-alerts": {
            "task": "notifications.start_due",
            "schedule": schedule(2.0),
            "kwargs": {"queue": "alerts"},
            "options": {"queue": "alerts", "expires": 10},
        },
        "start-due-notices": {
            "task": "notifications.start_due",
            "schedule": schedule(5.0),
            "kwargs": {"queue": "notices"},
            "options": {"queue": "notices", "expires": 10},
        },
        "deliver-alerts": {
            "task": "notifications.deliver",
            "schedule": schedule(5.0),
            "kwargs": {"queue": "alerts"},
            "options": {"queue": "alerts", "expires": 10},
        },
        "deliver-notices": {
            "task": "notifications.deliver",
            "schedule": schedule(5.0),
            "kwargs": {"queue": "notices"},
            "options": {"queue": "notices", "expires": 10},
        },
        "gather-digests": {
            "task": "notifications.gather_digests",
            "schedule": schedule(30.0),
            "options": {"queue": "default", "expires": 30},
        },
        "reclaim-stuck": {
            "task": "notifications.reclaim",
            "schedule": schedule(stuck_after / 4),
            "options": {"queue": "default", "expires": 60},
        },
        "make-copies": {
            "task": "join.make_exports",
            "schedule": schedule(60.0),
            "options": {"queue": "default", "expires": 60},
        },
        "erase-people": {
            "task": "join.erase",
            "schedule": schedule(60.0),
            "options": {"queue": "default", "expires": 60},
        },
        "what-time-takes-away": {
            "task": "join.retention",
            "schedule": schedule(3600.0),
            "options": {"queue": "default", "expires": 3600},
        },
        "nightly-clean-up": {
            "task": "buildings.purge",
            "schedule": schedule(3600.0),
            "options": {"queue": "default", "expires": 3600},
        },
        "ask-homes": {
            "task": "join.ask_homes",
            "schedule": schedule(3600.0),
            "options": {"queue": "default", "expires": 3600},
        },
        "remind-of-meetings": {
            "task": "meet.remind",
            "schedule": schedule(60.0),
            "options": {"queue": "default", "expires": 60},
        },
        "invite-latecomers": {
            "task": "meet.invite_latecomers",
            "schedule": schedule(600.0),
            "options": {"queue": "default", "expires": 600},
        },
        "remind-of-actions": {
            "task": "meet.remind_actions",
            "schedule": schedule(3600.0),
            "options": {"queue": "default", "expires": 3600},
        },
        "remind-voices": {
            "task": "track.remind_voices",
            "schedule": schedule(3600.0),
            "options": {"queue": "default", "expires": 3600},
        },
        "look-after-watches": {
            "task": "track.nightly",
            "schedule": schedule(3600.0),
            "options": {"queue": "default", "expires": 3600},
        },
        "weekly-mail": {
            "task": "track.weekly",
            "schedule": schedule(600.0),
            "options": {"queue": "default", "expires": 600},
        },
        "remind-gatherings": {
            "task": "join.remind_gathering",
            "schedule": schedule(3600.0),
            "options": {"queue": "default", "expires": 3600},
        },
    }
