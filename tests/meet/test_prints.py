"""Invitations on paper: for the board, half as large, and as slips for the doors."""

import pytest
from django.conf import settings

from buildings.qr import qr_picture
from tests import factories as make
from tests.meet.guests import somewhere
from tests.meetings import at
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


def picture(path):
    return str(qr_picture(f"{settings.SITE_URL}{path}", css_class="sheet-qr"))


@pytest.mark.parametrize("size", SIZES)
def test_all_languages_stand_in_their_order_each_in_its_direction(client, place, size):
    meeting = place.meeting(texts=TEXTS)
    client.force_login(place.officer)
    page = client.get(sheet(meeting, place.stairwell), {"storlek": size} if size else {})
    assert page.status_code == 200
    body = page.text.partition("<main")[2]
    found = [body.index(TEXTS[language][0]) for language, _name in settings.LANGUAGES if language in TEXTS]
    assert found == sorted(found)
    assert 'lang="ar" dir="rtl"' in body
    assert 'lang="so" dir="ltr"' in body
    assert "Provlokalen" in body
    assert body.count('class="slip"') == (8 if size == "lappar" else 0)


def test_a_language_the_meeting_has_no_words_in_says_what_kind_it_is(client, place):
    client.force_login(place.officer)
    body = client.get(sheet(place.meeting(), place.stairwell)).text.partition("<main")[2]
    assert 'lang="ar"' in body
    assert body.count("Vi pratar om lås.") == 1


def test_long_agendas_stay_in_swedish_and_half_a_sheet_has_none(client, place):
    words = {language: (title, f"{agenda} " * 30) for language, (title, agenda) in TEXTS.items()}
    meeting = place.meeting(texts=words)
    client.force_login(place.officer)
    body = client.get(sheet(meeting, place.stairwell)).text
    assert "Vi pratar om lås." in body
    assert "We talk about locks." not in body
    assert "Meeting about safety" in body
    assert "Vi pratar om lås." not in client.get(sheet(meeting, place.stairwell, "a5")).text


def test_the_picture_leads_to_an_open_meetings_page(client, place):
    meeting = place.meeting(is_public=True)
    client.force_login(place.officer)
    assert picture(f"/oppet-mote/{meeting.public_id}/") in client.get(sheet(meeting, place.stairwell)).text


def test_the_code_is_printed_for_those_alone_who_may_hand_it_out(client, place):
    meeting = place.meeting()
    code = place.stairwell.codes.get()
    landlord = make.StaffFactory(
        organisation=place.stairwell.building.owner, districts=[place.stairwell.building.district]
    ).user
    for user in (landlord, place.contact().user):
        client.force_login(user)
        page = client.get(sheet(meeting, place.stairwell)).text
        assert picture(f"/trapp/{code.code}/") in page or code.spaced in page
    client.force_login(place.officer)
    page = client.get(sheet(meeting, place.stairwell)).text
    assert code.code not in page
    assert code.spaced not in page


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
