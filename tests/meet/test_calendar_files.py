"""The file that goes with an invitation: any calendar reads it, and it names nobody but its reader."""

import email
import email.policy
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from notifications.companions import ADDRESS_MARK
from notifications.letters import Letter, notice_letter
from notifications.models import Notice
from notifications.transports.mime import MESSAGE_ID, TO, TOKEN, Sheet
from tests.meet.calendar_files import attendees, only_event
from tests.meet.guests import somewhere
from tests.meetings import MeetingFactory, at
from watch.meet import answering, calendars, inviting
from watch.meet.companion import MeetingCompanion
from watch.meet.facts import Facts
from watch.models import Meeting, MeetingText

ADDRESS = "granne@example.org"
ARABIC = "اجتماع حول السلامة في الحي مع الشرطة والبلدية والجيران في بيت نوربي"
# What people type: anything but lone surrogates, which no form lets through.
WORDS = some.text(some.characters(exclude_categories=("Cs",)), max_size=400)
LOCAL = some.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789.!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=64)
DOMAIN = some.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=63)


def bytes_for(enclosure, address=ADDRESS):
    return enclosure.to(address).encode()


def unsaved(*texts, **fields):
    """A meeting no database knows, so that a thousand of them take no time."""
    meeting = MeetingFactory.build(pk=1, lead__name="Polisen", **fields)
    meeting._prefetched_objects_cache = {"texts": list(texts), "organisers": [meeting.lead]}
    return meeting


@pytest.fixture
def place(db):
    return somewhere()


def test_an_invitation_is_a_request_to_its_reader_alone(place):
    meeting = place.meeting()
    enclosure = calendars.request(meeting)
    event = only_event(bytes_for(enclosure))
    assert enclosure.method == "REQUEST"
    assert attendees(event) == [ADDRESS]
    assert event["attendee"].params["RSVP"] == "FALSE"
    assert str(event["status"]) == "CONFIRMED"
    assert event.decoded("dtstart") == meeting.starts_at
    assert event.decoded("dtend") == meeting.ends_at
    assert str(event["organizer"]).startswith("mailto:")
    assert str(event["organizer"].params["CN"]) == "Polisen i Norrby"
    assert str(event["location"]) == "Provlokalen, Provgatan 1"
    assert str(event["description"]).startswith("Vi pratar om lås.")


def test_the_summary_is_in_the_readers_language(place):
    meeting = place.meeting(texts={"sv": ("Träff", "Om lås."), "ar": (ARABIC[:80], ARABIC * 5)})
    with override("ar"):
        event = only_event(bytes_for(calendars.request(meeting)))
    assert str(event["summary"]) == ARABIC[:80]
    assert event["summary"].params["LANGUAGE"] == "ar"
    assert ARABIC * 5 in str(event["description"])


def test_a_change_keeps_the_name_and_grows_the_sequence(place):
    place.neighbour()
    meeting = place.meeting()
    first = only_event(bytes_for(calendars.request(meeting)))
    facts = Facts.of(meeting)
    later = Facts(**{**facts.__dict__, "starts_at": at(19, days=21), "ends_at": at(20, days=21)})
    meeting = inviting.move(meeting=meeting, facts=later, user=place.officer)
    second = only_event(bytes_for(calendars.request(meeting)))
    assert second["uid"] == first["uid"]
    assert int(second["sequence"]) > int(first["sequence"])
    assert second.decoded("dtstart") == at(19, days=21)
    meeting = inviting.cancel(meeting=meeting, user=place.officer)
    enclosure = calendars.cancel(meeting)
    last = only_event(bytes_for(enclosure))
    assert enclosure.method == "CANCEL"
    assert b"METHOD:CANCEL\r\n" in bytes_for(enclosure)
    assert last["uid"] == first["uid"]
    assert int(last["sequence"]) > int(second["sequence"])
    assert str(last["status"]) == "CANCELLED"
    assert attendees(last) == [ADDRESS]


def test_each_letter_has_the_file_that_fits_it(place):
    meeting = place.meeting()
    place.neighbour()
    invited = Notice.objects.get()
    letter = notice_letter(invited, "sv", neutral=False)
    assert letter.enclosure.method == "REQUEST"
    inviting.cancel(meeting=meeting, user=place.officer)
    word = Notice.objects.exclude(pk=invited.pk).get()
    letter = notice_letter(word, "sv", neutral=False)
    assert letter.enclosure.method == "CANCEL"
    assert MeetingCompanion().links(word) == []
    assert MeetingCompanion().short_link(word) is None
    assert notice_letter(word, "sv", neutral=True).enclosure is None


def test_a_meeting_over_the_change_of_the_clocks_is_as_long_as_it_is(place):
    meeting = place.meeting(starts_at=at(1, days=40), ends_at=at(4, days=40))
    event = only_event(bytes_for(calendars.request(meeting)))
    assert event.decoded("dtend") - event.decoded("dtstart") == meeting.ends_at - meeting.starts_at


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=WORDS, agenda=WORDS, where=WORDS)
@example(title=ARABIC[:80], agenda="ÅÄÖ " * 300, where="Huset; rum 2, \\vån 3\r\nEND:VEVENT")
@example(title="\r\nATTENDEE:mailto:annan@example.org", agenda="END:VEVENT\r\n" * 3, where=ADDRESS_MARK)
@example(title="a\x00b\x1fc", agenda="rad\rrad\n\nrad\ttabb", where="👩‍👩‍👧‍👦" * 40)
def test_whatever_is_written_the_file_is_a_calendar(title, agenda, where):
    meeting = unsaved(MeetingText(language="sv", title=title, agenda=agenda), place=where, address="")
    event = only_event(bytes_for(calendars.request(meeting)))
    assert attendees(event) == [ADDRESS]
    # Line ends and what no calendar may hold aside, it is what was written.
    plain = "".join(sign for sign in title if sign.isprintable())
    assert "".join(sign for sign in str(event["summary"]) if sign.isprintable()) == plain.replace("\ue000", "")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(local=LOCAL, domain=some.lists(DOMAIN, min_size=1, max_size=4))
@example(local="x" * 64, domain=["y" * 63] * 3)
@example(local="%41" * 20, domain=["example"])
def test_an_address_of_any_length_is_folded_and_found_whole(local, domain):
    address = f"{local}@{'.'.join(domain)}.org"
    enclosure = calendars.request(unsaved())
    (found,) = attendees(only_event(bytes_for(enclosure, address)))
    assert unquote(found) == address
    assert found.isascii()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(local=LOCAL, domain=DOMAIN)
def test_the_mail_holds_the_same_file_whatever_the_address(local, domain):
    address = f"{local}@{domain}.org"
    text = MeetingText(language="sv", title=ARABIC[:80], agenda="åäö = " * 60)
    enclosure = calendars.request(unsaved(text))
    letter = Letter(
        language="sv",
        sender="Polisen",
        subject="Träff",
        text="Hej",
        html="<p>Hej",
        short="",
        to_many=True,
        enclosure=enclosure,
    )
    own = {TO: address.encode(), MESSAGE_ID: b"<1@trappan.test>", TOKEN: b"token"}
    mail = email.message_from_bytes(Sheet(letter, "anslag@trappan.test").filled(own), policy=email.policy.default)
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    content = part.get_payload(decode=True)
    assert content == enclosure.to(address).encode()
    assert [unquote(found) for found in attendees(only_event(content))] == [address]


def test_who_has_said_no_is_not_reminded_and_others_are(place):
    meeting = place.meeting()
    no, yes = place.neighbour().user, place.neighbour().user
    said = {"adults": 1, "children": 0, "interpreter": "", "way": "page"}
    answering.answer(meeting=meeting, user=no, is_coming=False, **said)
    answering.answer(meeting=meeting, user=yes, is_coming=True, **said)
    answering.type_in(meeting=meeting, adults=1, children=0, interpreter="", way="phone", by=place.officer)
    notice = Notice.objects.get()
    assert MeetingCompanion().not_to(notice) is None
    notice.reference = Notice.Reference.REMINDS
    assert [row["user"] for row in MeetingCompanion().not_to(notice)] == [no.pk]


def test_a_meeting_that_is_over_has_nothing_to_answer(place):
    hour_ago = at(12, days=-1)
    meeting = place.meeting(starts_at=hour_ago - timedelta(hours=1), ends_at=hour_ago)
    assert MeetingCompanion().links(Notice.objects.get()) == []
    assert Meeting.objects.past().get() == meeting
