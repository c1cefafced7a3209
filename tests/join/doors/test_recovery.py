"""A lost address: only for who lives here now, and only so often."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from buildings.models import RecoveryCode, User
from notifications.models import Endpoint
from tests import factories as make
from tests.join.steps import code_sent, letters

pytestmark = pytest.mark.django_db


def leaving():
    """The addresses something really leaves for: what is only there to cost the same work is born expired."""
    now = timezone.now()
    return {letter["address"] for letter in letters() if (letter["message"].expires_at or now) >= now}


@pytest.fixture
def home(place):
    return make.ResidentFactory(stairwell=place, state="confirmed", user__name="Mika")


def issue(landlord, home):
    return landlord.post(f"/trapp/{home.stairwell_id}/boende/{home.pk}/ny-adress/")


def code_on(page):
    found = re.search(r"\b([A-Z2-9]{4} [A-Z2-9]{4})\b", page.text)
    assert found, page.text
    return found[1]


def come_back(client, code, address):
    client.post("/konto/aterfa/", {"code": code, "login": address})
    return client.post("/konto/aterfa/kod/", {"code": code_sent()})


def test_a_tenant_comes_back_with_a_new_address(client, landlord, home):
    old = home.user.email
    other_device = Client()
    other_device.force_login(home.user)
    code = code_on(issue(landlord, home))
    assert RecoveryCode.objects.get().user == home.user
    assert come_back(client, code.lower(), "ny@example.org").status_code == 302
    assert client.get("/min-trapp/").status_code == 200
    assert User.objects.get(pk=home.user_id).email == "ny@example.org"
    assert other_device.get("/min-trapp/").status_code == 302, "every other session is over"
    assert old in {letter["address"] for letter in letters()[-2:]}
    client.logout()
    again = Client()
    again.post("/konto/aterfa/", {"code": code, "login": "tjuv@example.org"})
    assert "tjuv@example.org" not in leaving()


def come_back_keeping(client, code, address):
    client.post("/konto/aterfa/", {"code": code, "login": address, "keeps_others": "on"})
    return client.post("/konto/aterfa/kod/", {"code": code_sent()})


@pytest.fixture
def both(home):
    """Somebody with an address and a number, and what they sign in with."""
    user = home.user
    user.phone, user.phone_verified = "+46701740677", True
    user.save()
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True})
    make.EndpointFactory(user=user, channel="email", address=user.email)
    make.EndpointFactory(user=user, channel="sms", address="+46701740677")
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    return user


def test_who_lost_the_telephone_is_not_followed_by_the_address_that_is_on_it(client, landlord, home, both):
    old = both.email
    come_back(client, code_on(issue(landlord, home)), "+46 70 174 06 88")
    both.refresh_from_db()
    assert (both.email, both.phone.as_e164) == ("", "+46701740688")
    assert not EmailAddress.objects.filter(user=both).exists()
    assert list(Endpoint.objects.filter(user=both).values_list("address", flat=True)) == ["+46701740688"]
    assert not Authenticator.objects.filter(user=both).exists()
    told = [letter["address"] for letter in letters() if letter["message"].purpose == "step"]
    assert sorted(told[-2:]) == sorted([old, "+46701740677"]), "each lost address is told"
    before = len(letters())
    Client().post("/konto/login/", {"login": old})
    assert old not in {letter["address"] for letter in letters()[before:] if letter["message"].purpose == "code"}


def test_who_still_has_the_other_address_keeps_it(client, landlord, home, both):
    old = both.email
    come_back_keeping(client, code_on(issue(landlord, home)), "+46 70 174 06 88")
    both.refresh_from_db()
    assert (both.email, both.phone.as_e164) == (old, "+46701740688")
    assert set(Endpoint.objects.filter(user=both).values_list("address", flat=True)) == {old, "+46701740688"}
    assert not Authenticator.objects.filter(user=both).exists(), "a passkey lives on the telephone"


def test_nothing_is_ticked_for_the_person(client):
    page = client.get("/konto/aterfa/").text
    assert "keeps_others" in page
    assert "checked" not in page


@pytest.mark.parametrize("state", ["waiting", "left"])
def test_a_company_opens_no_account_of_who_does_not_live_there(landlord, home, state):
    home.state = state
    home.save()
    assert issue(landlord, home).status_code == 404
    assert not RecoveryCode.objects.exists()


def test_an_address_that_signs_in_somebody_else_is_refused_without_saying_whose(client, landlord, home):
    other = make.UserFactory(name="Hemlig Ägare")
    page = come_back(client, code_on(issue(landlord, home)), other.email)
    shown = client.get(page.headers["Location"])
    assert "Hemlig" not in shown.text
    assert User.objects.get(pk=home.user_id).email == home.user.email
    assert RecoveryCode.objects.valid().count() == 1, "the code still works with an address of their own"


def test_who_became_staff_since_the_code_was_made_is_not_let_in_by_it(client, landlord, home):
    code = code_on(issue(landlord, home))
    make.StaffFactory(user=home.user)
    come_back(client, code, "ny@example.org")
    home.user.refresh_from_db()
    assert home.user.email != "ny@example.org"
    assert client.get("/min-trapp/").status_code == 302


def test_staff_are_let_in_by_colleagues_only(landlord, home):
    make.StaffFactory(user=home.user)
    issue(landlord, home)
    assert not RecoveryCode.objects.exists()


def test_one_colleague_makes_a_few_codes_a_day_and_no_more(landlord, place):
    homes = [make.ResidentFactory(stairwell=place, state="confirmed") for _ in range(25)]
    for home in homes:
        issue(landlord, home)
    assert RecoveryCode.objects.count() == 20


def test_a_thousand_guesses_find_nothing_and_stop_early(client, landlord, home):
    code = code_on(issue(landlord, home))
    for number in range(25):
        Client().post("/konto/aterfa/", {"code": f"GGGG{number:04}", "login": f"g{number}@example.org"})
    assert Client().post("/konto/aterfa/", {"code": code, "login": "ny@example.org"}).status_code == 429
    assert (
        Client(REMOTE_ADDR="192.0.2.7").post("/konto/aterfa/", {"code": code, "login": "ny@example.org"}).status_code
        == 302
    )


def test_a_used_an_old_and_a_replaced_code_are_answered_like_a_wrong_one(landlord, home):
    replaced, newest = code_on(issue(landlord, home)), code_on(issue(landlord, home))
    RecoveryCode.objects.valid().update(expires_at=timezone.now() - timedelta(days=1))
    answers = set()
    for number, code in enumerate((replaced, newest, "GGGG HHHH")):
        address = f"ny{number}@example.org"
        answer = Client().post("/konto/aterfa/", {"code": code, "login": address})
        answers.add((answer.status_code, answer.headers["Location"]))
        assert address not in leaving()
    assert len(answers) == 1


def test_an_address_signs_in_no_longer_once_it_is_replaced(client, landlord, home):
    old = home.user.email
    make.EndpointFactory(user=home.user)
    come_back(client, code_on(issue(landlord, home)), "ny@example.org")
    assert not EmailAddress.objects.filter(email=old).exists()
    assert not Endpoint.objects.filter(address=old).exists(), "whoever reads that mailbox reads no notices"


def test_a_lost_telephone_neither_signs_in_nor_rings_any_more(client, landlord, home):
    device = {"channel": "webpush", "address": "https://fcm.googleapis.com/fcm/send/borttappad"}
    make.EndpointFactory(user=home.user, **device)
    Authenticator.objects.create(user=home.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefonen"})
    come_back(client, code_on(issue(landlord, home)), "ny@example.org")
    assert not Authenticator.objects.filter(user=home.user).exists()
    assert not Endpoint.objects.filter(user=home.user, channel="webpush").exists()
