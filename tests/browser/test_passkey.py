"""A passkey: set up, used to sign in without a code, and of no use when the telephone it is on was lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import mails_to, newest
from tests.serving.site import Site, until

MINE = re.compile("/min-trapp/$")
# Somebody of this test alone: the demo's own people are every test's.
NEIGHBOUR, NEW = "nyckel@example.org", "nytelefon@example.org"
MOVE_IN = f"""
from allauth.account.models import EmailAddress
from buildings.models import Resident, Stairwell, User
place = Stairwell.objects.filter(building__owner__slug="ab-bostader").order_by("pk").first()
user = User.objects.create_user(email="{NEIGHBOUR}", name="Noor")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
Resident.objects.create(user=user, stairwell=place, state="confirmed")
"""
# What the company hands out at its desk, as its page does.
ISSUE = f"""
from buildings.models import Resident, StaffMember
from watch.join.doors import recovery
home = Resident.objects.present().get(user__email="{NEIGHBOUR}")
owner = home.stairwell.building.owner
staff = StaffMember.objects.filter(organisation=owner).first()
print(recovery.issue(resident=home, by=staff.user, organisation=owner))
"""


def digits_for(site: Site, address: str) -> str:
    """The code mailed to this address."""
    until(lambda: mails_to(site, address), 30, "no code came")
    found = re.search(r"\b\d{6}\b", newest(site, address))
    assert found
    return found[0]


@pytest.fixture
def phone(visit, demo_site: Site) -> Page:
    """A neighbour's telephone with a lock of its own, which says yes to everything it is asked."""
    demo_site.manage("shell", "-v0", "-c", MOVE_IN)
    page = visit("/konto/login/code/")
    lock = page.context.new_cdp_session(page)
    lock.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    lock.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.locator('input[name="login"]').fill(NEIGHBOUR)
    page.locator("main .btn-main").click()
    page.locator('input[name="code"]').fill(digits_for(demo_site, NEIGHBOUR))
    page.locator("main .btn-main").click()
    expect(page).to_have_url(MINE)
    return page


def set_up(page: Page) -> None:
    page.goto("/konto/2fa/webauthn/add/")
    page.locator('input[name="name"]').fill("Telefonen")
    page.locator("main button[type=submit], main button#mfa_webauthn_add").last.click()
    expect(page).not_to_have_url(re.compile("/add/"))


def sign_out(page: Page) -> None:
    page.goto("/min-trapp/")
    page.locator("form[data-sign-out] button:visible").first.click()
    expect(page).not_to_have_url(MINE)


def sign_in_with_it(page: Page) -> None:
    page.goto("/konto/login/code/")
    page.locator("#passkey_login").click()


def test_one_signs_in_with_it_until_the_telephone_is_lost(phone, demo_site: Site, visit):
    set_up(phone)
    sign_out(phone)
    sign_in_with_it(phone)
    expect(phone).to_have_url(MINE)
    sign_out(phone)

    code = demo_site.manage("shell", "-v0", "-c", ISSUE).stdout.split()[-1]
    new = visit("/konto/aterfa/")
    new.locator('input[name="code"]').fill(code)
    new.locator('input[name="login"]').fill(NEW)
    new.locator("main .btn-main").click()
    new.locator('input[name="code"]').fill(digits_for(demo_site, NEW))
    new.locator("main .btn-main").click()
    expect(new).to_have_url(MINE)

    sign_in_with_it(phone)
    phone.wait_for_load_state()
    expect(phone).not_to_have_url(MINE)
