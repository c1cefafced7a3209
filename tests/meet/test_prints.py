"""Invitations on paper: for the board, half as large, and as slips for the doors."""

import re

import pytest
from django.conf import settings
from django.utils.translation import override

from tests import factories as make
from tests.meet.guests import somewhere
from tests.meetings import at
from tests.pdfs import all_said_in, is_accessible, links_in, sizes_of, text_of
from watch.meet import inviting
from watch.models import Meeting

pytestmark = pytest.mark.django_db

TEXTS = {
    "sv": ("Träff om trygghet", "Vi pratar om lås."),
    "en": ("Meeting about safety", "We talk about locks."),
    "ar": ("اجتماع حول السلامة", "نتحدث عن الأقفال."),
    "so": ("Kulan ammaan", "Waxaan ka hadleynaa qufulo."),
}
SIZES = ["", "a5", "lappar", "a0", "\x00"]


@pytest.fixture
def place():
    return somewhere()


def sheet(meeting, stairwell, size=""):
    return f"/moten/{meeting.public_id}/inbjudan/{stairwell.pk}/" + (f"?storlek={size}" if size else "")


def read(client, meeting, stairwell, size=""):
    page = client.get(sheet(meeting, stairwell, size))
    assert page.headers["Content-Type"] == "application/pdf"
    return text_of(page.content)


@pytest.mark.parametrize("size", SIZES)
def test_all_languages_stand_in_their_order_each_in_its_direction(client, place, size):
    meeting = place.meeting(texts=TEXTS)
    client.force_login(place.officer)
    page = client.get(sheet(meeting, place.stairwell), {"storlek": size} if size else {})
    assert page.status_code == 200
    body = text_of(page.content)
    found = [body.index(TEXTS[language][0]) for language, _name in settings.LANGUAGES if language in TEXTS]
    assert found == sorted(found)
    assert is_accessible(page.content)
    assert {b"/Lang(ar)", b"/Lang(so)"} <= set(re.findall(rb"/Lang\([a-z]+\)", page.content))
    assert "Provlokalen" in body
    assert sizes_of(page.content) == [(148, 210) if size == "a5" else (210, 297)]
    assert len(links_in(page.content, scale=5)) == (8 if size == "lappar" else 1)


def test_a_language_the_meeting_has_no_words_in_says_what_kind_it_is(client, place):
    client.force_login(place.officer)
    body = read(client, place.meeting(), place.stairwell)
    with override("ar"):
        assert str(place.meeting().get_kind_display()) in body
    assert body.count("Vi pratar om lås.") == 1


def test_long_agendas_stay_in_swedish_and_half_a_sheet_has_none(client, place):
    words = {language: (title, f"{agenda} " * 30) for language, (title, agenda) in TEXTS.items()}
    meeting = place.meeting(texts=words)
    client.force_login(place.officer)
    body = read(client, meeting, place.stairwell)
    assert "Vi pratar om lås." in body
    assert "We talk about locks." not in body
    assert "Meeting about safety" in body
    assert "Vi pratar om lås." not in read(client, meeting, place.stairwell, "a5")


def test_the_picture_leads_to_an_open_meetings_page(client, place):
    meeting = place.meeting(is_public=True)
    client.force_login(place.officer)
    links = links_in(client.get(sheet(meeting, place.stairwell)).content)
    assert links == [f"{settings.SITE_URL}/oppet-mote/{meeting.public_id}/"]


def test_the_code_is_printed_for_those_alone_who_may_hand_it_out(client, place):
    meeting = place.meeting()
    code = place.stairwell.codes.get()
    landlord = make.StaffFactory(
        organisation=place.stairwell.building.owner, districts=[place.stairwell.building.district]
    ).user
    for user in (landlord, place.contact().user):
        client.force_login(user)
        page = client.get(sheet(meeting, place.stairwell)).content
        assert links_in(page) == [f"{settings.SITE_URL}/t/{code.code}"]
        assert code.spaced in text_of(page)
    client.force_login(place.officer)
    said = all_said_in(client.get(sheet(meeting, place.stairwell)).content)
    assert code.code not in said
    assert code.spaced not in said


def test_the_longest_titles_leave_room_for_the_place(client, place):
    words = {language: ((title + " och mer") * 9, agenda) for language, (title, agenda) in TEXTS.items()}
    meeting = place.meeting(texts={language: (title[:80], agenda) for language, (title, agenda) in words.items()})
    client.force_login(place.officer)
    for size in ("", "a5", "lappar"):
        page = client.get(sheet(meeting, place.stairwell, size)).content
        assert len(sizes_of(page)) == 1
        assert "Provlokalen" in text_of(page)


def test_neighbours_do_not_print_and_strangers_see_nothing(client, place):
    meeting = place.meeting()
    client.force_login(place.neighbour().user)
    assert client.get(sheet(meeting, place.stairwell)).status_code == 403
    client.force_login(somewhere("hulta").officer)
    assert client.get(sheet(meeting, place.stairwell)).status_code == 404
    client.logout()
    assert client.get(sheet(meeting, place.stairwell)).status_code == 302


def test_a_contact_prints_for_the_own_stairwell_only(client, place):
    meeting = place.meeting()
    other = make.StairwellFactory(building=place.stairwell.building)
    client.force_login(place.contact().user)
    assert client.get(sheet(meeting, place.stairwell)).status_code == 200
    assert client.get(sheet(meeting, other)).status_code == 404


def test_only_stairwells_that_are_meant_are_printed_for(client, place):
    meeting = place.meeting(whole_district=False)
    meeting.stairwells.set([place.stairwell])
    other = make.StairwellFactory(building__district=place.stairwell.building.district)
    client.force_login(place.officer)
    assert client.get(sheet(meeting, place.stairwell)).status_code == 200
    assert client.get(sheet(meeting, other)).status_code == 404
    page = client.get(f"/moten/{meeting.public_id}/inbjudan/")
    assert list(page.context["page"]) == [place.stairwell]


def test_nothing_about_contacts_goes_on_a_board(client, place):
    training = place.meeting(kind=Meeting.Kind.TRAINING, contacts_only=True)
    client.force_login(place.officer)
    assert client.get(sheet(training, place.stairwell)).status_code == 404
    assert client.get(f"/moten/{training.public_id}/inbjudan/").status_code == 404
    assert "inbjudan" not in client.get(f"/moten/{training.public_id}/").text


def test_what_will_not_be_is_not_printed(client, place):
    client.force_login(place.officer)
    cancelled = place.meeting()
    inviting.cancel(meeting=cancelled, user=place.officer)
    for meeting in (cancelled, place.meeting(starts_at=at(18, days=-2)), place.meeting(is_told=False)):
        for address in (sheet(meeting, place.stairwell), f"/moten/{meeting.public_id}/inbjudan/"):
            response = client.get(address, follow=True)
            assert response.redirect_chain[-1][0] == f"/moten/{meeting.public_id}/"
            assert [message.level_tag for message in response.context["messages"]] == ["warning"]


def test_organisers_find_every_stairwell_page_by_page(client, place, django_assert_max_num_queries):
    make.StairwellFactory.create_batch(60, building=place.stairwell.building)
    meeting = place.meeting()
    client.force_login(place.officer)
    assert f"/moten/{meeting.public_id}/inbjudan/" in client.get(f"/moten/{meeting.public_id}/").text
    with django_assert_max_num_queries(12):
        page = client.get(f"/moten/{meeting.public_id}/inbjudan/")
    assert len(page.context["page"]) == 50
    assert len(client.get(f"/moten/{meeting.public_id}/inbjudan/?page=2").context["page"]) == 11
