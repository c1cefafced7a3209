"""Wrong codes get a kind page; guessing stops early, and a whole building behind one address still gets in."""

import pytest
from django.test import Client
from django.utils import timezone

from buildings.models import Resident, new_code
from tests import factories as make
from tests.join.steps import ask_to_join, choose, code_sent

pytestmark = pytest.mark.django_db

CODE = "KATTHUND"


@pytest.fixture
def place():
    return make.StairwellFactory(code=CODE)


@pytest.mark.parametrize("url", ["/t/AAAABBBB", "/t/AAAABBBB/kod", "/t/AAAABBBB/val", "/t/AAAABBBB/qr.svg", "/t/X"])
def test_a_wrong_code_gets_a_kind_page_that_says_what_to_do(client, place, url):
    page = client.get(url)
    assert page.status_code == 404
    assert 'href="/t/"' in page.content.decode()


def test_a_thousand_guesses_stop_early(client, place):
    answers = [Client().get(f"/t/{new_code()}").status_code for _ in range(1000)]
    assert answers == [404] * 20 + [429] * 980
    assert client.get(f"/t/{CODE}").status_code == 429, "a right guess must not be told from a wrong one"
    assert ask_to_join(client, CODE).status_code == 429
    assert client.get(f"/t/{CODE}/qr.svg").status_code == 429


def test_guesses_through_the_field_the_picture_and_the_form_count_too(place):
    for number in range(20):
        url = f"/t/{new_code()}" + ("/qr.svg", "/kod", "/val", "")[number % 4]
        assert Client().get("/t/", {"code": url.split("/")[2]}).status_code == 302
        assert Client().post(url).status_code in (404, 405) or Client().get(url).status_code == 404
    for _ in range(20):
        Client().get(f"/t/{new_code()}/qr.svg")
    assert Client().get(f"/t/{CODE}").status_code == 429


def test_who_has_seen_the_right_page_goes_on_when_a_neighbour_guesses(client, place):
    make.StairwellFactory(code="HUNDKATT")
    client.get(f"/t/{CODE}")
    for _ in range(20):
        Client().get(f"/t/{new_code()}")
    assert client.get(f"/t/{CODE}").status_code == 200
    assert client.get("/t/HUNDKATT").status_code == 429


def test_a_neighbour_who_guesses_does_not_shut_the_house_out(place):
    make.StairwellFactory(code="HUNDKATT")
    assert Client().get(f"/t/{CODE}").status_code == 200
    for _ in range(25):
        Client().get(f"/t/{new_code()}")
    newcomer = Client()
    assert newcomer.get(f"/t/{CODE}").status_code == 200
    assert ask_to_join(newcomer, CODE).status_code == 302
    assert newcomer.get("/t/HUNDKATT").status_code == 429, "nobody here has had that poster in hand"
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"/t/{CODE}").status_code == 200


def test_a_code_opened_here_is_refused_once_it_is_retired(place):
    Client().get(f"/t/{CODE}")
    for _ in range(25):
        Client().get(f"/t/{new_code()}")
    place.codes.update(retired_at="2026-01-01T00:00Z")
    assert Client().get(f"/t/{CODE}").status_code == 404


def test_guesses_from_elsewhere_do_not_count_here(client, place):
    for _ in range(25):
        Client(REMOTE_ADDR="192.0.2.7").get(f"/t/{new_code()}")
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"/t/{CODE}").status_code == 429
    assert client.get(f"/t/{CODE}").status_code == 200


def test_a_home_with_a_whole_network_of_addresses_counts_as_one(place):
    for number in range(25):
        Client(REMOTE_ADDR=f"2001:db8:1:1::{number:x}").get(f"/t/{new_code()}")
    assert Client(REMOTE_ADDR="2001:db8:1:1::ffff").get(f"/t/{CODE}").status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:1:2::1").get(f"/t/{CODE}").status_code == 200


def test_without_a_proxy_a_made_up_sender_does_not_help(place):
    for number in range(25):
        Client().get(f"/t/{new_code()}", headers={"x-forwarded-for": f"192.0.2.{number}"})
    assert Client().get(f"/t/{CODE}").status_code == 429


def test_behind_a_proxy_the_last_hop_counts(place, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(25):
        Client().get(f"/t/{new_code()}", headers={"x-forwarded-for": f"198.51.100.{number}, 192.0.2.7"})
    assert Client().get(f"/t/{CODE}", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 429
    assert Client().get(f"/t/{CODE}", headers={"x-forwarded-for": "192.0.2.7, 192.0.2.8"}).status_code == 200


def test_after_ten_minutes_it_works_again(client, place, time_machine, cache_on_our_clock):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    for _ in range(20):
        Client().get(f"/t/{new_code()}")
    time_machine.shift(599)
    assert client.get(f"/t/{CODE}").status_code == 429
    time_machine.shift(2)
    assert client.get(f"/t/{CODE}").status_code == 200


def test_eighty_neighbours_behind_one_address_all_get_in(place, time_machine):
    time_machine.move_to("2026-12-01 18:00", tick=False)
    for number in range(80):
        client, address = Client(), f"granne-{number}@example.org"
        assert client.get(f"/t/{CODE}").status_code == 200
        assert ask_to_join(client, CODE, address).status_code == 302
        client.post(f"/t/{CODE}/kod", {"code": code_sent()})
        assert choose(client, CODE, name=f"Granne {number}").status_code == 302
        time_machine.shift(7)
    assert Resident.objects.count() == 80


def test_nobody_joins_where_the_building_is_closed(client, place):
    client.get(f"/t/{CODE}")
    place.building.closed_at = timezone.now()
    place.building.save()
    assert client.get(f"/t/{CODE}").status_code == 404
    assert ask_to_join(client, CODE).status_code == 404


def test_an_old_poster_does_not_lock_the_house_out(client, place):
    place.codes.update(retired_at="2026-01-01T00:00Z")
    make.JoinCode.objects.create(stairwell=place, code="NYTTHUS2")
    for _ in range(40):
        assert Client().get(f"/t/{CODE}").status_code == 404
    assert client.get("/t/NYTTHUS2").status_code == 200
