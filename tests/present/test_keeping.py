"""Public pages are kept as they went out, for those who are not signed in, and never older than what is true."""

import gzip
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests import factories as make
from tests.meet.guests import somewhere
from tests.present.pages import LOCAL, STILL, officer_in, written
from watch.meet import inviting
from watch.models import PublicVersion

pytestmark = pytest.mark.django_db
HERE = "/stadsdel/norrby/"


@pytest.fixture
def norrby():
    return make.DistrictFactory(name="Norrby", slug="norrby")


@pytest.mark.parametrize("address", STILL)
def test_a_page_of_words_asks_the_database_nothing(client, address, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", LOCAL)
def test_a_local_page_asks_one_thing_the_second_time(client, norrby, address, django_assert_num_queries):
    client.get(address)
    with django_assert_num_queries(1):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", [*STILL, *LOCAL])
def test_nothing_in_a_kept_page_is_of_one_reader(client, norrby, address):
    answer = client.get(address)
    assert "csrfmiddlewaretoken" not in answer.text
    assert "X-CSRFToken" not in answer.text
    assert not answer.cookies
    assert answer.content == Client().get(address).content


def test_each_language_has_its_own_copy(client, norrby):
    client.get(HERE, headers={"accept-language": "sv"})
    assert '<html lang="so"' in client.get(HERE, headers={"accept-language": "so"}).text
    client.cookies["sprak"] = "ar"
    answer = client.get(HERE, headers={"accept-language": "sv"})
    assert '<html lang="ar"' in answer.text
    assert {"Accept-Language", "Cookie", "Accept-Encoding"} <= set(answer.headers["Vary"].split(", "))


def test_who_is_signed_in_gets_a_page_of_their_own(client, norrby):
    client.get("/")
    person = make.ResidentFactory().user
    client.force_login(person)
    answer = client.get("/")
    assert "Sign out" in client.get("/", headers={"accept-language": "en"}).text or "Logga ut" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Logga ut" not in Client().get("/", headers={"accept-language": "sv"}).text


@pytest.mark.parametrize("address", ["/", "/grannsamverkan/", HERE])
def test_what_is_kept_of_a_signed_in_readers_page_is_not_about_them(client, norrby, address):
    officer = officer_in(norrby)
    written(officer, norrby, introduction="Ord för alla.")
    client.force_login(officer.user)
    own = client.get(address).text
    stranger = Client()
    stranger.cookies["sprak"] = officer.user.language
    page = stranger.get(address).text
    for words in ("data-sign-out", "csrfmiddlewaretoken", "/texter/", officer.user.name):
        assert words not in page
    assert "data-sign-out" in own
    assert ("/texter/" in own.partition("<main")[2]) == (address == HERE)


def test_an_edit_shows_at_once_to_who_is_signed_in(client, norrby):
    officer = officer_in(norrby)
    client.force_login(officer.user)
    client.get(HERE)
    written(officer, norrby, introduction="Nya ord.")
    assert "Nya ord" in client.get(HERE).text


def test_an_edit_shows_at_once(client, norrby):
    officer = officer_in(norrby)
    assert "Nya ord" not in client.get(HERE).text
    written(officer, norrby, introduction="Nya ord.")
    assert "Nya ord" in client.get(HERE).text


def test_a_meeting_shows_and_goes_at_once(client):
    place = somewhere()
    client.get(HERE)
    meeting = place.meeting(is_public=True, is_told=False, texts={"sv": ("Öppet hus", "Vi ses.")})
    inviting.invite(meeting=meeting, user=place.officer)
    assert "Öppet hus" in client.get(HERE).text
    inviting.cancel(meeting=meeting, user=place.officer)
    assert "Öppet hus" not in client.get(HERE).text


def test_what_only_the_clock_changes_shows_within_a_minute(client):
    place = somewhere()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        place.meeting(is_public=True, texts={"sv": ("Öppet hus", "Vi ses.")})
        clock.shift(timedelta(days=20, hours=1))
        assert "Öppet hus" in client.get(HERE).text
        clock.shift(timedelta(days=1))
        assert "Öppet hus" not in client.get(HERE).text


def test_an_edit_that_is_taken_back_changes_nothing(client, norrby):
    officer = officer_in(norrby)
    before = PublicVersion.objects.now()
    with transaction.atomic():
        written(officer, norrby, introduction="Nya ord.")
        transaction.set_rollback(True)
    assert PublicVersion.objects.now() == before
    assert "Nya ord" not in client.get(HERE).text


def test_a_page_made_while_somebody_edits_is_not_kept_for_later_readers(client, norrby, monkeypatch):
    officer = officer_in(norrby)
    kept = caches["pages"].set

    def edited_meanwhile(*args, **kwargs):
        written(officer, norrby, introduction="Nya ord.")
        monkeypatch.undo()
        return kept(*args, **kwargs)

    monkeypatch.setattr(caches["pages"], "set", edited_meanwhile)
    client.get(HERE)
    assert "Nya ord" in client.get(HERE).text


def test_a_page_travels_small_and_only_when_it_has_changed(client, norrby):
    asked = {"accept-encoding": "gzip, br"}
    answer = client.get(HERE, headers=asked)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == client.get(HERE).content
    again = client.get(HERE, headers=asked | {"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    written(officer_in(norrby), norrby, introduction="Nya ord.")
    changed = client.get(HERE, headers=asked | {"if-none-match": answer.headers["ETag"]})
    assert changed.status_code == 200


def test_what_is_not_there_is_not_kept(client, norrby):
    assert client.get("/stadsdel/hulta/").status_code == 404
    make.DistrictFactory(name="Hulta", slug="hulta")
    assert client.get("/stadsdel/hulta/").status_code == 200


def test_many_readers_at_once_get_the_same_page():
    pages = []
    readers = [threading.Thread(target=lambda: pages.append(Client().get("/rad/").content)) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(pages) == 8
    assert len(set(pages)) == 1
