"""Calendar files, read strictly: by RFC 5545's own rules for lines, and by two parsers that are strangers."""

import vobject
from icalendar import Calendar


def lines_of(content: bytes) -> list[str]:
    """The unfolded lines. Fails when a line is not ended by CRLF, is longer than 75 octets or cut inside a letter."""
    assert content.endswith(b"\r\n")
    physical = content[:-2].split(b"\r\n")
    for line in physical:
        assert len(line) <= 75, line
        assert b"\r" not in line, line
        assert b"\n" not in line, line
        line.decode()
    return content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def read(content: bytes):
    """The calendar as icalendar reads it, when vobject reads the same in it."""
    lines = lines_of(content)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert all(":" in line for line in lines)
    calendar = Calendar.from_ical(content)
    assert not calendar.errors
    other = vobject.readOne(content.decode())
    events = calendar.walk("VEVENT")
    others = list(getattr(other, "vevent_list", []))
    assert len(events) == len(others)
    assert str(calendar["method"]) == other.method.value
    for event, same in zip(events, others, strict=True):
        assert not event.errors
        assert str(event["uid"]) == same.uid.value
        assert int(event["sequence"]) == int(same.sequence.value)
        assert event.decoded("dtstart") == same.dtstart.value
        assert event.decoded("dtend") == same.dtend.value
        assert str(event["summary"]) == same.summary.value
        assert str(event["status"]) == same.status.value
        assert str(event.get("description", "")) == getattr(getattr(same, "description", None), "value", "")
        assert str(event.get("location", "")) == getattr(getattr(same, "location", None), "value", "")
    return calendar


def only_event(content: bytes):
    """The one event in the file."""
    (event,) = read(content).walk("VEVENT")
    return event


def attendees(event) -> list[str]:
    """The addresses it is for."""
    found = event.get("attendee", [])
    return [str(one).removeprefix("mailto:") for one in (found if isinstance(found, list) else [found])]
