"""Every ready-made notice that comes with Trappan can go out, in each of its languages."""

import re
from datetime import date, time

import pytest
from django.conf import settings

from notifications.gsm import is_gsm
from notifications.letters import sms_parts
from notifications.models import Notice, NoticeTemplate, NoticeText
from notifications.ready import blanks, shipped
from notifications.wording import check
from tests import factories as make

NOTICES = list(shipped.every())
LANGUAGES = [code for code, _name in settings.LANGUAGES]
VALUES = {
    "plats": "Kristinegränd 12 A–C, Norrby",
    "dag": date(2026, 12, 2),
    "tid": time(18),
    "telefon": "112",
}
BARE = re.compile(r"(?<!\u2066)\b114 14\b|\b114 14\b(?!\u2069)")

each = pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.slug)
everywhere = pytest.mark.parametrize("language", LANGUAGES)


def filled(notice, language):
    return [blanks.fill(words, VALUES, language) for words in notice.texts[language]]


def test_the_usual_notices_are_all_there():
    kinds = {notice.kind for notice in NOTICES}
    assert kinds == set(Notice.Kind) - {Notice.Kind.OTHER}
    assert sum(notice.kind == Notice.Kind.FRAUD for notice in NOTICES) == 2
    assert [notice.slug for notice in NOTICES if notice.urgency == Notice.Urgency.ACT_NOW] == ["fire-now"]


@each
def test_it_is_written_in_every_language_with_the_same_blanks(notice):
    assert list(notice.texts) == LANGUAGES
    wanted = set(blanks.names([notice.texts["sv"]]))
    assert wanted <= set(VALUES), "the blanks that are explained to the writer"
    for pair in notice.texts.values():
        assert set(blanks.names([pair])) == wanted
        assert len(blanks.left(*pair)) == len(wanted), "nothing else stands in square brackets"


@each
@everywhere
def test_filled_in_it_fits_and_passes_the_guard(notice, language):
    title, body = filled(notice, language)
    assert blanks.left(title, body) == []
    assert len(title) <= 90
    assert len(body) <= 2000
    assert "\n" not in title
    assert check(title) == check(body) == []


@each
@everywhere
def test_it_says_whom_to_call_and_never_113_13_for_crime(notice, language):
    body = notice.texts[language][1]
    assert re.search(r"\b112\b|114 14", body)
    assert "113 13" not in body
    swedish = notice.texts["sv"][1]
    for number in ("112", "114 14"):
        assert body.count(number) == swedish.count(number)


@each
def test_numbers_in_arabic_keep_their_order(notice):
    for words in notice.texts["ar"]:
        assert not BARE.search(words)
        assert words.count("\u2066") == words.count("\u2069")


@each
@everywhere
def test_paragraphs_are_the_same_in_every_language(notice, language):
    assert notice.texts[language][1].count("\n\n") == notice.texts["sv"][1].count("\n\n")


@each
def test_words_read_from_left_to_right_go_as_the_cheap_kind_of_sms(notice):
    for language in ("sv", "en", "so"):
        assert all(map(is_gsm, notice.texts[language])), language


@pytest.mark.django_db
@each
@everywhere
def test_by_sms_it_is_no_longer_than_the_site_allows(notice, language):
    texts = {"sv": filled(notice, "sv"), language: filled(notice, language)}
    police = make.OrganisationFactory(kind="police", name="Polisen Borås")
    made = make.NoticeFactory(organisation=police, urgency=notice.urgency, texts=texts)
    # In Arabic the first line and the link alone may take a part more: 67 characters each.
    assert sms_parts(made, language, neutral=False) <= settings.SMS_PARTS + (2 if language == "ar" else 0)


@pytest.mark.django_db
class TestLoading:
    """The database mirrors the files."""

    def test_it_is_there_once_however_often_it_is_loaded(self, django_assert_num_queries):
        assert shipped.load() == len(NOTICES) * len(LANGUAGES)
        assert NoticeTemplate.objects.filter(organisation=None).count() == len(NOTICES)
        with django_assert_num_queries(4):
            assert shipped.load() == 0

    def test_a_language_whose_words_changed_waits_for_a_reader_again(self, monkeypatch):
        shipped.load()
        template = NoticeTemplate.objects.get(slug="meeting")
        for text in template.texts.all():
            text.reviewed_at = "2026-11-01T12:00Z"
            text.save()
        changed = next(notice for notice in NOTICES if notice.slug == "meeting")
        changed = shipped.Shipped(
            changed.slug, changed.kind, changed.urgency, changed.texts | {"so": ("Kulan", "Erayo cusub. Wac 112.")}
        )
        others = [notice for notice in NOTICES if notice.slug != "meeting"]
        monkeypatch.setattr(shipped, "every", lambda: [changed, *others])
        assert shipped.load() == 1
        assert set(template.texts.filter(reviewed_at=None).values_list("language", flat=True)) == {"so"}
        assert template.texts.get(language="so").title == "Kulan"

    def test_what_is_no_longer_shipped_goes_and_an_organisations_own_stays(self, monkeypatch):
        shipped.load()
        own = make.TemplateFactory(organisation=make.OrganisationFactory(), slug="meeting")
        notice = NoticeText.objects.create(notice=make.NoticeFactory(), language="so", title="x", body="y")
        monkeypatch.setattr(shipped, "every", lambda: NOTICES[:2])
        shipped.load()
        assert NoticeTemplate.objects.filter(organisation=None).count() == 2
        assert NoticeTemplate.objects.filter(pk=own.pk).exists()
        assert NoticeText.objects.filter(pk=notice.pk).exists()

    def test_the_command_of_make_install_loads_them(self, capsys):
        from django.core.management import call_command

        call_command("ready_notices")
        assert "48 texts new or changed" in capsys.readouterr().out
        assert NoticeTemplate.objects.count() == len(NOTICES)
