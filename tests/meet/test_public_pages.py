"""Open meetings, for anyone who passes by."""

import pytest

from tests.meet.guests import somewhere
from tests.meetings import at
from watch.meet import inviting
from watch.models import Meeting

pytestmark = pytest.mark.django_db

LIST = "/stadsdel/norrby/moten/"


@pytest.fixture
def place():
    return somewhere()


def titled(title):
    return {"sv": (title, "Vi pratar om lås.")}


def test_anyone_sees_the_open_meetings_to_come(client, place):
    place.meeting(is_public=True, texts=titled("Öppet hus"))
    place.meeting(texts=titled("Bara grannar"))
    place.meeting(is_public=True, is_told=False, texts=titled("Ett utkast"))
    place.meeting(is_public=True, texts=titled("Förra veckan"), starts_at=at(18, days=-7))
    inviting.cancel(meeting=place.meeting(is_public=True, texts=titled("Inställt")), user=place.officer)
    page = client.get(LIST).text
    assert "Öppet hus" in page
    for title in ("Bara grannar", "Ett utkast", "Förra veckan", "Inställt"):
        assert title not in page
    assert "/stadsdel/norrby/moten.ics" in page


def test_a_district_without_open_meetings_says_so(client, place):
    page = client.get(LIST)
    assert page.status_code == 200
    assert 'class="empty"' in page.text
    assert client.get("/stadsdel/finns-inte/moten/").status_code == 404


def test_one_reads_time_and_place_without_signing_in(client, place):
    meeting = place.meeting(is_public=True, texts=titled("Öppet hus"))
    page = client.get(f"/oppet-mote/{meeting.public_id}/").text
    for word in ("Öppet hus", "Provlokalen, Provgatan 1", "Vi pratar om lås.", "Polisen i Norrby"):
        assert word in page


@pytest.mark.parametrize("step", ["cancel", "past"])
def test_what_will_not_be_says_so(client, place, step):
    past = {"starts_at": at(18, days=-2)} if step == "past" else {}
    meeting = place.meeting(is_public=True, **past)
    if step == "cancel":
        inviting.cancel(meeting=meeting, user=place.officer)
    page = client.get(f"/oppet-mote/{meeting.public_id}/")
    assert page.status_code == 200
    assert "state-good" not in page.text


def test_other_meetings_have_no_open_page(client, place):
    contacts = place.meeting(kind=Meeting.Kind.TRAINING, contacts_only=True)
    for meeting in (place.meeting(), contacts, place.meeting(is_public=True, is_told=False)):
        assert client.get(f"/oppet-mote/{meeting.public_id}/").status_code == 404


def test_answers_are_not_told_to_strangers(client, place):
    meeting = place.meeting(is_public=True, seats=30)
    page = client.get(f"/oppet-mote/{meeting.public_id}/").text
    assert "figure-number" not in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("meetings", [1, 19])
def test_the_list_asks_the_same_for_many(client, place, meetings, django_assert_num_queries):
    for _ in range(meetings):
        place.meeting(is_public=True)
    with django_assert_num_queries(6):
        client.get(LIST)
