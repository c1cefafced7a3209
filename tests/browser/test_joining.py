"""From the poster to joined in three screens: without JavaScript, by keyboard alone, at 320 px, in Arabic.

A window 1280 px wide at 400 % zoom gives a page 320 px to stand in (WCAG 2.2, 1.4.10), so the two are one size here.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import mails_to, newest
from tests.serving.site import Site, until

NARROW = {"width": 320, "height": 640}
CODE = """
from buildings.models import Stairwell
place = Stairwell.objects.get(building__designation="Varpen 1", entrance="A")
print(place.codes.get(retired_at=None).code)
"""
MOST_TABS = 80


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on it; it must be seen there."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate_handle("document.activeElement").as_element()
        if focused and focused.evaluate("(here, selector) => here.matches(selector)", selector):
            outline = focused.evaluate("here => getComputedStyle(here).outlineStyle + getComputedStyle(here).boxShadow")
            assert outline != "nonenone", f"{selector} does not show that it has the focus"
            return
    raise AssertionError(f"no Tab reaches {selector} on {page.url}")


@pytest.fixture
def poster(demo_site: Site) -> str:
    """The code on a poster."""
    return demo_site.manage("shell", "-v0", "-c", CODE).stdout.split()[-1]


def test_three_screens_from_poster_to_joined_by_keyboard_without_javascript(visit, demo_site, fits, poster):
    address, name = "tangent@example.org", "Noor"
    page = visit(f"/t/{poster}", language="ar", screen=NARROW, java_script_enabled=False)
    screens, typed = [page.url], []

    def type_in(selector: str, words: str) -> None:
        tab_to(page, selector)
        page.keyboard.type(words)
        typed.append(words)

    def looks_right() -> None:
        page.wait_for_load_state()
        assert page.locator("html").get_attribute("dir") == "rtl"
        fits(page)

    looks_right()
    type_in('input[name="login"]', address)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/kod$"))
    screens.append(page.url)
    looks_right()
    until(lambda: mails_to(demo_site, address), 30, "no code came")
    code = re.search(r"\b\d{6}\b", newest(demo_site, address))
    assert code
    type_in('input[name="code"]', code[0])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/val$"))
    screens.append(page.url)
    looks_right()
    type_in('input[name="name"]', name)
    tab_to(page, 'input[name="wants"]')
    page.keyboard.press("Space")
    tab_to(page, "main .btn-main")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/min-trapp/$"))
    looks_right()
    assert len(set(screens)) == 3
    assert typed == [address, code[0], name]


def test_somebody_joined_writes_to_the_contact_by_keyboard_without_javascript(visit, demo_site, fits):
    page = visit("/demo/", language="ar", screen=NARROW, java_script_enabled=False)
    page.locator('form[action$="/logga-in/tenant/"] button').first.click()
    page.context.add_cookies([{"name": "sprak", "value": "ar", "url": demo_site.url}])
    page.goto("/min-trapp/")
    fits(page)
    tab_to(page, 'a[href^="/skriv/"]')
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/skriv/"))
    page.wait_for_load_state()
    fits(page)
    tab_to(page, "textarea")
    page.keyboard.type("Lampan i källaren är trasig.")
    tab_to(page, "main .btn-main")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/brev-till-mig/$"))
    page.wait_for_load_state()
    fits(page)


@pytest.mark.parametrize("path", ["/", "/t/", "/om/", "/konto/login/code/", "/svar/00000000000000000000000000000000/"])
@pytest.mark.parametrize("language", ["ar", "sv"])
def test_nothing_scrolls_sideways_at_400_percent(visit, fits, path, language):
    fits(visit(path, language=language, screen=NARROW))
