"""The top floor's nouns."""

from watch.models.invitations import Answer, CalendarKey, Reminder, Telling
from watch.models.meetings import Meeting, MeetingText, Venue
from watch.models.records import Action, Attendance, DoorRow, Presence, Record, Reopening

__all__ = [
    "Action",
    "Answer",
    "Attendance",
    "CalendarKey",
    "DoorRow",
    "Meeting",
    "MeetingText",
    "Presence",
    "Record",
    "Reminder",
    "Reopening",
    "Telling",
    "Venue",
]
