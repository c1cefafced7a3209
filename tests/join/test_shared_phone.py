"""A person who shares a telephone: no SMS and no preview on a screen gives away that they are a contact."""

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as used
from django.utils import timezone, translation

from buildings.models import Contact, Disclosure
from buildings.sealing import unseal
from notifications.answers import take_answer
from notifications.letters import notice_letter
from notifications.models import Endpoint, Message, Notice, Relay
from tests import factories as make
from watch.join import letters
from watch.join.addresses import Address, address_of
from watch.join.contacts import reveal, telling
from watch.join.doors import news, recovery, slips
from watch.join.home import addresses, yearly
from watch.join.mydata import erasure, exports
from watch.join.relay import services
from watch.join.relay.telling import send_back

pytestmark = pytest.mark.django_db

NUMBER = "+46701740612"
LANGUAGES = [code for code, _ in used.LANGUAGES]
# How "contact" begins in each language, wherever in a word it stands; "contact us" would be caught too.
GIVES_AWAY = re.compile(
    r"kontakt|ombud|contact|volunteer|frivillig|مندوب|جهة الاتصال|جهات الاتصال|xiriiriy", re.IGNORECASE
)
# What only ever goes to staff, operators or by mail, and notices, which have tests of their own below.
NEVER_TEXTED = {
    Message.Purpose.INVITATION,
    Message.Purpose.DIGEST,
    Message.Purpose.TEST,
    Message.Purpose.WARNING,
    Message.Purpose.APPROVAL,
    Message.Purpose.REPORT,
}


@pytest.fixture(params=LANGUAGES)
def contact(request):
    """An active contact whose only address is a number, who reads this language."""
    user = make.UserFactory(email="", phone=NUMBER, phone_verified=True, language=request.param, name="Kim")
    stairwell = make.StairwellFactory(building__district=make.DistrictFactory())
    make.ResidentFactory(user=user, stairwell=stairwell)
    make.EndpointFactory(user=user, channel="sms", address=NUMBER)
    return make.ContactFactory(user=user, stairwell=stairwell)


def code(contact):
    letters.send_code(Address(Endpoint.Channel.SMS, NUMBER), "123456", user=contact.user)


def unknown(contact):
    letters.send_unknown(Address(Endpoint.Channel.SMS, NUMBER))


def steps(contact):
    for state in Contact.State:
        contact.state = state
        telling.tell_step(contact)
    assert Message.objects.count() == len(Contact.State)
    resident = contact.user.residencies.get()
    for tell in (news.tell_let_in, news.tell_refused, news.tell_ended):
        tell(resident)
    company = contact.stairwell.building.owner
    recovery.issue(resident=resident, by=make.StaffFactory(organisation=company).user, organisation=company)
    slip = slips.Slip(name="Kim", language=contact.user.language, address=address_of(contact.user))
    slips.type_in(slip=slip, stairwell=contact.stairwell, helper=contact.user, by="contact")


def revealed(contact):
    member = make.StaffFactory()
    reveal.reveal(
        subject=contact.user,
        what=Disclosure.What.NUMBER,
        reason="Nyckeln är borta",
        by=member,
        as_contact=True,
        stairwell=contact.stairwell,
    )


def relayed(contact):
    neighbour = make.ResidentFactory(stairwell=contact.stairwell).user
    services.write(contact=contact, user=neighbour, text="Hej")
    relay = Relay.objects.get()
    for why in ("too-large", "empty", "too-long", "numbers", "too-many", "muted", "closed", "not-in-turn"):
        send_back(relay, from_contact=True, why=why)
    Message.objects.exclude(user=contact.user).delete()
    assert Message.objects.count() == 9


def question(contact):
    contact.user.residencies.update(ask_due_at=timezone.now() - timedelta(days=1))
    yearly.ask_homes()


def receipts(contact):
    exports.ask(user=contact.user)
    exports.make_waiting()
    erasure.ask(user=contact.user)


def account(contact):
    take_answer(number=NUMBER, words="hej")
    take_answer(number=NUMBER, words="STOP")
    addresses.add(
        user=contact.user,
        address=Address(Endpoint.Channel.EMAIL, "ny@example.org"),
        wants=Endpoint.Wants.ALL,
        language=contact.user.language,
    )


KINDS = {
    Message.Purpose.CODE: code,
    Message.Purpose.UNKNOWN: unknown,
    Message.Purpose.STEP: steps,
    Message.Purpose.REVEALED: revealed,
    Message.Purpose.RELAY: relayed,
    Message.Purpose.QUESTION: question,
    Message.Purpose.RECEIPT: receipts,
    Message.Purpose.ACCOUNT: account,
}


def test_every_kind_of_message_is_looked_at_here():
    assert set(KINDS) | NEVER_TEXTED == set(Message.Purpose)


@pytest.mark.parametrize("purpose", KINDS, ids=str)
def test_no_sms_says_that_somebody_is_a_contact(contact, purpose, time_machine):
    time_machine.move_to("2026-12-01 12:00 +0100", tick=False)
    with translation.override(contact.user.language):
        KINDS[purpose](contact)
    sent = [(message, unseal(message.sealed)) for message in Message.objects.filter(purpose=purpose)]
    assert sent
    for message, words in sent:
        assert message.channel == "sms"
        assert words["subject"] == ""
        assert not GIVES_AWAY.search(words["text"]), words["text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_notice_to_contacts_says_so_on_a_screen(language):
    notice = make.NoticeFactory(
        contacts_only=True, urgency=Notice.Urgency.ACT_NOW, texts={"sv": ("Till alla kontaktombud", "Möte för ombud.")}
    )
    letter = notice_letter(notice, language, neutral=True)
    previews = [letter.preview.payload("token", shows_words=shows).decode() for shows in (True, False)]
    for words in (letter.short, letter.subject, letter.sender, *previews):
        assert not GIVES_AWAY.search(words), words
    shown = json.loads(previews[0])
    assert json.loads(previews[1]) == shown
    with translation.override(language):
        assert shown["title"] == translation.gettext("New notice for your stairwell")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_subject_of_a_mail_says_that_somebody_is_a_contact(contact, language):
    """A phone shows the subject of a mail on its locked screen."""
    contact.user.phone, contact.user.email, contact.user.language = None, "ombud@example.org", language
    contact.user.save()
    contact.user.emailaddress_set.create(email="ombud@example.org", verified=True, primary=True)
    for make_them in (steps, lambda contact: (Message.objects.all().delete(), relayed(contact))):
        with translation.override(language):
            make_them(contact)
        for message in Message.objects.all():
            assert message.channel == "email"
            assert not GIVES_AWAY.search(unseal(message.sealed)["subject"])


def test_nothing_else_posts_messages():
    """A new place that posts messages must be looked at in this file too."""
    known = {
        "notifications/answers.py",
        "notifications/colleagues.py",
        "notifications/outbox/budget.py",
        "notifications/trying.py",
        "watch/join/adapter.py",
        "watch/join/contacts/telling.py",
        "watch/join/doors/news.py",
        "watch/join/doors/slips.py",
        "watch/join/home/addresses.py",
        "watch/join/home/yearly.py",
        "watch/join/letters.py",
        "watch/join/mydata/accessibility.py",
        "watch/join/mydata/erasure.py",
        "watch/join/mydata/exports.py",
        "watch/join/relay/telling.py",
        "watch/join/sms_codes.py",
        # To staff, at their work address, about what their organisation promised.
        "watch/meet/following_up.py",
        "watch/track/weekly.py",
        # By mail only: the answer to what somebody wrote without a name, and a word to the officer.
        "watch/track/voices/services.py",
    }
    root = Path(used.BASE_DIR)
    files = [file for floor in ("buildings", "notifications", "watch") for file in (root / floor).rglob("*.py")]
    posting = {
        file.relative_to(root).as_posix()
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "post_message"
    }
    assert posting - known == set(), "look at what these send to a shared telephone, and add them here"
