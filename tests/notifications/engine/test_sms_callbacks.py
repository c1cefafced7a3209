"""The provider calls back: delivered or not, and what people answer."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from buildings.models import Consent
from buildings.sealing import unseal
from notifications.answers import is_stop
from notifications.models import Delivery, Endpoint, Message
from notifications.outbox import claim, expand, run
from notifications.outbox.run import Run
from notifications.outbox.run import send as send_batch
from notifications.sms import callback_secret
from tests.factories import EndpointFactory, NoticeFactory, UserFactory

pytestmark = pytest.mark.django_db

NUMBER = "+46701740605"


@pytest.fixture
def provider():
    """Has neither session, cookie nor CSRF token."""
    return Client(enforce_csrf_checks=True)


def report(provider, provider_id, status, secret=None):
    url = reverse("notices:sms_report", args=[secret or callback_secret()])
    answer = provider.post(url, {"id": provider_id, "status": status, "delivered": "2026-11-23T12:00:00"})
    return answer.status_code


def write(provider, words, number=NUMBER, secret=None):
    url = reverse("notices:sms_answer", args=[secret or callback_secret()])
    answer = provider.post(url, {"direction": "incoming", "id": "s1", "from": number, "to": "+46", "message": words})
    assert answer.status_code != 204 or answer.content == b"", "the provider sends a body as an SMS"
    return answer.status_code


def sent_back():
    return [unseal(message.sealed) for message in Message.objects.order_by("pk")]


@pytest.fixture
def row():
    endpoint = EndpointFactory(channel="sms", address=NUMBER)
    return Delivery.objects.create(
        notice=NoticeFactory(), endpoint=endpoint, channel="sms", state="sent", provider_id="s42", parts=1
    )


class TestReports:
    """Delivery reports."""

    @pytest.mark.parametrize(
        ("told", "state", "reason"),
        [
            (["delivered"], "delivered", ""),
            (["delivered", "delivered"], "delivered", ""),
            (["sent"], "sent", ""),
            (["sent", "delivered", "sent"], "delivered", ""),
            (["failed"], "failed", "sms-not-delivered"),
            (["failed", "failed", "sent"], "failed", "sms-not-delivered"),
            (["failed", "delivered"], "delivered", ""),
            (["delivered", "failed"], "delivered", ""),
            (["something new"], "sent", ""),
        ],
    )
    def test_in_whatever_order_and_however_often(self, provider, row, told, state, reason):
        assert {report(provider, "s42", status) for status in told} == {204}
        row.refresh_from_db()
        assert (row.state, row.reason) == (state, reason)

    @pytest.mark.parametrize("provider_id", ["", "s43", "s42\x00", "x" * 5000])
    def test_a_row_nobody_knows_is_asked_about_again(self, provider, row, provider_id):
        assert report(provider, provider_id, "delivered") == 404
        row.refresh_from_db()
        assert row.state == "sent"

    @pytest.mark.parametrize("status", ["delivered", "failed"])
    def test_a_send_booked_while_its_report_is_read_is_asked_about_again(self, provider, row, status):
        Delivery.objects.filter(pk=row.pk).update(provider_id="", state="sending")
        booked = []

        def book_after_the_update(execute, sql, params, many, context):
            answer = execute(sql, params, many, context)
            if sql.startswith("UPDATE") and not booked:
                booked.append(row.pk)
                Delivery.objects.filter(provider_id="").update(provider_id="s42", state="sent")
            return answer

        with connection.execute_wrapper(book_after_the_update):
            assert report(provider, "s42", status) == 404, "it is in nobody's books yet"
        assert report(provider, "s42", status) == 204
        row.refresh_from_db()
        assert row.state == status

    def test_a_report_before_the_send_is_booked_comes_again_afterwards(self, provider, elks, texted, due):
        texted(1)
        due()
        expand.start_due("notices")
        batch = claim.deliveries("notices", claim.Letters())
        early = []
        real = elks.answer

        def reports_first(form):
            answer = real(form)
            early.append(f"s{len(elks.taken):032x}")
            return answer

        elks.answer = reports_first
        assert Delivery.objects.get().provider_id == ""
        assert report(provider, f"s{1:032x}", "delivered") == 404
        send_batch(batch, Run())
        assert report(provider, early[0], "delivered") == 204
        assert Delivery.objects.get().state == "delivered"

    @pytest.mark.parametrize("secret", ["wrong", "x" * 40, "%00"])
    def test_a_forged_one_changes_nothing(self, provider, row, secret):
        assert report(provider, "s42", "failed", secret) == 404
        assert write(provider, "STOP", secret=secret) == 404
        row.refresh_from_db()
        assert (row.state, row.endpoint.wants) == ("sent", "all")

    def test_a_mail_of_the_same_name_is_not_meant(self, provider, row):
        Delivery.objects.update(channel="email")
        assert report(provider, "s42", "failed") == 404

    def test_the_secret_can_be_set_and_is_otherwise_the_servers_own(self, provider, row, settings):
        own = callback_secret()
        assert len(own) == 40
        settings.ELKS_SECRET = "chosen-by-the-operator"
        assert report(provider, "s42", "delivered", own) == 404
        assert report(provider, "s42", "delivered", "chosen-by-the-operator") == 204


class TestStop:
    """STOP, in any language and case."""

    @pytest.mark.parametrize(
        "words",
        [
            *("STOP", "stop", " Stopp! ", "sluta", "SLUTA tack", "QUIT", "“Stop.”", "Avsluta", "Stop sending this"),
            *("توقف", "إلغاء", "الغاء", "أوقف الرسائل", "Jooji", "jooji fadlan", "Lopeta"),
        ],
    )
    def test_a_word_that_means_it_is_enough(self, words):
        assert is_stop(words)

    @pytest.mark.parametrize("words", ["", " ", "!!!", "Tack", "stoppur", "Nonstop", "Vem är du?", "112", "شكرا"])
    def test_other_words_are_not(self, words):
        assert not is_stop(words)

    def test_everyone_with_the_number_gets_no_more_and_the_ledger_says_how(self, provider):
        first = EndpointFactory(channel="sms", address=NUMBER, user__language="en")
        second = EndpointFactory(channel="sms", address=NUMBER, wants="urgent")
        mail = EndpointFactory(user=first.user)
        other = EndpointFactory(channel="sms", address="+46701740606")
        assert write(provider, "Stopp") == 204
        wants = dict(Endpoint.objects.values_list("pk", "wants"))
        assert wants == {first.pk: "nothing", second.pk: "nothing", mail.pk: "all", other.pk: "all"}
        lines = Consent.objects.order_by("user")
        assert {(line.purpose, line.given, line.way) for line in lines} == {("sms", False, "stop")}
        assert {line.user_id for line in lines} == {first.user_id, second.user_id}

    def test_one_sms_says_so_however_often_it_is_said(self, provider):
        EndpointFactory(channel="sms", address=NUMBER, user__language="en")
        for words in ("STOP", "STOP", "stopp"):
            assert write(provider, words) == 204
        (answer,) = sent_back()
        assert (answer["address"], answer["language"]) == (NUMBER, "en")
        assert "You get no more SMS" in answer["text"]

    def test_a_strangers_stop_gets_no_answer(self, provider):
        assert write(provider, "STOP") == 204
        assert sent_back() == []

    def test_who_has_stopped_gets_nothing_more(self, provider, elks, texted, send):
        one, two = texted(2)
        write(provider, "STOP", number=one.address)
        send()
        assert elks.numbers() == [two.address]

    def test_stopped_between_the_rows_and_the_sending_means_not_sent(self, provider, elks, texted, due):
        (one,) = texted(1)
        due()
        expand.start_due("notices")
        write(provider, "STOP", number=one.address)
        run.deliver("notices")
        assert elks.taken == []
        assert Delivery.objects.get().reason == "unsubscribed"


class TestOtherAnswers:
    """Nobody reads them, and says so."""

    def test_once_a_day_it_is_told_whom_to_call(self, provider):
        EndpointFactory(channel="sms", address=NUMBER, user__language="en")
        for words in ("Help", "Are you there?", "x" * 5000):
            assert write(provider, words) == 204
        (answer,) = sent_back()
        assert answer["text"].startswith("Nobody reads answers here.")
        assert "112" in answer["text"]
        assert "114 14" in answer["text"]
        assert Endpoint.objects.get().wants == "all"

    def test_a_stranger_is_told_too_in_swedish(self, provider):
        write(provider, "Hjälp")
        (answer,) = sent_back()
        with override("sv"):
            assert answer["language"] == "sv"
        assert "112" in answer["text"]

    @pytest.mark.parametrize("number", ["", "Telia", "71700", "+46", "070-174 06 05", "+4670174\x00", "+" + "1" * 40])
    def test_a_machine_gets_no_answer(self, provider, number):
        assert write(provider, "Ditt saldo", number=number) == 204
        assert sent_back() == []


class TestStopLink:
    """The link in an SMS from a name."""

    @pytest.fixture
    def endpoint(self):
        return EndpointFactory(channel="sms", address=NUMBER, user__language="en")

    def test_it_speaks_of_sms_and_one_press_stops_them_for_the_number(self, provider, endpoint):
        shared = EndpointFactory(channel="sms", address=NUMBER)
        url = reverse("notices:stop", args=[endpoint.token])
        assert url == f"/s/{endpoint.token}"
        page = provider.get(url).text
        assert "Do you want fewer SMS?" in page
        assert "mail" not in page.split("<main")[1].split("</main")[0].lower()
        assert "You get no more notices by SMS" in provider.post(url, {"wants": "nothing"}).text
        assert set(Endpoint.objects.values_list("wants", flat=True)) == {"nothing"}
        assert Consent.objects.filter(user=shared.user, way="one_click").count() == 1

    def test_only_urgent_never_gives_anybody_more(self, provider, endpoint):
        stopped = EndpointFactory(channel="sms", address=NUMBER, wants="nothing")
        loud = EndpointFactory(channel="sms", address=NUMBER)
        page = provider.post(reverse("notices:stop", args=[endpoint.token]), {"wants": "urgent"})
        assert "You get only urgent notices by SMS" in page.text
        wants = dict(Endpoint.objects.values_list("pk", "wants"))
        assert wants == {endpoint.pk: "urgent", stopped.pk: "nothing", loud.pk: "urgent"}

    def test_a_mails_link_still_speaks_of_mail(self, provider):
        mail = EndpointFactory(user=UserFactory(language="en"))
        assert "fewer mails" in provider.get(reverse("notices:stop", args=[mail.token])).text
