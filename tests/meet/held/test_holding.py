"""Writing down a meeting: what the one who writes notices, also when two write or the network comes and goes."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories as make
from tests.meet.held.conftest import browser
from tests.meetings import promised, recorded
from watch.models import Action, Meeting, Record

pytestmark = pytest.mark.django_db


def url(meeting: Meeting) -> str:
    return f"/moten/{meeting.public_id}/protokoll/"


def form(version: int = 0, **fields) -> dict:
    return {"version": version, "adults": 5, "children": 2, "rows": 0} | fields


def row(number: int, key: object = None, **fields) -> dict:
    due = timezone.localdate() + timedelta(days=7)
    known = {"key": key or uuid.uuid4(), "what": "Laga låset", "due_on": due} | fields
    return {f"action_{number}-{name}": value for name, value in known.items()}


def test_numbers_answers_and_actions_are_saved_and_the_meeting_was_held(here):
    meeting = here.meeting()
    police = here.police.organisation
    sent = form(good="Gården.", decisions="Vi ses igen.", rows=2, **{f"from_{police.pk}": 3})
    sent |= row(0, organisation=here.landlord.organisation.pk) | row(1, what="", due_on="")
    answer = browser(here.police.user).post(url(meeting), sent, follow=True)
    assert "Saved" in answer.text
    meeting.refresh_from_db()
    assert meeting.state == "held"
    assert meeting.held_at
    record = meeting.record
    assert (record.adults, record.children, record.good, record.decisions) == (5, 2, "Gården.", "Vi ses igen.")
    assert list(record.presences.values_list("organisation", "people")) == [(police.pk, 3)]
    action = meeting.actions.get()
    assert (action.what, action.organisation, action.district) == (
        "Laga låset",
        here.landlord.organisation,
        here.district,
    )


def test_nobody_came_is_an_answer_but_nothing_is_not(here):
    meeting = here.meeting()
    client = browser(here.police.user)
    assert "Zero is an answer" in client.post(url(meeting), form(adults="")).text
    assert not Record.objects.exists()
    client.post(url(meeting), form(adults=0, children=0))
    assert meeting.record.people == 0


@pytest.mark.parametrize(
    ("number", "words"), [(-1, "fewer than none"), (10**9, "too many"), (10**30, "too many"), ("tre", "whole number")]
)
def test_an_impossible_number_is_refused_and_what_was_typed_stays(here, number, words):
    meeting = here.meeting()
    answer = browser(here.police.user).post(url(meeting), form(adults=number, good="Gården är fin."))
    assert words in answer.text
    assert "Gården är fin." in answer.text
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("En svart bil, ABC 123.", "registration number"),
        ("Han heter 850101-1234.", "identity number"),
        ("Ring 070-174 06 99.", "phone number"),
    ],
)
def test_what_points_somebody_out_is_told_beside_the_field_and_the_text_is_kept(here, typed, words):
    meeting = here.meeting()
    answer = browser(here.police.user).post(url(meeting), form(unsafe=typed))
    assert words in answer.text
    assert typed in answer.text
    assert not Record.objects.exists()


def test_an_action_names_its_organisation_and_a_day_to_come(here):
    meeting = here.meeting()
    client = browser(here.police.user)
    assert "which organisation does it" in client.post(url(meeting), form(rows=1) | row(0)).text
    yesterday = timezone.localdate() - timedelta(days=1)
    late = row(0, organisation=here.landlord.organisation.pk, due_on=yesterday)
    assert "This day has passed" in client.post(url(meeting), form(rows=1) | late).text
    assert not Action.objects.exists()
    assert not Record.objects.exists()


def test_one_more_row_without_javascript_loses_nothing_and_saves_nothing(here):
    meeting = here.meeting()
    key = uuid.uuid4()
    sent = form(good="Gården.", adults="", rows=1, add=1) | row(0, key, what="Byt lampan")
    answer = browser(here.police.user).post(url(meeting), sent)
    assert "Byt lampan" in answer.text
    assert "Gården." in answer.text
    assert str(key) in answer.text
    assert 'name="action_1-what"' in answer.text
    assert "not right yet" not in answer.text
    assert not Record.objects.exists()


def test_the_same_press_twice_is_one_save(here):
    meeting = here.meeting()
    client = browser(here.police.user)
    sent = form(rows=1, good="Gården.") | row(0, organisation=here.landlord.organisation.pk)
    for _ in range(2):
        assert client.post(url(meeting), sent).status_code == 302
    assert meeting.record.version == 1
    assert meeting.actions.count() == 1


def test_of_two_who_write_at_once_neither_loses_words(here):
    meeting = here.meeting()
    client = browser(here.police.user)
    client.post(url(meeting), form(good="Kollegans ord"))
    both = client.post(url(meeting), form(good="Mina egna ord", adults=9))
    assert "Kollegans ord" in both.text
    assert "Mina egna ord" in both.text
    assert meeting.record.good == "Kollegans ord"
    assert 'name="version" value="1"' in both.text
    client.post(url(meeting), form(version=1, good="Båda", adults=9))
    saved = Record.objects.get(meeting=meeting)
    assert (saved.good, saved.adults, saved.version) == ("Båda", 9, 2)


def test_a_script_is_told_what_became_of_it(here):
    meeting = here.meeting()
    client = browser(here.police.user)
    script = {"headers": {"Accept": "application/json"}}
    answer = client.post(url(meeting), form(), **script)
    assert answer.json() == {"saved": True, "next": f"/moten/{meeting.public_id}/"}
    assert client.post(url(meeting), form(adults=7), **script).status_code == 409
    assert client.post(url(meeting), form(adults=""), **script).status_code == 422


def test_a_meeting_that_has_not_begun_or_was_cancelled_is_not_written_down(here):
    client = browser(here.police.user)
    start = timezone.now() + timedelta(hours=1)
    coming = here.meeting(starts_at=start, ends_at=start + timedelta(hours=1))
    cancelled, draft = here.meeting(state="cancelled"), here.meeting(state="draft")
    for meeting, words in ((coming, "has not begun"), (cancelled, "was cancelled"), (draft, "nobody is invited")):
        for answer in (client.get(url(meeting), follow=True), client.post(url(meeting), form(), follow=True)):
            assert words in answer.text
    assert not Record.objects.exists()


def test_a_saved_action_can_be_changed_and_taken_away_but_a_closed_one_stays(here):
    meeting = recorded(here.meeting()).meeting
    client = browser(here.police.user)
    action, closed = promised(meeting), promised(meeting, state="done", result="Klart")
    owner = here.city.organisation.pk
    here.police.organisation.districts.add(here.district)
    client.post(url(meeting), form(1, rows=1) | row(0, action.public_id, what="Måla", organisation=owner))
    action.refresh_from_db()
    assert (action.what, action.organisation_id) == ("Måla", owner)
    gone = row(0, action.public_id, what="Måla", organisation=owner, remove="on")
    client.post(url(meeting), form(2, rows=1) | gone)
    assert list(meeting.actions.all()) == [closed]
    client.post(url(meeting), form(3, rows=1) | row(0, closed.public_id, what="Annat", organisation=owner))
    closed.refresh_from_db()
    assert closed.what == "Laga låset i porten"


def test_an_old_day_stays_when_the_minutes_are_written_on(here):
    meeting = recorded(here.meeting()).meeting
    long_ago = timezone.localdate() - timedelta(days=30)
    action = promised(meeting, due_on=long_ago)
    kept = row(0, action.public_id, organisation=here.police.organisation.pk, due_on=long_ago)
    assert browser(here.police.user).post(url(meeting), form(1, rows=1) | kept).status_code == 302


class TestAContact:
    def test_counts_heads_and_has_met_the_neighbours(self, here):
        contact = here.contact()
        meeting = here.neighbour_meeting(contact)
        client = browser(contact.user)
        page = client.get(url(meeting)).text
        assert "textarea" not in page
        client.post(url(meeting), {"version": 0, "adults": 3, "children": 0})
        assert meeting.record.people == 3
        contact.refresh_from_db()
        assert contact.neighbours_met_on == timezone.localdate(meeting.starts_at)

    @pytest.mark.parametrize("name", ["good", "decisions", "action_0-what", "minutes"])
    def test_can_write_no_words(self, here, name):
        contact = here.contact()
        meeting = here.neighbour_meeting(contact)
        sent = {"version": 0, "adults": 3, "children": 0, name: "Grannen på ettan"}
        assert browser(contact.user).post(url(meeting), sent).status_code == 403
        assert not Record.objects.exists()

    def test_counting_anew_leaves_the_companys_words(self, here):
        contact = here.contact()
        meeting = here.neighbour_meeting(contact)
        browser(here.landlord.user).post(url(meeting), form(good="Gården."))
        browser(contact.user).post(url(meeting), {"version": 1, "adults": 8, "children": 0})
        saved = Record.objects.get(meeting=meeting)
        assert (saved.good, saved.adults) == ("Gården.", 8)


class TestOnTheMeetingsPage:
    def test_nothing_shows_to_readers_before_it_is_published(self, here):
        meeting = recorded(here.meeting(), good="Gården.", minutes="Vi pratade.").meeting
        promised(meeting)
        page = f"/moten/{meeting.public_id}/"
        for words in ("Vi pratade.", "Gården.", "Laga låset"):
            assert words in browser(here.police.user).get(page).text
            assert words not in browser(here.tenant()).get(page).text
        Record.objects.update(published_at=timezone.now())
        text = browser(here.tenant()).get(page).text
        assert "Vi pratade." in text
        assert "Laga låset" in text

    def test_who_was_not_invited_reads_the_public_part_only(self, here):
        fields = {"minutes": "Bara vi.", "public_minutes": "Alla får läsa.", "good": "Gården."}
        meeting = recorded(here.meeting(is_public=True), published_at=timezone.now(), **fields).meeting
        promised(meeting)
        far = make.ResidentFactory(user__language="en").user
        text = browser(far).get(f"/moten/{meeting.public_id}/").text
        assert "Alla får läsa." in text
        assert "Laga låset" in text
        assert "Bara vi." not in text
        assert "Gården." not in text

    @pytest.mark.parametrize("number", [1, 100])
    def test_one_action_and_a_hundred_cost_the_same(self, here, number, django_assert_num_queries):
        meeting = recorded(here.meeting(), published_at=timezone.now()).meeting
        for _ in range(number):
            promised(meeting)
        client = browser(here.police.user)
        with django_assert_num_queries(12):
            client.get(f"/moten/{meeting.public_id}/")
