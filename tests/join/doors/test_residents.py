"""A housing company's list of a stairwell: numbers, never names, and what the company says of who lives there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Consent, Contact, ContactStep, Disclosure, Resident
from notifications.models import Endpoint, Message
from tests import factories as make
from tests.join.doors.steps import TOO_LATE, signed_in, waits_at
from tests.join.steps import letters
from watch.join.doors import landlord as pages
from watch.join.doors import services

pytestmark = pytest.mark.django_db

State = Resident.State
KNOWN_BY = {"name": "Hemliga Hilda", "email": "hilda@example.org", "phone": "+46701740641", "language": "en"}


@pytest.fixture
def home(place):
    return make.ResidentFactory(stairwell=place, user=make.UserFactory(**KNOWN_BY), shows_name=True)


@pytest.fixture
def waiting(place):
    return waits_at(place)


@pytest.fixture
def url(place):
    return f"/trapp/{place.pk}/boende/"


def page_of(resident):
    return f"/trapp/{resident.stairwell_id}/boende/{resident.pk}/"


def answer(client, resident, action, **data):
    return client.post(page_of(resident), {"action": action, **data}, follow=True)


class TestLooking:
    def test_residents_are_numbers_and_never_names_or_addresses(self, landlord, home, url):
        waits_at(home.stairwell, user=make.UserFactory(name="Väntande Vera", email="vera@example.org"))
        for page in (landlord.get(url), landlord.get(page_of(home)), landlord.get("/vantar/")):
            assert page.status_code == 200
            for secret in ("Hilda", "hilda@", "174 06 41", "1740641", "Vera", "vera@"):
                assert secret not in page.text
        assert "Resident 1" in landlord.get(url).text
        assert "Resident 2" in landlord.get(url).text
        assert "Resident 1" in landlord.get(page_of(home)).text

    def test_a_resident_has_the_same_number_on_both_pages(self, landlord, place, url):
        everybody = [make.ResidentFactory(stairwell=place) for _ in range(27)]
        everybody[3].state = State.LEFT
        everybody[3].save()
        assert "Resident 27<" not in landlord.get(url, {"page": 2}).text
        last = landlord.get(page_of(everybody[26])).text
        assert "Resident 26" in last
        assert f'href="{page_of(everybody[26])}">Resident 26<' in landlord.get(url, {"page": 2}).text

    def test_households_are_counted_by_flat(self, landlord, place, flat, waiting, url):
        for chosen in (flat, flat, place.flats.get(number="1002"), None):
            make.ResidentFactory(stairwell=place, flat=chosen)
        make.ResidentFactory(stairwell=place, state=State.LEFT)
        page = landlord.get(url)
        assert page.context["figures"] == {"people": 4, "households": 3}
        assert "households take part" in page.text

    def test_somebody_who_has_left_is_not_there(self, landlord, home, url):
        Resident.objects.update(state=State.LEFT)
        assert "Nobody has joined here yet." in landlord.get(url).text
        assert landlord.get(page_of(home)).status_code == 404

    def test_another_company_finds_no_such_pages(self, rival, place, home, waiting, flat, url):
        assert rival.get(url).status_code == 404
        assert rival.get(page_of(home)).status_code == 404
        for action in ("confirm", "flat", "end"):
            assert answer(rival, home, action).status_code == 404
        assert answer(rival, waiting, "refuse").status_code == 404
        assert rival.post(f"/trapp/{place.pk}/avbojer/", {"flat": flat.pk}).status_code == 404
        assert "Varpgatan" not in rival.get("/vantar/").text
        home.refresh_from_db()
        waiting.refresh_from_db()
        flat.refresh_from_db()
        assert (home.state, waiting.state, flat.declined_at) == (State.JOINED, State.WAITING, None)

    def test_a_resident_is_not_reached_through_another_of_the_companys_stairwells(self, landlord, place, home):
        next_door = make.StairwellFactory(building=place.building)
        url = f"/trapp/{next_door.pk}/boende/{home.pk}/"
        assert landlord.get(url).status_code == 404
        assert landlord.post(url, {"action": "end"}).status_code == 404

    def test_who_waits_anywhere_in_the_company_stands_on_one_page_longest_first(self, landlord, place, company):
        other = make.StairwellFactory(building__owner=company, address="Vävgatan 9 B")
        waits_at(other, joined_at=timezone.now())
        waits_at(place, joined_at=timezone.now() - timedelta(days=3))
        make.ResidentFactory(stairwell=make.StairwellFactory(address="Främmande 3"), state=State.WAITING)
        page = landlord.get("/vantar/").text
        assert page.index("Varpgatan 1 A") < page.index("Vävgatan 9 B")
        assert "Främmande" not in page
        Resident.objects.all().delete()
        assert "Nobody waits" in landlord.get("/vantar/").text

    def test_one_resident_and_thirty_cost_the_same(self, landlord, place, flat, url, django_assert_num_queries):
        def more(number):
            for _ in range(number):
                make.ResidentFactory(stairwell=place, flat=flat)
                waits_at(place)
                make.FlatFactory(stairwell=place, declined_at=timezone.now())

        more(1)
        with django_assert_num_queries(14):
            landlord.get(url)
        with django_assert_num_queries(8):
            landlord.get("/vantar/")
        more(29)
        with django_assert_num_queries(14):
            landlord.get(url)
        with django_assert_num_queries(8):
            landlord.get("/vantar/")


class TestAnswering:
    def test_the_company_says_that_somebody_lives_here(self, landlord, home):
        assert "Noted: the person lives here." in answer(landlord, home, "confirm").text
        home.refresh_from_db()
        assert (home.state, home.confirmed_by) == (State.CONFIRMED, "landlord")
        assert home.confirmed_at
        assert not Message.objects.exists(), "who has joined already notices nothing"

    def test_who_waits_is_let_in_and_told(self, landlord, waiting):
        answer(landlord, waiting, "confirm")
        waiting.refresh_from_db()
        assert (waiting.state, waiting.confirmed_by) == (State.CONFIRMED, "landlord")
        told = letters()[-1]
        assert told["message"].purpose == Message.Purpose.STEP
        assert told["message"].user == waiting.user
        assert told["address"] == waiting.user.email
        assert told["subject"] == "You are let in"
        assert "Varpgatan 1 A" in told["text"]

    def test_who_is_not_let_in_is_told_where_to_turn(self, landlord, waiting):
        assert "The person was not let in, and is told so." in answer(landlord, waiting, "refuse").text
        waiting.refresh_from_db()
        assert (waiting.state, waiting.left_why) == (State.LEFT, "refused")
        assert waiting.left_at
        told = letters()[-1]
        assert told["message"].purpose == Message.Purpose.STEP
        assert told["subject"] == "You were not let in"
        assert "AB Provbostäder" in told["text"]

    def test_words_come_in_the_persons_own_language_and_as_a_text_where_that_is_the_address(self, landlord, place):
        user = make.UserFactory(email="", phone="+46701740642", phone_verified=True, language="en")
        answer(landlord, waits_at(place, user=user), "confirm")
        told = letters()[-1]
        assert (told["message"].channel, told["address"]) == ("sms", "+46701740642")
        assert "You have been let in" in told["text"]

    def test_who_has_joined_cannot_be_refused(self, landlord, home):
        assert TOO_LATE in answer(landlord, home, "refuse").text
        home.refresh_from_db()
        assert home.state == State.JOINED
        assert not Message.objects.exists()

    def test_who_waits_is_answered_and_not_ended(self, landlord, waiting):
        assert TOO_LATE in answer(landlord, waiting, "end").text
        waiting.refresh_from_db()
        assert waiting.state == State.WAITING

    def test_a_flat_is_noted_and_forgotten(self, landlord, home, flat):
        assert "The flat is noted." in answer(landlord, home, "flat", flat=flat.pk).text
        home.refresh_from_db()
        assert home.flat == flat
        answer(landlord, home, "flat", flat="")
        home.refresh_from_db()
        assert home.flat is None

    def test_a_flat_of_another_stairwell_is_not_noted(self, landlord, home, company):
        elsewhere = make.FlatFactory(stairwell__building__owner=company)
        for wrong in (elsewhere.pk, "x", 0):
            assert "The flat is noted." not in answer(landlord, home, "flat", flat=wrong).text
        home.refresh_from_db()
        assert home.flat is None

    def test_who_does_not_live_here_gets_no_more_and_is_told(self, landlord, home):
        assert "No more notices go there." in answer(landlord, home, "end").text
        home.refresh_from_db()
        assert (home.state, home.left_why) == (State.LEFT, "landlord")
        assert home.left_at
        told = letters()[-1]
        assert told["message"].purpose == Message.Purpose.STEP
        assert told["subject"] == "You get no more notices for a stairwell"
        assert "AB Provbostäder says that you do not live at Varpgatan 1 A" in told["text"]

    def test_the_ledger_says_that_it_was_the_companys_word(self, landlord, home):
        make.EndpointFactory(user=home.user, wants="all")
        answer(landlord, home, "end")
        lines = Consent.objects.filter(user=home.user, given=False).order_by("pk")
        assert [line.purpose for line in lines] == ["name_to_contact", "take_part", "email"]
        assert {line.way for line in lines} == {Consent.Way.LANDLORD}
        assert "The housing company says" in lines[0].text
        assert not lines[0].text.startswith("I ")
        assert Endpoint.objects.get(user=home.user).wants == "nothing"

    def test_notices_for_another_home_go_on(self, landlord, home):
        make.ResidentFactory(user=home.user)
        make.EndpointFactory(user=home.user, wants="all")
        answer(landlord, home, "end")
        assert Endpoint.objects.get(user=home.user).wants == "all"

    def test_a_role_as_contact_there_ends_with_it_and_one_elsewhere_goes_on(self, landlord, role):
        elsewhere = make.ContactFactory(user=role.user)
        home = Resident.objects.get(user=role.user)
        answer(landlord, home, "end")
        role.refresh_from_db()
        elsewhere.refresh_from_db()
        assert (role.state, role.ended_by, role.ended_why) == (Contact.State.ENDED, "landlord", "moved")
        assert role.ended_at
        assert elsewhere.state == Contact.State.ACTIVE
        step = ContactStep.objects.get()
        assert (step.contact, step.state, step.organisation.name) == (role, "ended", "AB Provbostäder")
        told = letters()[-1]
        assert "contact" not in told["subject"].lower(), "a subject says of nobody that they are a contact"

    def test_an_application_on_its_way_ends_too(self, landlord, home):
        applied = make.ContactFactory(user=home.user, stairwell=home.stairwell, state=Contact.State.APPLIED)
        answer(landlord, home, "end")
        applied.refresh_from_db()
        assert applied.state == Contact.State.ENDED

    def test_an_answer_nobody_knows_changes_nothing(self, landlord, home):
        for action in ("", "delete", "CONFIRM"):
            assert answer(landlord, home, action).status_code == 200
        home.refresh_from_db()
        assert home.state == State.JOINED


class TestTwoAtOnce:
    @pytest.mark.parametrize(
        ("first", "second"), [("confirm", "refuse"), ("refuse", "confirm"), ("confirm", "confirm")]
    )
    def test_of_two_who_answer_one_wins_and_the_other_is_told_kindly(self, landlord, company, waiting, first, second):
        colleague = signed_in(make.StaffFactory(organisation=company).user)
        assert TOO_LATE not in answer(landlord, waiting, first).text
        waiting.refresh_from_db()
        kept = (waiting.state, waiting.left_why, waiting.confirmed_at)
        assert TOO_LATE in answer(colleague, waiting, second).text
        waiting.refresh_from_db()
        assert (waiting.state, waiting.left_why, waiting.confirmed_at) == kept
        assert Message.objects.count() == 1

    @pytest.mark.parametrize("late", [services.confirm, services.refuse, services.end])
    def test_the_row_decides_and_not_what_was_loaded_a_moment_ago(self, waiting, late):
        loaded = Resident.objects.get()
        services.refuse(resident=waiting)
        more = {services.confirm: {"by": "landlord"}, services.end: {"staff": make.StaffFactory()}}.get(late, {})
        with pytest.raises(services.TooLateError):
            late(resident=loaded, **more)
        assert Message.objects.count() == 1

    def test_who_answers_while_a_colleague_does_is_told_kindly(self, landlord, waiting, monkeypatch):
        def a_moment_later(*args):
            found = load(*args)
            services.refuse(resident=found)
            return found

        load = pages.access.resident
        monkeypatch.setattr(pages.access, "resident", a_moment_later)
        assert TOO_LATE in answer(landlord, waiting, "confirm").text
        waiting.refresh_from_db()
        assert waiting.left_why == "refused"

    @pytest.mark.parametrize("action", ["confirm", "end", "flat"])
    def test_nothing_is_said_of_somebody_who_has_left(self, landlord, home, action):
        Resident.objects.update(state=State.LEFT, left_why="self", left_at=timezone.now())
        assert TOO_LATE in answer(landlord, home, action).text
        home.refresh_from_db()
        assert (home.state, home.left_why, home.confirmed_at) == (State.LEFT, "self", None)
        assert not Message.objects.exists()

    def test_ending_twice_tells_once(self, landlord, home):
        answer(landlord, home, "end")
        assert TOO_LATE in answer(landlord, home, "end").text
        assert Message.objects.count() == 1


class TestDeclining:
    def test_a_flat_is_marked_and_the_mark_taken_away(self, landlord, place, flat, url):
        marked = landlord.post(f"/trapp/{place.pk}/avbojer/", {"flat": flat.pk}, follow=True)
        assert "The flat is marked." in marked.text
        assert "Flat 1001" in marked.text
        flat.refresh_from_db()
        assert flat.declined_at
        gone = landlord.post(f"/trapp/{place.pk}/avbojer/", {"flat": flat.pk, "undo": "1"}, follow=True)
        assert "The mark is taken away." in gone.text
        assert "Flat 1001" not in gone.text
        flat.refresh_from_db()
        assert flat.declined_at is None

    def test_marking_twice_keeps_the_first_day(self, landlord, place, flat):
        landlord.post(f"/trapp/{place.pk}/avbojer/", {"flat": flat.pk})
        flat.refresh_from_db()
        first = flat.declined_at
        assert first
        landlord.post(f"/trapp/{place.pk}/avbojer/", {"flat": flat.pk})
        flat.refresh_from_db()
        assert flat.declined_at == first

    def test_the_mark_says_nothing_of_the_people_there(self, landlord, place, flat):
        home = make.ResidentFactory(stairwell=place, flat=flat)
        landlord.post(f"/trapp/{place.pk}/avbojer/", {"flat": flat.pk})
        home.refresh_from_db()
        assert home.state == State.JOINED

    def test_a_flat_elsewhere_or_none_gets_a_sentence(self, landlord, place):
        elsewhere = make.FlatFactory()
        for wrong in (elsewhere.pk, "", "x"):
            page = landlord.post(f"/trapp/{place.pk}/avbojer/", {"flat": wrong}, follow=True)
            assert "Choose a flat in the list." in page.text
        elsewhere.refresh_from_db()
        assert elsewhere.declined_at is None


class TestSeeingAName:
    """The name a tenant chose shows to the company's staff for a reason, and the tenant is told."""

    def ask(self, client, home, reason="Nycklar har hittats i tvättstugan"):
        return client.post(f"{page_of(home)}namn/", {"reason": reason}, follow=True)

    def test_it_shows_once_is_written_down_and_told_at_once(self, landlord, home):
        page = self.ask(landlord, home)
        assert "Hemliga Hilda" in page.text
        assert "hilda@" not in page.text
        seen = Disclosure.objects.get()
        assert (seen.subject, seen.what, seen.as_contact) == (home.user, "name", False)
        assert Message.objects.filter(user=home.user, purpose=Message.Purpose.REVEALED).count() == 1
        assert "Hilda" not in landlord.get(page_of(home)).text

    def test_without_a_reason_nothing_is_shown_and_nothing_told(self, landlord, home):
        page = self.ask(landlord, home, reason="nej")
        assert "Hilda" not in page.text
        assert "Write a little more" in page.text
        assert not Disclosure.objects.exists()

    def test_above_five_a_day_it_stops(self, landlord, home):
        for _ in range(5):
            assert "Hemliga Hilda" in self.ask(landlord, home).text
        assert "Hilda" not in self.ask(landlord, home).text
        assert Disclosure.objects.count() == 5

    def test_who_waits_or_has_left_has_no_name_here(self, landlord, waiting, home):
        Resident.objects.filter(pk=home.pk).update(state=State.LEFT)
        assert self.ask(landlord, waiting).status_code == 404
        assert self.ask(landlord, home).status_code == 404
