"""Sign-in codes and other messages to one person."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Message, Notice
from notifications.outbox import expand, mend, post_message, run
from notifications.transports.console import masked
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def code(**changed):
    message = {
        "purpose": Message.Purpose.CODE,
        "channel": "email",
        "address": "granne@example.org",
        "language": "sv",
        "subject": "Din kod",
        "text": "Din kod är 123 456.\n\nDen gäller i tio minuter.",
        "expires_at": timezone.now() + timedelta(minutes=10),
    }
    return post_message(**message | changed)


def test_a_code_arrives_and_nothing_of_it_stays(post):
    message = code()
    assert b"123 456" not in bytes(message.sealed)
    run.deliver("alerts")
    (mail,) = post.taken
    assert (mail["To"], mail["Subject"]) == ("granne@example.org", "Din kod")
    assert "Din kod är 123 456." in mail.get_body(("plain",)).get_content()
    assert "Din kod är 123 456." in mail.get_body(("html",)).get_content()
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Id"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    message.refresh_from_db()
    assert (message.state, message.sealed, message.claim) == ("sent", None, None)
    assert message.settled_at


def test_a_code_goes_before_an_alert_to_many(post, neighbours, due):
    neighbours(*"abc")
    due(urgency=Notice.Urgency.ACT_NOW)
    expand.start_due("alerts")
    code()
    run.deliver("alerts")
    assert post.recipients()[0] == "granne@example.org"
    assert len(post.taken) == 4


def test_an_old_code_is_not_sent(post):
    message = code(expires_at=timezone.now())
    run.deliver("alerts")
    message.refresh_from_db()
    assert post.taken == []
    assert (message.state, message.reason, message.sealed) == ("skipped", "expired", None)


def test_a_code_that_bounces_is_wiped_too(post):
    post.at_rcpt = {"granne": "550 no such user"}
    message = code()
    run.deliver("alerts")
    message.refresh_from_db()
    assert (message.state, message.reason, message.sealed) == ("failed", "smtp-550", None)


def test_a_code_that_must_wait_keeps_its_words(post):
    post.at_rcpt = {"granne": ["450 later", None]}
    message = code()
    run.deliver("alerts")
    message.refresh_from_db()
    assert message.state == "retry"
    Message.objects.update(due_at=timezone.now())
    run.deliver("alerts")
    assert post.recipients() == ["granne@example.org"]


def test_a_row_this_server_cannot_open_stops_no_other(post):
    broken, fine = code(), code(address="annan@example.org")
    Message.objects.filter(pk=broken.pk).update(sealed=b"not ours")
    run.deliver("alerts")
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, broken.reason, fine.state) == ("failed", "unreadable", "sent")


def test_a_code_of_a_dead_worker_comes_again(post, settings):
    message = code()
    long_ago = timezone.now() - settings.OUTBOX_STUCK_AFTER * 2
    Message.objects.update(state="sending", claimed_at=long_ago, claim="11111111-1111-4111-8111-111111111111")
    mend.reclaim()
    run.deliver("alerts")
    message.refresh_from_db()
    assert message.state == "sent"


def test_html_in_a_message_stays_text(post):
    code(text="Hej <b>du</b> & <script>alert(1)</script>")
    run.deliver("alerts")
    html = post.taken[0].get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "Hej &lt;b&gt;du&lt;/b&gt; &amp; " in html


@pytest.mark.parametrize("demo", [True, False])
def test_an_sms_lies_in_the_demo_box_and_nowhere_else(settings, tmp_path, caplog, demo):
    settings.DEMO, settings.RUN_DIR = demo, tmp_path
    code(channel="sms", address="+46701740605", subject="", text="Din kod är 123 456.", user=UserFactory())
    code(channel="sms", address="+46701740606", subject="", text="Din kod är 654 321.")
    run.deliver("alerts")
    box = tmp_path / "sms"
    assert box.exists() == demo
    if demo:
        lines = [json.loads(line) for line in box.read_text().splitlines()]
        assert [(line["to"], line["text"]) for line in lines] == [
            ("+46701740605", "Din kod är 123 456."),
            ("+46701740606", "Din kod är 654 321."),
        ]
        assert box.stat().st_mode & 0o077 == 0
    assert "+46701740605" not in caplog.text
    assert "123 456" not in caplog.text
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize(("address", "shown"), [("+46701740605", "+46*******05"), ("12345", "*****"), ("", "")])
def test_a_log_line_hides_the_number(address, shown):
    assert masked(address) == shown
