"""For whoever wants no words shown a notice looks like one for contacts, to the byte; for the others it does not."""

import email
import email.policy
import importlib
import json
from pathlib import Path

import pytest
from django.apps import apps

from buildings.models import Organisation
from notifications import migrations
from notifications.endpoints import verify_endpoint
from notifications.letters import is_neutral, notice_letter
from notifications.models import Endpoint, Notice
from notifications.transports.mime import MESSAGE_ID, TO, TOKEN, Sheet
from tests.factories import ContactFactory, EndpointFactory, NoticeFactory, OrganisationFactory, ResidentFactory

pytestmark = pytest.mark.django_db

MIGRATIONS = Path(migrations.__file__).parent
SECRET = {"sv": ("Hemlig rubrik", "Hemlig text"), "ar": ("سر", "نص سري")}


def twins(**fields):
    """The same notice to everyone and only to contacts; only the address of its page could tell them apart."""
    company = OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen i Norrby", sms_sender="Polisen")
    usual = NoticeFactory(organisation=company, urgency=Notice.Urgency.BE_AWARE, texts=SECRET, **fields)
    quiet = NoticeFactory(organisation=company, contacts_only=True, texts={"sv": ("Annat", "Annan text")}, **fields)
    quiet.public_id, quiet.pk = usual.public_id, usual.pk
    return usual, quiet


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so"])
def test_a_neutral_notice_and_one_for_contacts_are_the_same_to_the_byte(language):
    usual, quiet = (
        notice_letter(notice, language, neutral=is_neutral(notice, shows_words=False)) for notice in twins()
    )
    own = {TO: b"a@example.org", MESSAGE_ID: b"<d1@trappan.test>", TOKEN: b"t"}
    mails = [
        email.message_from_bytes(Sheet(letter, "anslag@trappan.test").filled(own), policy=email.policy.default)
        for letter in (usual, quiet)
    ]
    for name in mails[0]:
        if name not in ("Date", "Content-Type"):
            assert mails[0].get_all(name) == mails[1].get_all(name), name
    assert [part.get_content() for part in mails[0].iter_parts()] == [p.get_content() for p in mails[1].iter_parts()]
    for field in ("sender", "subject", "text", "html", "short", "sms_sender", "sms_parts", "to_many", "language"):
        assert getattr(usual, field) == getattr(quiet, field), field
    assert usual.sms_sender == "Trappan", "not the organisation's own"
    for words in ("Hemlig", "سر", "Polisen i", "Norrby"):
        assert words not in usual.text + usual.html + usual.short + usual.subject + usual.sender


def test_each_sees_as_much_as_they_chose(post, neighbours, send):
    neighbours("open", language="en")
    neighbours("shy", language="en", show_words=False)
    send(texts=SECRET)
    mails = {mail["To"].split("@")[0]: mail for mail in post.taken}
    assert mails["open"]["Subject"] == "Hemlig rubrik"
    assert mails["shy"]["Subject"] == "New notice for your stairwell"
    assert "Hemlig" not in mails["shy"].as_string()


def test_a_contacts_only_notice_is_neutral_whatever_was_chosen(post, neighbours, send, stairwell):
    (endpoint,) = neighbours("a", language="en", show_words=True)
    ContactFactory(user=endpoint.user, stairwell=stairwell)
    send(contacts_only=True, texts=SECRET)
    assert [mail["Subject"] for mail in post.taken] == ["New notice for your stairwell"]


@pytest.mark.parametrize("urgency", Notice.Urgency.values)
def test_the_choice_holds_for_alerts_too(post, neighbours, send, urgency):
    neighbours("a", language="en", show_words=False)
    send(urgency=urgency, texts=SECRET)
    assert [mail["Subject"] for mail in post.taken] == ["New notice for your stairwell"]


@pytest.mark.parametrize(
    ("first", "second", "wants", "words"),
    [
        (True, True, "all", True),
        (True, False, "all", False),
        (False, True, "all", False),
        (True, False, "nothing", True),
    ],
)
def test_a_telephone_people_share_shows_words_only_if_they_all_want_that(
    stairwell, send, settings, tmp_path, first, second, wants, words
):
    settings.RUN_DIR, settings.DEMO = tmp_path, True
    settings.TRANSPORTS = {**settings.TRANSPORTS, "sms": "notifications.transports.console.ConsoleTransport"}
    for shown, wanted in ((first, "all"), (second, wants)):
        EndpointFactory(
            user=ResidentFactory(stairwell=stairwell).user,
            channel="sms",
            address="+46701740605",
            show_words=shown,
            wants=wanted,
        )
    send(texts=SECRET)
    (sms,) = [json.loads(line)["text"] for line in (tmp_path / "sms").read_text().splitlines()]
    assert ("Hemlig rubrik" in sms) == words


def test_new_ways_show_words_except_a_devices_own(db):
    user = ResidentFactory().user
    shown = {
        channel: verify_endpoint(
            user=user, channel=channel, address=f"{channel}@example.org", wants="all", language="sv"
        ).show_words
        for channel in Endpoint.Channel.values
    }
    assert shown == {"email": True, "sms": True, "webpush": False}


def test_verifying_an_address_again_keeps_what_was_chosen(db):
    endpoint = EndpointFactory(show_words=False)
    again = verify_endpoint(user=endpoint.user, channel="email", address=endpoint.address, wants="all", language="sv")
    assert (again.pk, again.show_words) == (endpoint.pk, False)


def test_what_was_there_before_the_choice_goes_on_showing_words(db):
    (name,) = [path.stem for path in MIGRATIONS.glob("*_rhythm_words_are_shown.py")]
    for channel in Endpoint.Channel.values:
        EndpointFactory(channel=channel, address=channel, show_words=False)
    importlib.import_module(f"notifications.migrations.{name}").as_before(apps, None)
    shown = dict(Endpoint.objects.values_list("channel", "show_words"))
    assert shown == {"email": True, "sms": True, "webpush": False}
