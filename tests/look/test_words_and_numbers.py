"""Times, phone numbers, urgency and numbers as people read them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from notifications.models import Notice
from watch.templatetags.trappan import day_and_time, friendly, phone, urgency_badge, urgency_icon

NOON = datetime(2026, 12, 4, 11, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_friday_in_december():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.parametrize(
    ("language", "words"),
    [("sv", "fredag 4 december kl. 18.00"), ("en", "Friday 4 December at 18:00")],
)
def test_a_day_is_said_in_words_and_in_swedish_time(language, words):
    with translation.override(language):
        assert day_and_time(datetime(2026, 12, 4, 17, 0, tzinfo=UTC)) == words


def test_another_year_is_named():
    with translation.override("sv"):
        assert day_and_time(datetime(2025, 2, 28, 7, 30, tzinfo=UTC)) == "fredag 28 februari 2025 kl. 08.30"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (datetime(2026, 12, 4, 9, 1, tzinfo=UTC), "today 10:01"),
        (datetime(2026, 12, 3, 22, 59, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2026, 12, 3, 23, 0, tzinfo=UTC), "today 00:00"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=UTC), "Tuesday 1 December at 10:00"),
    ],
)
def test_a_recent_time_is_said_as_a_neighbour_would(when, words):
    with translation.override("en"):
        assert friendly(when) == words


def test_no_time_is_no_words():
    assert friendly(None) == day_and_time(None) == ""


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+46701740605", "070-174 06 05"),
        ("0701740605", "070-174 06 05"),
        ("+4520123456", "+45 20 12 34 56"),
        ("the caretaker", "the caretaker"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_number_is_written_as_on_a_note(number, written):
    assert phone(number) == written


@pytest.mark.parametrize("urgency", Notice.Urgency.values)
def test_urgency_has_a_picture_and_a_word(urgency):
    badge = urgency_badge(urgency)
    assert f"#{urgency_icon(urgency)}" in badge
    assert str(Notice.Urgency(urgency).label) in badge


def test_an_icon_is_silent_and_escapes_what_it_is_given():
    drawn = Template("{% icon name %}").render(Context({"name": '"><script>'}))
    assert "<script>" not in drawn
    assert 'aria-hidden="true"' in drawn


def test_large_numbers_get_a_thin_space_that_never_breaks():
    template = Template("{% load humanize %}{{ n|intcomma }} {{ n }}")
    with translation.override("sv"):
        assert template.render(Context({"n": 1387})) == "1\u202f387 1\u202f387"
