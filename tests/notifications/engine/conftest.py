"""A mail server of its own for every test, and notices on their way to it."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Endpoint, Notice
from notifications.outbox import expand, run
from notifications.push.keys import DeviceKeys
from tests.factories import DistrictFactory, EndpointFactory, NoticeFactory, ResidentFactory, StairwellFactory
from tests.notifications.engine.elks import Elks
from tests.notifications.engine.elks import Server as ElksServer
from tests.notifications.engine.smtp import Post, Server
from tests.notifications.push.service import Push
from tests.notifications.push.service import Server as PushServer


@pytest.fixture
def post(settings):
    handler = Post()
    server = Server(handler)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.MAIL_DOMAIN, settings.DEFAULT_FROM_EMAIL = "trappan.test", "anslag@trappan.test"
    yield handler
    server.stop()


@pytest.fixture
def elks(settings):
    """The SMS provider, and our account there."""
    provider = Elks()
    server = ElksServer(provider)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.ELKS_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ELKS_USERNAME, settings.ELKS_PASSWORD = "elk", "moose"
    settings.TRANSPORTS = settings.TRANSPORTS | {"sms": "notifications.transports.sms.SmsTransport"}
    yield provider
    server.shutdown()
    server.server_close()


@pytest.fixture
def push(settings):
    """A push service on this machine, which settings allow for the test."""
    with PushServer(Push()) as service:
        settings.PUSH_TEST_ORIGIN = service.origin
        yield service
    assert not service.complaints


@pytest.fixture
def devices(stairwell, push):
    """Makes residents with a device and nothing else; returns (device at the service, endpoint) pairs."""

    def make(count, *, language="sv", user=None, **endpoint):
        made = []
        for _ in range(count):
            person = user or ResidentFactory(stairwell=stairwell, user__email="", user__language=language).user
            receiver = push.receiver()
            keys = DeviceKeys.read(receiver.fields["p256dh"], receiver.fields["auth"]).sealed()
            fields = {"address": receiver.address, "sealed_keys": keys} | endpoint
            made.append((receiver, EndpointFactory(user=person, channel="webpush", **fields)))
        return made

    return make


@pytest.fixture
def texted(stairwell):
    """Makes residents with nothing but a number; returns their endpoints."""

    def make(count, language="sv", **endpoint):
        made = []
        for _ in range(count):
            number = f"+467017406{Endpoint.objects.count() + 5:02d}"
            resident = ResidentFactory(stairwell=stairwell, user__email="", user__language=language)
            made.append(EndpointFactory(user=resident.user, channel="sms", **{"address": number} | endpoint))
        return made

    return make


@pytest.fixture
def stairwell(db):
    return StairwellFactory(building__district=DistrictFactory(name="Norrby"))


@pytest.fixture
def neighbours(stairwell):
    """Makes residents with e-mail, named by the local part of their address."""

    def make(*names, language="sv", **endpoint):
        made = []
        for name in names:
            resident = ResidentFactory(stairwell=stairwell, user__email=f"{name}@example.org", user__language=language)
            made.append(EndpointFactory(user=resident.user, **endpoint))
        return made

    return make


@pytest.fixture
def due(stairwell):
    """Makes a notice to the district that is due now."""

    def make(**fields):
        now = timezone.now()
        notice = NoticeFactory(district=stairwell.building.district, **fields)
        Notice.objects.filter(pk=notice.pk).update(
            state=Notice.State.SCHEDULED, confirmed_at=now, send_at=now - timedelta(seconds=1)
        )
        notice.refresh_from_db()
        return notice

    return make


@pytest.fixture
def send(due):
    """Makes a notice, expands and delivers it once."""

    def sent(**fields):
        notice = due(**fields)
        expand.start_due(notice.queue)
        run.deliver(notice.queue)
        notice.refresh_from_db()
        return notice

    return sent
