"""A mail server that follows a script, and parcels on their way to it."""

import pytest

from notifications.letters import Letter
from notifications.transports.base import Parcel, TransportAway
from notifications.transports.email import EmailTransport
from tests.notifications.engine.conftest import due, neighbours, send, stairwell  # noqa: F401
from tests.notifications.mail.postman import Postman


def letter(text="Hej.\n", **words):
    usual = {
        "language": "sv",
        "sender": "Polisen",
        "subject": "Rubrik",
        "html": "<p>Hej</p>",
        "short": "",
        "to_many": True,
    }
    return Letter(text=text, **usual | words)


def parcels(names, words=None):
    words = words or letter()
    return [
        Parcel(row, f"{name}@example.org", words, f"<d{row}@trappan.test>", "token") for row, name in enumerate(names)
    ]


@pytest.fixture
def open_post(settings):
    """Opens a mail server with the given manners and points the settings to it."""
    opened = []

    def made(**manners):
        postman = Postman(**manners)
        opened.append(postman)
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", postman.port, 1
        settings.MAIL_DOMAIN, settings.DEFAULT_FROM_EMAIL = "trappan.test", "anslag@trappan.test"
        return postman

    yield made
    for postman in opened:
        postman.close()


def deliver(names, transport=None, words=None):
    """What became of each: {name: (verdict, reason)}; without an outcome the reason the transport went away."""
    batch = parcels(names, words)
    found = dict.fromkeys(names)
    own = transport or EmailTransport("email")
    try:
        for outcome in own.deliver(iter(batch)):
            assert found[names[outcome.row]] is None, "answered twice"
            found[names[outcome.row]] = (outcome.verdict.name, outcome.reason)
    except TransportAway as away:
        found = {name: outcome or ("AWAY", away.reason) for name, outcome in found.items()}
    finally:
        if transport is None:
            own.close()
    return found
