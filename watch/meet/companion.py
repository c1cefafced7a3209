"""What meetings add to the notices about them: who calls, links to answer with, the calendar file."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from notifications.companions import Companion, Enclosure, Link
from notifications.letters import TOKEN_MARK, site_link
from notifications.links import notice_token
from notifications.models import Notice
from watch.meet import calendars, words
from watch.models import Answer, Meeting, Telling

ANSWERS = "meeting-answer"
# Stands for the reader's own token while an address is made.
_PLACE = "-token-"


def meeting_of(notice: Notice) -> Meeting:
    """The meeting the notice tells of."""
    telling = Telling.objects.select_related("meeting__lead", "meeting__district", "meeting__stairwell__building")
    return telling.get(notice=notice).meeting


def answer_link(meeting: Meeting) -> str:
    """The address one answers at; TOKEN_MARK in it becomes the reader's own token."""
    address = site_link("meet:answer", notice_token(meeting.pk, ANSWERS), _PLACE)
    return address.replace(_PLACE, TOKEN_MARK)


class MeetingCompanion(Companion):
    """Notices about a meeting are steered from the meeting's page."""

    def page(self, notice: Notice) -> str:
        """The meeting's page."""
        return reverse("meet:meeting", args=[meeting_of(notice).public_id])

    def readers_page(self, notice: Notice) -> Link:
        """The same page, which shows a reader time, place and answer."""
        return Link(gettext("The meeting: time, place and answer"), self.page(notice))

    def sender(self, notice: Notice) -> str:
        """Organisations by name, a contact by the stairwell."""
        return words.callers(meeting_of(notice))

    def links(self, notice: Notice) -> list[Link]:
        """Yes and no, as long as the meeting is to come."""
        meeting = meeting_of(notice)
        if notice.calls_off or not meeting.takes_answers:
            return []
        link = answer_link(meeting)
        return [
            Link(gettext("Yes, I am coming"), f"{link}?svar=ja"),
            Link(gettext("No, I cannot come"), f"{link}?svar=nej"),
        ]

    def short_link(self, notice: Notice) -> Link | None:
        """Where the answer is given."""
        meeting = meeting_of(notice)
        if notice.calls_off or not meeting.takes_answers:
            return None
        return Link(gettext("Answer here"), answer_link(meeting))

    def enclosure(self, notice: Notice) -> Enclosure | None:
        """The meeting as a calendar file; a cancellation takes it out of the calendar again."""
        meeting = meeting_of(notice)
        return calendars.cancel(meeting) if notice.calls_off else calendars.request(meeting)

    def not_to(self, notice: Notice) -> "QuerySet[Any, Any] | None":
        """Who has said no is not reminded."""
        if not notice.reminds:
            return None
        return Answer.objects.filter(meeting=meeting_of(notice), is_coming=False, user__isnull=False).values("user")
