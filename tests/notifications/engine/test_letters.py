"""How a notice reads in the mailbox, and what it must not say."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from buildings.models import Organisation
from notifications.letters import TOKEN_MARK, is_neutral, notice_letter
from notifications.models import Delivery, Notice
from notifications.outbox.claim import message_id
from notifications.transports.mime import MESSAGE_ID, TO, TOKEN, Sheet
from tests.factories import ContactFactory, NoticeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

TITLE, BODY = "Inbrott i källare", "Flera källarförråd har brutits upp.\n\nLås ordentligt <genast> & prata med grannen."


@pytest.fixture
def police():
    return OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen i Norrby")


def parts(mail):
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_a_mail_says_who_what_where_and_whom_to_call(post, neighbours, send, police):
    (endpoint,) = neighbours("a", language="en")
    notice = send(
        organisation=police, texts={"sv": (TITLE, BODY), "en": ("Cellar break-ins", "Lock your <door> & gate.")}
    )
    (mail,) = post.taken
    assert mail["Subject"] == "Cellar break-ins"
    assert "Polisen i Norrby" in mail["From"].addresses[0].display_name
    assert mail["From"].addresses[0].addr_spec == "anslag@trappan.test"
    text, html = (part.replace("\u00a0", " ") for part in parts(mail))
    for words in ("Polisen i Norrby", "Cellar break-ins", "Information", "Norrby", "112", "114 14", "113 13", "joined"):
        assert words in text
        assert words in html
    assert "Lock your <door> & gate." in text
    assert "Lock your &lt;door&gt; &amp; gate." in html
    for link in (
        reverse("notices:read", args=[notice.public_id]),
        reverse("notices:preferences"),
        reverse("notices:unsubscribe", args=[endpoint.token]),
    ):
        assert f"http://testserver{link}" in text
        assert f'"http://testserver{link}"' in html
    assert '<html lang="en" dir="ltr">' in html


def test_the_headers_let_the_reader_leave_in_one_press(post, neighbours, send):
    (endpoint,) = neighbours("a")
    send()
    (mail,) = post.taken
    link = f"http://testserver{reverse('notices:unsubscribe', args=[endpoint.token])}"
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "Trappan <anslag.trappan.test>"
    assert mail["Message-ID"] == message_id("d", Delivery.objects.get().pk)
    assert re.fullmatch(r"<d\d+\.[0-9a-f]{20}@trappan\.test>", mail["Message-ID"])
    assert mail["Date"].datetime.tzinfo
    assert mail["To"] == "a@example.org"


def test_nothing_in_a_mail_is_fetched_from_anywhere(post, neighbours, send):
    neighbours("a")
    send()
    _, html = parts(post.taken[0])
    assert not re.search(r"<(img|link|script|iframe|object|video|style)\b|url\(|src=|@import", html)


def test_every_line_is_fit_for_mail(post, neighbours, send):
    neighbours("a")
    send(texts={"sv": ("Å" * 90, "Ö" * 2000)})
    (raw,) = post.raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    body = raw.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    (mail,) = post.taken
    assert mail["Subject"] == "Å" * 90
    assert "Ö" * 2000 in parts(mail)[0]


def test_a_reader_of_arabic_gets_a_right_to_left_mail(post, neighbours, send):
    neighbours("a", language="ar")
    send(texts={"sv": (TITLE, BODY), "ar": ("سرقات", "أغلق الباب.")})
    (mail,) = post.taken
    assert mail["Subject"] == "سرقات"
    _, html = parts(mail)
    assert '<html lang="ar" dir="rtl">' in html
    assert '<div lang="ar" dir="rtl">' in html


def test_without_a_text_in_the_readers_language_the_swedish_one_goes_left_to_right(post, neighbours, send):
    neighbours("a", language="ar")
    send(texts={"sv": (TITLE, BODY)})
    (mail,) = post.taken
    assert mail["Subject"] == TITLE
    _, html = parts(mail)
    assert '<html lang="ar" dir="rtl">' in html
    assert '<div lang="sv" dir="ltr">' in html


def test_each_reader_gets_their_own_language_and_link_from_one_rendering(post, neighbours, send, monkeypatch):
    rendered = []
    real = notice_letter

    def counting(notice, language, *, neutral):
        rendered.append(language)
        return real(notice, language, neutral=neutral)

    monkeypatch.setattr("notifications.outbox.claim.notice_letter", counting)
    endpoints = {
        endpoint.address: endpoint
        for language in ("sv", "en", "so")
        for endpoint in neighbours(*(f"{language}{number}" for number in range(3)), language=language)
    }
    send()
    assert sorted(rendered) == ["en", "so", "sv"]
    for mail in post.taken:
        endpoint = endpoints.pop(mail["To"])
        for part in parts(mail):
            assert re.findall(r"/avsluta/([^/]+)/", part) == [endpoint.token]
            assert TOKEN_MARK not in part
    assert not endpoints


@pytest.mark.parametrize("urgency", [Notice.Urgency.BE_AWARE, Notice.Urgency.ACT_NOW])
def test_an_urgent_notice_says_so_first(post, neighbours, send, urgency):
    neighbours("a", language="en")
    send(urgency=urgency)
    (mail,) = post.taken
    with override("en"):
        assert mail["Subject"].startswith(f"{Notice.Urgency(urgency).label}: ")


def test_a_mail_to_contacts_gives_nothing_away(post, neighbours, send, stairwell, police):
    (endpoint,) = neighbours("a", language="en")
    ContactFactory(user=endpoint.user, stairwell=stairwell)
    send(
        organisation=police,
        contacts_only=True,
        urgency=Notice.Urgency.BE_AWARE,
        texts={"sv": ("Hemlig rubrik", "Hemlig text"), "en": ("Secret title", "Secret words")},
    )
    (mail,) = post.taken
    assert mail["Subject"] == "New notice for your stairwell"
    assert mail["From"].addresses[0].display_name == "Trappan"
    told = " ".join([str(mail.items()), *parts(mail)])
    for secret in ("Secret", "Hemlig", "Polisen", "Norrby", "ontact", "kontakt", "Be aware", "Cellar", "cellar"):
        assert secret not in told, secret


def test_an_open_and_a_quiet_mail_have_the_same_headers(post, neighbours, send, stairwell):
    (endpoint,) = neighbours("a")
    ContactFactory(user=endpoint.user, stairwell=stairwell)
    send()
    send(contacts_only=True)
    usual, quiet = post.taken
    assert usual.keys() == quiet.keys()
    assert usual["List-Id"] == quiet["List-Id"]


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so"])
def test_an_sms_to_contacts_is_nothing_but_a_link_to_sign_in(language):
    notice = NoticeFactory(contacts_only=True, texts={"sv": (TITLE, BODY)})
    quiet = notice_letter(notice, language, neutral=is_neutral(notice, shows_words=True))
    assert f"http://testserver/anslag/{notice.public_id}/" in quiet.short
    assert TITLE not in quiet.short
    assert "/n/" not in quiet.short


@pytest.mark.parametrize(
    "words", ["Rubrik\r\nBcc: alla@example.org", "Rubrik\nX-Spam: no", "Ru\u2028brik", "a\x0bb\x0cc"]
)
def test_a_title_cannot_add_a_header(post, neighbours, send, words):
    neighbours("a")
    police = OrganisationFactory(kind=Organisation.Kind.POLICE, name=f"Polisen {words}")
    send(organisation=police, texts={"sv": (words, "Text")})
    (mail,) = post.taken
    assert mail["Bcc"] is None
    assert mail["X-Spam"] is None
    assert post.recipients() == ["a@example.org"]
    assert len(mail.get_all("Subject")) == 1


@pytest.mark.parametrize("own", ["a@example.org\r\nBcc: b@example.org", "a@example.org\n", "a b", "å"])
def test_an_own_part_cannot_add_a_header(own):
    letter = notice_letter(NoticeFactory(), "sv", neutral=False)
    good = {TO: b"a@example.org", MESSAGE_ID: b"<d1@trappan.test>", TOKEN: b"abc"}
    Sheet(letter, "anslag@trappan.test").filled(good)
    for part in good:
        with pytest.raises(ValueError, match="own part"):
            Sheet(letter, "anslag@trappan.test").filled(good | {part: own.encode()})
