"""The personal-data guard: what it marks, what it leaves alone, and that no disguise gets past it."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from personnummer.personnummer import _luhn

from buildings.models import PublishedNumber
from notifications.wording import LOOKALIKES, Kind, check, marked, number_key, numbers_in_order, published_numbers
from tests.factories import OrganisationFactory


def kinds(text):
    return [finding.kind for finding in check(text)]


@pytest.mark.parametrize(
    "number",
    [
        "850101-1236",
        "8501011236",
        "19850101-1236",
        "198501011236",
        "850101+1236",
        "850101 1236",
        "850101 - 1236",
        "850101–1236",
        "19 850101-1236",
        "1985-01-01-1236",
        "1985 01 01 1236",
        "85 01 01 12 36",
        "8 5 0 1 0 1 1 2 3 6",
        "850161-1233",
        "8501611233",
        "850101\u00a01236",
        "850101\u20111236",
        "850101\u20101236",
        "85\u200b0101-12\u200d36",
        "850101\u00ad-1236",
        "８５０１０１－１２３６",
        "٨٥٠١٠١-١٢٣٦",
        "۸۵۰۱۰۱۱۲۳۶",
        "8⃣5⃣0⃣1⃣0⃣1⃣1⃣2⃣3⃣6⃣",
        "850101\n1236",
    ],
)
def test_an_identity_number_is_found_however_it_is_written(number):
    text = f"Ring honom på trappa 2, {number}, så vet han."
    found = check(text)
    assert [finding.kind for finding in found] == [Kind.IDENTITY]
    assert text[found[0].start : found[0].end] == found[0].text
    assert found[0].text == number


@pytest.mark.parametrize(
    "number",
    ["850101-1234", "19850101-1234", "851301-1234", "198501011234", "850191-1000", "850101-TF12", "850101-R123"],
)
def test_a_mistyped_identity_number_is_found_by_its_shape(number):
    assert kinds(f"Personen {number} har setts.") == [Kind.IDENTITY]


@pytest.mark.parametrize("plate", ["ABC 123", "abc123", "ABC123", "ABC 12A", "abc12a", "Abc123", "ABC-123", "АВС 123"])
@pytest.mark.parametrize("around", ["En bil, {}, stod här.", "{}", "({})", "bil {}\nstod"])
def test_a_registration_number_is_found(plate, around):
    found = check(around.format(plate))
    assert [(finding.kind, finding.text) for finding in found] == [(Kind.VEHICLE, plate)]


def test_disguised_registration_numbers_are_found():
    assert kinds("ＡＢＣ １２３") == kinds("A\u200bBC\u00a0١٢٣") == kinds("a\u200dbc123") == [Kind.VEHICLE]


@pytest.mark.parametrize(
    "number",
    [
        "070-174 06 05",
        "0701740605",
        "+46701740605",
        "+46 70 174 06 05",
        "+46 (0)70 174 06 05",
        "0046 70-174 06 05",
        "070.174.06.05",
        "070/174 06 05",
        "0 7 0 1 7 4 0 6 0 5",
        "(070) 174 06 05",
        "070\u2011174\u00a006\u00a005",
        "٠٧٠١٧٤٠٦٠٥",
        "０７０－１７４ ０６ ０５",
        "033-35 70 00",
        "08-123 456 78",
        "+45 32 12 34 56",
        "+252 61 2345678",
    ],
)
def test_a_phone_number_is_found(number):
    assert kinds(f"Hör av dig till {number} om du vet något.") == [Kind.PHONE]


REAL_TEXTS = [
    "Arbetet pågår 2026-11-23 - 2026-11-30 och 2026-12-01–2026-12-05, alla dagar 2026-11-23 18.00-20.00.",
    "Flera källarförråd har brutits upp på Norrby Långgata 12 A. Lås ordentligt och ring 114 14 om du såg något.",
    "Möte tisdag 24 november 2026 kl. 18.00–20.00 i Norrbyhuset, Västra Nygatan 52, 504 35 Borås.",
    "2026-11-23 kl 18:30 stängs vattnet av. Det är på igen 2026-11-24 07.00.",
    "Från 23/11 till 30/11. Från 23.11.2026 till 30.11.2026. Vecka 48, 2026. Kl. 08.00-12.00 och 13.00-16.00.",
    "Kostnaden är 10 000 kr, högst 1 250 000 kronor. Plusgiro 12 34 56-7. Bankgiro 123-4567, 5050-1055.",
    "Lägenhet 1203, 1101 och 1402 i hus 123. Trapp B, plan 3. Rum 204. Box 123. Buss 101 går till hus 12a.",
    "Vid fara: 112. Tips: 114 14. Kris: 113 13. Vård: 1177. Råd för unga: 116 111. Kvinnofridslinjen 020-50 50 50.",
    "OBS 120 personer har anmält sig. TEL 112. SMS 112. SOS 112. Avgift SEK 500. BOX 504 35.",
    "AB Bostäder, organisationsnummer 556024-4907. Diarienummer 2026-1234. Ärende 5000-K123456-26.",
    "Mellan 1 och 24 november hade vi 3 inbrott i 15 trappor, 40 % färre än i oktober (5 av 86).",
    "Waxa la jabiyey 3 qol. Wac 114 14. 2026-11-23.",
    "تم اقتحام ٣ مخازن في ٢٣ نوفمبر ٢٠٢٦ الساعة ١٨:٠٠. اتصل بالرقم ١١٤ ١٤ أو ١١٢.",
    "Läs mer på polisen.se/108411 eller boras.se. Koden till mötet är inte 1234.",
    "Grind 12A, port 7B, förråd 118–131, parkering P12. Fastigheten Varpen 12:3. Kvarteret Hulta 4:17.",
]


@pytest.mark.parametrize("text", REAL_TEXTS)
def test_an_ordinary_notice_is_left_alone(text):
    assert check(text) == []


@pytest.mark.django_db
def test_the_operators_published_numbers_may_stand():
    text = "Ring AB Bostäder på 033-35 70 00 eller 070-174 06 05. Polisen: 033-700 90 00."
    assert len(check(text, published_numbers())) == 3
    PublishedNumber.objects.create(label="AB Bostäder", number="033-35 70 00")
    PublishedNumber.objects.create(label="Jouren", number="0701740605")
    OrganisationFactory(phone="+46337009000")
    assert check(text, published_numbers()) == []
    assert check("Ring +46 33 35 70 00", published_numbers()) == []


@pytest.mark.django_db
def test_a_published_number_that_reads_like_an_identity_number_may_stand():
    # 070174 06 05 is also a coordination number's shape; the operator's word decides.
    PublishedNumber.objects.create(label="Jouren", number="070174-0605")
    assert check("Jouren: 070174-0605", published_numbers()) == []


def test_marks_are_shown_and_everything_else_is_escaped():
    text = "<b>850101-1236</b> & ABC 123"
    assert marked(text, check(text)) == "&lt;b&gt;<mark>850101-1236</mark>&lt;/b&gt; &amp; <mark>ABC 123</mark>"


def test_two_numbers_in_one_text_are_both_found_in_order():
    found = check("ABC 123 tillhör 850101-1236, tfn 070-174 06 05")
    assert [finding.kind for finding in found] == [Kind.VEHICLE, Kind.IDENTITY, Kind.PHONE]
    assert [finding.start for finding in found] == sorted(finding.start for finding in found)


def test_an_accent_written_as_its_own_character_keeps_its_letter():
    assert check("ba\u030at123") == []
    assert kinds("A\u0332B\u0332C\u0332 123") == [Kind.VEHICLE]


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u0301", "\u20e3", "1\u20e3"])
def test_odd_texts_are_no_trouble(text):
    assert check(text) == []


def test_every_look_alike_letter_has_its_latin_one():
    assert all(chr(latin).isascii() for latin in LOOKALIKES.values())
    assert number_key("033-35 70 00") == "+4633357000"
    assert number_key("114 14") == number_key("11414")


@st.composite
def identity_numbers(draw):
    born = draw(st.dates(date(1900, 1, 1), date(2026, 11, 22)))
    day = born.day + (60 if draw(st.booleans()) else 0)
    serial = f"{draw(st.integers(1, 999)):03}"
    short = f"{born:%y%m}{day:02}"
    check_digit = _luhn(short + serial)
    last = f"{serial}{check_digit}"
    separator = draw(st.sampled_from(["", "-", "+", " ", "–", "\u2011", "\u00a0", " - ", "\u200b", "\u00ad-"]))
    whole = draw(st.booleans())
    return (f"{born:%Y%m}{day:02}" if whole else short) + separator + last


DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９", "०१२३४५६७८९"]


@given(
    number=identity_numbers(),
    before=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    after=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    digits=st.sampled_from(DIGITS),
)
@example(number="8501011236", before="3 ", after="", digits=DIGITS[0])
@example(number="8501011236", before="12-", after="-4", digits=DIGITS[0])
def test_any_identity_number_in_any_text_is_marked(number, before, after, digits):
    text = before + number.translate(str.maketrans(DIGITS[0], digits)) + after
    # Digits that touch the number make it another number.
    assume(not any(character.isnumeric() or character in "²³¹" for character in (before[-3:] + after[:3])))
    found = check(text)
    covered = {place for finding in found for place in range(finding.start, finding.end)}
    number_places = [place for place in range(len(before), len(before) + len(number)) if text[place].isdecimal()]
    assert all(place in covered for place in number_places), found


@given(st.text(max_size=200))
def test_the_guard_never_stumbles_and_its_marks_fit_the_text(text):
    found = check(text)
    for finding in found:
        assert text[finding.start : finding.end] == finding.text != ""
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert marked(text, found).count("<mark>") == len(found)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("اتصل بالرقم 114 14.", "اتصل بالرقم \u2066114 14\u2069."),
        ("070-174 06 05", "\u2066070-174 06 05\u2069"),
        ("١١٤ ١٤", "\u2066١١٤ ١٤\u2069"),
        ("112 فقط", "112 فقط"),
        ("18:00–20:00", "18:00–20:00"),
    ],
)
def test_a_number_in_groups_keeps_its_order_where_lines_run_from_right_to_left(typed, shown):
    assert numbers_in_order(typed) == shown
    assert numbers_in_order(shown) == shown
    assert kinds(shown) == kinds(typed)
