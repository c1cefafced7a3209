"""allauth's pages wear the same dress as ours."""

import time

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django import forms
from django.template.loader import render_to_string

from buildings.models import Organisation
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    """Signed in a moment ago, without a second step so far."""
    organisation = make.OrganisationFactory(kind=Organisation.Kind.POLICE)
    user = make.StaffFactory(organisation=organisation, second_factor=False).user
    client.force_login(user)
    client.cookies["sprak"] = "en"
    return user


def opened(client, address):
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.headers.get("Location")
    text = answer.content.decode()
    assert 'class="site-head"' in text
    assert ">None<" not in text
    assert "<h1" in text
    return text


@pytest.mark.parametrize("address", ["2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "2fa/webauthn/", "logout/"])
def test_setting_up_the_second_step_looks_like_the_rest(client, officer, address):
    opened(client, f"/konto/{address}")


def test_the_page_says_what_is_left_before_the_staff_pages_open(client, officer):
    assert "before the staff pages open" in opened(client, "/konto/2fa/")


def test_recovery_codes_can_be_seen_and_made_anew(client, officer):
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    RecoveryCodes.activate(officer)
    assert "10 codes of 10 are left" in opened(client, "/konto/2fa/")
    shown = client.get("/konto/2fa/recovery-codes/")
    opened(client, shown.url)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post(shown.url, {"code": code}).url == "/konto/2fa/recovery-codes/"
    assert "<textarea" in opened(client, "/konto/2fa/recovery-codes/")
    opened(client, "/konto/2fa/recovery-codes/generate/")
    opened(client, "/konto/2fa/totp/deactivate/")


def test_nobody_is_offered_a_password_or_an_account_of_their_own(client):
    text = opened(client, "/konto/login/code/").lower()
    assert "forgot" not in text
    assert "sign up" not in text


def test_a_closed_account_is_told_whom_to_ask(client):
    assert "who invites staff" in opened(client, "/konto/inactive/")


def test_a_wrong_field_is_named_with_a_link_to_it(client):
    class Ask(forms.Form):
        title = forms.CharField(label="Title")
        kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)

    summary = render_to_string("partials/form_errors.html", {"form": Ask({})})
    assert 'href="#id_title"' in summary
    assert 'href="#div_id_kind"' in summary
