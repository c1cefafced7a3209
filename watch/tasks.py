"""Celery's way in for this floor: each room's tasks, which Celery looks for here."""

from watch.join.contacts.tasks import remind_gathering
from watch.join.home.tasks import ask_homes
from watch.join.mydata.tasks import erase, make_exports, retention
from watch.meet.tasks import invite_latecomers, remind, remind_actions
from watch.track.board_tasks import send_weekly
from watch.track.tasks import look_after_watches, remind_voices

__all__ = [
    "ask_homes",
    "erase",
    "invite_latecomers",
    "look_after_watches",
    "make_exports",
    "remind",
    "remind_actions",
    "remind_gathering",
    "remind_voices",
    "retention",
    "send_weekly",
]
