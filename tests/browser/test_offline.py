"""A phone without a network: whom to call and what one was told, and nothing of anybody who has signed out."""

from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_page import sign_in
from tests.serving.site import until

# Everything a service worker keeps in this browser, as one text.
KEPT = """async () => {
  let words = "";
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) words += await (await cache.match(request, {ignoreVary: true})).text();
  }
  return words;
}"""
NOT_CONNECTED = "You are not connected"


def in_english(page: Page, role: str) -> None:
    sign_in(page, role)
    page.context.add_cookies([{"name": "sprak", "value": "en", "url": urljoin(page.url, "/")}])
    page.goto("/min-trapp/")


def wait_until_kept(page: Page, words: str) -> None:
    until(lambda: words in page.evaluate(KEPT), 20, "the phone keeps no page")


def home_of(page: Page) -> str:
    """The stairwell the page kept for this person names."""
    return page.request.get("/utan-nat/").text().partition("My stairwell</h2>")[2].partition("<p>")[2].partition("<")[0]


@pytest.fixture
def phone(visit):
    """A tenant's phone, with the page kept."""
    page = visit("/demo/", language="en", screen=PHONE)
    in_english(page, "tenant")
    wait_until_kept(page, home_of(page))
    return page


def test_without_a_network_one_reads_whom_to_call_and_what_one_was_told(phone, axe, fits):
    notice = phone.locator(".notice-title").first.inner_text()
    home = home_of(phone)
    phone.context.set_offline(True)
    phone.goto("/moten/")
    expect(phone.get_by_role("heading", name=NOT_CONNECTED)).to_be_visible()
    for number in ("tel:112", "tel:11414", "tel:11313"):
        expect(phone.locator(f'a[href="{number}"]')).to_be_visible()
    expect(phone.get_by_text(home, exact=True)).to_be_visible()
    # Another test may have told of a meeting in the same words.
    expect(phone.get_by_role("heading", name=notice).first).to_be_visible()
    expect(phone.get_by_role("heading", name="Next meeting")).to_be_visible()
    assert phone.evaluate("getComputedStyle(document.body).maxWidth") != "none"
    axe(phone)
    fits(phone)
    phone.context.set_offline(False)
    phone.get_by_role("link", name="Try again").click()
    phone.wait_for_url("**/min-trapp/")


def test_after_signing_out_nothing_of_the_person_is_left_in_the_phone(phone):
    home, notice = home_of(phone), phone.locator(".notice-title").first.inner_text()
    phone.locator("details.menu-pages summary").click()
    phone.locator("details.menu-pages form[data-sign-out] button").click()
    phone.wait_for_url(lambda url: urlsplit(url).path == "/")
    until(lambda: home not in phone.evaluate(KEPT), 10, "the page is still there")
    assert notice not in phone.evaluate(KEPT)
    assert "trappan-offline" not in phone.evaluate("caches.keys()")
    phone.context.set_offline(True)
    phone.goto("/min-trapp/")
    expect(phone.get_by_role("heading", name=NOT_CONNECTED)).to_be_visible()
    expect(phone.locator('a[href="tel:112"]')).to_be_visible()
    assert home not in phone.content()


def test_a_sign_in_that_ended_elsewhere_leaves_nothing_either(phone):
    home = home_of(phone)
    phone.context.clear_cookies(name="trappan")
    phone.goto("/min-trapp/")
    until(lambda: home not in phone.evaluate(KEPT), 10, "the page is still there")


def test_the_next_person_on_the_same_phone_never_sees_the_first_ones_page(phone):
    home = home_of(phone)
    phone.context.clear_cookies(name="trappan")
    in_english(phone, "contact")
    wait_until_kept(phone, "My stairwell")
    kept = phone.evaluate(KEPT)
    assert home_of(phone) in kept
    assert home == home_of(phone) or home not in kept


def test_staff_keep_the_numbers_only(visit):
    page = visit("/demo/", language="en")
    sign_in(page, "police")
    page.goto("/utskick/")
    assert page.evaluate("caches.keys()") == []
    assert "My stairwell" not in page.request.get("/utan-nat/").text()
