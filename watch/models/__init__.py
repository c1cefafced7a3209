"""The top floor's nouns."""

from watch.models.invitations import Answer, CalendarKey, Reminder, Telling
from watch.models.local_texts import DistrictText
from watch.models.meetings import Meeting, MeetingText, Venue
from watch.models.promises import Amendment, Commitment, CommitmentTarget, Correction, FollowUp, Promise, Situation
from watch.models.public_versions import PublicVersion
from watch.models.records import Action, Attendance, DoorRow, Presence, Record, Reopening
from watch.models.signs import Sign, SignOrder, SignStep
from watch.models.snapshots import DayCount, Snapshot
from watch.models.suggestions import Suggestion
from watch.models.surveys import SurveyAnswer, SurveyCode, SurveyRound, SurveyWords
from watch.models.watches import TrackingRules, Watch, WatchStep
from watch.models.weekly import WeeklyMail, WeeklyWish

__all__ = [
    "Action",
    "Amendment",
    "Answer",
    "Attendance",
    "CalendarKey",
    "Commitment",
    "CommitmentTarget",
    "Correction",
    "DayCount",
    "DistrictText",
    "DoorRow",
    "FollowUp",
    "Meeting",
    "MeetingText",
    "Presence",
    "Promise",
    "PublicVersion",
    "Record",
    "Reminder",
    "Reopening",
    "Sign",
    "SignOrder",
    "SignStep",
    "Situation",
    "Snapshot",
    "Suggestion",
    "SurveyAnswer",
    "SurveyCode",
    "SurveyRound",
    "SurveyWords",
    "Telling",
    "TrackingRules",
    "Venue",
    "Watch",
    "WatchStep",
    "WeeklyMail",
    "WeeklyWish",
]
