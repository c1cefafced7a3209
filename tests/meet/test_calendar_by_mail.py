"""An invitation, its change and its cancellation by real mail, into a real calendar: one event, and then none."""

import pytest

from notifications.models import Notice
from notifications.outbox import expand, run
from tests.meet.caldav import CalendarApp, Server
from tests.meet.calendar_files import attendees, only_event
from tests.meet.guests import somewhere
from tests.meetings import at
from tests.notifications.engine.conftest import post  # noqa: F401
from tests.notifications.mail.test_provider import provider  # noqa: F401
from watch.meet import inviting
from watch.meet.facts import Facts

LONG = f"{'en-mycket-lang-adress-' * 2}x@{'ett-langt-namn.' * 8}example.org"


@pytest.fixture
def place(db, settings):
    settings.TAKE_BACK_SECONDS = 0
    return somewhere()


def sent():
    """Send what is due."""
    expand.start_due("notices")
    run.deliver("notices")


def file_of(mail):
    """The calendar file of a mail, which has one only, and says in its own type what it does."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert f"METHOD:{part.get_param('method')}\r\n".encode() in content
    assert part.get_content_charset() == "utf-8"
    return part.get_param("method"), content


def files(post):  # noqa: F811
    """Method, reader and file of every mail so far, in the order they came; each names its own reader alone."""
    found = []
    for mail in post.taken:
        method, content = file_of(mail)
        assert attendees(only_event(content)) == [mail["To"]]
        found.append((method, mail["To"], content))
    return found


def the_whole_way(place, meeting):
    """Invite, move and cancel, with everything sent in between."""
    inviting.invite(meeting=meeting, user=place.officer)
    sent()
    meeting.refresh_from_db()
    facts = Facts.of(meeting)
    later = Facts(**facts.__dict__ | {"starts_at": at(19, days=22), "ends_at": at(20, days=22), "place": "Hörsalen"})
    inviting.move(meeting=meeting, facts=later, user=place.officer)
    sent()
    inviting.cancel(meeting=meeting, user=place.officer)
    sent()


def test_each_mail_carries_a_file_for_its_reader_alone(place, post):  # noqa: F811
    for address in ("a@example.org", LONG):
        place.neighbour(user__email=address)
    place.neighbour(user__email="arabic@example.org", user__language="ar")
    the_whole_way(place, place.meeting(is_told=False, texts={"sv": ("Träff i Norrbyhuset", "Åäö, " * 90)}))
    found = files(post)
    assert len(found) == 9
    for reader in ("a@example.org", LONG, "arabic@example.org"):
        mine = [(method, only_event(content)) for method, to, content in found if to == reader]
        assert [method for method, _event in mine] == ["REQUEST", "REQUEST", "CANCEL"]
        assert len({str(event["uid"]) for _method, event in mine}) == 1
        sequences = [int(event["sequence"]) for _method, event in mine]
        assert sequences == sorted(set(sequences))
        assert [str(event["status"]) for _method, event in mine] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        assert mine[1][1].decoded("dtstart") == at(19, days=22)
        others = {"a@example.org", LONG, "arabic@example.org"} - {reader}
        assert not any(other in str(event) for other in others for _method, event in mine)


def test_a_mail_to_a_contact_about_a_meeting_for_contacts_carries_no_file(place, post):  # noqa: F811
    place.contact()
    inviting.invite(meeting=place.meeting(is_told=False, kind="training", contacts_only=True), user=place.officer)
    sent()
    (mail,) = post.taken
    assert [part for part in mail.walk() if part.get_content_type() == "text/calendar"] == []


def test_the_provider_gets_the_same_file(place, provider):  # noqa: F811
    import base64

    place.neighbour(user__email=LONG)
    inviting.invite(meeting=place.meeting(is_told=False), user=place.officer)
    sent()
    (mail,) = provider.taken
    (file,) = mail["Attachments"]
    assert file["ContentType"].startswith("text/calendar")
    assert 'method="REQUEST"' in file["ContentType"]
    event = only_event(base64.b64decode(file["Content"]))
    assert attendees(event) == [LONG]
    assert Notice.objects.get().state == Notice.State.SENT


@pytest.mark.servers
def test_in_a_real_calendar_it_is_one_event_that_moves_and_then_is_gone(place, post, tmp_path):  # noqa: F811
    place.neighbour(user__email="granne@example.org")
    the_whole_way(place, place.meeting(is_told=False, texts={"sv": ("Träff", "Åäö, " * 90), "ar": ("اجتماع", "نص")}))
    invited, moved, cancelled = (content for _method, _to, content in files(post))
    server = Server(tmp_path)
    try:
        app = CalendarApp(server, "granne")
        app.take(invited)
        (event,) = app.events()
        assert str(event["summary"]) == "Träff"
        app.take(moved)
        (event,) = app.events()
        assert event.decoded("dtstart") == at(19, days=22)
        assert str(event["location"]).startswith("Hörsalen")
        # Mails may overtake each other.
        app.take(invited)
        assert [event.decoded("dtstart") for event in app.events()] == [at(19, days=22)]
        app.take(cancelled)
        assert [str(event["status"]) for event in app.events()] == ["CANCELLED"]
        app.take(moved)
        assert [str(event["status"]) for event in app.events()] == ["CANCELLED"]
        app.clear_cancelled()
        assert app.events() == []
        app.close()
    finally:
        server.close()
