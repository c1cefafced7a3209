"""Meetings as calendar files (RFC 5545), and as invitations by mail (RFC 5546) with the reader as the only attendee."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event, vCalAddress, vText

from notifications.companions import ADDRESS_MARK, Enclosure
from watch.meet import words
from watch.meet.links import members_page
from watch.models import Meeting

PRODUCT = "-//Trappan//Trappan//SV"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
# The reader's address on a line of its own, so that it can be folded there whatever its length.
_ATTENDEE = (
    "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;\r\n"
    f" RSVP=FALSE:mailto:\r\n {ADDRESS_MARK}\r\n"
)
_END = "END:VEVENT\r\nEND:VCALENDAR\r\n"
# What RFC 5545 forbids in a text, and the character a mark is made of.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ue000]")

Link = Callable[[Meeting], str]


def request(meeting: Meeting) -> Enclosure:
    """The invitation, or what has changed in it: the SEQUENCE says which is newer."""
    return _mailed(meeting, REQUEST)


def cancel(meeting: Meeting) -> Enclosure:
    """The word that takes the event out of the calendar again."""
    return _mailed(meeting, CANCEL)


def feed(meetings: Iterable[Meeting], name: str, *, link: Link = members_page, discreet: bool = False) -> bytes:
    """A calendar to subscribe to, in the active language; cancelled meetings stay in it as cancelled.

    The same meetings are the same bytes, so that a calendar that has them already need not fetch them again. A
    `discreet` one says nothing of a meeting for contacts but its time: others may see the screen it is on.
    """
    calendar = _calendar(PUBLISH)
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        event = _times(meeting, stamp=changed_at(meeting), link=link)
        _describe(event, meeting, hidden=discreet and meeting.contacts_only)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def changed_at(meeting: Meeting) -> datetime:
    """When anything about it last changed."""
    steps = (meeting.changed_at, meeting.planned_at, meeting.held_at, meeting.cancelled_at)
    return max(step for step in steps if step)


def uid(meeting: Meeting) -> str:
    """The event's name in every calendar, the same as long as the meeting lives."""
    return f"{meeting.public_id}@{settings.MAIL_DOMAIN}"


def _mailed(meeting: Meeting, method: str) -> Enclosure:
    calendar = _calendar(method)
    event = _times(meeting, stamp=timezone.now(), link=members_page)
    _describe(event, meeting)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(_plain(words.callers(meeting)))
    event.add("organizer", organizer)
    calendar.add_component(event)
    text = calendar.to_ical().decode()
    return Enclosure(
        name="trappan.ics",
        subtype="calendar",
        method=method,
        # Only at the very end: a typed "END:VEVENT" may end a line of its own.
        text=text.removesuffix(_END) + _ATTENDEE + _END,
    )


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _times(meeting: Meeting, *, stamp: datetime, link: Link) -> Event:
    event = Event()
    event.add("uid", uid(meeting))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("last-modified", changed_at(meeting).astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("url", link(meeting))
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    return event


def _describe(event: Event, meeting: Meeting, *, hidden: bool = False) -> None:
    title = gettext("Meeting") if hidden else _plain(meeting.title)
    event.add("summary", title, parameters={"LANGUAGE": get_language() or "sv"})
    if hidden:
        return
    if meeting.where:
        event.add("location", _plain(meeting.where))
    event.add("description", _plain(_description(meeting)))


def _plain(words: str) -> str:
    return _FORBIDDEN.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def _description(meeting: Meeting) -> str:
    text = meeting.text_in()
    called = gettext("Called by: %(callers)s") % {"callers": words.callers(meeting)}
    return "\n\n".join(filter(None, [meeting.directions, text.agenda if text else "", called]))
