"""The copy: asked for with one press, made by a job, fetched for a week by its person alone."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from buildings.models import DataExport
from notifications.models import Message
from tests import factories as make
from tests.join.mydata import person
from tests.join.steps import letters
from watch.join.mydata import collecting, exports
from watch.join.mydata.retention import run_due
from watch.join.mydata.tasks import make_exports

pytestmark = pytest.mark.django_db

ASK = "/mina-uppgifter/kopia/"


@pytest.fixture
def known():
    known = person.known()
    known.user.exports.all().delete()
    return known


def asked(client, known):
    client.force_login(known.user)
    client.post(ASK)
    return known.user.exports.get()


def test_a_press_a_job_a_file(client, known):
    copy = asked(client, known)
    assert copy.state == "waiting"
    assert client.get(f"{ASK}{copy.pk}/").status_code == 404
    make_exports()
    page = client.get("/mina-uppgifter/").text
    assert f"{ASK}{copy.pk}/" in page
    file = client.get(f"{ASK}{copy.pk}/")
    assert "attachment" in file.headers["Content-Disposition"]
    assert "no-store" in file.headers["Cache-Control"]
    held = json.loads(file.content)
    assert set(collecting.SECTIONS) <= set(held)
    assert held["person"]["name"] == person.NAME
    assert held["homes"][0]["flat"] == "1404"
    assert held["looks"][0]["reason"] == "Bjuda in till träff 0"
    assert held["letters"][0]["text"] == "Mitt svar 0"
    assert held["sign_in"]["sessions"] == 1
    for word in (person.NEIGHBOUR, "Utredare Hemlig", "Grannens ord"):
        assert word not in file.text


def test_word_comes_without_the_file(client, known):
    asked(client, known)
    make_exports()
    (letter,) = letters_of("receipt")
    assert letter["address"] == person.EMAIL
    assert letter["message"].user == known.user
    assert "/mina-uppgifter/" in letter["text"]
    assert person.NAME not in letter["text"] + letter["subject"]


def letters_of(purpose):
    Message.objects.filter(sealed=None).delete()
    return [letter for letter in letters() if letter["message"].purpose == purpose]


def test_it_lies_sealed(client, known):
    copy = asked(client, known)
    make_exports()
    copy.refresh_from_db()
    assert person.NAME.encode() not in bytes(copy.sealed)
    assert b"homes" not in bytes(copy.sealed)


def test_asking_twice_makes_one(client, known):
    asked(client, known)
    client.post(ASK)
    assert known.user.exports.count() == 1
    make_exports()
    make_exports()
    assert known.user.exports.count() == 1


def test_asking_all_day_ends(client, known):
    client.force_login(known.user)
    for _turn in range(7):
        client.post(ASK)
        make_exports()
    assert known.user.exports.count() == 5
    assert make.UserFactory().exports.count() == 0


def test_nobody_else_fetches_it(client, known):
    copy = make.copy_of(known.user)
    stranger = Client()
    stranger.force_login(make.UserFactory())
    assert stranger.get(f"{ASK}{copy.pk}/").status_code == 404
    assert Client().get(f"{ASK}{copy.pk}/").headers["Location"].startswith("/konto/login/code/")


def test_after_a_week_it_is_gone_and_wiped(client, known):
    copy = make.copy_of(known.user)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        client.force_login(known.user)
        assert client.get(f"{ASK}{copy.pk}/").status_code == 404
        run_due()
    copy.refresh_from_db()
    assert (copy.state, copy.sealed) == ("gone", None)


def test_one_that_cannot_be_made_does_not_stop_the_next(known, monkeypatch):
    other = make.ResidentFactory().user
    broken, fine = DataExport.objects.create(user=known.user), DataExport.objects.create(user=other)

    def picky(user):
        if user == known.user:
            raise ValueError("no")
        return {"sign_in": {}}

    monkeypatch.setattr(exports, "collect", picky)
    make_exports()
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, fine.state) == ("waiting", "ready")


def test_someone_with_a_number_alone_is_told_by_sms(client):
    user = make.UserFactory(email="", phone=person.NUMBER, phone_verified=True)
    client.force_login(user)
    client.post(ASK)
    make_exports()
    (letter,) = letters_of("receipt")
    assert letter["address"] == person.NUMBER
    assert letter["message"].channel == "sms"
    assert user.exports.get().state == "ready"
