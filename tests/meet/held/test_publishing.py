"""Minutes that others may read, taken back, and on a sheet for the board."""

import pytest

from tests.meet.held.conftest import browser
from tests.meetings import promised, recorded
from tests.pdfs import is_accessible, sizes_of, text_of
from watch.models import Record

pytestmark = pytest.mark.django_db


def url(record: Record, page: str = "publicera") -> str:
    return f"/moten/{record.meeting.public_id}/{page}/"


def test_publishing_twice_keeps_the_first_time_and_taking_back_hides_it(here):
    record = recorded(here.meeting())
    client = browser(here.police.user)
    sent = {"version": 1, "minutes": "Vi pratade om lås.", "action": "publish"}
    assert "Published" in client.post(url(record), sent, follow=True).text
    record.refresh_from_db()
    first = record.published_at
    client.post(url(record), sent)
    record.refresh_from_db()
    assert record.published_at == first
    reader = browser(here.tenant())
    page = f"/moten/{record.meeting.public_id}/"
    assert "Vi pratade om lås." in reader.get(page).text
    client.post(url(record), {"action": "withdraw"})
    assert "Vi pratade om lås." not in reader.get(page).text


def test_the_guard_stops_it_and_keeps_the_text(here):
    record = recorded(here.meeting(is_public=True))
    sent = {"version": 1, "public_minutes": "Bilen ABC 123 stod där.", "action": "publish"}
    answer = browser(here.police.user).post(url(record), sent)
    assert "registration number" in answer.text
    assert "Bilen ABC 123 stod där." in answer.text
    assert not Record.objects.exclude(published_at=None).exists()


def test_a_colleagues_words_and_ones_own_are_both_shown(here):
    record = recorded(here.meeting(), minutes="Kollegans ord", version=2)
    answer = browser(here.police.user).post(url(record), {"version": 1, "minutes": "Mina ord", "action": "publish"})
    assert "Kollegans ord" in answer.text
    assert "Mina ord" in answer.text
    assert not Record.objects.exclude(published_at=None).exists()


def test_what_is_not_written_down_cannot_be_published(here):
    meeting = here.meeting()
    answer = browser(here.police.user).get(f"/moten/{meeting.public_id}/publicera/", follow=True)
    assert "Write down the meeting first" in answer.text


def test_the_sheet_is_for_contacts_and_staff_once_it_is_published(here):
    record = recorded(here.meeting(), minutes="Vi pratade om lås.")
    promised(record.meeting)
    contact = browser(here.contact().user)
    assert contact.get(url(record, "sammanfattning")).status_code == 404
    Record.objects.update(published_at=record.saved_at)
    for client in (contact, browser(here.landlord.user), browser(here.police.user)):
        sheet = client.get(url(record, "sammanfattning")).content
        assert is_accessible(sheet)
        assert sizes_of(sheet) == [(210, 297)]
        text = text_of(sheet)
        assert "Vi pratade om lås." in text
        assert "Laga låset" in text
    assert browser(here.tenant()).get(url(record, "sammanfattning")).status_code == 403


def test_what_was_said_among_contacts_gets_on_no_board(here):
    meeting = here.meeting(kind="training", contacts_only=True)
    record = recorded(meeting, minutes="Bara vi.")
    Record.objects.update(published_at=record.saved_at)
    assert browser(here.police.user).get(url(record, "sammanfattning")).status_code == 404
