"""What people type, in every way they type it."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from buildings.models import tidy_code
from buildings.models.places import CODE_ALPHABET, CODE_LENGTH
from watch.join.addresses import read_address
from watch.join.forms import ChooseForm, CodeForm, StairwellCodeForm
from watch.join.verification import tidy_digits

FILLING = st.text(alphabet=" -–\u00a0\u2009\u200e\t.", max_size=3)
STAIRWELL_CODES = st.text(alphabet=CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
SIX_DIGITS = st.text(alphabet="0123456789", min_size=6, max_size=6)
# The numbers PTS keeps for fiction.
SUBSCRIBERS = st.integers(min_value=5, max_value=99).map(lambda last: f"17406{last:02}")


@given(STAIRWELL_CODES, st.lists(FILLING, min_size=CODE_LENGTH, max_size=CODE_LENGTH), st.booleans())
def test_a_stairwell_code_may_be_typed_small_and_with_anything_between(code, filling, small):
    typed = "".join(sign + between for sign, between in zip(code, filling, strict=True))
    assert tidy_code(typed.lower() if small else typed) == code


@given(st.text(max_size=40))
def test_a_tidied_stairwell_code_stays_as_it_is(typed):
    assert tidy_code(tidy_code(typed)) == tidy_code(typed)


@given(st.text(max_size=40))
def test_anything_typed_for_a_stairwell_code_gets_an_answer(typed):
    StairwellCodeForm({"code": typed}).is_valid()


@given(SIX_DIGITS, st.lists(FILLING, min_size=6, max_size=6))
def test_a_code_may_be_pasted_with_spaces(code, filling):
    form = CodeForm({"code": "".join(sign + between for sign, between in zip(code, filling, strict=True))})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["code"] == code


@given(SIX_DIGITS)
def test_a_code_may_be_typed_with_arabic_digits(code):
    assert tidy_digits(code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))) == code


@given(
    SUBSCRIBERS,
    st.sampled_from(["070", "+4670", "+46 70", "004670", "+46 (0)70", "070-", "(070) ", "0 7 0 "]),
    st.sampled_from(["", " ", "-", "\u00a0"]),
)
def test_a_mobile_number_is_understood_however_it_is_written(subscriber, start, between):
    typed = start + between.join((subscriber[:3], subscriber[3:5], subscriber[5:]))
    assert read_address(typed).value == f"+4670{subscriber}"


@pytest.mark.parametrize("typed", ["Namn.Efternamn@Example.ORG", "  namn.efternamn@example.org "])
def test_an_e_mail_address_is_the_same_in_small_letters(typed):
    assert read_address(typed).value == "namn.efternamn@example.org"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("033-13 00 00", "landline"),
        ("08-123 456 78", "landline"),
        ("12345", "address"),
        ("hej", "address"),
        ("112", "address"),
        ("a@", "email"),
        ("a@b@example.org", "email"),
        ("a@example.org\nBcc: b@example.org", "email"),
        ("@" * 300, "email"),
        ("070-174 06 05;ext=12", "address"),
    ],
)
def test_what_cannot_be_reached_gets_a_sentence(typed, code):
    with pytest.raises(ValidationError) as refused:
        read_address(typed)
    assert refused.value.code == code


@given(st.text(max_size=300))
def test_anything_typed_for_an_address_gets_an_answer(typed):
    try:
        address = read_address(typed)
    except ValidationError:
        return
    assert address.value.startswith("+") or "@" in address.value


@given(st.text(max_size=80))
def test_a_name_stays_on_one_line_and_can_be_seen(typed):
    form = ChooseForm({"name": typed, "wants": "all"})
    if form.is_valid():
        name = form.cleaned_data["name"]
        assert 1 <= len(name) <= 60
        assert name.isprintable() or "\u200c" in name or "\u200d" in name
        assert name.strip() == name


@pytest.mark.parametrize("typed", ["\u200d\u200c", "\u202e", " \t ", "\x00"])
def test_a_name_nobody_can_see_is_no_name(typed):
    assert not ChooseForm({"name": typed, "wants": "all"}).is_valid()


@pytest.mark.parametrize("typed", ["Åsa", "فاطمة", "Xaawo", "Grannen på 3:an", "👩‍👧", "X"])
def test_any_name_will_do(typed):
    form = ChooseForm({"name": typed, "wants": "all"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == typed
