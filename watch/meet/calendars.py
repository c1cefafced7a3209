"""Meetings as calendar files (RFC 5545), and as invitations by mail (RFC 5546) with the reader as the only attendee."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event, vCalAddress, vText

from notifications.companions import ADDRESS_MARK, Enclosure
from watch.meet import words
from watch.models import Meeting

PRODUCT = "-//Trappan//Trappan//SV"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
# The reader's address on a line of its own, so that it can be folded there whatever its length.
_ATTENDEE = (
    "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;\r\n"
    f" RSVP=FALSE:mailto:\r\n {ADDRESS_MARK}\r\n"
)
_END = "END:VEVENT\r\n"


def request(meeting: Meeting) -> Enclosure:
    """The invitation, or what has changed in it: the SEQUENCE says which is newer."""
    return _mailed(meeting, REQUEST)


def cancel(meeting: Meeting) -> Enclosure:
    """The word that takes the event out of the calendar again."""
    return _mailed(meeting, CANCEL)


def feed(meetings: Iterable[Meeting], name: str) -> bytes:
    """A calendar to subscribe to, in the active language; cancelled meetings stay in it as cancelled."""
    calendar = _calendar(PUBLISH)
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    return bytes(calendar.to_ical())


def uid(meeting: Meeting) -> str:
    """The event's name in every calendar, the same as long as the meeting lives."""
    return f"{meeting.public_id}@{settings.MAIL_DOMAIN}"


def _mailed(meeting: Meeting, method: str) -> Enclosure:
    calendar = _calendar(method)
    event = _event(meeting)
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(words.callers(meeting))
    event.add("organizer", organizer)
    calendar.add_component(event)
    text = calendar.to_ical().decode()
    return Enclosure(
        name="trappan.ics",
        subtype="calendar",
        method=method,
        text=text.replace(_END, _ATTENDEE + _END),
    )


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(meeting: Meeting) -> Event:
    event = Event()
    event.add("uid", uid(meeting))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now())
    event.add("last-modified", meeting.changed_at.astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", meeting.title, parameters={"LANGUAGE": get_language() or "sv"})
    if meeting.where:
        event.add("location", meeting.where)
    event.add("description", _description(meeting))
    event.add("url", settings.SITE_URL + reverse("meet:meeting", args=[meeting.public_id]))
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    return event


def _description(meeting: Meeting) -> str:
    text = meeting.text_in()
    called = gettext("Called by: %(callers)s") % {"callers": words.callers(meeting)}
    return "\n\n".join(filter(None, [meeting.directions, text.agenda if text else "", called]))
