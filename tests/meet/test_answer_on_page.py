"""Answers on the meeting's page, and what its organisers see of them: numbers, never names."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.meet.guests import somewhere
from watch.meet import answering, inviting
from watch.models import Answer, Meeting

pytestmark = pytest.mark.django_db

YES = {"svar": "ja", "adults": "2", "children": "1"}


@pytest.fixture
def place():
    return somewhere()


@pytest.fixture
def guest(place):
    return place.neighbour().user


def page(meeting):
    return reverse("meet:meeting", args=[meeting.public_id])


def test_one_answers_on_the_page_and_changes_it(client, place, guest):
    meeting = place.meeting()
    client.force_login(guest)
    assert client.get(page(meeting)).context["answer_form"]
    response = client.post(f"{page(meeting)}svar/", YES, follow=True)
    assert response.redirect_chain[-1][0] == page(meeting)
    assert response.context["own_answer"].adults == 2
    client.post(f"{page(meeting)}svar/", {"svar": "nej"})
    assert not Answer.objects.get().is_coming
    assert Answer.objects.get().way == Answer.Way.PAGE


def test_the_question_stands_once(client, place, guest):
    meeting = place.meeting()
    client.force_login(guest)
    client.cookies["sprak"] = "en"
    for response in (client.get(page(meeting)), client.post(f"{page(meeting)}svar/", {"svar": "ja", "adults": 0})):
        assert response.text.count("Are you coming?") == 1


@pytest.mark.parametrize("typed", [{"svar": "ja", "adults": "0"}, {"svar": "ja", "adults": "500"}, {}])
def test_what_cannot_be_comes_back_with_what_was_typed(client, place, guest, typed):
    meeting = place.meeting()
    client.force_login(guest)
    response = client.post(f"{page(meeting)}svar/", typed)
    assert response.status_code == 200
    assert "error-summary" in response.text
    if "adults" in typed:
        assert f'value="{typed["adults"]}"' in response.text
    assert not Answer.objects.exists()


def test_a_contact_answers_to_a_meeting_for_contacts_there(client, place):
    contact = place.contact()
    training = place.meeting(kind=Meeting.Kind.TRAINING, contacts_only=True)
    client.force_login(contact.user)
    client.post(f"{page(training)}svar/", YES)
    assert Answer.objects.get().user == contact.user


def test_staff_who_are_not_asked_to_come_cannot_be_counted(client, place):
    meeting = place.meeting()
    client.force_login(place.officer)
    assert client.get(page(meeting)).context["answer_form"] is None
    assert client.post(f"{page(meeting)}svar/", YES).status_code == 403


def test_an_answer_to_a_cancelled_meeting_is_not_taken_and_it_is_said(client, place, guest):
    meeting = place.meeting()
    client.force_login(guest)
    inviting.cancel(meeting=meeting, user=place.officer)
    response = client.post(f"{page(meeting)}svar/", YES, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["warning"]
    assert not Answer.objects.exists()


def test_organisers_see_numbers_and_no_names(client, place):
    meeting = place.meeting(interpreter=True, seats=40)
    for language in ("ar", "ar", "swl", ""):
        user = place.neighbour().user
        said = {"is_coming": True, "adults": 2, "children": 1, "interpreter": language, "way": Answer.Way.PAGE}
        answering.answer(meeting=meeting, user=user, **said)
    user = place.neighbour(user__name="Nej-Sägaren").user
    answering.answer(meeting=meeting, user=user, is_coming=False, adults=0, children=0, interpreter="", way="page")
    client.force_login(place.officer)
    response = client.get(page(meeting))
    told = response.context["headcount"]
    assert (told.answers, told.coming, told.not_coming, told.adults, told.children) == (5, 4, 1, 8, 4)
    assert told.seats_left == 28
    assert sorted(times for _language, times in told.interpreters) == [1, 2]
    for answer in Answer.objects.select_related("user"):
        assert answer.user.name not in response.text
        assert answer.user.email not in response.text


def test_neighbours_see_no_headcount(client, place, guest):
    client.force_login(guest)
    assert client.get(page(place.meeting())).context["headcount"] is None


def test_an_answer_by_phone_is_counted_without_anybodys_name(client, place):
    meeting = place.meeting(interpreter=True)
    client.force_login(place.officer)
    typed = {"way": "phone", "adults": "1", "children": "4", "interpreter": "so"}
    assert client.post(f"{page(meeting)}svar-in/", typed, follow=True).context["headcount"].children == 4
    client.post(f"{page(meeting)}svar-in/", typed | {"way": "paper"})
    assert [answer.user for answer in Answer.objects.all()] == [None, None]
    assert meeting.answers.seats_taken() == 10


@pytest.mark.parametrize(
    "typed",
    [
        {"way": "phone", "adults": "0", "children": "0"},
        {"way": "phone", "adults": "1", "children": "500"},
        {"way": "link", "adults": "1", "children": "0"},
        {"way": "phone", "adults": "4", "children": "0"},
        {},
    ],
)
def test_an_answer_by_phone_that_cannot_be_is_not_counted(client, place, typed):
    meeting = place.meeting(seats=3)
    client.force_login(place.officer)
    response = client.post(f"{page(meeting)}svar-in/", typed)
    assert "error-summary" in response.text
    assert not Answer.objects.exists()


def test_only_organisers_type_in(client, place, guest):
    meeting = place.meeting()
    client.force_login(guest)
    assert client.post(f"{page(meeting)}svar-in/", {"way": "phone", "adults": "1"}).status_code == 403
    client.force_login(somewhere("hulta").officer)
    assert client.post(f"{page(meeting)}svar-in/", {"way": "phone", "adults": "1"}).status_code == 404


def test_an_answer_by_phone_after_a_cancellation_is_not_counted(client, place):
    meeting = place.meeting()
    inviting.cancel(meeting=meeting, user=place.officer)
    client.force_login(place.officer)
    client.post(f"{page(meeting)}svar-in/", {"way": "phone", "adults": "1"})
    assert not Answer.objects.exists()


@pytest.mark.parametrize("answers", [1, 60])
def test_the_page_asks_no_more_for_many_answers(client, place, answers, django_assert_max_num_queries):
    meeting = place.meeting(interpreter=True, seats=500)
    people = make.UserFactory.create_batch(answers)
    Answer.objects.bulk_create(Answer(meeting=meeting, user=user, interpreter="ar") for user in people)
    for user in (place.officer, place.neighbour().user, place.contact().user):
        client.force_login(user)
        client.get(page(meeting))
        with django_assert_max_num_queries(12):
            client.get(page(meeting))


def test_every_language_interpreters_are_asked_for_in_has_a_name(settings):
    from django.utils.translation import override

    from watch.meet.answer_forms import interpreter_choices

    for language, _name in settings.LANGUAGES:
        with override(language):
            assert all(str(name) != code for code, name in interpreter_choices())
