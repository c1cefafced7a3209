"""The theme's colours against each other, as WCAG measures them; look.md promises 6.4 for text and 3 for lines."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

THEME = (Path(settings.BASE_DIR) / "watch/static/trappan/theme.css").read_text()
TEXT = 6.4
LINES = 3.0


def colours(selector: str) -> dict[str, str]:
    block = THEME.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9A-Fa-f]{6});", block))


LIGHT = colours('[data-bs-theme="light"] {')
DARK = colours('[data-bs-theme="dark"] {')
DARK_BY_SYSTEM = colours(':root:not([data-bs-theme="light"]) {')

GROUNDS = ("paper", "raised", "sunken")
WORDS = [
    *product(("ink", "muted", "spruce"), GROUNDS),
    *((f"{tone}", f"{tone}-ground") for tone in ("amber", "brick", "fjord")),
    *(("ink", f"{tone}-ground") for tone in ("amber", "brick", "fjord")),
    ("spruce", "spruce-soft"),
    ("ink", "spruce-soft"),
    ("on-spruce", "spruce"),
    ("on-spruce", "spruce-strong"),
    ("amber", "paper"),
    ("amber", "raised"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), WORDS)
def test_words_are_easy_to_read(theme, words, ground):
    assert round(contrast(theme[words], theme[ground]), 1) >= TEXT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_edge_of_a_field_can_be_seen(theme, ground):
    assert contrast(theme["line"], theme[ground]) >= LINES


def test_the_system_s_dark_is_the_chosen_dark():
    assert DARK_BY_SYSTEM == DARK
    assert set(LIGHT) == set(DARK)


def test_brick_stands_for_act_now_and_nothing_else():
    rules = re.findall(r"([^{}]+)\{[^{}]*var\(--brick[^{}]*\}", THEME)
    assert rules
    assert all("act-now" in rule or "act_now" in rule for rule in rules)
