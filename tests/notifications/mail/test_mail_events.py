"""What the mail provider tells later moves the right row, whatever the order, and nobody else can speak for it."""

import base64
import hashlib
import hmac
import itertools
import json
import time
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buildings.models import Consent
from notifications import providers
from notifications.models import Delivery, Endpoint, Message, Notice, OutboxState
from notifications.outbox import claim, post_message, run
from notifications.outbox.books import Books
from notifications.transports.base import Outcome, Verdict
from notifications.transports.provider import row_name
from notifications.wishes import try_again
from tests.factories import (
    ContactFactory,
    DistrictFactory,
    EndpointFactory,
    NoticeFactory,
    ResidentFactory,
    StairwellFactory,
)
from tests.pdfs import text_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailInsecureWebhookWarning"),
]

SECRET = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"user:secret").decode()}


@pytest.fixture(autouse=True)
def _postmark(settings):
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "key", "WEBHOOK_SECRET": "user:secret"}


@pytest.fixture
def stairwell():
    return StairwellFactory(building__district=DistrictFactory())


@pytest.fixture
def delivery(stairwell):
    """One delivery the provider took under the name pm-1."""
    notice = NoticeFactory(district=stairwell.building.district, state=Notice.State.SENT)
    user = ResidentFactory(stairwell=stairwell, user__email="a@example.org", user__language="en").user
    return Delivery.objects.create(
        notice=notice, endpoint=EndpointFactory(user=user), channel="email", state="sent", provider_id="pm-1"
    )


def tell(event, provider="postmark", **headers):
    """The provider's call: no session, no CSRF token."""
    return Client(enforce_csrf_checks=True).post(
        reverse("notices:mail_events", args=[provider]),
        json.dumps(event),
        content_type="application/json",
        **(SECRET | headers),
    )


def event(kind, name="pm-1", row=None, at=None, **more):
    """An event in Postmark's words."""
    moment = (at or timezone.now()).isoformat()
    words = {
        "delivered": {"RecordType": "Delivery", "DeliveredAt": moment},
        "hard": {"RecordType": "Bounce", "Type": "HardBounce", "BouncedAt": moment, "ID": 1},
        "soft": {"RecordType": "Bounce", "Type": "SoftBounce", "BouncedAt": moment, "ID": 2},
        "delayed": {"RecordType": "Bounce", "Type": "Transient", "BouncedAt": moment, "ID": 3},
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "BouncedAt": moment, "ID": 4},
        "opened": {"RecordType": "Open", "ReceivedAt": moment},
    }[kind]
    metadata = {"Metadata": {"row": row}} if row else {}
    return words | {"MessageID": name, "Recipient": "a@example.org", "Email": "a@example.org"} | metadata | more


def state(row):
    row.refresh_from_db()
    return row.state, row.reason


def own_name(row, kind="d"):
    return row_name(claim.message_id(kind, row.pk))


def test_a_delivered_mail_is_noted_once(delivery):
    Endpoint.objects.update(refusals=2)
    for _ in range(3):
        assert tell(event("delivered")).status_code == 200
    assert state(delivery) == ("delivered", "")
    assert Endpoint.objects.get().refusals == 0
    outcome = Delivery.objects.outcome(delivery.notice)
    assert (outcome.reached, outcome.failures) == (1, 0)


def test_a_hard_bounce_fails_the_delivery_and_sets_the_address_aside_at_once(delivery, client):
    assert tell(event("hard")).status_code == 200
    assert state(delivery) == ("failed", "bounced")
    endpoint = Endpoint.objects.get()
    assert endpoint.set_aside_at is not None
    assert endpoint.wants == Endpoint.Wants.ALL
    assert not Consent.objects.exists(), "a bounce is no answer from the person"
    client.force_login(endpoint.user)
    assert "Stopped, because mail came back" in client.get(reverse("notices:mine")).text
    assert "Mail came back" in client.get(reverse("notices:preferences")).text


def test_a_neighbour_and_contact_learns_nothing_of_a_bounce(delivery, stairwell, client):
    contact = ContactFactory(stairwell=stairwell).user
    client.force_login(contact)
    pages = [reverse("notices:mine"), reverse("notices:preferences")]
    printed = reverse("prints:notice", args=[delivery.notice.public_id])

    def seen():
        said = [client.get(page).text.partition("</header>")[2].split("csrfmiddlewaretoken")[0] for page in pages]
        return [*said, text_of(client.get(printed).content)]

    before = seen()
    tell(event("hard"))
    assert seen() == before
    assert not Message.objects.exists()


def test_a_bounce_heard_again_does_not_set_a_mended_address_aside(delivery):
    tell(event("hard"))
    endpoint = Endpoint.objects.get()
    assert try_again(user=endpoint.user, endpoint_pk=endpoint.pk)
    tell(event("hard"))
    endpoint.refresh_from_db()
    assert endpoint.set_aside_at is None


def test_a_soft_bounce_costs_only_this_mail(delivery):
    tell(event("soft"))
    assert state(delivery) == ("failed", "bounced-soft")
    assert Endpoint.objects.get().set_aside_at is None
    tell(event("delivered"))
    assert state(delivery) == ("delivered", "")


def test_a_delay_is_noted_and_forgotten_when_it_arrives(delivery):
    tell(event("delayed"))
    assert state(delivery) == ("sent", "delayed")
    tell(event("delivered"))
    tell(event("delayed"))
    assert state(delivery) == ("delivered", "")


def test_a_complaint_ends_the_notices_and_is_in_the_ledger(delivery):
    for _ in range(2):
        assert tell(event("complained")).status_code == 200
    assert Endpoint.objects.get().wants == Endpoint.Wants.NOTHING
    (line,) = Consent.objects.all()
    assert (line.given, line.way, line.purpose, line.language) == (False, Consent.Way.COMPLAINT, "email", "en")
    assert state(delivery) == ("delivered", "complained")


def test_a_complaint_heard_again_does_not_undo_a_later_yes(delivery):
    from notifications.endpoints import set_wants

    tell(event("complained"))
    set_wants(endpoint=Endpoint.objects.get(), wants=Endpoint.Wants.ALL, language="en")
    tell(event("complained"))
    assert Endpoint.objects.get().wants == Endpoint.Wants.ALL


ENDS = {
    frozenset({"delivered"}): ("delivered", ""),
    frozenset({"delivered", "hard"}): ("failed", "bounced"),
    frozenset({"delivered", "soft"}): ("delivered", ""),
    frozenset({"delivered", "delayed"}): ("delivered", ""),
    frozenset({"delayed", "hard"}): ("failed", "bounced"),
    frozenset({"soft", "hard"}): ("failed", "bounced"),
    frozenset({"delivered", "complained"}): ("delivered", "complained"),
    frozenset({"delivered", "delayed", "complained"}): ("delivered", "complained"),
}


@pytest.mark.parametrize("kinds", ENDS, ids=lambda kinds: "+".join(sorted(kinds)))
def test_the_order_of_the_events_does_not_matter(delivery, kinds):
    for order in itertools.permutations(kinds):
        Delivery.objects.update(state="sent", reason="")
        for kind in (*order, *order[:1]):
            tell(event(kind))
        assert state(delivery) == ENDS[kinds], order


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("delivered", ("delivered", "")), ("hard", ("failed", "bounced")), ("complained", ("delivered", "complained"))],
)
def test_an_event_before_the_send_is_booked_counts_and_the_books_leave_it(delivery, kind, expected):
    Delivery.objects.update(state="queued", provider_id="")
    Notice.objects.update(state=Notice.State.SENDING)
    batch = claim.deliveries("notices", claim.Letters())
    assert tell(event(kind, row=own_name(delivery))).status_code == 200
    books = Books(batch)
    books.note(Outcome(delivery.pk, Verdict.SENT, provider_id="pm-1"))
    books.close()
    assert state(delivery) == expected
    assert delivery.claim is None
    assert tell(event(kind)).status_code == 200
    assert state(delivery) == expected


def test_a_mail_the_provider_took_before_a_worker_died_is_not_sent_again(delivery):
    Delivery.objects.update(state="retry", reason="stuck", provider_id="")
    tell(event("delivered", row=own_name(delivery)))
    assert state(delivery) == ("delivered", "")
    assert claim.deliveries("notices", claim.Letters()) is None


def test_a_provider_that_keeps_no_names_is_asked_to_tell_it_again(delivery):
    Delivery.objects.update(state="sending", provider_id="")
    answer = tell(event("delivered"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    Delivery.objects.update(state="sent", provider_id="pm-1")
    assert tell(event("delivered")).status_code == 200
    assert state(delivery) == ("delivered", "")


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("pm-other", "d1.00000000000000000000"),
        ("pm-other", "x"),
        ("pm\0", "d\0"),
        ("", "d999999999999999999999.ab"),
        ("a" * 500, "m1"),
    ],
)
def test_a_mail_of_somebody_else_is_no_trouble(delivery, name, row):
    assert tell(event("hard", name=name, row=row)).status_code == 200
    assert state(delivery) == ("sent", "")


def test_an_old_event_about_an_unknown_mail_is_not_asked_for_again(delivery):
    assert tell(event("hard", name="pm-2", at=timezone.now() - timedelta(hours=1))).status_code == 200


def test_a_guessed_row_name_moves_nothing(delivery):
    guessed = own_name(delivery)[:-4] + "0000"
    assert tell(event("hard", name="pm-2", row=guessed)).status_code == 200
    assert state(delivery) == ("sent", "")


def test_a_bounced_sign_in_code_sets_the_address_aside_but_the_next_code_goes(delivery):
    user = delivery.endpoint.user
    words = {"purpose": "code", "channel": "email", "address": "A@example.org", "language": "sv", "text": "1"}
    message = post_message(user=user, **words)
    other = EndpointFactory()
    for kind in ("delivered", "hard", "complained"):
        assert tell(event(kind, name="pm-9", row=own_name(message, "m"))).status_code == 200
    assert state(message) == ("failed", "bounced")
    assert message.sealed is None
    endpoint = Endpoint.objects.get(user=user)
    assert endpoint.set_aside_at is not None
    assert endpoint.wants == Endpoint.Wants.ALL
    other.refresh_from_db()
    assert other.set_aside_at is None
    post_message(user=user, **words)
    batch = claim.messages("alerts")
    assert len(batch.parcels["email"]) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"user:guess").decode()}, 403),
        ({"HTTP_AUTHORIZATION": "Bearer x"}, 403),
        ({"HTTP_AUTHORIZATION": ""}, 401),
    ],
)
def test_who_does_not_know_the_secret_is_refused(delivery, headers, status):
    assert tell(event("hard"), **headers).status_code == status
    assert state(delivery) == ("sent", "")
    assert Endpoint.objects.get().set_aside_at is None


@pytest.mark.parametrize("provider", ["mailgun", "nothing", "admin"])
def test_only_the_provider_in_use_is_heard(delivery, provider):
    assert tell(event("hard"), provider=provider).status_code == 404


def test_without_a_secret_nobody_is_heard_and_the_start_says_so(delivery, settings):
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "key"}
    assert tell(event("hard")).status_code == 404
    assert state(delivery) == ("sent", "")
    (problem,) = [problem for problem in run_checks() if problem.id == "watch.E006"]
    assert "ANYMAIL_WEBHOOK_SECRET" in problem.msg


@pytest.mark.parametrize(
    ("name", "anymail", "words"),
    [
        ("postmark", {"WEBHOOK_SECRET": "a:b"}, "POSTMARK_SERVER_TOKEN"),
        ("carrier_pigeon", {}, "no provider carrier_pigeon"),
        ("amazon_ses", {"WEBHOOK_SECRET": "a:b"}, "boto3"),
    ],
)
def test_a_provider_that_cannot_work_stops_the_start_with_a_sentence(settings, name, anymail, words):
    settings.MAIL_PROVIDER, settings.ANYMAIL = name, anymail
    (problem,) = [problem for problem in run_checks() if problem.id == "watch.E006"]
    assert words in problem.msg


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "{}", '{"RecordType": "Bounce", "BouncedAt": 7}', "\0"])
def test_what_cannot_be_read_is_refused_and_moves_nothing(delivery, body):
    answer = Client().post(
        reverse("notices:mail_events", args=["postmark"]), body, content_type="application/json", **SECRET
    )
    assert answer.status_code in (200, 400)
    assert state(delivery) == ("sent", "")


def test_a_provider_may_look_whether_the_address_is_there():
    assert Client().head(reverse("notices:mail_events", args=["postmark"])).status_code == 200


def test_a_signed_event_is_heard_and_a_forged_one_refused(delivery, settings):
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = {"MAILGUN_API_KEY": "key", "MAILGUN_WEBHOOK_SIGNING_KEY": "signing"}
    Delivery.objects.update(provider_id="<pm-1@trappan.test>")
    stamp = str(int(time.time()))

    def signed(key, severity="permanent"):
        signature = hmac.new(key, (stamp + "token").encode(), hashlib.sha256).hexdigest()
        data = {
            "event": "failed",
            "severity": severity,
            "reason": "bounce",
            "timestamp": time.time(),
            "recipient": "a@example.org",
            "message": {"headers": {"message-id": "pm-1@trappan.test"}},
        }
        return {"signature": {"timestamp": stamp, "token": "token", "signature": signature}, "event-data": data}

    assert tell(signed(b"guess"), "mailgun", HTTP_AUTHORIZATION="").status_code == 403
    assert state(delivery) == ("sent", "")
    assert tell(signed(b"signing", "temporary"), "mailgun", HTTP_AUTHORIZATION="").status_code == 200
    assert state(delivery) == ("sent", "delayed")
    assert tell(signed(b"signing"), "mailgun", HTTP_AUTHORIZATION="").status_code == 200
    assert state(delivery) == ("failed", "bounced")


@pytest.mark.parametrize("name", [name for name in providers.PROVIDERS if name not in ("amazon_ses", "resend")])
def test_every_provider_has_its_reader_and_its_backend(settings, name):
    settings.MAIL_PROVIDER = name
    keys = ("API_KEY", "API_TOKEN", "SERVER_TOKEN", "SECRET_KEY", "API_URL", "SIGNING_SECRET", "WEBHOOK_KEY")
    settings.ANYMAIL = {f"{name.upper()}_{key}": "x" for key in keys} | {"WEBHOOK_SECRET": "user:secret"}
    problem = providers.why_not_ready(name)
    assert not problem or "WEBHOOK" in problem.upper() or "SIGNING" in problem.upper(), problem


def test_opens_are_not_kept(delivery):
    assert tell(event("opened")).status_code == 200
    assert state(delivery) == ("sent", "")


def test_what_bounced_is_not_sent_to_again(delivery, stairwell):
    tell(event("hard"))
    notice = NoticeFactory(district=stairwell.building.district, state=Notice.State.SENDING)
    again = Delivery.objects.create(notice=notice, endpoint=delivery.endpoint, channel="email")
    run.deliver("notices")
    assert state(again) == (OutboxState.SKIPPED, "set-aside")
