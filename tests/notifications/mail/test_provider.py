"""Mail through a provider's own interface: each recipient's row gets what the provider said of that recipient."""

import socket

import pytest

from notifications.letters import TOKEN_MARK
from notifications.models import Delivery, Endpoint
from notifications.outbox import run
from notifications.transports.base import TransportAway
from notifications.transports.provider import ProviderTransport, row_name
from tests.notifications.mail.conftest import letter, parcels
from tests.notifications.mail.provider import FakeProvider

INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: "
    "b@example.org.\nInactive recipients are ones that have generated a hard bounce or a spam complaint.",
}
UNCLEAR = {"ErrorCode": 406, "Message": "Something new about b@example.org"}
NO_ADDRESS = {"ErrorCode": 300, "Message": "Invalid 'To' address: 'b@example.org'."}
NO_SENDER = {"ErrorCode": 400, "Message": "The 'From' address you supplied is not a Sender Signature."}


@pytest.fixture
def provider(settings):
    settings.MAIL_PROVIDER = "postmark"
    fake = FakeProvider()
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "key",
        "POSTMARK_API_URL": fake.url,
        "REQUESTS_TIMEOUT": 1,
        "WEBHOOK_SECRET": "user:secret",
    }
    settings.TRANSPORTS = settings.TRANSPORTS | {"email": "notifications.transports.provider.ProviderTransport"}
    settings.MAIL_DOMAIN, settings.DEFAULT_FROM_EMAIL = "trappan.test", "anslag@trappan.test"
    yield fake
    fake.close()


def deliver(names, words=None):
    found = dict.fromkeys(names)
    transport = ProviderTransport("email")
    try:
        for outcome in transport.deliver(iter(parcels(names, words))):
            assert found[names[outcome.row]] is None, "answered twice"
            found[names[outcome.row]] = outcome
    except TransportAway as away:
        return {name: outcome or away.reason for name, outcome in found.items()}
    finally:
        transport.close()
    return found


def told(found):
    return {name: (outcome.verdict.name, outcome.reason) for name, outcome in found.items()}


def test_each_recipient_gets_their_own_headers_and_link_and_is_not_tracked(provider):
    words = letter(
        text=f"Sluta: /avsluta/{TOKEN_MARK}/", html=f'<a href="/avsluta/{TOKEN_MARK}/">x</a>', sender='Å "B", C'
    )
    found = deliver("ab", words)
    assert {outcome.provider_id for outcome in found.values()} == {"pm-a", "pm-b"}
    for mail in provider.taken:
        row = "ab".index(mail["To"][0])
        headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
        assert headers["Message-ID"] == f"<d{row}@trappan.test>"
        assert headers["List-Unsubscribe"] == "<http://testserver/avsluta/token/>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["Auto-Submitted"] == "auto-generated"
        assert headers["List-Id"] == "Trappan <anslag.trappan.test>"
        assert mail["TextBody"] == "Sluta: /avsluta/token/"
        assert mail["HtmlBody"] == '<a href="/avsluta/token/">x</a>'
        assert (mail["TrackOpens"], mail["TrackLinks"]) == (False, "None")
        assert mail["Metadata"] == {"row": f"d{row}"}
        assert "anslag@trappan.test" in mail["From"]


@pytest.mark.parametrize(
    ("answer", "expected", "blamed"),
    [
        ((422, INACTIVE), ("REFUSED", "provider-rejected"), True),
        ((422, NO_ADDRESS), ("REFUSED", "provider-invalid"), True),
        ((422, UNCLEAR), ("LATER", "provider-unknown"), False),
        ((422, NO_SENDER), ("LATER", "provider-422"), False),
        ((500, {"ErrorCode": 1, "Message": "trouble"}), ("LATER", "provider-500"), False),
        ((503, {}), ("LATER", "provider-503"), False),
        ((200, {"nonsense": True}), ("LATER", "provider-200"), False),
        (("drop", None), ("LATER", "connection-lost"), False),
    ],
)
def test_what_the_provider_says_of_one_recipient_is_about_that_one_only(provider, answer, expected, blamed):
    provider.script["b"] = answer
    found = deliver("abcd")
    assert found["b"].blames_address is blamed
    seen = told(found)
    assert seen.pop("b") == expected
    assert set(seen.values()) == {("SENT", "")}


@pytest.mark.parametrize(("status", "reason"), [(401, "provider-sign-in"), (429, "provider-busy")])
def test_a_provider_that_takes_no_more_gets_the_rest_later_untried(provider, status, reason):
    names = [f"n{number}" for number in range(40)]
    provider.script = {name: (status, {"ErrorCode": 10, "Message": "no"}) for name in names[10:]}
    found = deliver(names)
    assert {found[name] for name in names[10:]} == {reason}
    assert all(found[name].verdict.name == "SENT" for name in names[:10])


def test_a_provider_out_of_reach_costs_no_tries(provider, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.ANYMAIL = settings.ANYMAIL | {"POSTMARK_API_URL": f"http://127.0.0.1:{nobody.getsockname()[1]}/"}
        assert set(deliver("abc").values()) == {"no-connection"}


def test_a_provider_that_hangs_is_tried_later(provider):
    provider.pause = 2
    assert set(told(deliver("abc")).values()) == {("LATER", "connection-lost")}


def test_eight_are_on_their_way_at_once_on_kept_connections(provider):
    provider.pause = 0.3
    names = [f"n{number}" for number in range(40)]
    assert set(told(deliver(names)).values()) == {("SENT", "")}
    assert provider.most_in_flight == 8
    assert len(provider.connections) == 8


def test_an_address_that_is_none_is_refused_without_asking_anyone(provider):
    found = deliver(["a b", "c"])
    assert told(found) == {"a b": ("REFUSED", "bad-address"), "c": ("SENT", "")}
    assert len(provider.taken) == 1


@pytest.mark.django_db
def test_the_books_know_a_delivery_by_the_providers_name_for_it(provider, neighbours, send):
    neighbours(*"abc")
    provider.script["b"] = (422, INACTIVE)
    send()
    rows = Delivery.objects.order_by("endpoint__address")
    assert [(row.state, row.reason, row.provider_id) for row in rows] == [
        ("sent", "", "pm-a"),
        ("failed", "provider-rejected", ""),
        ("sent", "", "pm-c"),
    ]
    assert Endpoint.objects.get(address="b@example.org").refusals == 1
    (row, *_) = rows
    mail = next(mail for mail in provider.taken if mail["To"] == "a@example.org")
    headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
    assert mail["Metadata"] == {"row": row_name(headers["Message-ID"])}
    assert mail["Metadata"]["row"].startswith(f"d{row.pk}.")


@pytest.mark.django_db
def test_provider_names_cost_no_more_statements(provider, neighbours, due, django_assert_num_queries):
    from notifications.outbox import claim, expand

    neighbours(*(f"n{number}" for number in range(90)))
    due()
    expand.start_due("notices")
    own = run.Run()
    with django_assert_num_queries(6):
        assert run.send(claim.deliveries("notices", claim.Letters()), own)
    own.close()
    assert Delivery.objects.exclude(provider_id="").count() == 90


@pytest.mark.parametrize("name", ["mailgun", "brevo", "mailersend", "resend", "sparkpost", "mandrill"])
def test_every_provider_takes_our_mail_with_what_it_understands(settings, name):
    settings.MAIL_PROVIDER = name
    settings.ANYMAIL = {
        f"{name.upper()}_{key}": "x" for key in ("API_KEY", "API_TOKEN", "SENDER_DOMAIN", "SIGNING_SECRET")
    }
    transport = ProviderTransport("email")
    (parcel,) = parcels("a")
    backend = transport._backends.get()
    payload = backend.build_message_payload(transport._message(parcel, parcel.address), {})
    transport._backends.put(backend)
    assert "List-Unsubscribe-Post" in str(vars(payload))
    transport.close()
