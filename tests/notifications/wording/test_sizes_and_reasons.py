"""How long an SMS is, and why a delivery failed, in words."""

import pytest
from django.utils.translation import override

from notifications.preview import SmsSize
from notifications.reasons import in_words, summed


@pytest.mark.parametrize(
    ("words", "characters", "parts"),
    [
        ("", 0, 1),
        ("å" * 160, 160, 1),
        ("å" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("ع" * 70, 70, 1),
        ("ع" * 71, 71, 2),
        ("ع" * 134, 134, 2),
        ("ع" * 135, 135, 3),
        ("–" + "a" * 69, 70, 1),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
    ],
)
def test_an_sms_is_counted_as_the_networks_do(words, characters, parts):
    assert SmsSize.of(words) == SmsSize(characters, parts)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("smtp-550", "The address does not exist any more"),
        ("bad-address", "The address does not exist any more"),
        ("smtp-552", "The mailbox is full"),
        ("smtp-554", "The receiver's mail server said no"),
        ("smtp-451", "The receiver's mail server did not take it in time"),
        ("connection-lost", "The server could not be reached in time"),
        ("error", "Something went wrong on our side"),
        ("", "Something went wrong on our side"),
        ("never-heard-of", "Something went wrong on our side"),
    ],
)
def test_a_reason_is_told_in_words(code, words):
    with override("en"):
        assert in_words(code) == words


def test_codes_that_mean_the_same_are_added_up():
    summed_up = summed({"smtp-550": 2, "smtp-553": 1, "smtp-451": 5})
    assert [count for _words, count in summed_up] == [5, 3]
