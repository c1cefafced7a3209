"""Answering from the link in a message: one press, no signing in, changed as often as one likes."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from notifications.endpoints import set_wants
from notifications.models import Delivery, Notice
from tests import factories as make
from tests.meet.guests import link, somewhere
from watch.meet import inviting
from watch.meet.views import answers
from watch.models import Answer, Meeting

pytestmark = pytest.mark.django_db

YES = {"svar": "ja", "adults": "2", "children": "1"}


@pytest.fixture
def place():
    return somewhere()


@pytest.fixture
def meeting(place):
    return place.meeting(interpreter=True)


@pytest.fixture
def guest(place):
    return place.neighbour()


@pytest.fixture
def strict():
    """A browser without a cookie, at a site that insists on CSRF tokens."""
    return Client(enforce_csrf_checks=True)


def test_yes_is_one_press(strict, meeting, guest):
    page = strict.get(link(meeting, guest, "ja"))
    assert page.context["form"].initial["svar"] == "ja"
    assert 'value="ja" checked' in " ".join(page.text.split()) or "checked" in page.text
    response = strict.post(link(meeting, guest, "ja"), {"svar": "ja", "adults": "1", "children": "0"})
    assert response.status_code == 200
    given = Answer.objects.get()
    assert (given.user, given.is_coming, given.adults, given.children) == (guest.user, True, 1, 0)
    assert given.way == Answer.Way.LINK


def test_no_is_one_press_and_no_number_is_asked_for(strict, meeting, guest):
    page = strict.get(link(meeting, guest, "nej"))
    assert page.context["form"].initial["svar"] == "nej"
    strict.post(link(meeting, guest), {"svar": "nej", "adults": "1", "children": "900", "interpreter": "klingon"})
    given = Answer.objects.get()
    assert (given.is_coming, given.adults, given.children, given.interpreter) == (False, 0, 0, "")


@pytest.mark.parametrize("asked", ["ja", "nej", "", "kanske", "\x00"])
def test_a_scanner_that_opens_every_link_answers_nothing(strict, meeting, guest, asked):
    assert strict.get(link(meeting, guest), {"svar": asked}).status_code == 200
    assert strict.head(link(meeting, guest), {"svar": asked}).status_code == 200
    assert not Answer.objects.exists()


def test_the_earlier_answer_stands_there_and_a_changed_one_counts_once(strict, meeting, guest):
    strict.post(link(meeting, guest), YES | {"interpreter": "ar"})
    page = strict.get(link(meeting, guest))
    assert page.context["form"].initial == {"svar": "ja", "adults": 2, "children": 1, "interpreter": "ar"}
    strict.post(link(meeting, guest), {"svar": "ja", "adults": "0", "children": "3"})
    assert Answer.objects.get().children == 3
    assert meeting.answers.seats_taken() == 3


def test_two_ways_to_reach_one_person_are_one_answer(strict, meeting, guest):
    sms = make.EndpointFactory(user=guest.user, channel="sms", address="+46701740633")
    strict.post(link(meeting, guest), YES)
    strict.post(link(meeting, sms), {"svar": "nej"})
    assert not Answer.objects.get().is_coming


@pytest.mark.parametrize(
    "typed",
    [
        {"svar": "ja", "adults": "0", "children": "0"},
        {"svar": "ja", "adults": "", "children": ""},
        {"svar": "ja", "adults": "1", "children": "500"},
        {"svar": "ja", "adults": "21", "children": "0"},
        {"svar": "ja", "adults": "-1", "children": "2"},
        {"svar": "ja", "adults": "två", "children": "0"},
        {"svar": "ja", "adults": "1", "children": "0", "interpreter": "somebody's name"},
        {"svar": "ja", "adults": "\x00", "children": "0"},
        {"adults": "1", "children": "0"},
        {"svar": "kanske", "adults": "1", "children": "0"},
        {},
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_is_kept(strict, meeting, guest, typed):
    page = strict.post(link(meeting, guest), typed)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert "error-summary" in page.text
    if typed.get("children") == "500":
        assert 'value="500"' in page.text
    assert not Answer.objects.exists()


def test_the_page_speaks_the_persons_language_unless_another_was_chosen(strict, meeting, place):
    guest = place.neighbour(user__language="ar")
    assert 'dir="rtl"' in strict.get(link(meeting, guest)).text
    strict.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en"' in strict.get(link(meeting, guest)).text


def test_interpreters_are_asked_for_only_where_there_are_any(strict, place, guest):
    page = strict.get(link(place.meeting(), guest))
    assert "interpreter" not in page.context["form"].fields
    strict.post(link(place.meeting(), guest), YES | {"interpreter": "ar"})
    assert Answer.objects.get().interpreter == ""


def test_children_are_asked_about_only_where_they_are_welcome(strict, place, guest):
    meeting = place.meeting(children_welcome=False)
    assert "children" not in strict.get(link(meeting, guest)).context["form"].fields
    strict.post(link(meeting, guest), YES)
    assert (Answer.objects.get().adults, Answer.objects.get().children) == (2, 0)


def test_the_link_is_kept_out_of_caches_search_engines_and_referrers(strict, meeting, guest):
    response = strict.get(link(meeting, guest))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert guest.user.email not in response.text
    assert guest.user.name not in response.text


@pytest.mark.parametrize("token", ["forged", "%00", "a%00b", "%ED%A0%80", "x" * 3000, "%F0%9F%90%88"])
def test_a_forged_link_opens_nothing(strict, meeting, guest, token):
    right = link(meeting, guest)
    for address in (right.replace(guest.token, token), f"/m/{token}/{guest.token}/"):
        response = strict.get(address)
        assert response.status_code == 404
        assert strict.post(address, YES).status_code == 404
    assert not Answer.objects.exists()


def test_the_link_of_a_notice_is_not_a_link_to_answer(strict, meeting, guest):
    notice = meeting.tellings.get().notice
    short = link(meeting, guest).split("/")[2]
    assert strict.get(f"/n/{short}").status_code == 404
    assert strict.get(f"/m/{notice.pk}/{guest.token}/").status_code == 404


def test_somebody_who_is_neither_meant_nor_told_cannot_answer(strict, meeting):
    stranger = somewhere("hulta").neighbour()
    assert strict.post(link(meeting, stranger), YES).status_code == 404
    assert not Answer.objects.exists()


def test_whoever_was_told_and_moved_can_still_say_no(strict, meeting):
    moved = somewhere("hulta").neighbour()
    notice = meeting.tellings.get().notice
    Delivery.objects.create(notice=notice, endpoint=moved, channel="email", state="sent")
    assert strict.post(link(meeting, moved), {"svar": "nej"}).status_code == 200
    assert Answer.objects.filter(user=moved.user, is_coming=False).exists()


def test_anyone_with_an_account_may_come_to_a_public_meeting(strict, place):
    stranger = somewhere("hulta").neighbour()
    strict.post(link(place.meeting(is_public=True), stranger), YES)
    assert Answer.objects.get().user == stranger.user


def test_whoever_wants_no_more_messages_can_still_answer(strict, meeting, guest):
    set_wants(endpoint=guest, wants="nothing", language="sv", way="one_click")
    assert strict.post(link(meeting, guest), YES).status_code == 200
    assert Answer.objects.get().user == guest.user


def test_an_erased_persons_link_opens_nothing(strict, meeting, guest):
    type(guest.user).objects.filter(pk=guest.user.pk).update(is_active=False)
    assert strict.get(link(meeting, guest)).status_code == 404


def test_a_meeting_for_contacts_has_no_such_link(strict, place):
    contact = place.contact()
    training = place.meeting(kind=Meeting.Kind.TRAINING, contacts_only=True)
    assert strict.get(link(training, contact.user.endpoints.get())).status_code == 404


def test_a_draft_and_a_round_have_no_such_link(strict, place, guest):
    assert strict.get(link(place.meeting(is_told=False), guest)).status_code == 404
    door_round = place.meeting(kind=Meeting.Kind.DOOR_KNOCK)
    assert strict.get(link(door_round, guest)).status_code == 404


def test_an_old_link_says_that_the_meeting_is_over(strict, meeting, guest):
    hour_ago = timezone.now() - timedelta(hours=1)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=hour_ago - timedelta(hours=1), ends_at=hour_ago)
    assert strict.get(link(meeting, guest)).status_code == 410
    assert strict.post(link(meeting, guest), YES).status_code == 410
    assert not Answer.objects.exists()


def test_no_answer_is_taken_to_a_cancelled_meeting(strict, meeting, guest, place):
    inviting.cancel(meeting=meeting, user=place.officer)
    page = strict.get(link(meeting, guest, "ja"))
    assert page.status_code == 410
    assert page.context["meeting"].is_cancelled
    assert strict.post(link(meeting, guest), YES).status_code == 410
    assert not Answer.objects.exists()


def test_one_that_is_cancelled_between_opening_and_pressing_takes_none(strict, meeting, guest, place, monkeypatch):
    taken = answers._taken

    def cancelled_first(*args):
        inviting.cancel(meeting=meeting, user=place.officer)
        return taken(*args)

    monkeypatch.setattr(answers, "_taken", cancelled_first)
    response = strict.post(link(meeting, guest), YES)
    assert response.status_code == 410
    assert response.context["meeting"].is_cancelled
    assert not Answer.objects.exists()


def test_when_it_is_full_the_page_says_how_many_seats_are_left(strict, place, guest):
    meeting = place.meeting(seats=3)
    strict.post(link(meeting, place.neighbour()), {"svar": "ja", "adults": "1", "children": "0"})
    page = strict.post(link(meeting, guest), YES)
    assert "2" in " ".join(page.context["form"].non_field_errors())
    assert 'value="2"' in page.text
    assert Answer.objects.count() == 1
    strict.post(link(meeting, guest), {"svar": "ja", "adults": "1", "children": "1"})
    assert meeting.answers.seats_taken() == 3
    # Whoever has a seat keeps it, and can give it back.
    assert not strict.post(link(meeting, guest), {"svar": "ja", "adults": "2", "children": "0"}).context["form"].errors
    late = place.neighbour()
    assert strict.post(link(meeting, late), {"svar": "ja", "adults": "1"}).context["form"].errors
    strict.post(link(meeting, guest), {"svar": "nej"})
    assert not strict.post(link(meeting, late), {"svar": "ja", "adults": "1"}).context["form"].errors


def test_whoever_guesses_too_much_waits_and_a_link_opened_before_goes_on_working(strict, meeting, guest):
    right = link(meeting, guest)
    assert strict.get(right).status_code == 200
    for turn in range(answers.WRONG_LINKS.limit):
        assert strict.get(right.replace(guest.token, f"guess-{turn}")).status_code == 404
    assert strict.get(right.replace(guest.token, "guess")).status_code == 429
    assert strict.get(right).status_code == 200
    assert strict.get(link(meeting, somewhere("hulta").neighbour())).status_code == 429


def test_the_link_in_the_letter_is_the_one_that_opens(place, guest, meeting):
    from notifications.letters import ANY_TOKEN, notice_letter

    letter = notice_letter(Notice.objects.get(), "sv", neutral=False)
    address = link(meeting, guest).replace(guest.token, ANY_TOKEN)
    from notifications.letters import TOKEN_MARK

    assert f"{address}?svar=ja" in letter.text.replace(TOKEN_MARK, ANY_TOKEN)
    assert f"{address}?svar=nej" in letter.text.replace(TOKEN_MARK, ANY_TOKEN)
    assert address in letter.short_to(ANY_TOKEN)
