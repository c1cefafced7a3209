"""The link in a mail: a form for one answer, which shows nothing and tells nobody whether the link is good."""

import pytest
from django.test import Client
from django.urls import reverse

from buildings.models import Contact
from notifications.models import Message, RelayLetter
from watch.join.relay import services

pytestmark = pytest.mark.django_db


def link(token):
    return reverse("relay:reply", args=[token])


def answer(token, text="Jag ringer vaktmästaren."):
    return Client().post(link(token), {"text": text}, headers={"accept-language": "en"})


def answers():
    return [letter.text for letter in RelayLetter.objects.filter(from_contact=True)]


def test_the_mail_carries_a_link_that_takes_one_answer_without_signing_in(relay, sent):
    assert f"http://testserver{link(relay.contact_token)}" in sent()[-1]["text"]
    assert sent()[-1]["reply_to"] == ""
    page = Client().get(link(relay.contact_token)).text
    assert "<textarea" in page
    assert "114 14" in page
    assert "your answer is on its way" in answer(relay.contact_token).text
    assert answers() == ["Jag ringer vaktmästaren."]
    assert sent()[-1]["address"] == "granne@example.org"


def test_whoever_gets_the_mail_forwarded_reads_nothing_there(relay):
    page = Client().get(link(relay.contact_token)).text
    for words in ("Porten", "granne@example.org", "Lo Lind", relay.contact.stairwell.name, "Contact"):
        assert words not in page


def test_the_link_works_once_for_each_letter(relay, contact, sent):
    contact.user.language = "en"
    contact.user.save()
    for _ in range(3):
        answer(relay.contact_token)
    assert len(answers()) == 1
    told = [letter for letter in sent() if letter["address"] == "ombud@example.org" and "works once" in letter["text"]]
    assert len(told) == 1
    services.answer(relay=relay, from_contact=False, text="Tack!")
    answer(relay.contact_token, "Varsågod.")
    assert answers() == ["Jag ringer vaktmästaren.", "Varsågod."]


def test_the_link_does_not_let_a_neighbour_write_out_of_turn(relay):
    answer(relay.neighbour_token, "En gång till")
    assert RelayLetter.objects.count() == 1


def test_numbers_are_refused_there_too(relay):
    page = answer(relay.contact_token, "070-174 06 12")
    assert "This looks like a phone number" in page.text
    assert "070-174 06 12" in page.text
    assert answers() == []


def test_after_the_contact_has_stopped_the_link_changes_nothing(relay):
    Contact.objects.update(state="resigned")
    assert answer(relay.contact_token).status_code == 200
    assert answers() == []


def test_guessing_links_ends_early_and_finds_nothing(relay):
    before = Message.objects.count()
    statuses = [answer(f"{number:032}").status_code for number in range(120)]
    assert statuses.count(200) == 100
    assert statuses[-1] == 429
    assert (Message.objects.count(), RelayLetter.objects.count()) == (before, 1)


def test_one_link_takes_few_tries_an_hour(relay):
    statuses = [answer(relay.contact_token, "070-174 06 12").status_code for _ in range(12)]
    assert statuses[9:] == [200, 429, 429]
