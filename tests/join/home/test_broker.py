"""Signing in through a broker of BankID and the like, against a provider on this machine."""

import html
import re
import time

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.checks import run_checks
from django.db import connection
from django.test import Client

from buildings.models import User
from notifications.models import Message
from tests import factories as make
from tests import world as worlds
from tests.join.home.oidc import CLIENT, PERSONNUMMER, SECRET, Server
from tests.join.steps import letters
from watch.checks import broker_is_whole

pytestmark = pytest.mark.django_db

PAGE = "/konto/legitimation/"
START, CONNECT = f"{PAGE}starta/", f"{PAGE}koppla/"
STOP, BACK = f"{PAGE}koppla-bort/", f"{PAGE}tillbaka/"
SUBJECT = "subject-of-mika"


@pytest.fixture
def provider(settings):
    with Server() as provider:
        settings.OIDC_SERVER_URL, settings.OIDC_NAME = provider.origin, "ProvID"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
        yield provider


@pytest.fixture
def person():
    return make.ResidentFactory(user__name="Mika").user


def go(client, url, **data):
    """Press the button; the provider's address."""
    page = client.post(url, data)
    assert page.status_code == 200
    there = html.unescape(re.search(r'href="(http://127[^"]+/authorize[^"]+)"', page.text)[1])
    assert page.headers["Refresh"] == f"0; url={there}"
    return there


def round_trip(client, provider, url, subject=SUBJECT, **data):
    return client.get(BACK, provider.authorize(go(client, url, **data), subject))


def signed_in(client):
    return client.session.get("_auth_user_id")


@pytest.fixture
def connected(client, provider, person):
    client.force_login(person)
    assert round_trip(client, provider, CONNECT).headers["Location"] == PAGE
    return person


def test_connect_sign_out_sign_in(client, provider, connected):
    assert "Connect ProvID" not in client.get(PAGE).text
    client.post("/konto/logout/")
    assert signed_in(client) is None
    assert "ProvID" in client.get("/konto/login/code/").text
    answer = round_trip(client, provider, START, next="/min-sida/samtycken/")
    assert answer.headers["Location"] == "/min-sida/samtycken/"
    assert signed_in(client) == str(connected.pk)
    assert client.get("/min-sida/samtycken/").status_code == 200


def test_who_is_connected_stays_so_when_the_secret_is_changed(provider, connected, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    browser = Client()
    round_trip(browser, provider, START)
    assert signed_in(browser) == str(connected.pk)


def test_connecting_is_told_by_mail(connected):
    (letter,) = letters()
    assert letter["message"].purpose == Message.Purpose.ACCOUNT
    assert letter["address"] == connected.email
    assert "ProvID" in letter["text"]


@pytest.mark.parametrize("subject", [SUBJECT, PERSONNUMMER])
def test_nothing_of_what_the_broker_says_is_kept(client, provider, person, subject):
    client.force_login(person)
    round_trip(client, provider, CONNECT, subject)
    round_trip(Client(), provider, START, subject)
    account = SocialAccount.objects.get()
    assert account.extra_data == {}
    assert not SocialToken.objects.exists()
    person.refresh_from_db()
    assert person.name == "Mika"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            for word in (subject, PERSONNUMMER, "Verkligt", "verklig@example.org", "token-to-forget", "more-to-forget"):
                assert word not in kept, table


def test_somebody_unknown_is_told_kindly_to_join_first_and_leaves_nothing_behind(client, provider):
    make.UserFactory(email="verklig@example.org")
    page = round_trip(client, provider, START)
    assert page.status_code == 200
    assert "/t/" in page.text
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    assert "socialaccount_sociallogin" not in client.session


def test_a_closed_account_is_not_signed_in(client, provider, connected):
    User.objects.filter(pk=connected.pk).update(is_active=False)
    browser = Client()
    round_trip(browser, provider, START)
    assert signed_in(browser) is None


def test_a_second_factor_is_asked_for_after_it(provider):
    staff = make.StaffFactory()
    client = Client()
    client.force_login(staff.user)
    round_trip(client, provider, CONNECT)
    browser = Client()
    assert round_trip(browser, provider, START).headers["Location"].startswith("/konto/2fa/authenticate/")
    assert signed_in(browser) is None


def test_one_identity_signs_in_one_person(client, provider, connected):
    other = make.ResidentFactory().user
    browser = Client()
    browser.force_login(other)
    assert round_trip(browser, provider, CONNECT).headers["Location"] == PAGE
    assert SocialAccount.objects.get().user == connected
    assert "error" in browser.get(PAGE).text or "message" in browser.get(PAGE).text


def test_one_press_forgets_it(client, provider, connected):
    client.post(STOP)
    assert not SocialAccount.objects.exists()
    browser = Client()
    assert "/t/" in round_trip(browser, provider, START).text
    assert signed_in(browser) is None


def test_who_changes_their_mind_there_is_just_back(client, provider):
    state = provider.authorize(go(client, START), SUBJECT)["state"]
    page = client.get(BACK, {"error": "access_denied", "state": state})
    assert page.status_code == 200
    assert "/konto/login/code/" in page.text


class TestForged:
    @pytest.fixture
    def browser(self, connected):
        return Client()

    def refused(self, browser, answer):
        assert answer.status_code == 403
        assert "/konto/login/code/" in answer.text
        assert signed_in(browser) is None

    def test_a_state_we_did_not_give(self, browser, provider):
        back = provider.authorize(go(browser, START), SUBJECT)
        self.refused(browser, browser.get(BACK, back | {"state": "x" * 16}))
        self.refused(browser, browser.get(BACK, {"code": back["code"]}))

    def test_somebody_elses_way_back(self, browser, provider):
        """The address an attacker's own sign-in ends in, opened in the victim's browser."""
        attacker = Client()
        back = provider.authorize(go(attacker, START), SUBJECT)
        self.refused(browser, browser.get(BACK, back))

    def test_a_way_back_used_twice(self, browser, provider):
        back = provider.authorize(go(browser, START), SUBJECT)
        assert browser.get(BACK, back).status_code == 302
        again = Client()
        again.cookies = browser.cookies
        again.post("/konto/logout/")
        self.refused(again, again.get(BACK, back))

    def test_a_code_that_is_none(self, browser, provider):
        back = provider.authorize(go(browser, START), SUBJECT)
        self.refused(browser, browser.get(BACK, back | {"code": "guessed"}))

    @pytest.mark.parametrize(
        "lies",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"kid": "two"},
            {"aud": "somebody-else"},
            {"iss": "https://elsewhere.example.org"},
            {"exp": 1},
            {"exp": None},
            {"sub": None},
            {"key": "stranger"},
            {"key": None, "algorithm": "none"},
            {"key": "x" * 40, "algorithm": "HS256"},
        ],
        ids=str,
    )
    def test_a_token_that_is_not_the_brokers_answer_to_us_now(self, browser, provider, lies):
        provider.lies = lies | ({"key": provider.stranger} if lies.get("key") == "stranger" else {})
        self.refused(browser, round_trip(browser, provider, START))
        provider.lies = {}
        assert round_trip(browser, provider, START).status_code == 302

    def test_a_forged_answer_connects_nobody(self, provider, person):
        client = Client()
        client.force_login(person)
        provider.lies = {"key": provider.stranger}
        assert round_trip(client, provider, CONNECT).status_code == 403
        assert not SocialAccount.objects.exists()

    @pytest.mark.parametrize("where", ["/token", "/jwks"])
    def test_a_broker_that_is_away_gets_a_kind_page(self, browser, provider, where):
        back = provider.authorize(go(browser, START), SUBJECT)
        provider.broken = where
        self.refused(browser, browser.get(BACK, back))

    def test_a_broker_that_cannot_be_reached_gets_a_kind_page(self, browser, provider, settings):
        provider.broken = "openid-configuration"
        self.refused(browser, browser.post(START))
        settings.OIDC_SERVER_URL = "http://127.0.0.1:1"
        self.refused(browser, browser.post(START))

    def test_an_old_sign_in_has_ended(self, browser, provider, time_machine):
        time_machine.move_to(time.time(), tick=False)
        back = provider.authorize(go(browser, START), SUBJECT)
        time_machine.shift(601)
        self.refused(browser, browser.get(BACK, back))

    def test_nobody_begins_it_with_a_link(self, browser, provider):
        assert browser.get(START).status_code == 405
        assert Client(enforce_csrf_checks=True).post(START).status_code == 403

    def test_what_comes_afterwards_stays_on_this_site(self, browser, provider):
        answer = round_trip(browser, provider, START, next="https://elsewhere.example.org/")
        assert answer.headers["Location"] == "/hem/"


class TestWhoMay:
    TABLE = {
        # anonymous first, then everyone signed in
        PAGE: ("in", 200, "405", 405),
        START: (405, 405, 200, 302),
        CONNECT: (405, 405, "in", 200),
        STOP: (405, 405, "in", 302),
        BACK: (403, 403, 405, 405),
    }

    def test_where_a_broker_is_configured(self, provider):
        world = worlds.build()
        for role, user in world.people.items():
            for url, cells in self.TABLE.items():
                client = Client()
                if user:
                    client.force_login(user)
                got = [client.get(url), client.post(url)]
                expected = [cells[0 if user is None else 1], cells[2 if user is None else 3]]
                for answer, cell in zip(got, expected, strict=True):
                    there = answer.headers.get("Location", "").startswith("/konto/login/code/")
                    assert ("in" if there else answer.status_code) in (cell, "in" if cell == "405" else cell), (
                        role,
                        url,
                    )

    def test_without_one_there_is_nothing_there(self, client, person):
        for browser in (Client(), client):
            for url in self.TABLE:
                assert browser.get(url).status_code == 404
                assert browser.post(url).status_code == 404
            browser.force_login(person)
        assert "legitimation" not in client.get("/installningar/").text
        assert "legitimation" not in Client().get("/konto/login/code/").text

    def test_the_settings_lead_there(self, client, provider, person):
        client.force_login(person)
        assert PAGE in client.get("/installningar/").text


class TestSettings:
    def test_all_four_or_none(self, settings):
        assert broker_is_whole(None) == []
        settings.OIDC_SERVER_URL = "https://broker.example.org"
        assert [problem.id for problem in broker_is_whole(None)] == ["watch.E010"]
        settings.OIDC_CLIENT_ID = settings.OIDC_CLIENT_SECRET = settings.OIDC_NAME = "x"
        assert broker_is_whole(None) == []
        settings.OIDC_SERVER_URL = ""
        assert [problem.id for problem in broker_is_whole(None)] == ["watch.E010"]

    def test_in_earnest_only_over_https(self, settings):
        settings.OIDC_SERVER_URL = "http://broker.example.org"
        settings.OIDC_CLIENT_ID = settings.OIDC_CLIENT_SECRET = settings.OIDC_NAME = "x"
        settings.DEBUG = True
        assert broker_is_whole(None) == []
        settings.DEBUG = False
        assert [problem.id for problem in broker_is_whole(None)] == ["watch.E010"]

    def test_the_demo_has_none(self, settings):
        settings.DEMO = settings.DEBUG = True
        assert run_checks() == []
