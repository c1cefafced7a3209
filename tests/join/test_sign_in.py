"""Signing in with a code: the same answers for everyone, few tries, nothing in clear."""

import hashlib
import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buildings.models import User
from notifications.models import Message
from tests import factories as make
from tests.join.steps import EMAIL, MOBILE, MOBILE_E164, ask_to_sign_in, code_sent, letters, sign_in, wrong

pytestmark = pytest.mark.django_db

ASK = "/konto/login/code/"
CONFIRM = "/konto/login/code/confirm/"


@pytest.fixture
def person():
    return make.UserFactory(phone=MOBILE_E164, phone_verified=True)


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("typed", ["mail", MOBILE, "+46 70 174 06 12"])
def test_a_tenant_signs_in_with_e_mail_or_number(client, person, typed):
    make.ResidentFactory(user=person)
    done = sign_in(client, person.email if typed == "mail" else typed)
    assert done.headers["Location"] == reverse("present:home")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session.get_expiry_age() > 80 * 24 * 3600
    assert letters()[-1]["message"].channel == ("email" if typed == "mail" else "sms")


def test_one_goes_on_to_the_page_one_wanted_but_never_to_another_site(client, person):
    wanted = client.get("/personal/").headers["Location"]
    page = text(client.get(wanted))
    assert '<input type="hidden" name="next" value="/personal/">' in page
    client.post(ASK, {"login": person.email, "next": "/personal/"})
    assert client.post(CONFIRM, {"code": code_sent()}).headers["Location"] == "/personal/"
    other = Client()
    other.post(ASK, {"login": person.email, "next": "https://evil.test/"})
    assert other.post(CONFIRM, {"code": code_sent()}).headers["Location"] == reverse("present:home")


@pytest.mark.parametrize("data", [{}, {"login": ""}, {"email": "a@example.org"}, {"login": "\x00"}])
def test_an_empty_form_gets_a_sentence(client, data):
    page = client.post(ASK, data)
    assert page.status_code == 200
    assert "error-summary" in text(page)


def without_what_differs_for_all(body: str, address: str) -> str:
    body = re.sub(r"[A-Za-z0-9]{64}", "", body)
    return re.sub(r"070-174 06 \d\d", "", body.replace(address, ""))


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_known_and_unknown_people_get_the_same_answer_and_cost_the_same_work(
    person, channel, django_assert_max_num_queries
):
    pairs = {"email": (person.email, "okand" + person.email[5:]), "sms": (MOBILE_E164, "+46701740613")}
    seen = []
    for address in pairs[channel]:
        browser = Client()
        with django_assert_max_num_queries(20) as queries:
            asked = ask_to_sign_in(browser, address)
        with django_assert_max_num_queries(20) as later:
            page = browser.get(CONFIRM)
            refused = browser.post(CONFIRM, {"code": "000000"})
            again = browser.post(CONFIRM, {"action": "resend"})
        bodies = [without_what_differs_for_all(text(response), address) for response in (page, refused)]
        statuses = [(r.status_code, r.headers.get("Location")) for r in (asked, page, refused, again)]
        statements = [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in queries.captured_queries]
        seen.append((statuses, bodies, statements, len(later), Message.objects.count()))
    assert seen[0][:4] == seen[1][:4]
    assert (seen[0][4], seen[1][4]) == (2, 4)


def test_someone_unknown_gets_a_mail_that_says_so_and_no_code(client):
    ask_to_sign_in(client, "okand@example.org")
    letter = letters()[-1]
    assert letter["message"].purpose == Message.Purpose.UNKNOWN
    assert "http://testserver/t/" in letter["text"]
    assert not re.search(r"\d{6}", letter["text"])


def test_an_unknown_number_gets_no_sms(client):
    ask_to_sign_in(client, "070-174 06 77")
    assert Message.objects.get().expires_at <= timezone.now()


def test_a_number_nobody_has_verified_signs_nobody_in(client):
    make.UserFactory(phone="+46701740614", phone_verified=False)
    ask_to_sign_in(client, "+46701740614")
    assert Message.objects.get().purpose == Message.Purpose.UNKNOWN


def test_who_has_shown_the_address_comes_before_who_only_claims_it(client, person):
    claimer = make.UserFactory()
    EmailAddress.objects.create(user=claimer, email="delad@example.org", verified=False)
    EmailAddress.objects.create(user=person, email="delad@example.org", verified=True)
    sign_in(client, "delad@example.org")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_closed_account_is_answered_like_an_unknown_one(client, person):
    User.objects.update(is_active=False)
    ask_to_sign_in(client, person.email)
    assert Message.objects.get().purpose == Message.Purpose.UNKNOWN


@pytest.mark.parametrize("address", ["mail", "okand@example.org"])
def test_five_wrong_codes_end_the_attempt(client, person, address):
    address = person.email if address == "mail" else address
    ask_to_sign_in(client, address)
    right = code_sent() if address == person.email else "123456"
    for _ in range(4):
        assert client.post(CONFIRM, {"code": wrong(right)}).status_code == 200
    assert client.post(CONFIRM, {"code": wrong(right)}).headers["Location"] == ASK
    assert client.post(CONFIRM, {"code": right}).headers["Location"] == ASK
    assert "_auth_user_id" not in client.session


def test_a_new_code_does_not_give_new_tries(client, person):
    ask_to_sign_in(client, person.email)
    for _ in range(3):
        client.post(CONFIRM, {"code": wrong(code_sent())})
    client.post(CONFIRM, {"action": "resend"})
    assert client.post(CONFIRM, {"code": wrong(code_sent())}).status_code == 200
    assert client.post(CONFIRM, {"code": wrong(code_sent())}).headers["Location"] == ASK


def test_the_sixth_code_for_one_address_in_ten_minutes_is_refused_kindly(person, time_machine):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    for _ in range(5):
        assert ask_to_sign_in(Client(), person.email).status_code == 302
    refused = ask_to_sign_in(Client(), person.email.upper())
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "600"
    assert 'id="main"' in text(refused)
    assert Message.objects.count() == 5
    assert ask_to_sign_in(Client(), MOBILE).status_code == 302
    time_machine.shift(601)
    assert ask_to_sign_in(Client(), person.email).status_code == 302


def test_codes_for_joining_and_for_signing_in_share_the_limit(person):
    make.StairwellFactory(code="KATTHUND")
    for _ in range(5):
        ask_to_sign_in(Client(), person.email)
    assert Client().post("/t/KATTHUND", {"login": person.email}).status_code == 429


def test_a_code_works_once(client, person):
    sign_in(client, person.email)
    code = code_sent()
    client.post("/konto/logout/")
    assert client.post(CONFIRM, {"code": code}).headers["Location"] == ASK


def test_a_code_works_only_in_the_browser_that_asked(client, person):
    ask_to_sign_in(client, person.email)
    assert Client().post(CONFIRM, {"code": code_sent()}).headers["Location"] == ASK
    stranger = Client()
    ask_to_sign_in(stranger, "annan@example.org")
    code = letters()[0]["text"]
    assert stranger.post(CONFIRM, {"code": re.search(r"\d{6}", code)[0]}).status_code == 200


def test_the_session_gets_a_new_key_at_sign_in(client, person):
    ask_to_sign_in(client, person.email)
    before = client.session.session_key
    client.post(CONFIRM, {"code": code_sent()})
    assert client.session.session_key != before


def test_the_letter_speaks_the_readers_language(client, person):
    client.cookies["sprak"] = "en"
    ask_to_sign_in(client, person.email)
    assert letters()[-1]["language"] == "en"
    assert "code" in letters()[-1]["text"]


def test_nobody_signs_in_with_a_password_and_nobody_signs_up(client, person):
    assert client.get("/konto/login/?next=/hem/").headers["Location"] == f"{ASK}?next=%2Fhem%2F"
    assert client.get("/konto/login/?next=https://evil.test/").headers["Location"] == ASK
    assert client.post("/konto/login/").status_code == 405
    for path in ("signup/", "password/reset/", "password/set/", "password/change/", "email/", "phone/change/"):
        assert client.get(f"/konto/{path}").status_code == 404


def test_signed_in_people_are_led_on(client, person):
    client.force_login(person)
    assert client.get(ASK).headers["Location"] == reverse("present:home")
    assert client.get(CONFIRM).headers["Location"] == reverse("present:home")


def test_who_knows_an_officer_s_address_cannot_keep_the_officer_out(client):
    officer = make.StaffFactory().user
    for _ in range(12):
        ask_to_sign_in(Client(REMOTE_ADDR="192.0.2.7"), officer.email)
    assert ask_to_sign_in(Client(REMOTE_ADDR="192.0.2.7"), officer.email).status_code == 429
    ask_to_sign_in(client, officer.email)
    confirmed = client.post(CONFIRM, {"code": code_sent()})
    assert confirmed.headers["Location"] == "/konto/2fa/authenticate/"


def test_a_mailbox_is_not_flooded_from_many_places_at_once():
    person = make.ResidentFactory().user
    sent = [ask_to_sign_in(Client(REMOTE_ADDR=f"192.0.2.{n}"), person.email).status_code for n in range(1, 40)]
    assert sent == [302] * 20 + [429] * 19


def test_guessing_codes_from_one_place_stops_for_hours(time_machine, cache_on_our_clock):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    person = make.ResidentFactory().user
    guesses = 0
    for _ in range(30):
        guesser = Client()
        if ask_to_sign_in(guesser, person.email).status_code == 302:
            code = wrong(code_sent())
            while guesser.post(CONFIRM, {"code": code}).status_code == 200:
                guesses += 1
            guesses += 1
        time_machine.shift(601)
    assert guesses == 30
    time_machine.shift(6 * 3600)
    assert ask_to_sign_in(Client(), person.email).status_code == 302


def test_the_cache_holds_no_address_and_no_plain_hash_of_one(client, monkeypatch):
    kind, kept = type(caches["default"]), []
    for name in ("set", "add"):
        real = getattr(kind, name)
        monkeypatch.setattr(
            kind, name, lambda *args, real=real, **kwargs: (kept.append(args[1:]), real(*args, **kwargs))[1]
        )
    for address in (EMAIL, MOBILE):
        ask_to_sign_in(client, address)
    assert kept
    for value in (EMAIL, MOBILE_E164):
        assert value not in repr(kept)
        assert hashlib.sha256(value.encode()).hexdigest() not in repr(kept)
