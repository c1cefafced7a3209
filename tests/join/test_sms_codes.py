"""Codes by SMS have a ceiling a day, whoever asks; e-mail always works."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Message
from tests import factories as make
from tests.join.steps import EMAIL, ask_to_join, letters

pytestmark = pytest.mark.django_db

CODE = "KATTHUND"
NUMBERS = [f"070-174 06 {last:02}" for last in range(5, 30)]


@pytest.fixture
def place(settings):
    settings.SMS_CODES_A_DAY = 10
    return make.StairwellFactory(code=CODE)


def ask_to_sign_in(number):
    return Client().post(reverse("account_request_login_code"), {"login": number})


def codes():
    return Message.objects.filter(purpose="code", channel="sms").count()


def test_newcomers_get_no_more_codes_by_sms_than_the_ceiling(place):
    answers = [ask_to_join(Client(), CODE, number).status_code for number in NUMBERS]
    assert answers == [302] * 10 + [429] * 15
    assert codes() == 10


def test_the_page_says_what_to_do_and_e_mail_still_works(place):
    for number in NUMBERS[:10]:
        ask_to_join(Client(), CODE, number)
    page = ask_to_join(Client(), CODE, NUMBERS[11])
    assert "e-postadress" in page.text
    assert ask_to_join(Client(), CODE, EMAIL).status_code == 302


def test_a_flood_of_newcomers_keeps_nobody_from_signing_in(place):
    make.UserFactory(email="", phone="+46701740640", phone_verified=True)
    for number in NUMBERS:
        ask_to_join(Client(), CODE, number)
    assert ask_to_sign_in("070-174 06 40").status_code == 302
    assert codes() == 11


def test_another_code_for_the_same_proof_counts_too(place):
    client = Client()
    ask_to_join(client, CODE, NUMBERS[0])
    for number in NUMBERS[1:10]:
        ask_to_join(Client(), CODE, number)
    assert client.post(reverse("join:verify", args=[CODE]), {"action": "resend"}).status_code == 429
    assert codes() == 10


def test_at_the_ceiling_known_and_unknown_numbers_are_answered_alike(place):
    for last in range(10):
        make.UserFactory(email="", phone=f"+467017406{last + 40}", phone_verified=True)
        ask_to_sign_in(f"070-174 06 {last + 40}")
    known, unknown = ask_to_sign_in("070-174 06 40"), ask_to_sign_in("070-174 06 99")
    # A page's nonce and form token differ each time it is made.
    alike = [re.sub(r"[A-Za-z0-9+/_=-]{20,}", "", page.text) for page in (known, unknown)]
    assert alike[0] == alike[1]
    assert known.status_code == unknown.status_code == 429


def test_operators_are_told_once_that_the_ceiling_is_near(place):
    make.UserFactory(is_superuser=True, email="drift@example.org")
    for number in NUMBERS:
        ask_to_join(Client(), CODE, number)
    warnings = [letter for letter in letters() if letter["message"].purpose == "warning"]
    assert [letter["address"] for letter in warnings] == ["drift@example.org"]
    assert "80 %" in warnings[0]["text"]
