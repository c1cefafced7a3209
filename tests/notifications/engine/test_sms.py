"""SMS on their way to a provider that is really there, on the other side of a socket."""

import socket
from collections import Counter
from datetime import timedelta
from email.utils import format_datetime

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from buildings.models import Organisation
from notifications.models import Delivery, Message, Notice
from notifications.outbox import expand, post_message, run
from notifications.sms import callback_secret
from notifications.transports.sms import NOT_BEFORE
from tests.factories import ContactFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def states():
    return Counter(Delivery.objects.values_list("state", "reason"))


def come_due():
    Delivery.objects.exclude(state__in=("sent", "failed", "skipped")).update(due_at=timezone.now())


def test_each_number_gets_one_sms_and_the_row_knows_the_providers_name_for_it(elks, texted, send):
    texted(5)
    notice = send()
    assert sorted(elks.numbers()) == [f"+467017406{number:02d}" for number in range(5, 10)]
    assert notice.state == Notice.State.SENT
    assert states() == {("sent", ""): 5}
    assert len(set(Delivery.objects.values_list("provider_id", flat=True))) == 5
    rows = {row.endpoint.address: row.provider_id for row in Delivery.objects.select_related("endpoint")}
    for number, sms in enumerate(elks.taken, start=1):
        assert rows[sms["to"]] == f"s{number:032x}"
        assert sms["from"] == "Trappan"
        assert sms["whendelivered"] == f"http://testserver/krokar/sms/{callback_secret()}/rapport"
        assert sms["dontlog"] == "message"


def test_eight_and_more_are_in_flight_at_once_on_kept_connections(elks, texted, send, settings):
    elks.latency, elks.together, settings.OUTBOX_BATCH = 0.05, 8, 24
    texted(60)
    send()
    assert states() == {("sent", ""): 60}
    assert elks.most_in_flight >= 8
    assert len(elks.connections) <= 16 < 60
    before = set(elks.connections)
    send()
    assert elks.connections == before, "the next notice uses the same connections"


def test_a_final_no_and_a_passing_no_concern_only_their_own_number(elks, texted, send):
    wrong, odd, busy, fine = texted(4)
    elks.answers = {
        wrong.address: (400, {}, "Invalid to number"),
        odd.address: (404, {}, "?"),
        busy.address: [(500, {}, "Oh no")],
    }
    send()
    reasons = dict(Delivery.objects.values_list("endpoint", "reason"))
    assert reasons == {wrong.pk: "sms-400", odd.pk: "sms-404", busy.pk: "sms-500", fine.pk: ""}
    assert states() == {("failed", "sms-400"): 1, ("failed", "sms-404"): 1, ("retry", "sms-500"): 1, ("sent", ""): 1}
    wrong.refresh_from_db()
    assert wrong.refusals == 0, "it may be our own sender's fault"
    come_due()
    run.deliver("notices")
    assert sorted(elks.numbers()) == [busy.address, fine.address]


def test_what_may_have_been_taken_is_tried_again_and_counted_as_a_try(elks, texted, send):
    (one,) = texted(1)
    elks.hang_up_on = {one.address}
    send()
    row = Delivery.objects.get()
    assert (row.state, row.reason, row.attempts) == ("retry", "connection-lost", 1)


@pytest.mark.parametrize("answer", ["nonsense", "[]", '{"id": 7}', '{"id": "a\\u0000b"}', '{"parts": "many"}'])
def test_a_yes_without_a_usable_receipt_is_still_a_yes(elks, texted, send, answer):
    (one,) = texted(1)
    elks.answers = {one.address: (200, {}, answer)}
    send()
    row = Delivery.objects.get()
    assert (row.state, row.provider_id) == ("sent", "")
    assert row.parts >= 1


def test_without_the_provider_everything_waits_untried(texted, send, elks, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.ELKS_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    texted(20)
    send()
    assert states() == {("retry", "no-connection"): 20}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


@pytest.mark.parametrize("status", [401, 402, 403])
def test_trouble_with_our_account_costs_no_number_a_try(elks, texted, send, status):
    texted(3)
    elks.to_all = [(status, {}, "No")] * 3
    send()
    assert states() == {("retry", "sms-account"): 3}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


class TestRateLimit:
    """429 with Retry-After."""

    def test_nobody_asks_again_before_the_time(self, elks, texted, send, due, cache_on_our_clock):
        texted(20)
        elks.to_all = [(429, {"Retry-After": "120"}, "Slow down")] * 16
        start = timezone.now()
        with time_machine.travel(start, tick=False) as clock:
            send()
            asked = len(elks.asked_at)
            assert asked <= 16
            assert states() == {("retry", "rate-limited"): 20}
            assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
            assert min(Delivery.objects.values_list("due_at", flat=True)) >= start + timedelta(seconds=115)
            elks.to_all = []
            clock.shift(timedelta(seconds=60))
            come_due()
            run.deliver("notices")
            assert len(elks.asked_at) == asked, "another run must wait too"
            assert states() == {("retry", "rate-limited"): 20}
            clock.shift(timedelta(seconds=61))
            come_due()
            run.deliver("notices")
        assert len(elks.taken) == 20

    def test_a_short_while_is_waited_out_and_costs_nothing(self, elks, texted, send):
        texted(1)
        elks.to_all = [(429, {"Retry-After": "1"}, "Slow down")]
        send()
        assert states() == {("sent", ""): 1}
        assert Delivery.objects.get().attempts == 1
        first, second = elks.asked_at
        assert second - first >= 1, "the provider's own words"

    @pytest.mark.parametrize("told", ["", "soon", "99999999999", "date"])
    def test_whatever_it_says_we_wait_a_while_and_not_for_ever(self, elks, texted, send, told):
        texted(1)
        now = timezone.now()
        told = format_datetime(now + timedelta(minutes=5), usegmt=False) if told == "date" else told
        elks.to_all = [(429, {"Retry-After": told} if told else {}, "")]
        send()
        row = Delivery.objects.get()
        assert (row.state, row.reason) == ("retry", "rate-limited")
        assert now + timedelta(seconds=8) < row.due_at < now + timedelta(minutes=61)

    def test_a_cache_that_is_away_stops_no_sms(self, elks, texted, send, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": "redis://127.0.0.1:1",
            }
        }
        texted(1)
        send()
        assert states() == {("sent", ""): 1}
        elks.to_all = [(429, {"Retry-After": "120"}, "Slow down")]
        send()
        assert states() == {("sent", ""): 1, ("retry", "rate-limited"): 1}

    def test_a_pause_written_before_the_clock_was_set_back_is_forgotten(self, elks, texted, send, cache_on_our_clock):
        cache.set(NOT_BEFORE, timezone.now().timestamp() + 3600 + 60, None)
        texted(1)
        send()
        assert states() == {("sent", ""): 1}

    def test_a_code_obeys_too_and_comes_afterwards(self, elks, texted, send):
        texted(1)
        elks.to_all = [(503, {"Retry-After": "60"}, "")]
        send()
        post_message(purpose="code", channel="sms", address="+46701740699", language="sv", text="123 456")
        run.deliver("alerts")
        message = Message.objects.get()
        assert (message.state, message.reason, len(elks.asked_at)) == ("retry", "rate-limited", 1)
        assert message.sealed


def test_a_code_goes_from_our_name_and_asks_for_no_report(elks, db):
    post_message(purpose="code", channel="sms", address="+46701740699", language="sv", text="Din kod är 123 456.")
    run.deliver("alerts")
    (sms,) = elks.taken
    assert (sms["from"], sms["to"], sms["message"]) == ("Trappan", "+46701740699", "Din kod är 123 456.")
    assert "whendelivered" not in sms
    assert Message.objects.get().state == "sent"


class TestWords:
    """What it says."""

    def test_who_how_urgent_what_and_how_to_stop(self, elks, texted, send):
        (one,) = texted(1)
        police = OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen i Norrby")
        send(organisation=police, urgency="be_aware", texts={"sv": ("Inbrott", "Lås källaren.\n\nRing 114 14.")})
        (sms,) = elks.taken
        first, *rest, last = sms["message"].split("\n")
        assert first.endswith("Polisen i Norrby: Inbrott")
        assert first != "Polisen i Norrby: Inbrott"
        assert rest == ["Lås källaren.", "Ring 114 14."]
        assert last.endswith(f"http://testserver/s/{one.token}")

    def test_a_long_text_ends_with_a_short_link_instead(self, elks, texted, send, client):
        texted(1)
        send(texts={"sv": ("Inbrott", "Mycket att berätta. " * 30)})
        (sms,) = elks.taken
        assert "Mycket" not in sms["message"]
        _lead, link, _stop = sms["message"].split("\n")
        assert link.startswith("http://testserver/n/")
        assert len(link.rpartition("/")[2]) <= 12
        page = client.get(link.removeprefix("http://testserver"))
        assert "Mycket att berätta." in page.text

    def test_how_much_fits_is_a_setting(self, elks, texted, send, settings):
        texted(1)
        settings.SMS_PARTS = 9
        send(texts={"sv": ("Inbrott", "Mycket att berätta. " * 30)})
        assert elks.taken[0]["message"].count("Mycket") == 30
        assert Delivery.objects.get().parts == 5

    def test_a_notice_to_contacts_says_nothing_and_has_no_open_page(self, elks, texted, send, stairwell):
        (one,) = texted(1, language="en")
        ContactFactory(user=one.user, stairwell=stairwell)
        police = OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen i Norrby", sms_sender="Polisen")
        notice = send(organisation=police, contacts_only=True, texts={"sv": ("Hemlig rubrik", "Hemlig text")})
        (sms,) = elks.taken
        assert sms["from"] == "Trappan"
        assert f"/anslag/{notice.public_id}/" in sms["message"]
        for secret in ("Hemlig", "Polisen", "Norrby", "ontact", "/n/"):
            assert secret not in sms["message"]

    @pytest.mark.parametrize(
        ("typed", "sender", "ending"),
        [
            ("Polisen", "Polisen", "/s/"),
            ("070-174 06 05", "+46701740605", "STOP"),
            ("Polisen i Borås", "Trappan", "/s/"),
            ("", "Trappan", "/s/"),
        ],
    )
    def test_the_sender_is_the_organisations_own_and_says_how_to_stop(self, elks, texted, send, typed, sender, ending):
        texted(1, language="en")
        send(organisation=OrganisationFactory(kind=Organisation.Kind.POLICE, sms_sender=typed), texts=None)
        (sms,) = elks.taken
        assert sms["from"] == sender
        assert ending in sms["message"].split("\n")[-1]

    def test_a_swedish_text_to_an_arabic_reader_stays_cheap(self, elks, texted, send):
        texted(1, language="ar")
        send(texts={"sv": ("Inbrott i källare", "Lås – ordentligt.")})
        assert elks.taken[0]["message"].splitlines()[1] == "Lås - ordentligt."
        assert Delivery.objects.get().parts == 1


def test_an_alert_and_a_notice_by_sms_take_the_same_way(elks, texted, due):
    texted(2)
    due(urgency=Notice.Urgency.ACT_NOW)
    expand.start_due("alerts")
    run.deliver("alerts")
    assert len(elks.taken) == 2
