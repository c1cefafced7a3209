"""What somebody promised: seen, done, moved, and reminded of when it is late."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from buildings.sealing import unseal
from notifications.models import Message
from tests.factories import StaffFactory
from tests.meet.held.conftest import browser
from tests.meetings import promised, recorded
from watch.models import Action, Reopening
from watch.tasks import remind_actions

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)


def letters() -> list[dict]:
    return [unseal(row.sealed) for row in Message.objects.order_by("pk")]


class TestTheList:
    def test_shows_ones_own_open_ones_late_first_and_all_in_the_districts_on_demand(self, here):
        meeting = recorded(here.meeting()).meeting
        today = timezone.localdate()
        promised(meeting, what="Senare sak", due_on=today + timedelta(days=9))
        promised(meeting, what="Sen sak", due_on=today - timedelta(days=1))
        promised(meeting, what="Gjord sak", state="done")
        promised(meeting, what="Andras sak", organisation=here.landlord.organisation)
        client = browser(here.police.user)
        text = client.get("/moten/atgarder/").text
        assert text.index("Sen sak") < text.index("Senare sak")
        assert "Gjord sak" not in text
        assert "Andras sak" not in text
        everything = client.get("/moten/atgarder/?visa=alla").text
        assert "Gjord sak" in everything
        assert "Andras sak" in everything
        narrowed = client.get(f"/moten/atgarder/?visa=alla&organisation={here.landlord.organisation.pk}").text
        assert "Andras sak" in narrowed
        assert "Gjord sak" not in narrowed
        assert "Sen sak" not in client.get("/moten/atgarder/?visa=alla&state=done").text

    @pytest.mark.parametrize("number", [1, 60])
    def test_one_and_many_cost_the_same(self, here, number, django_assert_num_queries):
        meeting = recorded(here.meeting()).meeting
        for _ in range(number):
            promised(meeting)
        client = browser(here.police.user)
        with django_assert_num_queries(12):
            client.get("/moten/atgarder/?visa=alla")


class TestOneAction:
    @pytest.fixture
    def action(self, here) -> Action:
        return promised(recorded(here.meeting()).meeting, organisation=here.landlord.organisation)

    def test_is_done_once_by_whoever_is_quicker(self, here, action):
        client = browser(here.landlord.user)
        url = f"/moten/atgarder/{action.public_id}/"
        done = {"action": "close", "state": "done", "result": "Nytt lås."}
        for _ in range(2):
            assert "Saved" in client.post(url, done, follow=True).text
        late = {"action": "close", "state": "dropped", "result": "Ingen tid."}
        assert "quicker" in browser(here.police.user).post(url, late, follow=True).text
        action.refresh_from_db()
        assert (action.state, action.result, action.closed_by) == ("done", "Nytt lås.", here.landlord.user)

    def test_a_closed_one_is_opened_again_with_a_word_and_what_was_said_before_stays(self, here, action):
        client = browser(here.landlord.user)
        url = f"/moten/atgarder/{action.public_id}/"
        client.post(url, {"action": "close", "state": "done", "result": "Nytt lås."})
        day = timezone.localdate() + timedelta(days=5)
        again = {"action": "reopen", "word": "Låset kärvar.", "due_on": day}
        assert "Write why" in client.post(url, again | {"word": ""}).text
        assert "has passed" in client.post(url, again | {"due_on": day - timedelta(days=9)}).text
        assert "registration number" in client.post(url, again | {"word": "Bil ABC 123"}).text
        for _ in range(2):
            assert "Saved" in client.post(url, again, follow=True).text
        action.refresh_from_db()
        assert (action.state, action.result, action.closed_by, action.due_on) == ("open", "", None, day)
        (kept,) = action.reopenings.all()
        assert (kept.state, kept.result, kept.closed_by) == ("done", "Nytt lås.", here.landlord.user)
        page = client.get(url).text
        assert "Nytt lås." in page
        assert "Låset kärvar." in page
        client.post(url, {"action": "close", "state": "dropped", "result": "Porten rivs."})
        assert Reopening.objects.count() == 1

    def test_one_opened_again_is_not_taken_away_with_the_minutes(self, here, action):
        Reopening.objects.create(action=action, state="done", word="Låset kärvar.")
        client = browser(here.police.user)
        url = f"/moten/{action.meeting.public_id}/protokoll/"
        assert "Take this action away" not in client.get(url).text
        row = {"key": action.public_id, "what": "Nytt", "organisation": action.organisation_id, "due_on": action.due_on}
        sent = {f"action_0-{name}": value for name, value in (row | {"remove": "on"}).items()}
        version = action.meeting.record.version
        client.post(url, {"version": version, "adults": 4, "children": 2, "rows": 1, **sent})
        action.refresh_from_db()
        assert action.what == "Nytt"

    def test_the_one_who_opens_it_again_second_is_told(self, here, action):
        url = f"/moten/atgarder/{action.public_id}/"
        Action.objects.filter(pk=action.pk).update(state="dropped", result="Ingen tid.")
        again = {"action": "reopen", "due_on": timezone.localdate()}
        browser(here.police.user).post(url, again | {"word": "Den första."})
        told = browser(here.landlord.user).post(url, again | {"word": "Den andra."}, follow=True).text
        assert "quicker" in told
        assert [row.word for row in action.reopenings.all()] == ["Den första."]

    def test_is_not_another_organisations_to_open_again(self, here, action):
        Action.objects.filter(pk=action.pk).update(state="done")
        sent = {"action": "reopen", "word": "Ord.", "due_on": timezone.localdate()}
        other = StaffFactory(organisation__districts=[action.district])
        assert browser(other.user).post(f"/moten/atgarder/{action.public_id}/", sent).status_code in (403, 404)
        action.refresh_from_db()
        assert action.state == "done"

    def test_not_done_needs_a_word_and_no_word_points_anybody_out(self, here, action):
        client = browser(here.landlord.user)
        url = f"/moten/atgarder/{action.public_id}/"
        assert "Write why" in client.post(url, {"action": "close", "state": "dropped"}).text
        typed = {"action": "close", "state": "done", "result": "Bil ABC 123 flyttad"}
        answer = client.post(url, typed).text
        assert "registration number" in answer
        assert "Bil ABC 123 flyttad" in answer
        action.refresh_from_db()
        assert action.state == "open"

    def test_gets_another_day_that_has_not_passed(self, here, action):
        client = browser(here.landlord.user)
        url = f"/moten/atgarder/{action.public_id}/"
        yesterday = timezone.localdate() - timedelta(days=1)
        assert "has passed" in client.post(url, {"action": "move", "due_on": yesterday}).text
        later = timezone.localdate() + timedelta(days=30)
        client.post(url, {"action": "move", "due_on": later})
        action.refresh_from_db()
        assert action.due_on == later

    def test_is_not_a_contacts_to_write_about(self, here, action):
        contact = here.contact()
        promise = promised(recorded(here.neighbour_meeting(contact)).meeting)
        sent = {"action": "close", "state": "done", "result": "Ord."}
        assert browser(contact.user).post(f"/moten/atgarder/{promise.public_id}/", sent).status_code == 403


class TestReminders:
    def test_a_late_one_is_told_of_once_and_again_after_a_fortnight(self, here):
        with time_machine.travel(NOON, tick=False):
            late = promised(recorded(here.meeting()).meeting, due_on=timezone.localdate() - timedelta(days=1))
            for _ in range(2):
                remind_actions()
            (letter,) = letters()
            assert letter["address"] == here.police.user.email
            assert late.what in letter["text"]
            assert "/moten/atgarder/" in letter["text"]
        with time_machine.travel(NOON + timedelta(days=13), tick=False):
            remind_actions()
            assert len(letters()) == 1
        with time_machine.travel(NOON + timedelta(days=15), tick=False):
            remind_actions()
            assert len(letters()) == 2

    def test_nobody_is_told_at_night_or_of_what_is_done_or_due_today(self, here):
        with time_machine.travel(NOON, tick=False):
            meeting = recorded(here.meeting()).meeting
            yesterday = timezone.localdate() - timedelta(days=1)
            promised(meeting, due_on=timezone.localdate())
            promised(meeting, due_on=yesterday, state="done")
            remind_actions()
            promised(meeting, due_on=yesterday)
        with time_machine.travel(NOON + timedelta(hours=11), tick=False):
            remind_actions()
        assert letters() == []

    def test_what_contacts_agreed_stays_out_of_the_mail(self, here):
        with time_machine.travel(NOON, tick=False):
            meeting = recorded(here.meeting(kind="training", contacts_only=True)).meeting
            late = promised(meeting, due_on=timezone.localdate() - timedelta(days=1))
            remind_actions()
            (letter,) = letters()
            assert late.what not in letter["text"]
