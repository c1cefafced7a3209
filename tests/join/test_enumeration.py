"""Nobody finds out who is known by asking: the same answers, of the same size, for the same work.

Work is what can be counted: SQL statements, hashes, values sealed. Time itself is compared in
`tests/benchmarks/bench_enumeration.py`.
"""

import base64
import hmac
import json
import re
from collections import Counter
from dataclasses import dataclass

import pytest
from cryptography.fernet import MultiFernet
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message, Relay, RelayLetter
from notifications.models.relays import mail_token
from tests import factories as make
from tests.join.steps import MOBILE_E164
from watch.join.doors import recovery
from watch.join.relay import services

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailInsecureWebhookWarning"),
]

ASK, CONFIRM = "/konto/login/code/", "/konto/login/code/confirm/"


RECOVER, RECOVERED = "/konto/aterfa/", "/konto/aterfa/kod/"


@dataclass
class Seen:
    """One answer from outside and from inside."""

    status: int
    size: int
    words: str
    headers: list[str]
    statements: list[str]
    hashes: Counter

    def __eq__(self, other):
        return vars(self) == vars(other)


@pytest.fixture
def watched(monkeypatch):
    """Does something with a client and answers what was seen: `watched(client.post, url, data, hide=("typed",))`."""
    hashes: Counter = Counter()

    def counted(owner, name):
        real = getattr(owner, name)

        def count(*args, **kwargs):
            hashes[name] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, count)

    counted(hmac, "digest")
    counted(hmac, "new")
    counted(MultiFernet, "encrypt")
    counted(Argon2PasswordHasher, "encode")
    counted(Argon2PasswordHasher, "verify")

    def do(ask, *args, hide=(), **kwargs):
        hashes.clear()
        with CaptureQueriesContext(connection) as queries:
            response = ask(*args, **kwargs)
        # Tokens, and the mark of the sign-in, are each reader's own.
        words = re.sub(r'[A-Za-z0-9]{64}|data-reader="\w*"', "", response.content.decode())
        for typed in hide:
            words = words.replace(typed, "")
        kinds = [re.sub(r"'[^']*'|\d+|\s+", " ", query["sql"])[:40] for query in queries]
        headers = sorted(f"{name}: {value}" for name, value in response.headers.items() if name != "Expires")
        return Seen(response.status_code, len(response.content), words, headers, kinds, Counter(hashes))

    return do


@pytest.fixture
def person():
    return make.UserFactory(email="kand.person@example.org", phone=MOBILE_E164, phone_verified=True)


# As long as the known ones, so that sizes can be compared to the byte.
PAIRS = {
    "e-mail": ("kand.person@example.org", "okand.perso@example.org"),
    "number": ("070-174 06 12", "070-174 06 13"),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_signing_in_answers_known_and_unknown_people_alike(person, watched, kind):
    def asked(address):
        browser = Client()
        hide = (address,)
        return [
            watched(browser.get, ASK, hide=hide),
            watched(browser.post, ASK, {"login": address}, hide=hide),
            watched(browser.get, CONFIRM, hide=hide),
            watched(browser.post, CONFIRM, {"code": "000000"}, hide=hide),
            watched(browser.post, CONFIRM, {"action": "resend"}, hide=hide),
        ]

    known, unknown = (asked(address) for address in PAIRS[kind])
    assert sum(seen.hashes["digest"] for seen in known) > 0, "the counter counts"
    assert sum(len(seen.statements) for seen in known) > 5
    for step, (one, other) in enumerate(zip(known, unknown, strict=True)):
        assert one == other, step


@pytest.mark.parametrize("kind", PAIRS)
def test_joining_answers_known_and_unknown_people_alike_until_they_have_shown_the_address(person, watched, kind):
    make.StairwellFactory(code="KATTHUND")

    def asked(address):
        browser = Client()
        first, second = reverse("join:stairwell", args=["KATTHUND"]), reverse("join:verify", args=["KATTHUND"])
        hide = (address,)
        watched(browser.get, first)
        cache.clear()
        return [
            watched(browser.get, first, hide=hide),
            watched(browser.post, first, {"login": address}, hide=hide),
            watched(browser.get, second, hide=hide),
            watched(browser.post, second, {"code": "000000"}, hide=hide),
            watched(browser.post, second, {"action": "resend"}, hide=hide),
        ]

    known, unknown = (asked(address) for address in PAIRS[kind])
    for step, (one, other) in enumerate(zip(known, unknown, strict=True)):
        assert one == other, step


def test_a_neighbour_who_joined_is_answered_like_one_who_did_not(watched):
    """Also whoever lives there already meets the same first two screens."""
    stairwell = make.StairwellFactory(code="KATTHUND")
    make.ResidentFactory(stairwell=stairwell, user__email="kand.person@example.org")
    first = reverse("join:stairwell", args=["KATTHUND"])
    Client().get(first)
    seen = [watched(Client().post, first, {"login": address}) for address in PAIRS["e-mail"]]
    assert seen[0] == seen[1]


@pytest.mark.parametrize("kind", PAIRS)
def test_a_lost_address_is_answered_alike_for_a_right_code_a_wrong_one_and_an_address_of_somebody_else(
    person, watched, kind
):
    resident, staff = make.ResidentFactory(), make.StaffFactory()
    code = recovery.issue(resident=resident, by=staff.user, organisation=staff.organisation)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")

    def asked(typed, address):
        browser, hide = Client(), (address, typed)
        cache.clear()
        return [
            watched(browser.get, RECOVER, hide=hide),
            watched(browser.post, RECOVER, {"code": typed, "login": address}, hide=hide),
            watched(browser.get, RECOVERED, hide=hide),
            watched(browser.post, RECOVERED, {"code": "000000"}, hide=hide),
            watched(browser.post, RECOVERED, {"action": "resend"}, hide=hide),
        ]

    known, unknown = PAIRS[kind]
    right = asked(code, unknown)
    assert [seen.status for seen in right] == [200, 302, 200, 200, 302]
    for other in (asked(wrong, unknown), asked(code, known), asked(wrong, known)):
        for step, (one, two) in enumerate(zip(right, other, strict=True)):
            assert one == two, step
    assert Message.objects.filter(purpose="code", expires_at__gt=timezone.now()).count() == 4


@pytest.fixture
def relay():
    stairwell = make.StairwellFactory()
    contact = make.ContactFactory(stairwell=stairwell)
    neighbour = make.ResidentFactory(stairwell=stairwell).user
    make.ResidentFactory(stairwell=stairwell, user=contact.user)
    services.write(contact=contact, user=neighbour, text="Porten går inte i lås.")
    cache.clear()
    return Relay.objects.get()


def test_a_link_to_answer_with_looks_and_works_alike_whether_or_not_it_is_good(relay, watched):
    def asked(token):
        link, browser = reverse("relay:reply", args=[token]), Client()
        cache.clear()
        return [
            watched(browser.get, link, hide=(token,)),
            watched(browser.post, link, {"text": ""}, hide=(token,)),
            watched(browser.post, link, {"text": "Jag ringer."}, hide=(token,)),
        ]

    before = Message.objects.count(), RelayLetter.objects.count()
    unknown = asked(mail_token())
    assert (Message.objects.count(), RelayLetter.objects.count()) == before, "nothing is kept of it"
    known = asked(relay.contact_token)
    assert RelayLetter.objects.count() == before[1] + 1
    assert known[2].hashes["encrypt"] == 2
    for step, (one, other) in enumerate(zip(known, unknown, strict=True)):
        one.statements = [re.sub("RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT", "END", words) for words in one.statements]
        other.statements = [
            re.sub("RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT", "END", words) for words in other.statements
        ]
        assert [words[:12] for words in one.statements] == [words[:12] for words in other.statements], step
        one.statements = other.statements
        assert one == other, step


def test_an_answer_by_mail_costs_the_same_whether_or_not_the_address_is_good(relay, watched, settings):
    settings.MAIL_PROVIDER, settings.RELAY_INBOUND = "postmark", True
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "key", "WEBHOOK_SECRET": "user:secret"}
    secret = "Basic " + base64.b64encode(b"user:secret").decode()

    def asked(token):
        cache.clear()
        to = f"svar+{token}@{settings.RELAY_DOMAIN}"
        mail = {"OriginalRecipient": to, "TextBody": "Jag ringer.", "Headers": [], "MessageID": f"pm-{token}"}
        return watched(
            Client().post,
            reverse("relay:inbound", args=["postmark"]),
            json.dumps(mail),
            content_type="application/json",
            headers={"Authorization": secret},
        )

    unknown, known = asked(mail_token()), asked(relay.contact_token)
    assert (known.status, known.size, known.words) == (unknown.status, unknown.size, unknown.words) == (200, 0, "")
    assert len(known.statements) == len(unknown.statements) > 5
    assert known.hashes == unknown.hashes


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_contact_of_elsewhere_and_one_who_hides_are_answered_like_nobody(watched, method):
    reader = make.ResidentFactory().user
    elsewhere = make.ContactFactory()
    hidden = make.ContactFactory(stairwell=reader.residencies.get().stairwell, hidden_at=elsewhere.applied_at)
    seen = []
    for pk in (elsewhere.pk, hidden.pk, 999_999):
        browser = Client()
        browser.force_login(reader)
        page = reverse("relay:write", args=[pk])
        seen.append(watched(getattr(browser, method), page, {"text": "Hej"}, hide=(page,)))
    assert seen[0].status == 404
    for other in seen[1:]:
        assert (other.status, other.words, other.statements, other.hashes) == (
            seen[0].status,
            seen[0].words,
            seen[0].statements,
            seen[0].hashes,
        )


@pytest.mark.parametrize("path", ["/konto/password/reset/", "/konto/signup/", "/konto/email/", "/konto/phone/change/"])
def test_there_is_no_page_about_passwords_or_signing_up_that_could_tell(path):
    assert Client().get(path).status_code == 404
