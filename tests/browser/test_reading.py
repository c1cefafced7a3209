"""How one likes to read: larger, lighter or darker, aloud, or on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE

PAGE = "/grannsamverkan/"
FONT = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
GROUND = "getComputedStyle(document.body).backgroundColor"
# Two voices for English: one that sends the words away, one on the device.
VOICES = """(() => {
  const voices = __VOICES__;
  window.said = [];
  speechSynthesis.getVoices = () => voices;
  speechSynthesis.speak = (words) => {
    window.said.push([words.voice.name, words.lang, words.text]);
    setTimeout(() => words.onend(), 5);
  };
  Object.defineProperty(SpeechSynthesisUtterance.prototype, "voice", {
    set(value) { this.chosen = value; }, get() { return this.chosen; },
  });
})()"""
AWAY = '{name: "Away", lang: "en-US", localService: false}'
HERE = '{name: "Here", lang: "en-GB", localService: true}'


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_larger_text_stays_on_the_next_page_and_still_fits(visit, fits, axe, screen):
    page = visit(PAGE, language="en", screen=screen)
    usual = page.evaluate(FONT)
    choose(page, "Larger text")
    assert page.evaluate(FONT) > usual * 1.3
    for path in (PAGE, "/rad/telefon/", "/stadsdel/norrby/", "/"):
        page.goto(path)
        assert page.locator("html.text-larger").count() == 1
        expect(page.get_by_role("button", name="Larger text", exact=True)).to_have_attribute("aria-pressed", "true")
        fits(page)
    axe(page)
    choose(page, "Text as usual")
    page.goto(PAGE)
    assert page.evaluate(FONT) == usual


def test_light_or_dark_is_the_readers_choice_before_the_devices(visit, axe):
    page = visit(PAGE, language="en", color_scheme="dark")
    dark = page.evaluate(GROUND)
    choose(page, "Light")
    light = page.evaluate(GROUND)
    assert light != dark
    page.reload()
    assert page.evaluate(GROUND) == light
    axe(page)
    choose(page, "As the device")
    assert page.evaluate(GROUND) == dark


def test_the_page_is_read_aloud_only_by_a_voice_on_the_device(visit):
    page = visit("/rad/", language="en")
    button = page.get_by_role("button", name="Read the page aloud")
    page.add_init_script(VOICES.replace("__VOICES__", f"[{AWAY}]"))
    page.goto(PAGE)
    expect(button).to_be_hidden()
    page.add_init_script(VOICES.replace("__VOICES__", f"[{AWAY}, {HERE}]"))
    page.goto(PAGE)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_attribute("aria-pressed", "false", timeout=10_000)
    said = page.evaluate("window.said")
    assert {name for name, _language, _words in said} == {"Here"}
    words = " ".join(words for _name, _language, words in said)
    assert words.startswith("What neighbourhood watch is")
    assert "Join your stairwell" not in words


@pytest.mark.parametrize("path", ["/", PAGE, "/rad/telefon/", "/stadsdel/norrby/", "/stadsdel/norrby/anslag/"])
def test_on_paper_there_are_words_in_black_and_no_furniture(visit, path):
    page = visit(path, language="en", color_scheme="dark")
    choose(page, "Dark")
    page.emulate_media(media="print")
    for part in (".site-head", ".site-foot", ".btn"):
        assert page.locator(f"{part}:visible").count() == 0
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 0)")
    assert page.evaluate(GROUND) == "rgb(255, 255, 255)"
