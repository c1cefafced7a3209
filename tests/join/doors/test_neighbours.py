"""A contact's list of the own stairwell: who waits and who has joined, and names only where people agreed to it."""

import pytest
from django.utils import timezone

from buildings.models import Contact, Resident
from notifications.models import Message
from tests import factories as make
from tests.join.doors.steps import TOO_LATE, signed_in, waits_at
from tests.join.steps import letters
from watch.join import consents
from watch.join.doors import neighbours as pages
from watch.join.doors import services

pytestmark = pytest.mark.django_db

State = Resident.State


@pytest.fixture
def url(place):
    return f"/min-trapp/grannar/{place.pk}/"


@pytest.fixture
def open_hand(place, flat):
    """Somebody whose name the contact may see."""
    user = make.UserFactory(name="Öppna Olle", email="olle@example.org")
    return make.ResidentFactory(stairwell=place, user=user, flat=flat, shows_name=True)


@pytest.fixture
def quiet(place, flat):
    """Somebody who has not agreed to that."""
    user = make.UserFactory(name="Tysta Tove", email="tove@example.org")
    return make.ResidentFactory(stairwell=place, user=user, flat=flat)


def answer(client, resident, action):
    url = f"/min-trapp/grannar/{resident.stairwell_id}/{resident.pk}/"
    return client.post(url, {"action": action}, follow=True)


class TestLooking:
    def test_a_name_stands_only_where_its_person_agreed_and_a_flat_never(self, contact, open_hand, quiet, url):
        page = contact.get(url).text
        assert "Öppna Olle" in page
        assert "A neighbour who joined" in page
        for secret in ("Tysta Tove", "1001", "olle@", "tove@"):
            assert secret not in page

    def test_a_name_goes_when_its_person_takes_the_yes_back(self, contact, open_hand, place, url):
        consents.record(user=open_hand.user, purpose="name_to_contact", given=False, stairwell=place, language="en")
        assert "Olle" not in contact.get(url).text

    def test_the_name_of_who_waits_follows_the_same_rule(self, contact, place, url):
        waits_at(place, user=make.UserFactory(name="Väntande Vera"))
        waits_at(place, user=make.UserFactory(name="Villiga Ville"), shows_name=True)
        page = contact.get(url).text
        assert "Vera" not in page
        assert "Somebody who asked to join" in page
        assert "Villiga Ville" in page

    def test_who_waits_stands_first_and_who_is_confirmed_last(self, contact, place, url):
        for state, name in (("confirmed", "Bofasta Bo"), ("joined", "Nya Nils"), ("waiting", "Väntande Vera")):
            make.ResidentFactory(stairwell=place, state=state, user__name=name, shows_name=True)
        page = contact.get(url).text
        assert page.index("Väntande Vera") < page.index("Nya Nils") < page.index("Bofasta Bo")

    def test_the_contacts_own_row_is_not_there_and_cannot_be_answered(self, contact, role, url):
        own = Resident.objects.get(user=role.user)
        Resident.objects.filter(pk=own.pk).update(state=State.JOINED, shows_name=True)
        main = contact.get(url).text.partition("<main")[2]
        assert "Kim Kontakt" not in main
        assert "No neighbour has joined yet" in main
        assert answer(contact, own, "confirm").status_code == 404
        own.refresh_from_db()
        assert own.state == State.JOINED

    def test_who_has_left_or_lives_elsewhere_is_not_there(self, contact, place, url):
        make.ResidentFactory(stairwell=place, state=State.LEFT, user__name="Borta Britt", shows_name=True)
        elsewhere = make.ResidentFactory(user__name="Andra Anders", shows_name=True)
        page = contact.get(url).text
        assert "Britt" not in page
        assert "Anders" not in page
        assert answer(contact, elsewhere, "confirm").status_code == 404
        through_own = f"/min-trapp/grannar/{place.pk}/{elsewhere.pk}/"
        assert contact.post(through_own, {"action": "confirm"}).status_code == 404

    def test_my_stairwell_leads_there(self, contact, url):
        assert f'href="{url}"' in contact.get("/min-trapp/").text

    def test_a_neighbour_who_is_no_contact_is_not_let_in(self, quiet, url, role):
        assert signed_in(quiet.user).get(url).status_code == 403
        assert signed_in(make.ResidentFactory().user).get(url).status_code == 404

    @pytest.mark.parametrize("state", ["applied", "confirmed", "trained", "resigned", "ended", "declined"])
    def test_only_while_one_is_an_active_contact(self, contact, role, quiet, url, state):
        Contact.objects.update(state=state, ended_at=timezone.now())
        assert contact.get(url).status_code == 403
        assert answer(contact, quiet, "confirm").status_code == 403
        Resident.objects.filter(user=role.user).update(state=State.LEFT)
        assert contact.get(url).status_code == 404
        assert answer(contact, quiet, "confirm").status_code == 404
        quiet.refresh_from_db()
        assert quiet.state == State.JOINED

    def test_one_neighbour_and_thirty_cost_the_same(self, contact, place, url, django_assert_num_queries):
        make.ResidentFactory(stairwell=place, shows_name=True)
        with django_assert_num_queries(8):
            contact.get(url)
        for number in range(29):
            make.ResidentFactory(stairwell=place, shows_name=True, state=list(State)[number % 3])
        with django_assert_num_queries(8):
            contact.get(url)


class TestAnswering:
    def test_the_contact_says_that_a_neighbour_lives_here(self, contact, quiet):
        assert "Noted: the person lives here." in answer(contact, quiet, "confirm").text
        quiet.refresh_from_db()
        assert (quiet.state, quiet.confirmed_by) == (State.CONFIRMED, "contact")
        assert not Message.objects.exists()

    def test_who_waits_is_let_in_and_told(self, contact, place):
        waiting = waits_at(place)
        answer(contact, waiting, "confirm")
        waiting.refresh_from_db()
        assert (waiting.state, waiting.confirmed_by) == (State.CONFIRMED, "contact")
        told = letters()[-1]
        assert (told["message"].purpose, told["subject"]) == (Message.Purpose.STEP, "You are let in")
        assert "Kim" not in told["text"], "nobody is told who the contact is"

    def test_who_is_not_let_in_is_told(self, contact, place):
        waiting = waits_at(place)
        assert "The person was not let in, and is told so." in answer(contact, waiting, "refuse").text
        waiting.refresh_from_db()
        assert (waiting.state, waiting.left_why) == (State.LEFT, "refused")
        told = letters()[-1]
        assert (told["message"].purpose, told["subject"]) == (Message.Purpose.STEP, "You were not let in")
        assert "Kim" not in told["text"]

    def test_a_contact_ends_nobody_and_notes_no_flat(self, contact, quiet, flat):
        for action in ("end", "flat", "refuse", ""):
            answer(contact, quiet, action)
        quiet.refresh_from_db()
        assert (quiet.state, quiet.flat) == (State.JOINED, flat)

    def test_when_the_company_was_quicker_the_contact_is_told_kindly(self, contact, landlord, place):
        waiting = waits_at(place)
        landlord.post(f"/trapp/{place.pk}/boende/{waiting.pk}/", {"action": "confirm"})
        for late in ("refuse", "confirm"):
            assert TOO_LATE in answer(contact, waiting, late).text
        waiting.refresh_from_db()
        assert (waiting.state, waiting.confirmed_by) == (State.CONFIRMED, "landlord")
        assert Message.objects.count() == 1

    def test_when_somebody_answers_in_the_same_moment_one_wins(self, contact, place, monkeypatch):
        def a_moment_later(*args):
            found = load(*args)
            services.refuse(resident=found)
            return found

        waiting = waits_at(place)
        load = pages.access.neighbour
        monkeypatch.setattr(pages.access, "neighbour", a_moment_later)
        assert TOO_LATE in answer(contact, waiting, "confirm").text
        waiting.refresh_from_db()
        assert waiting.state == State.LEFT

    def test_who_has_left_in_the_meantime_is_not_let_in(self, contact, place):
        waiting = waits_at(place)
        Resident.objects.filter(pk=waiting.pk).update(state=State.LEFT, left_why="self")
        assert TOO_LATE in answer(contact, waiting, "confirm").text
        waiting.refresh_from_db()
        assert (waiting.state, waiting.left_why) == (State.LEFT, "self")
        assert not Message.objects.exists()
