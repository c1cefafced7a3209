"""Blanks: each filled once, written as every language writes it."""

from datetime import date, time

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from notifications.ready import blanks
from notifications.ready.blanks import Sort
from notifications.wording import numbers_in_order

SWEDISH_YEAR = time_machine.travel("2026-11-25T12:00+01:00", tick=False)


@pytest.mark.parametrize(
    ("language", "day", "clock"),
    [
        ("sv", "onsdag 2 december", "18.05"),
        ("en", "Wednesday 2 December", "18:05"),
        ("ar", "الأربعاء 2 ديسمبر", "18:05"),
        ("so", "Arbaco 2 Desembar", "18:05"),
    ],
)
@SWEDISH_YEAR
def test_a_day_and_a_time_are_written_as_the_language_writes_them(language, day, clock):
    values = {"dag": date(2026, 12, 2), "tid": time(18, 5)}
    assert blanks.fill("[dag]|[tid]", values, language) == f"{day}|{clock}"


@SWEDISH_YEAR
def test_another_year_is_told():
    assert blanks.fill("[dag]", {"dag": date(2027, 1, 7)}, "sv") == "torsdag 7 januari 2027"


def test_midnight_is_a_time_too():
    assert blanks.fill("[tid]", {"tid": time(0)}, "sv") == "00.00"


def test_a_blank_that_opens_a_sentence_gets_a_capital():
    assert blanks.fill("[Dag] kommer vi, [dag].", {"dag": date(2026, 12, 2)}, "sv").startswith("Onsdag 2 december")
    assert blanks.fill("[Plats]: [plats]", {"plats": "gården"}, "sv") == "Gården: gården"


def test_a_street_keeps_its_order_in_a_text_read_from_the_right():
    filled = blanks.fill("سطو في [plats]، ثم", {"plats": "Varpgatan 3 A"}, "ar")
    assert filled == "سطو في \u2068Varpgatan 3 A\u2069، ثم"
    assert blanks.fill("vid [plats]", {"plats": "Varpgatan 3 A"}, "sv") == "vid Varpgatan 3 A"


@pytest.mark.parametrize("street", ["Varpgatan 12 34", "504 35", "070-174 06 05", "12 34 Varpgatan"])
def test_numbers_inside_a_filled_blank_keep_every_isolate_paired(street):
    filled = numbers_in_order(blanks.fill("في [plats] و 114 14", {"plats": street}, "ar"))
    depth = 0
    for character in filled:
        depth += (character in "\u2066\u2068") - (character == "\u2069")
        assert depth >= 0
    assert depth == 0
    assert numbers_in_order(filled) == filled


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("plats", Sort.WORDS),
        ("dag", Sort.DAY),
        ("dag då det är klart", Sort.DAY),
        ("Tid", Sort.TIME),
        ("telefon", Sort.PHONE),
        ("dagis", Sort.WORDS),
    ],
)
def test_the_first_word_says_what_goes_in(name, sort):
    assert blanks.sort_of(name) is sort


def test_blanks_are_found_once_and_in_order_and_odd_ones_are_only_left():
    pair = ("[plats]: [Dag]", "[plats] [x y] [hej!] [a_b] [] text [\n]")
    assert blanks.names([pair]) == ["plats", "dag", "x y"]
    assert blanks.left(*pair) == ["[plats]", "[Dag]", "[x y]", "[hej!]", "[a_b]"]


@given(text=st.text(alphabet="[]ab åö\n1-", max_size=60), value=st.text(alphabet="abå 1", min_size=1, max_size=20))
def test_filling_every_blank_leaves_only_what_no_form_can_fill(text, value):
    names = blanks.names([(text, "")])
    filled = blanks.fill(text, dict.fromkeys(names, value), "sv")
    assert blanks.names([(filled, "")]) == []
    assert blanks.fill(text, {}, "sv") == text
