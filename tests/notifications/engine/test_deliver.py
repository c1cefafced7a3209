"""A notice on its way: what each recipient's mail server answers decides only that recipient's row."""

import socket
from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Consent, Resident, User
from notifications.models import Delivery, Endpoint, Notice
from notifications.outbox import claim, expand, run
from notifications.outbox.run import Run
from notifications.outbox.run import send as send_batch
from notifications.transports import email as mail_transport
from notifications.transports.base import Outcome, Transport, TransportAway, Verdict
from tests.factories import EndpointFactory
from tests.notifications.engine.rows import come_due, states
from tests.notifications.engine.smtp import Post

pytestmark = pytest.mark.django_db


def test_every_recipient_gets_one_mail_and_the_notice_is_sent(post, neighbours, send):
    neighbours(*"abcde")
    notice = send()
    assert sorted(post.recipients()) == [f"{name}@example.org" for name in "abcde"]
    assert len(post.message_ids()) == 5
    assert set(states().values()) == {("sent", "")}
    assert notice.state == Notice.State.SENT
    assert (notice.people, notice.unreachable) == (5, 0)
    assert notice.finished_at is not None


def test_one_connection_serves_all_batches_of_a_run(post, neighbours, send, settings):
    settings.OUTBOX_BATCH = 3
    neighbours(*"abcdefgh")
    send()
    assert len(post.taken) == 8
    assert post.connections == 1


def test_a_passing_no_and_a_final_no_never_stop_the_others(post, neighbours, send):
    neighbours(*"abcdef")
    post.at_rcpt = {"b": "450 4.2.0 come back later", "c": "550 5.1.1 no such user"}
    post.at_data = {"d": "451 4.3.0 busy", "e": "554 5.7.1 not liked"}
    before = timezone.now()
    notice = send()
    assert sorted(post.recipients()) == ["a@example.org", "f@example.org"]
    assert states() == {
        "a": ("sent", ""),
        "b": ("retry", "smtp-450"),
        "c": ("failed", "smtp-550"),
        "d": ("retry", "smtp-451"),
        "e": ("failed", "smtp-554"),
        "f": ("sent", ""),
    }
    assert notice.state == Notice.State.SENDING
    later = Delivery.objects.filter(state="retry")
    assert all(before + timedelta(seconds=50) < row.due_at for row in later)
    post.at_rcpt, post.at_data = {}, {}
    run.deliver("notices")
    assert len(post.taken) == 2, "tried again before its time"
    come_due()
    run.deliver("notices")
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT
    assert states()["b"] == states()["d"] == ("sent", "")


def test_pauses_grow_until_the_tries_are_used_up(post, neighbours, send, settings):
    neighbours("a")
    post.at_rcpt = {"a": "451 busy"}
    notice = send()
    pauses = []
    for _ in range(len(settings.OUTBOX_RETRY_PAUSES)):
        row = Delivery.objects.get()
        assert row.state == "retry"
        pauses.append(round((row.due_at - timezone.now()).total_seconds() / 60))
        come_due()
        run.deliver("notices")
    assert pauses == [1, 5, 20, 60, 240, 720]
    notice.refresh_from_db()
    assert states() == {"a": ("failed", "smtp-451")}
    assert notice.state == Notice.State.SENT
    assert Endpoint.objects.get().set_aside_at is None, "a server's bad day is no fault of the address"


def test_an_address_that_bounces_three_times_is_set_aside(post, neighbours, send):
    (endpoint,) = neighbours("a")
    neighbours("b")
    post.at_rcpt = {"a": "550 5.1.1 no such user"}
    for round_ in (1, 2, 3):
        send()
        endpoint.refresh_from_db()
        assert endpoint.refusals == round_
        assert (endpoint.set_aside_at is not None) == (round_ == 3)
    notice = send()
    assert not Delivery.objects.filter(notice=notice, endpoint=endpoint).exists()
    assert notice.unreachable == 1
    assert not Consent.objects.filter(user=endpoint.user).exists(), "a bounce is no answer from the person"


def test_a_mail_that_arrives_forgives_earlier_bounces(post, neighbours, send):
    (endpoint,) = neighbours("a", refusals=2)
    send()
    endpoint.refresh_from_db()
    assert endpoint.refusals == 0


def test_a_text_the_server_dislikes_does_not_cost_the_address(post, neighbours, send):
    (endpoint,) = neighbours("a")
    post.at_data = {"a": "554 5.7.1 looks like spam"}
    send()
    endpoint.refresh_from_db()
    assert states() == {"a": ("failed", "smtp-554")}
    assert endpoint.refusals == 0


def test_what_the_server_holds_against_our_address_is_tried_again(post, neighbours, send):
    (endpoint,) = neighbours("a")
    post.at_mail = ["550 5.7.1 sender refused"]
    send()
    endpoint.refresh_from_db()
    assert states() == {"a": ("retry", "smtp-550")}
    assert endpoint.refusals == 0


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", Post.DROP])
@pytest.mark.parametrize("stage", ["at_rcpt", "at_data"])
def test_a_connection_lost_in_the_middle_is_opened_once_more(post, neighbours, send, stage, answer):
    neighbours(*"abcde")
    setattr(post, stage, {"b": answer})
    send()
    assert sorted(post.recipients()) == [f"{name}@example.org" for name in "acde"]
    assert post.connections == 2
    found = states()
    assert found.pop("b") == ("retry", "smtp-421" if answer.startswith("421") else "connection-lost")
    assert set(found.values()) == {("sent", "")}


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", Post.DROP])
def test_a_server_that_keeps_closing_gets_the_rest_later_without_using_up_tries(post, neighbours, send, answer):
    neighbours(*"abcdef")
    post.at_rcpt = {"b": answer, "d": answer}
    send()
    rows = {row.endpoint.address[0]: row for row in Delivery.objects.select_related("endpoint")}
    assert {name: (row.state, row.attempts) for name, row in rows.items()} == {
        "a": ("sent", 1),
        "b": ("retry", 1),
        "c": ("sent", 1),
        "d": ("retry", 1),
        "e": ("retry", 0),
        "f": ("retry", 0),
    }
    soon = timezone.now() + timedelta(seconds=15)
    assert rows["e"].due_at < soon < rows["b"].due_at
    post.at_rcpt = {}
    come_due()
    run.deliver("notices")
    assert {row.state for row in Delivery.objects.all()} == {"sent"}


def test_a_mail_taken_without_an_answer_comes_again_under_the_same_id(post, neighbours, send):
    neighbours(*"ab")
    post.at_data = {"a": [Post.DROP_AFTER, None]}
    send()
    assert states()["a"] == ("retry", "connection-lost")
    come_due()
    run.deliver("notices")
    assert states()["a"] == ("sent", "")
    copies = [mail["Message-ID"] for mail in post.taken if mail["To"] == "a@example.org"]
    assert len(copies) == 2
    assert len(set(copies)) == 1


def test_without_a_mail_server_everything_waits_a_moment(neighbours, send, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = nobody.getsockname()
    neighbours(*"abc")
    notice = send()
    assert set(states().values()) == {("retry", "no-connection")}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    assert notice.state == Notice.State.SENDING


def test_an_address_that_is_none_is_refused_without_asking_anyone(post, neighbours, send):
    neighbours(*"ab")
    Endpoint.objects.filter(address="a@example.org").update(address="a@example.org\r\nBcc: all@example.org")
    send()
    assert post.recipients() == ["b@example.org"]
    assert Delivery.objects.get(reason="bad-address").state == "failed"


class Choosy(Transport):
    """Stumbles over one row in the way the test says."""

    how = "outcome"

    def deliver(self, batch):
        for number, parcel in enumerate(batch):
            if number == 1 and self.how == "break":
                raise RuntimeError("a bug")
            if number == 1 and self.how == "away":
                raise TransportAway("no-connection")
            yield Outcome(parcel.row, Verdict.SENT)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("break", {"a": ("sent", "", 1), "b": ("retry", "error", 1), "c": ("queued", "", 0)}),
        ("away", {"a": ("sent", "", 1), "b": ("retry", "no-connection", 0), "c": ("retry", "no-connection", 0)}),
    ],
)
def test_a_transport_that_breaks_loses_nothing(neighbours, due, settings, monkeypatch, how, expected):
    settings.TRANSPORTS = {"email": f"{__name__}.Choosy"}
    monkeypatch.setattr(Choosy, "how", how)
    monkeypatch.setattr("notifications.outbox.run.import_string", lambda path: Choosy)
    neighbours(*"abc")
    due()
    expand.start_due("notices")
    batch = claim.deliveries("notices", claim.Letters())
    send_batch(batch, Run())
    rows = Delivery.objects.select_related("endpoint")
    assert {row.endpoint.address[0]: (row.state, row.reason, row.attempts) for row in rows} == expected


def test_one_channel_out_of_reach_does_not_slow_the_other(neighbours, due, settings):
    settings.OUTBOX_BATCH = 2
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = nobody.getsockname()
    mails = neighbours(*"abc")
    for number, mail in enumerate(mails):
        EndpointFactory(user=mail.user, channel="sms", address=f"+4670174060{number}")
    due()
    expand.start_due("notices")
    for number, mail in enumerate(mails):
        one_batch = timezone.now() - timedelta(minutes=10 - number)
        Delivery.objects.filter(endpoint__user=mail.user).update(due_at=one_batch)
    run.deliver("notices")
    rows = Delivery.objects.values_list("channel", "state", "attempts", "reason")
    assert set(rows) == {("sms", "sent", 1, ""), ("email", "retry", 0, "no-connection")}


def test_one_letter_that_cannot_be_written_stops_no_other(post, neighbours, send, monkeypatch):
    neighbours("a")
    neighbours("b", language="en")
    real = mail_transport.Sheet

    def picky(letter, from_address):
        if letter.language == "sv":
            raise RuntimeError("a bug")
        return real(letter, from_address)

    monkeypatch.setattr(mail_transport, "Sheet", picky)
    send()
    assert states() == {"a": ("retry", "error"), "b": ("sent", "")}


def test_an_alert_is_not_touched_by_the_worker_of_ordinary_notices(post, neighbours, due):
    neighbours("a")
    due(urgency=Notice.Urgency.ACT_NOW)
    expand.start_due("notices")
    run.deliver("notices")
    assert not Delivery.objects.exists()
    expand.start_due("alerts")
    run.deliver("notices")
    assert post.taken == []
    run.deliver("alerts")
    assert len(post.taken) == 1


def test_batches_give_way_and_the_rest_waits_in_the_queue(post, neighbours, due, monkeypatch):
    neighbours(*"abc")
    due()
    expand.start_due("notices")
    moments = iter([0.0, 1.0, 2.0, 3.0, *[6.0] * 20])
    rung = []
    monkeypatch.setattr("notifications.outbox.run.monotonic", lambda: next(moments))
    monkeypatch.setattr("notifications.outbox.run.ring", lambda task, **how: rung.append((task, how["queue"])))
    run.deliver("notices")
    assert len(post.taken) == 2
    assert sorted(state for state, _ in states().values()) == ["queued", "sent", "sent"]
    assert set(Delivery.objects.filter(state="queued").values_list("attempts", "claim")) == {(0, None)}
    assert rung == [("notifications.deliver", "notices")]


def test_a_row_taken_over_by_another_worker_is_not_written_over(post, neighbours, due, monkeypatch):
    neighbours("a")
    due()
    expand.start_due("notices")
    real = claim.deliveries

    def reclaimed_meanwhile(queue, letters):
        batch = real(queue, letters)
        Delivery.objects.update(state="retry", reason="stuck", claim=None)
        monkeypatch.setattr("notifications.outbox.claim.deliveries", lambda *_: None)
        return batch

    monkeypatch.setattr("notifications.outbox.claim.deliveries", reclaimed_meanwhile)
    run.deliver("notices")
    assert states() == {"a": ("retry", "stuck")}


@pytest.mark.parametrize("recipients", [1, 90])
def test_a_batch_takes_the_same_statements_whatever_its_size(
    post, neighbours, due, django_assert_num_queries, recipients
):
    neighbours(*(f"n{number}" for number in range(recipients)))
    due()
    expand.start_due("notices")
    # Claim, rows, notice, still meant, texts, settle.
    with django_assert_num_queries(6):
        batch = claim.deliveries("notices", claim.Letters())
        assert send_batch(batch, Run())
    assert len(post.taken) == recipients


class Willing(Transport):
    """Takes everything at once."""

    def deliver(self, batch):
        for parcel in batch:
            yield Outcome(parcel.row, Verdict.SENT)


def test_a_thousand_recipients_take_twenty_four_statements(
    stairwell, due, settings, monkeypatch, django_assert_num_queries
):
    settings.OUTBOX_BATCH = 500
    settings.TRANSPORTS = {"email": f"{__name__}.Willing"}
    monkeypatch.setattr("notifications.outbox.run.import_string", lambda path: Willing)
    # A slow machine must not give way in the middle.
    monkeypatch.setattr("notifications.outbox.run.GIVE_WAY_AFTER", 1_000.0)
    users = User.objects.bulk_create(User(email=f"n{number}@example.org") for number in range(1_000))
    Resident.objects.bulk_create(Resident(user=user, stairwell=stairwell) for user in users)
    Endpoint.objects.bulk_create(Endpoint(user=user, channel="email", address=user.email) for user in users)
    due()
    expand.start_due("notices")
    # Each batch: messages, claim, rows, notice, still meant and five times a hundred settled; once: texts, two
    # looks that find nothing more, and the notice finished.
    with django_assert_num_queries(2 * 10 + 4):
        run.deliver("notices")
    assert Delivery.objects.filter(state="sent").count() == 1_000


def test_a_notice_that_cannot_be_written_does_not_hold_back_the_others(post, neighbours, due, monkeypatch):
    neighbours(*"ab")
    broken, whole = due(), due()
    written = claim.notice_letter

    def failing(notice, *rest, **words):
        if notice.pk == broken.pk:
            raise ValueError("no such word")
        return written(notice, *rest, **words)

    monkeypatch.setattr(claim, "notice_letter", failing)
    expand.start_due("notices")
    run.deliver("notices")
    assert set(Delivery.objects.filter(notice=whole).values_list("state", flat=True)) == {"sent"}
    rows = Delivery.objects.filter(notice=broken)
    assert set(rows.values_list("state", "reason", "attempts")) == {("retry", "error", 1)}
    monkeypatch.undo()
    come_due()
    run.deliver("notices")
    assert set(rows.values_list("state", flat=True)) == {"sent"}
    assert len(post.taken) == 4
