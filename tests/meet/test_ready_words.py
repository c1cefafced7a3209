"""The ready-made words for the usual kinds of meeting."""

import pytest
from django.conf import settings

from notifications.wording import check, numbers_in_order
from watch.meet.ready import KINDS
from watch.models import Meeting, MeetingText

LANGUAGES = [code for code, _name in settings.LANGUAGES]
TITLE = MeetingText._meta.get_field("title").max_length
AGENDA = MeetingText._meta.get_field("agenda").max_length


def test_every_kind_of_meeting_has_words_to_start_from():
    assert set(KINDS) == set(Meeting.Kind)


@pytest.mark.parametrize("kind", Meeting.Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_there_in_every_language_fit_and_point_nobody_out(kind, language):
    title, agenda = KINDS[kind].texts[language]
    assert 0 < len(title) <= TITLE
    assert 0 < len(agenda) <= AGENDA
    assert check(title) == check(agenda) == []


@pytest.mark.parametrize("kind", Meeting.Kind)
def test_numbers_in_arabic_are_read_the_right_way_round(kind):
    for words in KINDS[kind].texts["ar"]:
        assert numbers_in_order(words) == words
        assert words.count("\u2066") == words.count("\u2069")


def test_meetings_for_contacts_are_for_contacts_from_the_start():
    assert {kind for kind, ready in KINDS.items() if ready.contacts_only} == set(Meeting.FOR_CONTACTS)
