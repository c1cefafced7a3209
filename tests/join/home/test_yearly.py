"""Once a year: do you still live here? Two reminders, then a quiet goodbye, and never to whoever was not asked."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine as clocks
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from buildings.models import Consent, Contact, Resident, User
from notifications.models import Endpoint, Message, OutboxState
from tests import factories as make
from tests.join.steps import letters
from watch.join.home import yearly
from watch.schedule import beats
from watch.tasks import ask_homes

pytestmark = pytest.mark.django_db

START = datetime(2027, 3, 1, 11, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


def settle(state=OutboxState.SENT):
    """The outbox has sent what was in it, or could not."""
    Message.objects.filter(state=OutboxState.QUEUED).update(state=state, settled_at=timezone.now())


@pytest.fixture
def clock():
    with clocks.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def home(clock):
    place = make.StairwellFactory(address="Varpgatan 1 A", code="KATTHUND")
    resident = make.ResidentFactory(stairwell=place, user__language="en")
    make.EndpointFactory(user=resident.user)
    clock.shift(YEAR)
    return resident


def again(home):
    home.refresh_from_db()
    return home


def beat():
    ask_homes()
    settle()


def link():
    words = questions_sent()[-1]["text"]
    return next(word for word in words.split() if "/bor-kvar/" in word).removeprefix("http://testserver")


def questions_sent():
    return [letter for letter in letters() if letter["message"].purpose == "question"]


class TestAsking:
    def test_beat_asks_every_hour(self):
        entry = beats(stuck_after=timedelta(minutes=2))["ask-homes"]
        assert entry["task"] == "join.ask_homes"
        assert entry["schedule"].run_every == timedelta(hours=1)

    def test_nobody_is_asked_before_the_year_is_over(self, clock, home):
        clock.shift(-DAY)
        ask_homes()
        assert not Message.objects.exists()

    def test_the_letter_comes_in_the_persons_language_with_a_link_that_works_and_says_no_more(self, home):
        make.ContactFactory(user=home.user, stairwell=home.stairwell)
        ask_homes()
        (letter,) = letters()
        assert letter["address"] == home.user.email
        assert letter["subject"] == "Do you still live there?"
        assert "Varpgatan 1 A" in letter["text"]
        assert "contact" not in (letter["subject"] + letter["text"]).lower()
        assert letter["message"].purpose == Message.Purpose.QUESTION
        assert Client().get(link()).status_code == 200

    def test_who_has_a_number_only_gets_an_sms(self, home):
        EmailAddress.objects.all().delete()
        User.objects.filter(pk=home.user_id).update(phone="+46701740612", phone_verified=True)
        ask_homes()
        (letter,) = letters()
        assert (letter["message"].channel, letter["address"]) == ("sms", "+46701740612")
        assert "/bor-kvar/" in letter["text"]

    def test_asking_twice_in_a_row_sends_one_letter(self, home):
        for _ in range(3):
            ask_homes()
        assert Message.objects.count() == 1

    def test_nobody_is_woken_by_it(self, clock, home):
        clock.move_to(START + YEAR + timedelta(hours=14))
        ask_homes()
        assert not Message.objects.exists()

    def test_who_waits_or_has_left_is_not_asked(self, home):
        for state in (Resident.State.WAITING, Resident.State.LEFT):
            Resident.objects.filter(pk=home.pk).update(state=state)
            ask_homes()
        assert not Message.objects.exists()

    def test_batch_after_batch_everyone_is_asked_once(self, clock, home, monkeypatch):
        monkeypatch.setattr(yearly, "BATCH", 2)
        make.ResidentFactory.create_batch(4, stairwell=home.stairwell, ask_due_at=timezone.now())
        ask_homes()
        assert Message.objects.count() == 5
        assert set(Resident.objects.values_list("asked_times", flat=True)) == {1}

    def test_a_batch_asks_the_database_a_set_number_of_times_apart_from_each_letter(
        self, home, django_assert_num_queries
    ):
        def cost(people):
            return 4 + 4 * people

        with django_assert_num_queries(cost(1)):
            yearly._batch(timezone.now())
        make.ResidentFactory.create_batch(10, stairwell=home.stairwell, ask_due_at=timezone.now())
        with django_assert_num_queries(cost(10)):
            yearly._batch(timezone.now())


class TestSilence:
    def test_two_reminders_and_a_quiet_goodbye(self, clock, home):
        role = make.ContactFactory(user=home.user, stairwell=home.stairwell, shows_name=True)
        for asked in (1, 2, 3):
            beat()
            assert again(home).asked_times == asked
            clock.shift(14 * DAY - timedelta(minutes=1))
            beat()
            assert len(questions_sent()) == asked
            clock.shift(timedelta(minutes=1))
        beat()
        assert len(questions_sent()) == 3
        assert (again(home).state, home.left_why) == (Resident.State.LEFT, Resident.LeftWhy.LAPSED)
        role.refresh_from_db()
        assert (role.state, role.ended_by, role.ended_why) == (Contact.State.ENDED, "system", "no_answer")
        assert Endpoint.objects.get().wants == "nothing"
        lines = {line.purpose: line for line in Consent.objects.filter(given=False)}
        assert set(lines) == {"take_part", "name_to_stairwell", "email"}
        assert {line.way for line in lines.values()} == {Consent.Way.SILENCE}
        assert "asked three times" in lines["take_part"].text

    def test_the_last_reminder_says_that_it_is_the_last(self, clock, home):
        for _ in range(3):
            ask_homes()
            clock.shift(14 * DAY)
        texts = [letter["text"] for letter in letters()]
        assert ["last reminder" in text for text in texts] == [False, False, True]

    def test_a_worker_that_was_away_for_weeks_asks_one_question_at_a_time(self, clock, home):
        beat()
        clock.shift(100 * DAY)
        for _ in range(3):
            beat()
        assert Message.objects.count() == 2
        assert Resident.objects.present().exists()

    def test_who_was_never_reached_is_not_let_go(self, clock, home):
        for _ in range(4):
            ask_homes()
            settle(OutboxState.FAILED)
            clock.shift(14 * DAY)
        assert again(home).state == Resident.State.JOINED
        assert home.asked_times == 0
        assert home.ask_due_at > timezone.now() + 300 * DAY
        assert Message.objects.count() == 3

    def test_people_on_paper_are_the_companys_to_ask_and_are_never_let_go(self, clock, home):
        EmailAddress.objects.all().delete()
        for _ in range(10):
            ask_homes()
            clock.shift(14 * DAY)
        assert not Message.objects.exists()
        assert again(home).state == Resident.State.JOINED
        assert list(yearly.to_ask_by_hand(timezone.now())) == [home]

    def test_people_on_paper_do_not_stand_in_the_way_of_others(self, home, monkeypatch):
        monkeypatch.setattr(yearly, "BATCH", 1)
        for _ in range(3):
            paper = make.ResidentFactory(stairwell=home.stairwell, user__email="", ask_due_at=START)
            assert not paper.user.email
        ask_homes()
        assert Message.objects.get().user == home.user

    def test_whoever_answers_at_the_last_moment_stays(self, clock, home):
        for _ in range(3):
            beat()
            clock.shift(14 * DAY)
        yearly.stay(resident=home)
        beat()
        assert again(home).state == Resident.State.JOINED

    def test_one_who_was_let_go_comes_back_with_the_code(self, clock, client, home):
        for _ in range(4):
            beat()
            clock.shift(14 * DAY)
        assert not Resident.objects.present().exists()
        client.force_login(home.user)
        client.post("/t/KATTHUND")
        client.post("/t/KATTHUND/val", {"name": "Mika", "wants": "urgent", "language": "sv"})
        back = Resident.objects.present().get()
        assert back.ask_due_at > timezone.now() + 300 * DAY
        assert Endpoint.objects.get().wants == "urgent"


class TestAnswering:
    @pytest.fixture
    def asked(self, home):
        ask_homes()
        return link()

    def test_looking_at_the_page_answers_nothing(self, client, home, asked):
        for method in (client.get, client.head, client.post):
            assert method(asked).status_code == 200
        assert again(home).asked_times == 1
        assert client.get(asked).headers["Cache-Control"]

    def test_yes_is_one_press_without_signing_in_and_lasts_a_year(self, clock, client, home, asked):
        assert "Thank you" in client.post(asked, {"answer": "yes"}).text
        assert again(home).asked_times == 0
        assert home.ask_due_at == timezone.now() + YEAR
        clock.shift(YEAR - DAY)
        ask_homes()
        assert Message.objects.count() == 1

    def test_no_leaves_at_once(self, client, home, asked):
        assert "Thank you for telling us" in client.post(asked, {"answer": "no"}).text
        assert (again(home).state, home.left_why) == (Resident.State.LEFT, Resident.LeftWhy.MOVED)
        assert Consent.objects.get(purpose="take_part").way == Consent.Way.ONE_CLICK
        assert client.get(asked).status_code == 404
        assert client.post(asked, {"answer": "yes"}).status_code == 404
        assert again(home).state == Resident.State.LEFT

    def test_pressing_needs_the_form_of_the_page(self, home, asked):
        browser = Client(enforce_csrf_checks=True)
        assert browser.post(asked, {"answer": "no"}).status_code == 403
        assert Resident.objects.present().exists()

    def test_a_link_is_for_one_home_and_one_purpose_and_ends(self, clock, client, home, asked):
        other = make.ResidentFactory()
        token = asked.rpartition("/")[2]
        for forged in (token[:-1] + "x", token.replace(f"{home.pk}:", f"{other.pk}:", 1), f"{other.pk}", "x", "å:b:c"):
            if forged != token:
                assert client.get(reverse("home:still_here", args=[forged])).status_code == 404
        from django.core.signing import TimestampSigner

        stranger = TimestampSigner(salt="something.else").sign(other.pk)
        assert client.post(reverse("home:still_here", args=[stranger]), {"answer": "no"}).status_code == 404
        clock.shift(yearly.LINK_WORKS + DAY)
        assert client.post(asked, {"answer": "no"}).status_code == 404
        assert Resident.objects.present().count() == 2

    def test_the_box_on_my_stairwell_asks_too_and_only_whoever_is_asked(self, client, home, asked):
        client.force_login(home.user)
        url = f"/min-trapp/bor-kvar/{home.pk}/"
        assert url in client.get("/min-trapp/").text
        assert client.post(url).headers["Location"] == "/min-trapp/"
        assert again(home).asked_times == 0
        assert url not in client.get("/min-trapp/").text
        client.force_login(make.ResidentFactory().user)
        assert client.post(url).status_code == 404


@hypothesis_settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@example(steps=[(0, "beat", True)] * 10)
@example(steps=[(14 * 24, "beat", True)] * 20)
@example(steps=[(24 * 365, "beat", True), (24 * 60, "beat", False), (1, "yes", True)] * 2)
@given(
    steps=st.lists(
        st.tuples(
            st.one_of(st.integers(0, 48), st.integers(0, 24 * 40), st.just(14 * 24), st.just(365 * 24)),
            st.sampled_from(["beat", "beat", "beat", "yes"]),
            st.booleans(),
        ),
        max_size=25,
    )
)
def test_whatever_happens_nobody_is_asked_more_than_three_times_a_year_or_let_go_unasked(steps):
    now, asked, sent, answered, joined = START, [], [], None, START
    with clocks.travel(now, tick=False) as clock:
        home = make.ResidentFactory()
        try:
            for hours, what, works in steps:
                now += timedelta(hours=hours)
                clock.move_to(now)
                if what == "yes" and yearly.stay(resident=home):
                    answered = now
                before = Message.objects.filter(user=home.user).count()
                if what == "beat":
                    ask_homes()
                after = Message.objects.filter(user=home.user).count()
                assert after - before <= 1
                if after > before:
                    asked.append(now)
                    sent += [now] if works else []
                    assert now - (answered or joined) >= YEAR
                settle(OutboxState.SENT if works else OutboxState.FAILED)
                for moment in asked:
                    assert sum(moment <= other < moment + YEAR for other in asked) <= 3
                home.refresh_from_db()
                if home.state == Resident.State.LEFT:
                    asked_since = [moment for moment in asked if answered is None or moment > answered]
                    assert len(asked_since) >= 3
                    assert now - asked_since[-1] >= 14 * DAY
                    assert set(sent) & set(asked_since[-3:])
                    break
        finally:
            User.objects.filter(pk=home.user_id).delete()
