"""What another part of Trappan adds to its notices: sender, links and a file, each reader's own."""

import pytest
from django.test import override_settings
from hypothesis import example, given, settings
from hypothesis import strategies as some

from notifications import companions
from notifications.companions import ADDRESS_MARK, FOLD_AT, Companion, Enclosure, Link, companion_of, folded
from notifications.letters import TOKEN_MARK, notice_letter
from notifications.models import Notice
from tests.factories import NoticeFactory

ME = f"{__name__}.Bakery"


class Bakery(Companion):
    """A part of Trappan that bakes bread."""

    def page(self, notice):
        return "/bageri/"

    def readers_page(self, notice):
        return Link("Bageriet", "/bageri/")

    def sender(self, notice):
        return "Bageriet\r\nBcc: alla@example.org"

    def links(self, notice):
        return [Link("Bröd, tack", f"https://example.org/{TOKEN_MARK}?vill=ja")]

    def short_link(self, notice):
        return Link("Svara", f"https://example.org/{TOKEN_MARK}")

    def enclosure(self, notice):
        return Enclosure("bröd.txt", "plain", "BAKE", f"Till:\r\n {ADDRESS_MARK}\r\n")


class Silent(Companion):
    """A part that adds nothing."""

    def page(self, notice):
        return "/"

    def readers_page(self, notice):
        return Link("", "/")


@pytest.fixture
def bakery(settings, monkeypatch):
    found = Bakery()
    settings.COMPANIONS = {"bakery": ME}
    monkeypatch.setattr(companions, "_named", lambda _path: found)
    return found


@pytest.mark.django_db
def test_a_notice_that_stands_alone_has_no_companion():
    assert companion_of(NoticeFactory()) is None
    letter = notice_letter(NoticeFactory(), "sv", neutral=False)
    assert letter.enclosure is None


@override_settings(COMPANIONS={"silent": "watch.meet.companion.MeetingCompanion"})
def test_settings_say_which_class_it_is():
    companions._named.cache_clear()
    found = companion_of(Notice(companion="silent"))
    assert type(found).__name__ == "MeetingCompanion"
    assert companion_of(Notice(companion="silent")) is found


@pytest.mark.django_db
def test_its_links_and_file_go_with_the_letter_and_its_name_stays_on_one_line(bakery):
    letter = notice_letter(NoticeFactory(companion="bakery"), "sv", neutral=False)
    assert f"Bröd, tack:\nhttps://example.org/{TOKEN_MARK}?vill=ja" in letter.text
    assert f"https://example.org/{TOKEN_MARK}?vill=ja" in letter.html
    assert "https://example.org/min-nyckel" in letter.short_to("min-nyckel")
    assert letter.enclosure.to("a@example.org") == "Till:\r\n a@example.org\r\n"
    assert "\n" not in letter.sender
    assert "\r" not in letter.sender


@pytest.mark.django_db
def test_a_neutral_letter_has_nothing_of_it(bakery):
    letter = notice_letter(NoticeFactory(companion="bakery"), "sv", neutral=True)
    assert letter.enclosure is None
    for words in (letter.text, letter.html, letter.short, letter.subject, letter.sender):
        assert "example.org/" not in words.replace("http://testserver", "")
        assert "Bageriet" not in words


@pytest.mark.django_db
def test_who_adds_nothing_changes_nothing():
    silent, notice = Silent(), NoticeFactory()
    assert silent.sender(notice) == notice.organisation.name
    assert (silent.links(notice), silent.short_link(notice)) == ([], None)
    assert (silent.enclosure(notice), silent.not_to(notice)) == (None, None)


@settings(max_examples=200, deadline=None)
@given(some.text(max_size=320))
@example("a" * FOLD_AT)
@example("a" * (FOLD_AT + 1))
@example("ö@räksmörgås.example")
@example("a\r\nATTENDEE:mailto:b@example.org")
@example(f"{ADDRESS_MARK}@example.org")
def test_an_address_is_folded_short_of_what_a_line_may_hold_and_stays_an_address(address):
    lines = folded(address).split("\r\n")
    assert all(line.isascii() and len(line) <= 75 for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])
    assert not any(sign in line for line in lines for sign in '\r\n;,:"')
