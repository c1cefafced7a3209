"""Joining without a code: one finds the stairwell by its street, asks, and waits until somebody says yes."""

import pytest
from django.utils import timezone

from buildings.models import Consent, Resident
from notifications import audience
from notifications.models import Endpoint, Message
from tests import factories as make
from tests.join.doors.steps import choose, in_english, join, show_address, signed_in, waits_at
from tests.join.steps import EMAIL, letters
from tests.world import told_by
from watch.join.entering import MOST_WAITING, come_in

pytestmark = pytest.mark.django_db

State = Resident.State
WAITS = "You wait to be let in"
ON_MINE = 'id="waits"'


@pytest.fixture
def door(place):
    return f"/ga-med/{place.pk}/"


@pytest.fixture
def police(place):
    return make.OrganisationFactory(kind="police", districts=[place.building.district])


@pytest.fixture
def notice(place, police):
    return told_by(police, make.StaffFactory(organisation=police).user, district=place.building.district)


def search(words):
    return in_english().get("/ga-med/", {"street": words})


class TestSearching:
    @pytest.mark.parametrize("words", ["Varpgatan", "varpgatan 1", "VARPGATAN 1 A", "  varp   1 ", "1 A Varpgatan"])
    def test_a_street_finds_its_stairwells(self, place, door, words):
        page = search(words).text
        assert f'href="{door}"' in page
        assert "Varpgatan 1 A" in page
        assert "504 35 Borås" in page

    @pytest.mark.parametrize("words", ["älvgatan", "ÄLVGATAN", "Älvgatan 3"])
    def test_swedish_letters_in_any_case(self, words):
        make.StairwellFactory(address="Älvgatan 3 C")
        assert "Älvgatan 3 C" in search(words).text

    def test_nothing_is_said_about_people_flats_or_codes(self, place, flat, role):
        make.ResidentFactory(stairwell=place, user__name="Hemliga Hilda", flat=flat)
        empty = make.StairwellFactory(address="Varpgatan 1 B")
        page = search("Varpgatan").text
        for secret in ("Hilda", "Kim Kontakt", "KATTHUND", "1001", "AB Provbostäder"):
            assert secret not in page
        rows = [row.partition("</li>")[0] for row in page.split('<li class="todo-row">')[1:]]
        shapes = {
            row.replace("Varpgatan 1 A", "…").replace("Varpgatan 1 B", "…").replace(f"/{pk}/", "/…/")
            for row, pk in zip(rows, (place.pk, empty.pk), strict=True)
        }
        assert len(shapes) == 1, "an empty stairwell looks like one that is full"

    @pytest.mark.parametrize("words", ["", "V", "Va", "Va 1", "1 2 3", "%%%", "___", "50435", "  "])
    def test_fewer_than_three_letters_find_nothing_and_get_a_sentence(self, place, words):
        page = search(words).text
        assert "error-summary" in page
        assert "Varpgatan 1 A" not in page

    @pytest.mark.parametrize("words", ["Var%atan", "V_rpgatan", "Okändgatan", "abc|", "'; drop table", "x" * 80])
    def test_what_is_no_street_here_gets_a_kind_word(self, place, words):
        page = search(words)
        assert page.status_code == 200
        assert "No stairwell here has that address" in page.text

    def test_too_long_a_street_gets_a_sentence(self, place):
        assert "error-summary" in search("x" * 81).text

    def test_at_most_twenty_are_shown(self):
        for number in range(20):
            make.StairwellFactory(address=f"Långgatan {number} A")
        page = search("Långgatan").text
        assert page.count('<li class="todo-row">') == 20
        assert "There are more." not in page
        make.StairwellFactory(address="Långgatan 99 A")
        page = search("Långgatan").text
        assert page.count('<li class="todo-row">') == 20
        assert "There are more. Write the number too." in page
        assert "Långgatan 99 A" in search("Långgatan 99").text

    @pytest.mark.parametrize("closes", ["stairwell", "building"])
    def test_what_is_closed_is_not_found_and_not_joined(self, place, door, closes):
        closed = place if closes == "stairwell" else place.building
        closed.closed_at = timezone.now()
        closed.save()
        assert "No stairwell here has that address" in search("Varpgatan").text
        for screen in ("", "kod", "val"):
            assert in_english().get(door + screen).status_code == 404
        assert in_english().post(door, {"login": EMAIL}).status_code == 404

    def test_one_found_and_twenty_cost_the_same(self, place, django_assert_num_queries):
        with django_assert_num_queries(1):
            search("Varpgatan")
        for number in range(30):
            make.StairwellFactory(address=f"Varpgatan {number + 2} A")
        with django_assert_num_queries(1):
            search("Varpgatan")


class TestWaiting:
    def test_who_asks_waits_and_is_told_so_from_the_first_screen(self, place, door):
        client = in_english()
        assert "says whether you live there" in client.get(door).text
        show_address(client, door)
        assert "Ask to join Varpgatan 1 A" in client.get(f"{door}val").text
        assert choose(client, door).headers["Location"] == "/min-trapp/"
        home = Resident.objects.get()
        assert (home.state, home.way, home.flat, home.confirmed_at) == (State.WAITING, "public", None, None)
        assert {line.purpose for line in Consent.objects.all()} == {"take_part", "email"}
        mine = client.get("/min-trapp/").text
        assert ON_MINE in mine
        assert WAITS in mine
        assert "Varpgatan 1 A" in mine
        assert "Welcome" not in mine

    def test_who_waits_gets_no_notices(self, place, door, notice):
        client = in_english()
        join(client, door)
        assert not Resident.objects.present().exists()
        assert Endpoint.objects.get().wants == "all"
        assert not audience.reach(notice).exists()
        assert audience.people(notice) == 0
        title = notice.texts.get().title
        assert title not in client.get("/min-trapp/").text
        assert client.get(f"/anslag/{notice.public_id}/").status_code in (403, 404)
        Resident.objects.update(state=State.JOINED)
        assert title in client.get("/min-trapp/").text
        assert audience.people(notice) == 1

    def test_who_waits_counts_in_no_figure(self, place, door, landlord):
        join(in_english(), door)
        figures = landlord.get(f"/trapp/{place.pk}/boende/").context["figures"]
        assert figures == {"people": 0, "households": 0}

    def test_asking_again_waits_on_and_says_so(self, place, door):
        client = in_english()
        join(client, door)
        for page in (client.get(door), client.post(door)):
            assert WAITS in page.text
        assert choose(client, door).status_code == 302
        assert Resident.objects.count() == 1
        assert Consent.objects.filter(purpose="take_part").count() == 1

    def test_who_has_joined_is_not_made_to_wait_by_asking(self, place, door):
        home = make.ResidentFactory(stairwell=place)
        client = signed_in(home.user)
        assert "You have joined" in client.post(door).text
        choose(client, door)
        home.refresh_from_db()
        assert (home.state, home.way) == (State.JOINED, "poster")

    def test_the_posters_code_lets_in_at_once(self, place, door, notice):
        client = in_english()
        join(client, door)
        assert "With this you need not wait." in client.get("/t/KATTHUND").text
        assert client.post("/t/KATTHUND").headers["Location"] == "/min-trapp/"
        home = Resident.objects.get()
        assert (home.state, home.way, home.confirmed_at) == (State.JOINED, "poster", None)
        mine = client.get("/min-trapp/").text
        assert ON_MINE not in mine
        assert notice.texts.get().title in mine
        assert Consent.objects.filter(purpose="take_part").count() == 1

    def test_the_poster_of_another_stairwell_lets_in_there_only(self, door, company):
        other = make.StairwellFactory(building__owner=company, code="HUNDKATT")
        client = in_english()
        join(client, door)
        assert client.post("/t/HUNDKATT").headers["Location"] == "/t/HUNDKATT/val"
        choose(client, "/t/HUNDKATT")
        states = dict(Resident.objects.values_list("stairwell", "state"))
        assert states.pop(other.pk) == State.JOINED
        assert list(states.values()) == [State.WAITING]

    def test_one_can_stop_waiting(self, place, door):
        client = in_english()
        join(client, door)
        home = Resident.objects.get()
        assert f"/min-trapp/lamna/{home.pk}/" in client.get("/min-trapp/").text
        client.post(f"/min-trapp/lamna/{home.pk}/")
        home.refresh_from_db()
        assert (home.state, home.left_why) == (State.LEFT, "self")
        assert ON_MINE not in client.get("/min-trapp/").text


class TestBeingAnswered:
    def test_who_is_let_in_gets_notices_and_a_word(self, landlord, place, door, notice):
        client = in_english()
        join(client, door)
        home = Resident.objects.get()
        landlord.post(f"/trapp/{place.pk}/boende/{home.pk}/", {"action": "confirm"})
        mine = client.get("/min-trapp/").text
        assert ON_MINE not in mine
        assert notice.texts.get().title in mine
        assert letters()[-1]["subject"] == "You are let in"
        assert letters()[-1]["address"] == EMAIL

    def test_who_is_refused_gets_a_word_and_may_ask_again_or_use_the_poster(self, landlord, place, door):
        client = in_english()
        join(client, door)
        home = Resident.objects.get()
        landlord.post(f"/trapp/{place.pk}/boende/{home.pk}/", {"action": "refuse"})
        told = letters()[-1]
        assert (told["message"].purpose, told["address"]) == (Message.Purpose.STEP, EMAIL)
        assert "use the code on the poster" in told["text"]
        assert ON_MINE not in client.get("/min-trapp/").text
        assert client.post("/t/KATTHUND").headers["Location"] == "/t/KATTHUND/val"
        choose(client, "/t/KATTHUND")
        assert Resident.objects.not_left().get().state == State.JOINED

    def test_somebody_refused_who_asks_again_waits_again(self, landlord, place, door):
        home = waits_at(place)
        landlord.post(f"/trapp/{place.pk}/boende/{home.pk}/", {"action": "refuse"})
        client = signed_in(home.user)
        client.post(door)
        choose(client, door)
        assert Resident.objects.not_left().get().state == State.WAITING


class TestHowMany:
    """One person waits at a few stairwells, not at all of them."""

    def test_at_a_sixth_stairwell_one_is_told_to_wait_or_use_a_code(self, place, door):
        user = make.UserFactory(language="en")
        make.EndpointFactory(user=user, address=user.email)
        for _ in range(MOST_WAITING):
            waits_at(make.StairwellFactory(), user=user)
        browser = signed_in(user)
        page = browser.post(f"{door}val", {"name": "Sam", "wants": "all"}, follow=True)
        assert "You wait at 5 stairwells already" in page.text
        assert not Resident.objects.filter(stairwell=place).exists()
        assert not Consent.objects.filter(stairwell=place).exists()

    def test_with_a_code_one_comes_in_all_the_same(self, place):
        user = make.UserFactory()
        for _ in range(MOST_WAITING):
            waits_at(make.StairwellFactory(), user=user)
        come_in(user=user, stairwell=place, language="sv", way="poster")
        assert Resident.objects.get(stairwell=place).state == State.JOINED

    def test_asking_again_where_one_waits_is_no_further_stairwell(self):
        user = make.UserFactory()
        homes = [waits_at(make.StairwellFactory(), user=user) for _ in range(MOST_WAITING)]
        come_in(user=user, stairwell=homes[0].stairwell, language="sv", way="public")
        assert Resident.objects.waiting().count() == MOST_WAITING

    def test_a_hundred_who_wait_fit_on_the_stairwells_page(self, landlord, place):
        for _ in range(30):
            waits_at(place)
        page = landlord.get(f"/trapp/{place.pk}/boende/").text
        assert page.count('value="refuse"') == 25
        assert "More people wait." in page
