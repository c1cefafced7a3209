"""Readers of a language the notice is not in: Swedish words, a pictogram, and whom to call in their own language."""

import re

import pytest
from django.conf import settings
from django.utils.translation import override

from buildings.models import Organisation
from notifications.fallback import BARE_NUMBERS, PICTOGRAMS, numbers_line
from notifications.gsm import SmsSize, is_gsm
from notifications.letters import ANY_TOKEN, notice_letter
from notifications.models import Notice
from tests.factories import NoticeFactory, OrganisationFactory, TemplateFactory

pytestmark = pytest.mark.django_db

TEXTS = {"sv": ("Inbrott i källare", "Flera förråd har brutits upp. Lås ordentligt."), "en": ("Break-ins", "Lock up.")}
MISSING = ("ar", "so")
IN_ARABIC = "خطر أو جريمة تحدث الآن"


@pytest.fixture
def police():
    return OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen i Norrby")


@pytest.fixture
def notice(police):
    return NoticeFactory(organisation=police, texts=TEXTS, urgency="be_aware")


def numbers_in(language):
    with override(language):
        from django.utils.translation import gettext

        return gettext("Danger or crime right now"), gettext("Police, when it can wait")


@pytest.mark.parametrize("kind", Notice.Kind)
def test_every_kind_has_a_pictogram_on_pages_and_in_mail(kind):
    sprite = (settings.BASE_DIR / "watch/static/trappan/icons.svg").read_text()
    assert f'<symbol id="kind-{kind.value.replace("_", "-")}"' in sprite
    assert len(PICTOGRAMS[kind].rstrip("\ufe0f")) == 1
    assert len(set(PICTOGRAMS.values())) == len(Notice.Kind)


@pytest.mark.parametrize("language", MISSING)
def test_a_mail_says_first_what_it_is_about_and_whom_to_call_in_the_readers_language(notice, language):
    letter = notice_letter(notice, language, neutral=False)
    with override(language):
        kind = notice.get_kind_display()
    for part in (letter.text, letter.html):
        start = part.index("🔓")
        swedish = part.index("Flera förråd")
        assert start < part.index(kind) < swedish
        for words in numbers_in(language):
            assert start < part.index(words) < swedish
    assert letter.subject.endswith("Inbrott i källare"), "no pictogram in the subject"
    assert "🔓" not in letter.subject
    assert re.search(r'<span aria-hidden="true"[^>]*>🔓</span>', letter.html), "the word beside it is read out"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_who_gets_their_own_language_sees_no_pictogram(notice, language):
    letter = notice_letter(notice, language, neutral=False)
    assert "🔓" not in letter.text + letter.html + letter.short
    assert BARE_NUMBERS not in letter.short


@pytest.mark.parametrize("language", MISSING)
def test_an_sms_keeps_its_cheap_letters_and_carries_the_numbers(notice, language):
    letter = notice_letter(notice, language, neutral=False)
    assert is_gsm(letter.short_to(ANY_TOKEN))
    assert numbers_line(language) in letter.short
    assert re.search(r"112.*114 14", letter.short)
    assert letter.sms_parts == SmsSize.of(letter.short_to(ANY_TOKEN)).parts <= settings.SMS_PARTS


def test_the_numbers_are_explained_where_it_costs_no_more():
    assert numbers_line("ar") == BARE_NUMBERS
    for language in ("sv", "en", "so"):
        assert numbers_line(language) not in ("", BARE_NUMBERS)
        assert is_gsm(numbers_line(language))
        assert "113 13" not in numbers_line(language)


def test_a_message_to_contacts_gives_no_pictogram_away(police):
    for language in MISSING:
        letter = notice_letter(
            NoticeFactory(organisation=police, texts=TEXTS, contacts_only=True), language, neutral=True
        )
        assert "🔓" not in letter.text + letter.html + letter.short
        assert numbers_line(language) not in letter.short


def test_a_language_nobody_has_approved_reaches_nobody_in_that_language(police, post, neighbours, send):
    """From the ready-made notice to the mailbox: Arabic waits for a reader, Somali is approved."""
    template = TemplateFactory(
        texts={"sv": ("Titel", "Svensk text."), "ar": ("عنوان عربي", "نص عربي"), "so": ("Cinwaan", "Qoraal soomaali.")},
        approved=["so"],
    )
    from notifications.forms import template_data

    words = template_data(template)
    texts = {
        language: (words[f"title_{language}"], words[f"body_{language}"])
        for language in ("sv", "en", "ar", "so")
        if f"title_{language}" in words
    }
    neighbours("arab", language="ar")
    neighbours("somali", language="so")
    send(organisation=police, texts=texts)
    mails = {mail["To"]: mail for mail in post.taken}
    arabic = mails["arab@example.org"].get_body(("plain",)).get_content()
    assert "نص عربي" not in arabic
    assert "Svensk text." in arabic
    assert "Qoraal soomaali." in mails["somali@example.org"].get_body(("plain",)).get_content()
