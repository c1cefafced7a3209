"""Plain Swedish: how easily the words tenants meet are read, in pages, letters and SMS, taken from the catalogue."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# What is put in later counts as one short word; a tag, a web address and a code as none.
SLOT = re.compile(r"%\(\w+\)s|%s|\{\w*\}")
MARKUP = re.compile(r"<[^>]+>|https?://\S+|[\w.]+@[\w.]+|&\w+;")
# A part of a sentence after a colon or on a line of its own is read as one.
END = re.compile(r"(?<=[.?!:])\s+|\n+")
LONG = 6
LONGEST_SENTENCE = 25
EASY = 35
ENOUGH_WORDS = 80
STAFF_ROOMS = ("buildings/", "track/", "admin/", "demo/")
STAFF_PAGES = re.compile(
    r"contacts/(todo|gaps|contacts|contact|reveal)|doors/(residents?|waiting|letters|landlord)|join/staff|home/by_hand"
    r"|notifications/(outbox|compose|confirm|progress|approve|call_off|delete|templates?|boards|partials/(outcome|needs))"
    r"|meet/(plan|edit|invite|cancel|series|venue|record|publish|actions?|attendance|doors|type_in|prints|change|delete)"
)


def lix(sentences: list[list[str]]) -> float:
    """The readability index of a text, given as sentences of words.

    LIX = words a sentence + the share of words longer than six letters, in per cent (C.-H. Björnsson, *Läsbarhet*,
    Liber 1968). Below 30 is very easy, 30 to 40 easy, and official Swedish lies at 50 to 60.
    """
    words = [word for sentence in sentences for word in sentence]
    return len(words) / len(sentences) + 100 * sum(len(word) > LONG for word in words) / len(words)


def sentences_of(text: str) -> list[list[str]]:
    """The words of each sentence."""
    plain = MARKUP.sub(" ", SLOT.sub(" ord ", text))
    return [words for part in END.split(plain) if (words := WORD.findall(part))]


def catalogue() -> dict[str, list[str]]:
    """The Swedish texts of each file; where a text has two forms, the one for many."""
    texts: dict[str, list[str]] = defaultdict(list)
    with Path(settings.BASE_DIR, "locale/sv/LC_MESSAGES/django.po").open("rb") as file:
        for message in read_po(file, locale="sv"):
            if message.id:
                text = message.string if isinstance(message.string, str) else message.string[-1]
                for place, _line in message.locations:
                    texts[place].append(text)
    return texts


def is_for_tenants(place: str) -> bool:
    """Whether a template is read by tenants rather than by staff."""
    name = place.removeprefix("templates/")
    return name != place and not name.startswith(STAFF_ROOMS) and not STAFF_PAGES.match(name)


def test_no_sentence_is_longer_than_one_breath():
    long = {
        " ".join(sentence)
        for texts in catalogue().values()
        for text in texts
        for sentence in sentences_of(text)
        if len(sentence) > LONGEST_SENTENCE
    }
    assert long == set()


def test_every_page_and_letter_for_tenants_is_easy_to_read():
    pages = {place: [s for text in texts for s in sentences_of(text)] for place, texts in catalogue().items()}
    read = {place: parts for place, parts in pages.items() if is_for_tenants(place)}
    enough = {place: parts for place, parts in read.items() if sum(map(len, parts)) >= ENOUGH_WORDS}
    assert len(enough) > 20
    assert {place: round(lix(parts), 1) for place, parts in enough.items() if lix(parts) > EASY} == {}


def test_all_that_tenants_read_together_is_easier_still():
    everything = [
        s for place, texts in catalogue().items() if is_for_tenants(place) for t in texts for s in sentences_of(t)
    ]
    assert sum(map(len, everything)) > 5_000
    assert lix(everything) <= EASY - 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Du får ett anslag. Det är kort.", 3.5), ("Grannsamverkan", 101.0), ("Ring 114 14. Vänta inte.", 1.5)],
)
def test_the_index_is_counted_as_its_author_wrote_it(text, expected):
    assert lix(sentences_of(text)) == pytest.approx(expected)
