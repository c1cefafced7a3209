"""Guessing letters' codes and invitations stops early, and a whole building behind one address still gets in."""

import pytest
from django.test import Client
from django.utils import timezone

from buildings.models import FlatCode, Invitation, Resident, new_code
from tests import factories as make
from tests.join.doors.steps import in_english, invitation_by, join, letter_to

pytestmark = pytest.mark.django_db

KINDS = ("brev", "inbjudan")
OPENED, OTHER = "KATTHUN2", "HUNDKAT2"


@pytest.fixture(params=KINDS)
def kind(request, place, role):
    """Two right codes of one kind."""
    if request.param == "brev":
        for number, code in (("1001", OPENED), ("1002", OTHER)):
            letter_to(place.flats.get(number=number), code)
    else:
        for code in (OPENED, OTHER):
            invitation_by(role, code)
    return request.param


def guess(kind, times, **extra):
    return [Client(**extra).get(f"/{kind}/{new_code()}").status_code for _ in range(times)]


def test_guesses_stop_early_and_a_right_one_is_not_told_from_a_wrong_one(kind):
    assert guess(kind, 60) == [404] * 20 + [429] * 40
    for screen in ("", "/kod", "/val"):
        assert Client().get(f"/{kind}/{OPENED}{screen}").status_code == 429
    assert Client().post(f"/{kind}/{OPENED}", {"login": "nykomling@example.org"}).status_code == 429


def test_guesses_at_the_later_screens_count_too(kind):
    for number in range(20):
        assert Client().get(f"/{kind}/{new_code()}" + ("/kod", "/val")[number % 2]).status_code == 404
    assert Client().get(f"/{kind}/{OPENED}").status_code == 429


def test_a_neighbour_who_guesses_does_not_shut_the_house_out(kind):
    assert Client().get(f"/{kind}/{OPENED}").status_code == 200
    guess(kind, 25)
    newcomer = in_english()
    assert newcomer.get(f"/{kind}/{OPENED}").status_code == 200
    assert newcomer.get(f"/{kind}/{OTHER}").status_code == 429, "nobody here has had that one in hand"
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"/{kind}/{OTHER}").status_code == 200
    assert join(newcomer, f"/{kind}/{OPENED}").headers["Location"] == "/min-trapp/"


def test_who_has_seen_the_right_page_goes_on_from_another_address(kind):
    client = Client()
    client.get(f"/{kind}/{OPENED}")
    guess(kind, 25, REMOTE_ADDR="192.0.2.7")
    assert client.get(f"/{kind}/{OPENED}", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.get(f"/{kind}/{OTHER}", REMOTE_ADDR="192.0.2.7").status_code == 429


def test_a_code_opened_here_is_refused_once_it_is_used(kind):
    Client().get(f"/{kind}/{OPENED}")
    guess(kind, 25)
    FlatCode.objects.update(used_at=timezone.now())
    Invitation.objects.update(used_at=timezone.now())
    assert Client().get(f"/{kind}/{OPENED}").status_code == 404


def test_letters_that_are_used_or_replaced_do_not_lock_the_house_out(kind):
    FlatCode.objects.exclude(flat__number="1002").update(retired_at=timezone.now())
    Invitation.objects.filter(pk=Invitation.objects.order_by("pk").values("pk")[:1]).update(used_at=timezone.now())
    for _ in range(40):
        assert Client().get(f"/{kind}/{OPENED}").status_code == 404
    assert Client().get(f"/{kind}/{OTHER}").status_code == 200


def test_guesses_at_one_kind_do_not_shut_the_others(place, kind):
    guess(kind, 25)
    assert Client().get("/t/KATTHUND").status_code == 200
    other = KINDS[1 - KINDS.index(kind)]
    assert Client().get(f"/{other}/{new_code()}").status_code == 404


def test_after_ten_minutes_it_works_again(kind, time_machine, cache_on_our_clock):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    guess(kind, 20)
    time_machine.shift(599)
    assert Client().get(f"/{kind}/{OPENED}").status_code == 429
    time_machine.shift(2)
    assert Client().get(f"/{kind}/{OPENED}").status_code == 200


def test_eighty_households_behind_one_address_all_get_in(place, time_machine):
    time_machine.move_to("2026-12-01 18:00", tick=False)
    for number in range(80):
        letter_to(make.FlatFactory(stairwell=place), f"BREV{number:04}")
        done = join(in_english(), f"/brev/BREV{number:04}", f"granne-{number}@example.org")
        assert done.headers["Location"] == "/min-trapp/", number
        time_machine.shift(7)
    assert Resident.objects.filter(state="confirmed").exclude(flat=None).count() == 80


def test_eighty_invited_behind_one_address_all_get_in(place, role, time_machine):
    time_machine.move_to("2026-12-01 18:00", tick=False)
    for number in range(80):
        invitation_by(role, f"kom-{number}")
        done = join(in_english(), f"/inbjudan/kom-{number}", f"granne-{number}@example.org")
        assert done.headers["Location"] == "/min-trapp/", number
        time_machine.shift(7)
    assert Resident.objects.filter(way="invitation").count() == 80
