"""The privacy page says what the settings and the words of consent say; the accessibility page takes reports."""

from datetime import timedelta

import pytest
from django.conf import settings as used
from django.test import Client

from buildings.models import Consent, Organisation
from notifications.models import Message
from tests import factories as make
from tests.join.steps import letters
from watch.join.mydata import accessibility, privacy

pytestmark = pytest.mark.django_db

PRIVACY, ACCESSIBILITY = "/integritet/", "/tillganglighet/"
LANGUAGES = [code for code, _name in used.LANGUAGES]


def read(client, url, language="sv"):
    client.cookies["sprak"] = language
    return client.get(url).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_purpose_of_consent_is_on_the_page_in_its_very_words(client, language):
    page = read(client, PRIVACY, language)
    for purpose in Consent.Purpose:
        assert f'id="{purpose}"' in page, purpose
    for agreement in privacy.agreements("sv"):
        assert agreement.words
        assert agreement.version in page


def test_each_way_is_named_in_its_words(client):
    page = read(client, PRIVACY)
    for way in ("E-post: Allt.", "Sms: Allt."):
        assert way in page


def test_a_changed_word_of_consent_is_a_changed_page(client, monkeypatch):
    monkeypatch.setattr(privacy, "consent_text", lambda channel, wants, language: f"Nya ord om {channel}")
    page = read(client, PRIVACY)
    for channel in ("email", "sms", "webpush"):
        assert f"Nya ord om {channel}" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_time_of_the_settings_is_on_the_page(client, language):
    page = read(client, PRIVACY, language)
    for purpose in used.RETENTION:
        assert f'id="{purpose}"' in page, purpose


def test_a_changed_time_is_a_changed_page(client, settings):
    assert "90 dagar" in read(client, PRIVACY)
    assert "2 år" in read(client, PRIVACY)
    settings.RETENTION = settings.RETENTION | {"left-residents": timedelta(days=47)}
    assert "47 dagar" in read(client, PRIVACY)


def test_a_purpose_nobody_has_described_breaks_the_page(client, settings):
    settings.RETENTION = settings.RETENTION | {"something-new": timedelta(days=1)}
    with pytest.raises(KeyError):
        client.get(PRIVACY)


def test_it_names_the_organisations_and_where_to_complain(client):
    make.OrganisationFactory(name="AB Provbostäder")
    make.OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen i Provstad")
    page = read(client, PRIVACY)
    for word in ("AB Provbostäder", "Polisen i Provstad", "IMY", "6.1 a"):
        assert word in page


@pytest.mark.parametrize(
    ("provider", "elks", "words"),
    [("postmark", "elk", ("Postmark", "46elks")), ("", "", ("e-postserver",))],
)
def test_it_names_who_carries_messages(client, settings, provider, elks, words):
    settings.MAIL_PROVIDER, settings.ELKS_USERNAME = provider, elks
    page = read(client, PRIVACY)
    for word in words:
        assert word in page
    assert ("46elks" in page) is bool(elks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_are_in_the_foot_of_every_page(client, language):
    page = read(client, "/", language)
    assert f'href="{PRIVACY}"' in page
    assert f'href="{ACCESSIBILITY}"' in page


def test_the_statement_names_the_law_the_standard_and_who_watches(client):
    page = read(client, ACCESSIBILITY)
    for word in ("2018:1937", "EN 301 549", "Digg"):
        assert word in page


@pytest.fixture
def operator():
    return make.UserFactory(is_superuser=True, email="drift@example.org")


def test_a_report_reaches_the_operator_and_is_kept_sealed(client, operator):
    done = client.post(ACCESSIBILITY, {"words": "Knappen läses inte upp.", "answer_to": "070-174 06 15"}, follow=True)
    assert done.status_code == 200
    (letter,) = letters()
    assert letter["address"] == "drift@example.org"
    assert letter["message"].purpose == "report"
    assert "Knappen läses inte upp." in letter["text"]
    assert "+46701740615" in letter["text"]
    assert b"Knappen" not in bytes(letter["message"].sealed)


def test_no_answer_is_wanted(client, operator):
    client.post(ACCESSIBILITY, {"words": "Sidan är för smal."})
    assert "@" not in letters()[0]["text"]


@pytest.mark.parametrize(
    ("words", "answer_to"),
    [
        ("", ""),
        ("x" * 2001, ""),
        ("Grannen 850101-1236 skriker", ""),
        ("Ring 070-174 06 12", ""),
        ("Knappen läses inte upp.", "inte en adress"),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_typed_is_lost(client, operator, words, answer_to):
    page = client.post(ACCESSIBILITY, {"words": words, "answer_to": answer_to})
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert not words or words[:100] in page.text
    assert answer_to in page.text
    assert not Message.objects.exists()


def test_without_an_operator_it_says_whom_to_call(client):
    page = client.post(ACCESSIBILITY, {"words": "Knappen läses inte upp."})
    assert "bostadsbolag" in page.text
    assert "Knappen läses inte upp." in page.text


def test_a_flood_from_one_place_ends_and_others_get_through(client, operator):
    for _turn in range(accessibility.FROM_ONE_PLACE.limit):
        assert client.post(ACCESSIBILITY, {"words": "Trasigt."}).status_code == 302
    assert client.post(ACCESSIBILITY, {"words": "Trasigt."}).status_code == 429
    assert Client().post(ACCESSIBILITY, {"words": "Trasigt."}, REMOTE_ADDR="203.0.113.9").status_code == 302
