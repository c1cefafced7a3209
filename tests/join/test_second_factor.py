"""Staff set up a second factor before they reach staff pages, and are asked for it ever after."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client
from django.urls import reverse

from buildings.models import Organisation
from notifications.models import Message
from tests import factories as make
from tests.join.steps import ask_to_sign_in, choose, code_sent, letters, show_address, sign_in

pytestmark = pytest.mark.django_db

TOTP = "/konto/2fa/totp/activate/"
ASKED = "/konto/2fa/authenticate/"


@pytest.fixture
def member():
    """Invited, never signed in."""
    member = make.StaffFactory(second_factor=False, accepted_at=None, is_administrator=True)
    EmailAddress.objects.filter(user=member.user).update(verified=False)
    return member


def totp(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up(client) -> str:
    client.get(TOTP)
    secret = client.session["mfa.totp.secret"]
    assert client.post(TOTP, {"code": totp(secret)}).status_code == 302
    return secret


def test_staff_set_up_an_app_and_are_asked_for_it_next_time(client, member, time_machine):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    sign_in(client, member.user.email)
    member.refresh_from_db()
    assert member.accepted_at
    assert EmailAddress.objects.get(user=member.user).verified
    assert client.get("/personal/").headers["Location"] == "/konto/2fa/"
    assert client.get("/hus/").headers["Location"] == "/konto/2fa/"
    assert client.get("/konto/2fa/").status_code == 200
    secret = set_up(client)
    assert client.get("/personal/").status_code == 200
    assert client.get("/hus/").status_code == 200

    time_machine.shift(60)
    later = Client()
    ask_to_sign_in(later, member.user.email)
    asked = later.post("/konto/login/code/confirm/", {"code": code_sent()})
    assert asked.headers["Location"] == ASKED
    assert "_auth_user_id" not in later.session
    assert later.get("/hus/").headers["Location"].startswith("/konto/login/code/")
    assert later.post(ASKED, {"code": "000000"}).status_code == 200
    assert later.post(ASKED, {"code": totp(secret)}).status_code == 302
    assert later.get("/hus/").status_code == 200


def test_the_page_wanted_is_reached_after_the_second_factor(client, member):
    sign_in(client, member.user.email)
    secret = set_up(client)
    later = Client()
    later.post("/konto/login/code/", {"login": member.user.email, "next": "/personal/"})
    later.post("/konto/login/code/confirm/", {"code": code_sent()})
    assert later.post(ASKED, {"code": totp(secret)}).headers["Location"] == "/personal/"


def test_setting_up_a_second_factor_ends_the_sessions_that_began_without_one(client, member):
    somebody_else = Client()
    for browser in (client, somebody_else):
        sign_in(browser, member.user.email)
    set_up(client)
    assert client.get("/personal/").status_code == 200
    assert somebody_else.get("/personal/").headers["Location"].startswith("/konto/login/code/")


def test_a_code_from_the_app_works_once(client, member, time_machine):
    time_machine.move_to("2026-12-01 12:00:05", tick=False)
    sign_in(client, member.user.email)
    secret = set_up(client)
    code = totp(secret)
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, member.user.email)
    assert first.post(ASKED, {"code": code}).status_code == 302
    assert second.post(ASKED, {"code": code}).status_code == 200


def test_guessing_the_second_factor_stops(client, member):
    sign_in(client, member.user.email)
    secret = set_up(client)
    later = Client()
    sign_in(later, member.user.email)
    for _ in range(5):
        later.post(ASKED, {"code": "000000"})
    assert later.post(ASKED, {"code": totp(secret)}).status_code == 200
    assert "_auth_user_id" not in later.session


def test_the_apps_secret_and_the_recovery_codes_lie_nowhere_in_clear(client, member):
    sign_in(client, member.user.email)
    secret = set_up(client)
    codes = re.findall(r"\b\d{8}\b", client.get("/konto/2fa/recovery-codes/").content.decode())
    assert codes, client.get("/konto/2fa/recovery-codes/").content.decode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept = repr(cursor.fetchall())
            assert secret not in kept, table
            assert not any(code in kept for code in codes), table


def test_a_recovery_code_opens_the_door_once(client, member):
    sign_in(client, member.user.email)
    set_up(client)
    code = re.findall(r"\b\d{8}\b", client.get("/konto/2fa/recovery-codes/").content.decode())[0]
    answers = []
    for _ in range(2):
        later = Client()
        sign_in(later, member.user.email)
        answers.append(later.post(ASKED, {"code": code}).status_code)
    assert answers == [302, 200]


def test_staff_are_told_by_mail_when_their_second_factor_changes(client, member, django_capture_on_commit_callbacks):
    sign_in(client, member.user.email)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    told = letters()[-1]
    assert told["message"].purpose == Message.Purpose.ACCOUNT
    assert told["address"] == member.user.email
    assert "127.0.0.1" in told["text"]


def test_staff_cannot_take_their_last_second_factor_away(client, member, time_machine):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    sign_in(client, member.user.email)
    secret = set_up(client)
    time_machine.shift(600)
    off = "/konto/2fa/totp/deactivate/"
    asked = client.post(off)
    assert asked.headers["Location"].startswith("/konto/2fa/reauthenticate/")
    client.post(asked.headers["Location"], {"code": totp(secret, 0)})
    client.post(off)
    assert Authenticator.objects.filter(user=member.user, type="totp").exists()
    assert client.get("/personal/").status_code == 200


def test_a_second_key_needs_the_first(client, member, time_machine):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    sign_in(client, member.user.email)
    set_up(client)
    time_machine.shift(600)
    assert client.get("/konto/2fa/webauthn/add/").headers["Location"].startswith("/konto/2fa/reauthenticate/")


def test_the_passkey_pages_open_under_the_strict_policy(client, member):
    pages = [client.get("/konto/login/code/")]
    sign_in(client, member.user.email)
    pages += [client.get(f"/konto/2fa/{path}") for path in ("", "webauthn/", "webauthn/add/", "totp/activate/")]
    for page in pages:
        assert page.status_code == 200
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        body = page.content.decode()
        assert " style=" not in body
        assert not re.search(r"<style", body)
        assert not re.search(r"\son\w+=", body)
        for tag in re.findall(r"<script\b[^>]*>", body):
            assert "src=" in tag or 'type="application/json"' in tag, tag


def test_staff_sessions_end_after_half_a_day(client, member):
    sign_in(client, member.user.email)
    assert client.session.get_expiry_age() <= 12 * 3600


def test_a_member_of_staff_who_joins_at_home_is_asked_for_the_second_factor_first(client, member):
    sign_in(client, member.user.email)
    secret = set_up(client)
    make.StairwellFactory(code="KATTHUND")
    later = Client()
    shown = show_address(later, "KATTHUND", member.user.email)
    assert later.get(shown.headers["Location"]).headers["Location"] == ASKED
    assert choose(later, "KATTHUND", name="Utan").headers["Location"] == ASKED
    assert not member.user.residencies.exists()
    assert later.post(ASKED, {"code": totp(secret)}).headers["Location"] == "/t/KATTHUND/val"
    choose(later, "KATTHUND", name="Med")
    assert member.user.residencies.count() == 1


def test_in_the_demo_the_second_factor_is_waived_and_says_so(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    member = make.StaffFactory(
        second_factor=False, is_administrator=True, organisation__kind=Organisation.Kind.LANDLORD
    )
    client.force_login(member.user)
    page = client.get("/personal/")
    assert page.status_code == 200
    assert "demo-banner" in page.content.decode()


def test_tenants_need_no_second_factor(client):
    resident = make.ResidentFactory()
    sign_in(client, resident.user.email)
    assert client.get(reverse("notices:mine")).status_code == 200
