"""Numbers in groups, such as 114 14, turn round in right-to-left text unless they are kept together."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

CATALOGUE = Path(__file__).resolve().parents[2] / "locale" / "ar" / "LC_MESSAGES" / "django.po"
GROUPED = re.compile(r"\d+ \d[\d ]*\d|\d{3}-\d{3} \d")
KEPT_TOGETHER = re.compile(r'\u2066[^\u2069]*\u2069|<a [^>]*dir="ltr"[^>]*>[^<]*</a>')


def test_no_grouped_number_in_an_arabic_text_can_turn_round():
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    loose = [
        text
        for message in catalogue
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string)
        if GROUPED.search(KEPT_TOGETHER.sub("", text))
    ]
    assert loose == []
