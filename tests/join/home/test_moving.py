"""Moving from one stairwell to another in the same part of town, with one's choices."""

import pytest
from django.test import Client
from django.utils import timezone

from buildings.models import Consent, Contact, ContactStep, Resident
from notifications.models import Endpoint
from tests import factories as make
from watch.join.access import POSTER_ROUTES
from watch.join.door import Door
from watch.join.doors import invitations
from watch.join.doors.codes import make_letters
from watch.join.home import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def norrby():
    return make.DistrictFactory(name="Norrby")


@pytest.fixture
def home(norrby):
    place = make.StairwellFactory(building__district=norrby, address="Varpgatan 1 A", code="KATTHUND")
    resident = make.ResidentFactory(stairwell=place, shows_name=True, state=Resident.State.CONFIRMED)
    make.EndpointFactory(user=resident.user, wants="urgent")
    return resident


@pytest.fixture
def new(norrby):
    return make.StairwellFactory(building__district=norrby, address="Vävgatan 2 B", code="HUNDKATT")


@pytest.fixture
def url(client, home):
    client.force_login(home.user)
    return f"/min-trapp/flytta/{home.pk}/"


def test_the_code_leads_to_what_it_means_and_nothing_has_happened_yet(client, home, new, url):
    assert 'name="code"' in client.get(url).text
    page = client.get(url, {"code": "hund katt"}).text
    assert "Vävgatan 2 B" in page
    assert Resident.objects.present().get() == home


def test_one_press_moves_the_person_and_their_agreements(client, home, new, url):
    role = make.ContactFactory(user=home.user, stairwell=home.stairwell, shows_name=True)
    assert client.post(url, {"code": "HUNDKATT"}).headers["Location"] == "/min-trapp/"
    home.refresh_from_db()
    role.refresh_from_db()
    assert (home.state, home.left_why) == (Resident.State.LEFT, Resident.LeftWhy.MOVED)
    assert (role.state, role.ended_by, role.ended_why) == (Contact.State.RESIGNED, "self", "moved")
    assert ContactStep.objects.get(contact=role).why == "moved"
    moved = Resident.objects.present().get()
    assert (moved.stairwell, moved.way, moved.state) == (new, Resident.Way.MOVED, Resident.State.JOINED)
    assert not moved.shows_name
    assert Endpoint.objects.get().wants == "urgent"
    kept = {(line.purpose, line.stairwell_id, line.given) for line in Consent.objects.all()}
    old = home.stairwell_id
    assert kept == {
        ("take_part", old, False),
        ("name_to_contact", old, False),
        ("name_to_stairwell", old, False),
        ("take_part", new.pk, True),
    }
    assert client.get(url).status_code == 404


def test_a_role_in_another_stairwell_goes_on(client, home, new, url):
    role = make.ContactFactory(user=home.user)
    client.post(url, {"code": "HUNDKATT"})
    role.refresh_from_db()
    assert role.state == Contact.State.ACTIVE


@pytest.mark.parametrize("typed", ["", "NOSUCHXX", "KATTHUND"])
def test_a_code_that_cannot_be_right_gets_a_sentence(client, home, new, url, typed):
    for page in (client.get(url, {"code": typed}), client.post(url, {"code": typed})):
        assert page.status_code == 200
        assert "error-summary" in page.text
    assert Resident.objects.present().get() == home


def test_an_old_poster_says_so(client, home, new, url):
    new.codes.update(retired_at=timezone.now())
    assert "error-summary" in client.get(url, {"code": "HUNDKATT"}).text
    client.post(url, {"code": "HUNDKATT"})
    assert Resident.objects.present().get() == home


def test_another_part_of_town_is_joined_anew(client, home, url):
    make.StairwellFactory(code="LANGTBRT")
    assert "error-summary" in client.get(url, {"code": "LANGTBRT"}).text
    client.post(url, {"code": "LANGTBRT"})
    assert Resident.objects.present().get() == home


def test_guessing_stops_early(client, home, url):
    answers = [client.get(url, {"code": f"NOSUCH{first}{second}"}) for first in "ABCDE" for second in "FGHJK"]
    assert answers[-1].status_code == 429


def test_moving_to_where_one_lives_already_only_leaves(client, home, new, url):
    make.ResidentFactory(user=home.user, stairwell=new)
    client.post(url, {"code": "HUNDKATT"})
    assert Resident.objects.present().count() == 1
    assert not Consent.objects.filter(given=True).exists()


def test_moving_to_where_one_waits_lets_one_in(client, home, new, url):
    waiting = make.ResidentFactory(user=home.user, stairwell=new, state=Resident.State.WAITING)
    client.post(url, {"code": "HUNDKATT"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.way) == (Resident.State.JOINED, Resident.Way.MOVED)


def test_who_has_left_meanwhile_does_not_move(home, new):
    Resident.objects.filter(pk=home.pk).update(state=Resident.State.LEFT)
    assert not services.move(
        resident=home, door=Door(new, Resident.Way.POSTER, "HUNDKATT", POSTER_ROUTES), language="sv"
    )
    assert not Consent.objects.exists()
    assert not Resident.objects.present().exists()


def test_moving_back_again_works(client, home, new, url):
    client.post(url, {"code": "HUNDKATT"})
    moved = Resident.objects.present().get()
    client.post(f"/min-trapp/flytta/{moved.pk}/", {"code": "KATTHUND"})
    assert Resident.objects.present().get().stairwell == home.stairwell


def test_nobody_moves_somebody_else(home, new):
    browser = Client()
    browser.force_login(make.ResidentFactory().user)
    url = f"/min-trapp/flytta/{home.pk}/"
    assert browser.get(url).status_code == 404
    assert browser.post(url, {"code": "HUNDKATT"}).status_code == 404
    assert Resident.objects.present().filter(pk=home.pk).exists()


def test_pressing_twice_moves_once_and_is_no_error(client, home, new, url):
    client.post(url, {"code": "HUNDKATT"})
    assert client.post(url, {"code": "HUNDKATT"}).headers["Location"] == "/min-trapp/"
    assert Resident.objects.present().get().stairwell == new
    stranger = Client()
    stranger.force_login(make.ResidentFactory().user)
    assert stranger.post(url, {"code": "HUNDKATT"}).status_code == 404


class TestOtherWays:
    """The code in the new flat's letter, and a contact's invitation."""

    @pytest.fixture
    def flat(self, new):
        return make.FlatFactory(stairwell=new)

    @pytest.fixture
    def letter(self, new, flat):
        return make_letters(stairwell=new, flats=[flat])[0]

    def test_the_letter_of_the_new_flat_moves_and_confirms(self, client, home, new, flat, letter, url):
        page = client.get(url, {"code": letter.spaced.lower()}).text
        assert "Vävgatan 2 B" in page
        assert Resident.objects.present().get() == home
        client.post(url, {"code": letter.code})
        moved = Resident.objects.present().get()
        assert (moved.stairwell, moved.flat, moved.state, moved.way) == (new, flat, "confirmed", "moved")
        assert Consent.objects.filter(stairwell=new, purpose="take_part", given=True).count() == 1

    def test_a_letter_somebody_has_used_moves_nobody(self, client, home, letter, url):
        other = make.ResidentFactory(stairwell=home.stairwell)
        mine = Client()
        mine.force_login(other.user)
        mine.post(f"/min-trapp/flytta/{other.pk}/", {"code": letter.code})
        page = client.post(url, {"code": letter.code})
        assert page.status_code == 200
        assert page.context["form"].errors
        assert Resident.objects.present().get(user=home.user) == home

    def test_an_invitation_is_pasted_as_its_link(self, client, home, new, url):
        contact = make.ContactFactory(stairwell=new, state="active")
        link = invitations.invite(contact=contact)
        page = client.get(url, {"code": f" {link} "})
        client.post(url, {"code": page.context["door"].key})
        assert Resident.objects.present().get(user=home.user).stairwell == new
        assert "already" not in client.get("/min-trapp/").text

    def test_guessing_here_stops_whatever_the_guess_would_have_opened(self, client, home, letter, url):
        for number in range(25):
            client.get(url, {"code": f"GGGG{number:04}"})
        assert client.get(url, {"code": letter.code}).status_code == 429
