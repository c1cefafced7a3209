"""Blanks in a notice's words: `[plats]` stands the same in every language and is filled once for all of them.

A blank's first word says what goes in it: `dag` a day, `tid` a time of day, `telefon` a number to call; any other a
few words, such as a street. Days and times are written as each language writes them.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext, override

# Whatever stands in square brackets is a blank; only these can be filled through a form.
BLANK = re.compile(r"\[([^\[\]\n]+)\]")
NAME = re.compile(r"[^\W_]+(?:[ -][^\W_]+)*")
LONGEST_NAME = 40

Value = str | date | time
Words = tuple[str, str]


class Sort(StrEnum):
    """What goes in a blank."""

    WORDS = "words"
    DAY = "dag"
    TIME = "tid"
    PHONE = "telefon"


def sort_of(name: str) -> Sort:
    """What goes in the blank of this name."""
    first = re.split(r"[ -]", name.casefold(), maxsplit=1)[0]
    return Sort(first) if first in (Sort.DAY, Sort.TIME, Sort.PHONE) else Sort.WORDS


def label(name: str) -> str:
    """The blank's name for the person who fills it; the usual ones are translated."""
    usual = {
        "plats": gettext("Where (a street or a place)"),
        "dag": gettext("Day"),
        "tid": gettext("Time"),
        "telefon": gettext("Number to call"),
    }
    return usual.get(name.casefold(), capfirst(name))


def left(*texts: str) -> list[str]:
    """What still stands in square brackets, brackets included, each once and in reading order."""
    return list(dict.fromkeys(match.group() for text in texts for match in BLANK.finditer(text)))


def names(texts: Iterable[Words]) -> list[str]:
    """The names of the blanks a form can fill, in small letters, each once and in reading order."""
    found = [match[1].casefold() for pair in texts for text in pair for match in BLANK.finditer(text)]
    return [name for name in dict.fromkeys(found) if NAME.fullmatch(name) and len(name) <= LONGEST_NAME]


def fill(text: str, values: Mapping[str, Value], language: str) -> str:
    """The text with the blanks that have a value filled as this language writes it; the others stay.

    A blank written with a capital gets one: `[Dag]` opens a sentence.
    """

    def filled(blank: re.Match[str]) -> str:
        value = values.get(blank[1].casefold())
        if not value and not isinstance(value, time):
            return blank.group()
        words = worded(value, language)
        return capfirst(words) if blank[1][0].isupper() else words

    return BLANK.sub(filled, text)


def worded(value: Value, language: str) -> str:
    """The value in this language: "tisdag 4 december", "18.00"; typed words as they are.

    In a language read from right to left, typed words stand between U+2068 and U+2069: a Swedish street and its
    number then keep their order whatever stands around them.
    """
    with override(language):
        if isinstance(value, date):
            return date_format(value, "l j F" if value.year == timezone.localdate().year else "l j F Y")
        if isinstance(value, time):
            return time_format(value)
    return f"\u2068{value}\u2069" if get_language_info(language)["bidi"] else value
