"""A passkey: set up, used to sign in without a code, and of no use when the telephone it is on was lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import mails_to, newest
from tests.serving.site import Site, until

MINE = re.compile("/min-trapp/$")
NEIGHBOUR = "tenant@example.org"
# What the company hands out at its desk, as its page does.
ISSUE = f"""
from buildings.models import Organisation, Resident, StaffMember
from watch.join.doors import recovery
home = Resident.objects.present().filter(user__email="{NEIGHBOUR}").first()
owner = home.stairwell.building.owner
staff = StaffMember.objects.filter(organisation=owner).first()
print(recovery.issue(resident=home, by=staff.user, organisation=owner))
"""


@pytest.fixture
def phone(visit) -> Page:
    """A neighbour's telephone with a lock of its own, which says yes to everything it is asked."""
    page = visit("/demo/")
    lock = page.context.new_cdp_session(page)
    lock.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    lock.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.locator('form[action$="/logga-in/tenant/"] button').click()
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
    new.locator('input[name="login"]').fill("nytelefon@example.org")
    new.locator("main .btn-main").click()
    until(lambda: mails_to(demo_site, "nytelefon@example.org"), 30, "no code came")
    digits = re.search(r"\b\d{6}\b", newest(demo_site, "nytelefon@example.org"))
    assert digits
    new.locator('input[name="code"]').fill(digits[0])
    new.locator("main .btn-main").click()
    expect(new).to_have_url(MINE)

    sign_in_with_it(phone)
    phone.wait_for_load_state()
    expect(phone).not_to_have_url(MINE)
