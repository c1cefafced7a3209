"""The personal-data guard: finds identity numbers, registration numbers and phone numbers in a text.

A notice must not point anyone out (GDPR art. 10, and the rules of grannsamverkan). The guard knows
numbers by their shape; it cannot find names, and says so wherever its marks are shown.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from personnummer import personnummer
from phonenumbers import (
    Leniency,
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    format_number,
    parse,
)

from buildings.models import Organisation, PublishedNumber


class Kind(models.TextChoices):
    """What the guard has found."""

    IDENTITY = "identity", _("identity number")
    VEHICLE = "vehicle", _("registration number")
    PHONE = "phone", _("phone number")


REASONS = {
    Kind.IDENTITY: _("This looks like an identity number. A notice must not point a person out. Take it away."),
    Kind.VEHICLE: _("This looks like the registration number of a vehicle. Its owner can be found. Take it away."),
    Kind.PHONE: _("This phone number is not on the list of published numbers. Take it away, or write a published one."),
}
LIMITS = _("The check looks for numbers. It cannot find names. Read the text once more before you send it.")


@dataclass(frozen=True)
class Finding:
    """One mark: what was found, where in the text as typed (`text[start:end]`), and the words themselves."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def reason(self) -> str:
        """Why it may not stand, in plain words."""
        return str(REASONS[self.kind])


# Letters of other alphabets that look like those on a Swedish plate.
LOOKALIKES = str.maketrans("АВЕКМНОРСТХУЅЈԌаекморстухѕјΑΒΕΖΗΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXYSJGaekmopctyxsjABEZHKMNOPTYX")


@dataclass(frozen=True)
class Plain:
    """A text with every disguise off, and where each of its characters stood in the text as typed."""

    text: str
    places: list[tuple[int, int]]

    def finding(self, kind: Kind, start: int, end: int, typed: str) -> Finding:
        """A finding at `text[start:end]`, in the typed text's own offsets."""
        first, last = self.places[start][0], self.places[end - 1][1]
        return Finding(kind, first, last, typed[first:last])


def plain(typed: str) -> Plain:
    """The text with ASCII digits, one kind of hyphen and space, without invisible characters and look-alikes."""
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    for index, character in enumerate(typed):
        category = unicodedata.category(character)
        if category == "Cf":
            continue
        if category in {"Mn", "Me"}:
            # An accent changes a letter ("å" written as two characters), never a digit.
            if characters:
                joined = unicodedata.normalize("NFC", characters[-1] + character)
                characters[-1], places[-1] = joined[0], (places[-1][0], index + 1)
            continue
        for part in unicodedata.normalize("NFKC", character):
            characters.append(_plain_character(part))
            places.append((index, index + 1))
    return Plain("".join(characters), places)


def _plain_character(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character == "\n":
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Pd" or character in "−⁃":
        return "-"
    return character.translate(LOOKALIKES)


# YYMMDD-NNNN and YYYYMMDD-NNNN with any separators people put between the parts; "2026-11-23 - 2026-11-30" is two days.
IDENTITY = re.compile(
    r"(?<!\d)(?:(?P<century>1[89]|20) ?)?(?P<year>\d\d)(?P<gap>[ ./-]?)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)"
    r"(?P<sep>\s{0,2}[-+/.]?\s{0,2})(?P<last>\d\d ?\d\d)(?!\d|[./-]\d\d[./-]\d\d)"
)
# The same digits with something between each and the next: "8 5 0 1 0 1 1 2 3 4".
SPREAD = re.compile(r"(?<!\d)(?:\d[ .\-_*]){9}(?:(?:\d[ .\-_*]){2})?\d(?!\d)")
# Numbers the authorities give people without one of their own: a letter stands first in the last four.
RESERVE = re.compile(r"(?<!\d)(?:1[89]|20)?\d\d[01]\d\d\d ?[-+] ?[A-Za-z]{1,2}\d{2,3}(?![\dA-Za-z])")


def _is_valid(match: re.Match[str]) -> bool:
    # A plus sign makes the person a hundred years older, which decides whether 29 February was a day.
    plus = "+" if "+" in match["sep"] and not match["century"] else ""
    date_part = f"{match['century'] or ''}{match['year']}{match['month']}{match['day']}"
    return bool(personnummer.valid(date_part + plus + match["last"].replace(" ", "")))


def _looks_like_one(match: re.Match[str]) -> bool:
    """Whether the writing alone gives it away, although the check digit is wrong: people mistype.

    An organisation's number is written the same way but its third digit is 2 or more.
    """
    if match["month"][0] not in "01" or match["day"][0] == "0" == match["day"][1]:
        return False
    separator = match["sep"].strip()
    if separator in {"-", "+"}:
        return True
    return bool(match["century"]) and not match["sep"] and not match["gap"] and _is_day(match)


def _is_day(match: re.Match[str]) -> bool:
    day = int(match["day"])
    try:
        date(int(match["century"] + match["year"]), int(match["month"]), day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def _identity_numbers(text: str) -> Iterator[tuple[int, int]]:
    # Each position is tried anew: a house number before an identity number must not hide it.
    position = 0
    while match := IDENTITY.search(text, position):
        if _is_valid(match) or _looks_like_one(match):
            yield match.span()
            position = match.end()
        else:
            position = match.start() + 1
    for spread in SPREAD.finditer(text):
        if personnummer.valid(re.sub(r"\D", "", spread.group())):
            yield spread.span()
    for reserve in RESERVE.finditer(text):
        yield reserve.span()


# Transportstyrelsen: three letters without I, Q, V, Å, Ä, Ö, then three digits, or two digits and a letter (not O).
PLATE_LETTERS = "A-HJ-PR-UW-Z"
VEHICLE = re.compile(
    rf"(?<![^\W_])(?P<letters>[{PLATE_LETTERS}]{{3}})(?P<gap>[ -]{{0,2}})"
    rf"(?P<rest>\d\d(?:\d|[{PLATE_LETTERS.replace('J-P', 'J-NP')}]))(?![^\W_])",
    re.IGNORECASE,
)
# Words that stand before a number in capital headings.
NOT_PLATES = {"BOX", "BUS", "DEL", "EUR", "HUS", "KOD", "LGH", "OBS", "RUM", "SAL", "SEK", "SMS", "SOS", "TEL", "USD"}


def _vehicles(text: str) -> Iterator[tuple[int, int]]:
    for match in VEHICLE.finditer(text):
        apart = " " in match["gap"]
        # "hus 123" and "Box 12a" are ordinary words; only capitals apart from their digits read as a plate.
        if apart and (not match["letters"].isupper() or match["letters"] in NOT_PLATES):
            continue
        yield match.span()


MOBILE = re.compile(
    r"(?<![\d+])(?:(?:\+|00)[ ]?46[ ./-]*(?:\([ ]?0[ ]?\)[ ./-]*|0[ ./-]*)?|\(?0[ ./-]*)7(?:[ ./()-]*\d){8}(?!\d)"
)


def number_key(number: str) -> str:
    """A phone number in the form numbers are compared in: E.164 where it is one, else its digits."""
    digits = re.sub(r"\D", "", plain(number).text)
    try:
        return format_number(parse(plain(number).text, "SE"), PhoneNumberFormat.E164)
    except NumberParseException:
        return digits


ALWAYS_PUBLISHED = frozenset(map(number_key, ("112", "114 14", "113 13", "1177", "116 111", "116 006", "020-50 50 50")))


def published_numbers() -> frozenset[str]:
    """Keys of the numbers a notice may carry: the operator's list and the organisations' own lines."""
    listed = PublishedNumber.objects.values_list("number", flat=True)
    lines = Organisation.objects.exclude(phone="").values_list("phone", flat=True)
    return ALWAYS_PUBLISHED | {number_key(str(number)) for number in (*listed, *lines)}


# "08.00-12.00" has as many digits as a number in Stockholm.
HOURS = re.compile(r"(?<!\d)(?:[01]\d|2[0-4])[.:][0-5]\d ?- ?(?:[01]\d|2[0-4])[.:][0-5]\d(?!\d)")


def _phones(text: str, published: Collection[str]) -> Iterator[tuple[int, int]]:
    text = HOURS.sub(lambda hours: "x" * len(hours.group()), text)
    for match in MOBILE.finditer(text):
        if number_key(match.group()) not in published:
            yield match.span()
    for found in PhoneNumberMatcher(text, "SE", leniency=Leniency.VALID):
        if format_number(found.number, PhoneNumberFormat.E164) not in published:
            yield found.start, found.end


def check(typed: str, published: Collection[str] = ALWAYS_PUBLISHED) -> list[Finding]:
    """What must not stand in a text, in reading order and without overlaps.

    Args:
        typed: The text as the writer typed it.
        published: Keys (`number_key`) of phone numbers that may stand; usually `published_numbers()`.
    """
    bare = plain(typed)
    spans = [
        (Kind.IDENTITY, start, end)
        for start, end in _identity_numbers(bare.text)
        if number_key(bare.text[start:end]) not in published
    ]
    spans += [(Kind.VEHICLE, start, end) for start, end in _vehicles(bare.text)]
    spans += [(Kind.PHONE, start, end) for start, end in _phones(bare.text, published)]
    kept: list[tuple[Kind, int, int]] = []
    for kind, start, end in spans:
        # The first kind wins where two cover the same digits, so nothing is marked twice.
        if all(end <= first or last <= start for _kind, first, last in kept):
            kept.append((kind, start, end))
    return [bare.finding(kind, start, end, typed) for kind, start, end in sorted(kept, key=lambda span: span[1])]


def marked(typed: str, findings: list[Finding]) -> SafeString:
    """The text as safe HTML with each finding inside <mark>."""
    parts: list[str] = []
    position = 0
    for finding in findings:
        parts += [escape(typed[position : finding.start]), format_html("<mark>{}</mark>", finding.text)]
        position = finding.end
    parts.append(escape(typed[position:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


# Digits in groups: "114 14", "070-174 06 05", "2026-11-23"; U+2066 and U+2069 isolate them from the line's direction.
# An isolate's end is taken with its own beginning alone: after a digit may stand the end of a longer one.
GROUPED = re.compile(r"\u2066(?P<kept>\+?\d+(?:[ \u00a0-]\d+)+)\u2069|(?P<bare>\+?\d+(?:[ \u00a0-]\d+)+)")


def numbers_in_order(text: str) -> str:
    """Text that runs from right to left, with grouped numbers isolated so that "114 14" is not read as "14 114"."""
    return GROUPED.sub(lambda number: f"\u2066{number['kept'] or number['bare']}\u2069", text)
