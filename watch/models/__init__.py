"""The top floor's nouns."""

from watch.models.invitations import Answer, CalendarKey, Reminder, Telling
from watch.models.local_texts import DistrictText
from watch.models.meetings import Meeting, MeetingText, Venue
from watch.models.public_versions import PublicVersion
from watch.models.records import Action, Attendance, DoorRow, Presence, Record

__all__ = [
    "Action",
    "Answer",
    "Attendance",
    "CalendarKey",
    "DistrictText",
    "DoorRow",
    "Meeting",
    "MeetingText",
    "Presence",
    "PublicVersion",
    "Record",
    "Reminder",
    "Telling",
    "Venue",
]
