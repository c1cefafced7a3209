"""Whole runs against a difficult mail server, and what a mail says of itself in each language."""

import email
import email.policy
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery, Endpoint, Notice
from notifications.outbox import run
from tests.notifications.mail.postman import DROP_AFTER

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _ in site.LANGUAGES]
WORDS = {
    "sv": ("Inbrott i källare", "Lås förrådet."),
    "en": ("Cellar break-ins", "Lock your store."),
    "ar": ("سرقات من الأقبية", "أغلق مخزنك."),
    "so": ("Jabsasho bakhaar", "Qufulo bakhaarkaaga."),
}


def read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_server_that_takes_its_time_keeps_nobody_waiting_and_loses_nobody(
    open_post, neighbours, due, send, monkeypatch
):
    post = open_post(pause=0.4)
    monkeypatch.setattr(run, "GIVE_WAY_AFTER", 1.0)
    rung = []
    monkeypatch.setattr(run, "ring", lambda task, **how: rung.append(task))
    names = [f"n{number}" for number in range(12)]
    neighbours(*names)
    send()
    states = Delivery.objects.values_list("state", "attempts")
    assert 0 < len(post.taken) < len(names)
    assert set(states) == {("sent", 1), ("queued", 0)}
    assert rung == ["notifications.deliver"]
    post.pause = 0
    monkeypatch.setattr(run, "GIVE_WAY_AFTER", 30.0)
    run.deliver("notices")
    assert sorted(post.names()) == sorted(names), "each once"


def test_a_mail_whose_answer_was_lost_comes_again_under_the_same_id(open_post, neighbours, send):
    post = open_post(script={("TEXT", "b"): [DROP_AFTER, ""]})
    neighbours(*"abc")
    send()
    lost = Delivery.objects.get(endpoint__address="b@example.org")
    assert (lost.state, lost.reason, lost.attempts) == ("retry", "connection-lost", 1)
    assert Delivery.objects.filter(state="sent").count() == 2
    Delivery.objects.filter(pk=lost.pk).update(due_at=timezone.now())
    run.deliver("notices")
    copies = [read(raw)["Message-ID"] for to, raw in post.taken if to == "b@example.org"]
    assert len(copies) == 2
    assert len(set(copies)) == 1
    assert post.names().count("a") == post.names().count("c") == 1
    assert Notice.objects.get().state == Notice.State.SENT


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_what_it_is_and_how_to_leave_in_every_language(open_post, neighbours, send, language):
    post = open_post()
    neighbours("a", language=language)
    send(texts=WORDS)
    ((_, raw),) = post.taken
    mail = read(raw)
    title, body = WORDS[language]
    assert mail["Subject"] == title
    assert mail["Content-Language"] == language
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "Trappan <anslag.trappan.test>"
    assert re.fullmatch(r"<d\d+\.[0-9a-f]{20}@trappan\.test>", mail["Message-ID"])
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    reading = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{reading}">' in html
    assert body in text
    assert body in html
    for part in (text, html):
        assert "114" in part
        assert not re.search(r"<img|src=|utm_|pixel", part)
    links = [line for line in text.splitlines() if "://" in line]
    assert all(line.startswith("http") and " " not in line for line in links), "a text client links a whole line"
    assert len(links) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_programs_own_button_stops_the_mails_without_a_redirect(open_post, neighbours, send, language):
    post = open_post()
    neighbours("a", language=language)
    send(texts=WORDS)
    mail = read(post.taken[0][1])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = urlsplit(mail["List-Unsubscribe"].strip("<>")).path
    answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert Endpoint.objects.get().wants == Endpoint.Wants.NOTHING
