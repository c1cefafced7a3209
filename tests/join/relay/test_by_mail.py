"""Answers by mail come through the provider's webhook, shaped as Postmark and Mailgun shape them."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from django.test import Client
from django.urls import reverse

from buildings.models import Contact
from notifications.models import Message, RelayLetter
from watch.join.relay.mailtext import MARK, without_history

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailInsecureWebhookWarning"),
]

SECRET = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"user:secret").decode()}
QUOTED = f"""Jag ringer vaktmästaren.

Den tis 1 dec. 2026 kl 10:12 skrev Trappan <anslag@example.org>:
> {MARK}
> Porten går inte i lås.
"""


@pytest.fixture(autouse=True)
def _provider(settings, contact):
    settings.MAIL_PROVIDER, settings.RELAY_INBOUND, settings.RELAY_DOMAIN = "postmark", True, "trappan.test"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "key", "WEBHOOK_SECRET": "user:secret"}
    contact.user.language = "en"
    contact.user.save()


@pytest.fixture
def mailgun(settings):
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = {"MAILGUN_API_KEY": "key", "MAILGUN_WEBHOOK_SIGNING_KEY": "signs"}


def postmark_mail(token, text=QUOTED, name="<1@phone>", headers=(), **more):
    """A mail as Postmark hands it over."""
    to = f"svar+{token}@trappan.test"
    return {
        "From": "ombud@example.org",
        "FromFull": {"Email": "ombud@example.org", "Name": "Kim Karlsson"},
        "ToFull": [{"Email": to, "Name": ""}],
        "OriginalRecipient": to,
        "Subject": "Sv: A message for you in Trappan",
        "MessageID": "pm-1",
        "TextBody": text,
        "HtmlBody": "",
        "Headers": [{"Name": "Message-ID", "Value": name}, *({"Name": n, "Value": v} for n, v in headers)],
        "Attachments": [],
    } | more


def hand_over(mail, **headers):
    """The provider's call: no session, no CSRF token."""
    return Client(enforce_csrf_checks=True).post(
        reverse("relay:inbound", args=["postmark"]),
        json.dumps(mail),
        content_type="application/json",
        **(SECRET | headers),
    )


def mailgun_mail(token, text=QUOTED, **more):
    """A mail as Mailgun posts it, signed."""
    now = str(int(time.time()))
    signature = hmac.new(b"signs", f"{now}random".encode(), hashlib.sha256).hexdigest()
    to = f"svar+{token}@trappan.test"
    return {
        "recipient": to,
        "sender": "ombud@example.org",
        "message-headers": json.dumps([["To", to], ["From", "Kim <ombud@example.org>"], ["Message-Id", "<2@phone>"]]),
        "body-plain": text,
        "stripped-text": "Jag ringer vaktmästaren.",
        "timestamp": now,
        "token": "random",
        "signature": signature,
    } | more


def hand_over_by_mailgun(mail):
    return Client(enforce_csrf_checks=True).post(reverse("relay:inbound", args=["mailgun"]), mail)


def answers():
    return [letter.text for letter in RelayLetter.objects.filter(from_contact=True)]


def test_an_answer_by_mail_reaches_the_neighbour_with_nothing_of_the_mail_but_its_words(relay, sent):
    file = {"Name": "portrait.jpg", "ContentType": "image/jpeg", "Content": base64.b64encode(b"me").decode()}
    assert hand_over(postmark_mail(relay.contact_token, Attachments=[file])).status_code == 200
    assert answers() == ["Jag ringer vaktmästaren."]
    letter = sent()[-1]
    assert letter["address"] == "granne@example.org"
    assert letter["reply_to"] == f"svar+{relay.neighbour_token}@trappan.test"
    assert not [word for word in ("ombud", "Kim", "portrait", "Sv:") if word in json.dumps(letter, default=str)]


def test_the_neighbour_answers_by_mail_too_and_the_address_may_have_grown_capitals(relay):
    assert hand_over(postmark_mail(relay.neighbour_token.upper(), "Tack!")).status_code == 200
    assert [letter.text for letter in RelayLetter.objects.filter(from_contact=False)][-1] == "Tack!"


@pytest.mark.usefixtures("mailgun")
def test_mailgun_hands_over_too(relay, sent):
    assert hand_over_by_mailgun(mailgun_mail(relay.contact_token)).status_code == 200
    assert answers() == ["Jag ringer vaktmästaren."]
    assert sent()[-1]["address"] == "granne@example.org"


@pytest.mark.usefixtures("mailgun")
def test_what_mailgun_has_not_signed_is_refused(relay):
    assert hand_over_by_mailgun(mailgun_mail(relay.contact_token, signature="0" * 64)).status_code == 403
    assert answers() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"HTTP_AUTHORIZATION": ""}, 401), ({"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"a:b").decode()}, 403)],
)
def test_nobody_else_speaks_for_the_provider(relay, headers, status):
    assert hand_over(postmark_mail(relay.contact_token), **headers).status_code == status
    assert answers() == []


@pytest.mark.parametrize("off", [{"RELAY_INBOUND": False}, {"MAIL_PROVIDER": "mailgun"}, {"MAIL_PROVIDER": ""}])
def test_a_site_that_takes_no_mail_has_no_such_page(settings, relay, off):
    for name, value in off.items():
        setattr(settings, name, value)
    assert hand_over(postmark_mail(relay.contact_token)).status_code == 404


def test_a_provider_without_any_secret_is_not_heard(settings, relay):
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "key"}
    assert hand_over(postmark_mail(relay.contact_token)).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{", '{"RecordType": "Bounce"}', '{"Headers": 3}'])
def test_what_is_no_mail_is_answered_and_forgotten(relay, body):
    answer = Client().post(reverse("relay:inbound", args=["postmark"]), body, content_type="application/json", **SECRET)
    assert answer.status_code in (200, 400, 403)
    assert RelayLetter.objects.count() == 1


def test_the_same_mail_handed_over_again_is_sent_once(relay):
    for _ in range(3):
        assert hand_over(postmark_mail(relay.contact_token)).status_code == 200
    assert len(answers()) == 1


@pytest.mark.parametrize(
    "header",
    [("Auto-Submitted", "auto-replied"), ("Auto-Submitted", "auto-generated; x=y"), ("Precedence", "bulk")],
)
def test_a_mail_nobody_wrote_is_ignored_so_nothing_goes_round_for_ever(relay, header):
    before = Message.objects.count()
    assert hand_over(postmark_mail(relay.contact_token, headers=[header])).status_code == 200
    assert answers() == []
    assert Message.objects.count() == before


def test_auto_submitted_no_is_a_person(relay):
    hand_over(postmark_mail(relay.contact_token, headers=[("Auto-Submitted", "no")]))
    assert len(answers()) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no words in the mail"),
        (f"> {MARK}\n> Porten", "no words in the mail"),
        ("Ring mig: 070-174 06 12", "There was a number in it"),
        ("Hälsar\n\nKim\n070-174 06 12", "There was a number in it"),
        ("x" * 1001, "longer than 1 000 characters"),
    ],
)
def test_a_mail_that_cannot_go_is_told_to_its_writer_once_a_day(relay, sent, text, says):
    before = Message.objects.count()
    for number in range(3):
        assert hand_over(postmark_mail(relay.contact_token, text, name=f"<{number}@phone>")).status_code == 200
    assert answers() == []
    assert Message.objects.count() == before + 1
    letter = sent()[-1]
    assert letter["address"] == "ombud@example.org"
    assert letter["subject"] == "Your message in Trappan was not sent on"
    assert says in letter["text"]
    assert "070-174" not in letter["text"]


def test_a_mail_that_is_too_large_is_not_sent_on_but_one_with_a_few_pictures_is(settings, relay, sent):
    photo = {"Name": "a.jpg", "ContentType": "image/jpeg", "Content": base64.b64encode(b"x" * 2_000_000).decode()}
    assert hand_over(postmark_mail(relay.contact_token, Attachments=[photo])).status_code == 200
    assert len(answers()) == 1
    settings.RELAY_MAIL_LIMIT = 1024 * 1024
    assert hand_over(postmark_mail(relay.contact_token, Attachments=[photo], name="<2@phone>")).status_code == 200
    assert len(answers()) == 1
    assert "too large" in sent()[-1]["text"]


@pytest.mark.parametrize("token", ["0" * 32, "short", ""])
def test_a_mail_to_nobody_is_taken_and_answered_with_nothing(relay, token):
    before = Message.objects.count()
    assert hand_over(postmark_mail(token)).status_code == 200
    assert (Message.objects.count(), RelayLetter.objects.count()) == (before, 1)


def test_an_answer_to_a_contact_who_stopped_is_told_kindly(relay, neighbour, sent):
    Contact.objects.update(state="resigned")
    neighbour.language = "en"
    neighbour.save()
    hand_over(postmark_mail(relay.neighbour_token, "Hallå?"))
    assert RelayLetter.objects.count() == 1
    assert "cannot be reached here any more" in sent()[-1]["text"]
    assert sent()[-1]["address"] == "granne@example.org"


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (QUOTED, "Jag ringer vaktmästaren."),
        ("Hej\n\nOn Tue, Dec 1, 2026 at 10:12 AM Trappan <anslag@example.org> wrote:\n\n> x", "Hej"),
        ("Hej\n\nDen tis 1 dec. 2026 kl 10:12 skrev Trappan\n<anslag@example.org>:\n\n> x", "Hej"),
        ("Hej\n\n-----Ursprungligt meddelande-----\nFrån: Trappan", "Hej"),
        ("Hej\n\nFrån: Trappan <anslag@example.org>\nSkickat: i dag\n\nx", "Hej"),
        ("Hej\n________________________________\nFrom: x", "Hej"),
        ("Hej\n\n-- \nKim Karlsson\nSpolgatan 1", "Hej"),
        ("Hej\n\nSkickat från min iPhone", "Hej"),
        (f"Hej\n\n{MARK}\nPorten", "Hej"),
        (f"Hej\n\n> {MARK}\n> Porten", "Hej"),
        ("> Porten?\nJa, den är lagad.\n> Tack", "Ja, den är lagad."),
        ("Den lampan på våningen är trasig.\nKan du ringa?", "Den lampan på våningen är trasig.\nKan du ringa?"),
        ("مرحبا\n\nفي الثلاثاء، 1 ديسمبر 2026 كتب Trappan <a@example.org>:\n> x", "مرحبا"),
    ],
)
def test_what_is_quoted_and_signed_stays_behind(mail, words):
    assert without_history(mail) == words


def test_a_mail_that_is_only_html_is_read_as_text(relay):
    html = "<html><head><style>p{}</style></head><p>Hej&nbsp;du</p><p>Tack</p><blockquote>Porten</blockquote></html>"
    hand_over(postmark_mail(relay.contact_token, "", HtmlBody=html))
    assert answers() == ["Hej du\nTack"]


def test_the_provider_may_ask_whether_somebody_is_there(relay):
    assert Client().head(reverse("relay:inbound", args=["postmark"])).status_code == 200
