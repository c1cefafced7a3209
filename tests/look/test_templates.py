"""What every page keeps to: the content security policy, no other company's servers, known pictures."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.parent.parts)
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "watch/static/trappan/icons.svg").read_text()))
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=|<style\b",
    "an inline handler": r"\son[a-z]+\s*=|\shx-on|javascript:",
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    "something from elsewhere": r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""",
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("file", PAGES, ids=name)
def test_a_page_asks_for_nothing_the_policy_refuses(file):
    text = file.read_text()
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]
    assert not found


@pytest.mark.parametrize("file", PAGES, ids=name)
def test_every_picture_asked_for_is_in_the_sprite(file):
    assert set(re.findall(r"""\{% icon ["']([a-z-]+)["']""", file.read_text())) <= SPRITE


@pytest.mark.parametrize("file", PAGES, ids=name)
def test_a_form_sums_up_its_errors_above_the_fields(file):
    """crispy's own list of a form's errors is empty here, so a page without ours would hide them."""
    text = file.read_text()
    shows_form = re.search(r"\{% crispy \w|\|crispy\b", text)
    assert not shows_form or "form_errors.html" in text or file.parent.name == "partials"


@pytest.mark.parametrize("file", PAGES, ids=name)
def test_every_page_is_a_template_django_can_read(file):
    get_template(name(file))


def test_styles_and_scripts_ask_for_nothing_from_elsewhere():
    for path in (ROOT / "watch/static/trappan").glob("*.*"):
        without_namespace = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\(\s*[\"']?//", without_namespace), path.name


def test_only_directions_that_turn_with_the_script_are_used():
    for sheet in ("theme.css", "print.css"):
        text = (ROOT / "watch/static/trappan" / sheet).read_text()
        assert not re.search(
            r"(margin|padding|border)-(left|right)\b|\b(left|right)\s*:|text-align:\s*(left|right)", text
        )
