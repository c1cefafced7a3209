"""How long an SMS is: nothing is split that phones cannot put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.gsm import GSM, GSM_DOUBLE, SmsSize, is_gsm, plainer

plain = st.text(st.sampled_from(sorted(GSM)), max_size=700)
gsm = st.text(st.sampled_from(sorted(GSM | GSM_DOUBLE)), max_size=700)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(words=plain)
def test_plain_words_are_160_then_153_a_part(words):
    parts = 1 if len(words) <= 160 else -(-len(words) // 153)
    assert SmsSize.of(words) == SmsSize(len(words), parts)


@given(words=gsm)
def test_brackets_and_euros_cost_two(words):
    size = SmsSize.of(words)
    assert size.characters == len(words) + sum(words.count(double) for double in GSM_DOUBLE)
    # A part may stay one septet short, so that a pair is not split.
    least = 1 if size.characters <= 160 else -(-size.characters // 153)
    most = 1 if size.characters <= 160 else -(-size.characters // 152)
    assert least <= size.parts <= most


@given(words=anything, other=st.sampled_from("عЖ中😀ç"))
def test_one_other_letter_turns_all_of_it_into_ucs2(words, other):
    size = SmsSize.of(words + other)
    units = len((words + other).encode("utf-16-be")) // 2
    assert size.characters == units
    assert size.parts >= (1 if units <= 70 else -(-units // 67))
    assert size.parts <= (1 if units <= 70 else -(-units // 66))


@given(words=anything, more=anything)
def test_more_words_never_take_fewer_parts(words, more):
    assert SmsSize.of(words + more).parts >= SmsSize.of(words).parts
    assert SmsSize.of(words).parts >= 1


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 151 + "€", 3),
        ("ع" * 66 + "😀" + "ع" * 65, 2),
        ("ع" * 66 + "😀" + "ع" * 66, 3),
        ("å" * 159 + "ç", 3),
    ],
)
def test_a_pair_is_never_split_between_two_parts(words, parts):
    assert SmsSize.of(words).parts == parts


@given(words=anything)
def test_making_it_plainer_never_costs_more_and_changes_only_what_pays(words):
    assert SmsSize.of(plainer(words)).parts <= SmsSize.of(words).parts
    if plainer(words) != words:
        assert is_gsm(plainer(words))
        assert not is_gsm(words)


def test_a_word_processors_quotation_marks_do_not_double_the_price():
    assert plainer("”Lås – nu…”") == '"Lås - nu..."'
    assert plainer("”أغلق”") == "”أغلق”"
