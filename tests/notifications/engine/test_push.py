"""Notices on their way to devices, through a push service that decrypts and checks what it gets."""

import socket
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications.models import Delivery, Endpoint, Notice
from notifications.outbox import claim, expand, post_message, run
from notifications.push import network
from notifications.push.keys import new_key, public_key
from notifications.push.words import SIZE
from tests.factories import ContactFactory, EndpointFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

NEUTRAL = {
    "sv": "Nytt anslag för din trapp",
    "en": "New notice for your stairwell",
}


def states():
    return Counter(Delivery.objects.values_list("state", "reason"))


def come_due():
    Delivery.objects.exclude(state__in=("sent", "failed", "skipped")).update(due_at=timezone.now())


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits long for an answer."""
    monkeypatch.setattr(network, "ANSWER", 0.5)
    monkeypatch.setattr(network, "TIMEOUTS", {"connect": 1, "read": 0.5, "write": 0.5, "pool": 1})


class TestWhatADeviceShows:
    """The message, read with the device's own private key."""

    def test_a_neutral_line_and_the_page_to_open(self, push, devices, send):
        ((device, _endpoint),) = devices(1)
        notice = send(texts={"sv": ("Inbrott i källaren", "Lås ordentligt.")})
        (got,) = device.got
        message = got["message"]
        assert message["title"] == NEUTRAL["sv"]
        assert "Inbrott" not in got["clear"].decode()
        assert notice.organisation.name not in got["clear"].decode()
        assert message["url"] == f"/anslag/{notice.public_id}/"
        assert (message["lang"], message["dir"], message["insist"]) == ("sv", "ltr", False)
        assert message["tag"] == got["topic"]
        assert push.keys == {public_key()}

    def test_the_title_only_where_the_person_chose_it(self, devices, send):
        ((shown, _one),) = devices(1, show_words=True)
        ((quiet, _other),) = devices(1)
        notice = send(texts={"sv": ("Inbrott i källaren", "Lås ordentligt.")}, urgency="be_aware")
        message = shown.got[0]["message"]
        assert message["title"].endswith(": Inbrott i källaren")
        assert message["body"] == notice.organisation.name
        assert quiet.got[0]["message"]["title"] == NEUTRAL["sv"]
        assert "Lås" not in shown.got[0]["clear"].decode(), "the text is read on the page"

    @pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("so", "ltr")])
    def test_in_the_persons_language(self, devices, send, language, direction):
        ((device, _endpoint),) = devices(1, language=language)
        send()
        message = device.got[0]["message"]
        assert (message["lang"], message["dir"]) == (language, direction)
        assert message["title"]
        assert message["title"] != NEUTRAL["sv"]

    def test_an_alert_is_urgent_and_stays_on_the_screen(self, devices, send):
        ((device, _endpoint),) = devices(1)
        send(urgency="act_now")
        (got,) = device.got
        assert (got["urgency"], got["message"]["insist"]) == ("high", True)

    @pytest.mark.parametrize("urgency", ["information", "be_aware"])
    def test_other_notices_are_not(self, devices, send, urgency):
        ((device, _endpoint),) = devices(1)
        send(urgency=urgency)
        (got,) = device.got
        assert (got["urgency"], got["message"]["insist"]) == ("normal", False)

    @pytest.mark.parametrize("urgency", ["information", "be_aware", "act_now"])
    def test_a_contacts_only_notice_looks_like_any_other(self, push, devices, send, stairwell, urgency):
        ((device, endpoint),) = devices(1, show_words=True)
        ((other, _endpoint),) = devices(1)
        ContactFactory(user=endpoint.user, stairwell=stairwell)
        send(contacts_only=True, urgency=urgency, texts={"sv": ("Bara till kontaktombud", "Hemligt.")})
        send(texts={"sv": ("Till alla", "Öppet.")})
        secret, ordinary = device.got[0], other.got[0]
        assert secret["size"] == ordinary["size"] == device.got[1]["size"]
        assert secret["message"].keys() == ordinary["message"].keys()
        differs = {key for key in secret["message"] if secret["message"][key] != ordinary["message"][key]}
        assert differs <= {"url", "tag", "until"}
        assert device.got[1]["message"]["title"] == "Till alla", "the same device, with words, for an ordinary one"

    @pytest.mark.parametrize(
        "title", ["A", "å" * 90, "🔒" * 90, '"\\' * 45, "\x01" * 90], ids=["short", "swedish", "locks", "quotes", "odd"]
    )
    def test_every_message_is_equally_long(self, devices, send, title):
        ((device, _endpoint),) = devices(1, show_words=True)
        send(
            texts={"sv": (title, "x")},
            organisation=OrganisationFactory(kind="police", name="🏠" * 120),
            urgency="be_aware",
        )
        (got,) = device.got
        assert len(got["clear"]) == SIZE
        assert got["size"] < 3072


class TestLifeAndReplacement:
    """TTL and Topic."""

    def test_it_lives_as_long_as_the_notice(self, devices, send):
        ((device, _endpoint),) = devices(1)
        send(expires_at=timezone.now() + timedelta(hours=3))
        assert 3 * 3600 - 60 <= device.got[0]["ttl"] <= 3 * 3600
        send(expires_at=timezone.now() + timedelta(days=90))
        assert device.got[1]["ttl"] == 28 * 24 * 3600, "no service keeps it for longer"

    def test_a_correction_replaces_the_first_and_a_later_one_both(self, devices, send):
        ((device, _endpoint),) = devices(1)
        first = send()
        second = send(refers_to=first, reference="corrects")
        send(refers_to=second, reference="cancels")
        send()
        one, two, three, other = (got["topic"] for got in device.got)
        assert one == two == three != other
        assert len(one) == 32
        assert [got["message"]["tag"] for got in device.got] == [one, two, three, other]

    def test_no_topic_tells_that_two_devices_got_the_same(self, push, devices, send):
        pairs = devices(3)
        send()
        topics = {device.got[0]["topic"] for device, _endpoint in pairs}
        assert len(topics) == 3


class TestAnswers:
    """What the service says of a device."""

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_device_that_is_gone_is_removed_at_once(self, push, devices, send, status):
        (gone, fine) = devices(2)
        push.answers = {gone[0].name: (status, {})}
        notice = send()
        assert states() == {("failed", "push-gone"): 1, ("sent", ""): 1}
        assert list(Endpoint.objects.all()) == [fine[1]]
        assert Delivery.objects.get(state="failed").endpoint is None
        assert notice.state == Notice.State.SENT
        send()
        assert len(push.asked) == 3, "nobody asks for it again"

    def test_a_device_that_moved_meanwhile_stays(self, push, devices, due, monkeypatch):
        ((gone, endpoint),) = devices(1)
        push.answers = {gone.name: (410, {})}
        due()
        expand.start_due("notices")
        moved = push.receiver()
        taken = claim.deliveries

        def and_moved(*args):
            batch = taken(*args)
            Endpoint.objects.filter(pk=endpoint.pk).update(address=moved.address)
            return batch

        monkeypatch.setattr(claim, "deliveries", and_moved)
        run.deliver("notices")
        assert Endpoint.objects.get().address == moved.address

    @pytest.mark.parametrize("status", [400, 413, 301, 307])
    def test_a_final_no_concerns_only_that_device(self, push, devices, send, status):
        (wrong, fine) = devices(2)
        push.answers = {wrong[0].name: (status, {"Location": f"{push.origin}/push/{fine[0].name}"})}
        send()
        assert states() == {("failed", f"push-{status}"): 1, ("sent", ""): 1}
        assert len(push.asked) == 2, "no redirect is followed"
        assert Endpoint.objects.count() == 2

    @pytest.mark.parametrize("status", [500, 502, 503, 401, 403, 408])
    def test_a_passing_no_is_tried_again(self, push, devices, send, status):
        ((busy, _endpoint),) = devices(1)
        push.answers = {busy.name: [(status, {})]}
        send()
        assert states() == {("retry", f"push-{status}"): 1}
        come_due()
        run.deliver("notices")
        assert states() == {("sent", ""): 1}
        assert Delivery.objects.get().attempts == 2

    @pytest.mark.parametrize("status", [429, 503])
    def test_nobody_asks_a_service_again_before_the_time_it_names(
        self, push, devices, send, cache_on_our_clock, status
    ):
        devices(40)
        push.to_all = [(status, {"Retry-After": "120"})] * 40
        start = timezone.now()
        with time_machine.travel(start, tick=False) as clock:
            send()
            asked = len(push.asked)
            assert asked <= network.IN_FLIGHT * 2 < 40
            assert states() == {("retry", "rate-limited"): 40}
            assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
            assert min(Delivery.objects.values_list("due_at", flat=True)) >= start + timedelta(seconds=119)
            push.to_all = []
            clock.shift(timedelta(seconds=60))
            come_due()
            run.deliver("notices")
            assert len(push.asked) == asked, "another run waits too"
            clock.shift(timedelta(seconds=61))
            come_due()
            run.deliver("notices")
        assert states() == {("sent", ""): 40}

    def test_a_pause_of_one_service_is_no_pause_of_another(self, push, devices, send, monkeypatch):
        ((device, _endpoint), (_far, elsewhere)) = devices(2)
        Endpoint.objects.filter(pk=elsewhere.pk).update(address="https://fcm.googleapis.com/fcm/send/abc")
        known = socket.getaddrinfo

        def without_google(host, *args, **kwargs):
            if host == "fcm.googleapis.com":
                raise socket.gaierror
            return known(host, *args, **kwargs)

        monkeypatch.setattr(network.socket, "getaddrinfo", without_google)
        send()
        assert len(device.got) == 1
        assert states() == {("sent", ""): 1, ("retry", "no-connection"): 1}


class TestTrouble:
    """What costs nobody else anything."""

    def test_a_device_that_hangs_costs_only_itself(self, push, devices, send, impatient):
        (hanging, *others) = devices(6)
        push.hangs = {hanging[0].name}
        send()
        assert states() == {("sent", ""): 5, ("retry", "no-answer"): 1}
        assert all(device.got for device, _endpoint in others)

    def test_an_answer_that_never_ends_is_left(self, push, devices, send, impatient):
        (dripping, fine) = devices(2)
        push.drips = {dripping[0].name}
        send()
        assert states() == {("sent", ""): 1, ("retry", "no-answer"): 1}
        assert fine[0].got

    def test_a_service_that_answers_nobody_is_left_alone(self, push, devices, send, impatient):
        pairs = devices(60)
        push.hangs = {device.name for device, _endpoint in pairs}
        send()
        assert len(push.asked) <= 2 * network.IN_FLIGHT
        counts = Counter(Delivery.objects.values_list("state", "reason"))
        assert counts == {("retry", "no-answer"): 60}
        untried = Delivery.objects.filter(attempts=0).count()
        assert untried >= 60 - 2 * network.IN_FLIGHT

    def test_without_the_service_everything_waits_untried(self, push, devices, send, settings):
        pairs = devices(20)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            settings.PUSH_TEST_ORIGIN = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        for device, endpoint in pairs:
            Endpoint.objects.filter(pk=endpoint.pk).update(address=f"{settings.PUSH_TEST_ORIGIN}/push/{device.name}")
        send()
        assert states() == {("retry", "no-connection"): 20}
        assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}

    def test_a_name_that_leads_home_is_never_called(self, push, devices, send, monkeypatch):
        ((_device, endpoint),) = devices(1)
        Endpoint.objects.filter(pk=endpoint.pk).update(address="https://fcm.googleapis.com/fcm/send/abc")
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
        monkeypatch.setattr(network.socket, "getaddrinfo", lambda *args, **kwargs: answer)
        send()
        assert states() == {("retry", "push-private"): 1}

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"address": "https://example.org/push/1"}, "push-address"),
            ({"address": "http://fcm.googleapis.com/push/1"}, "push-address"),
            ({"sealed_keys": None}, "push-keys"),
            ({"sealed_keys": b"forged"}, "push-keys"),
        ],
    )
    def test_what_cannot_be_called_or_encrypted_for_is_not(self, push, devices, send, change, reason):
        (wrong, _fine) = devices(2)
        Endpoint.objects.filter(pk=wrong[1].pk).update(**change)
        send()
        assert states() == {("failed", reason): 1, ("sent", ""): 1}
        wrong[1].refresh_from_db()
        assert wrong[1].refusals == 1
        assert len(push.asked) == 1

    def test_a_new_key_reaches_no_device_that_knows_the_old_one(self, push, devices, send, settings):
        devices(1)
        settings.VAPID_PRIVATE_KEY = new_key()[0]
        send()
        assert states() == {("failed", "push-key"): 1}
        assert not push.asked
        assert Endpoint.objects.count() == 1, "the old key may come back"

    def test_without_a_key_a_row_fails_and_says_so(self, push, devices, send, settings):
        devices(1)
        settings.VAPID_PRIVATE_KEY = ""
        send()
        assert states() == {("failed", "push-off"): 1}

    def test_a_message_to_one_person_never_goes_to_a_device(self, push):
        post_message(purpose="code", channel="webpush", address=f"{push.origin}/push/x", language="sv", text="123")
        run.deliver("alerts")
        assert not push.asked


def test_eight_and_more_are_in_flight_at_once_on_kept_connections(push, devices, send, settings):
    push.latency, push.together, settings.OUTBOX_BATCH = 0.05, 8, 24
    devices(60)
    send()
    assert states() == {("sent", ""): 60}
    assert push.most_in_flight >= 8
    assert len(push.connections) <= 16 < 60
    before = set(push.connections)
    send()
    assert push.connections == before, "the next notice uses the same connections"
    assert len(push.tokens) == 1, "signed once"


def test_a_person_with_two_devices_and_a_mail_gets_it_on_each(push, devices, send, post):
    ((_device, endpoint),) = devices(1)
    devices(1, user=endpoint.user)
    EndpointFactory(user=endpoint.user, address="granne@example.org")
    send()
    assert Counter(Delivery.objects.values_list("channel", "state")) == {("webpush", "sent"): 2, ("email", "sent"): 1}


@pytest.mark.parametrize(
    ("wants", "urgency", "reached"),
    [("urgent", "information", 0), ("nothing", "act_now", 0), ("urgent", "be_aware", 1)],
)
def test_what_is_wanted_on_the_device_counts(push, devices, send, wants, urgency, reached):
    ((device, _endpoint),) = devices(1, wants=wants)
    send(urgency=urgency)
    assert len(device.got) == reached


def test_a_cache_that_is_away_stops_no_push(push, devices, send, settings):
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}
    ((device, _endpoint),) = devices(1)
    send()
    assert states() == {("sent", ""): 1}
    push.to_all = [(429, {"Retry-After": "120"})]
    send()
    assert states() == {("sent", ""): 1, ("retry", "rate-limited"): 1}
    assert len(device.got) == 1
