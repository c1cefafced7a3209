"""One mail a day: gathered at its hour, true when it leaves, and in the books like any other."""

import importlib
import operator
import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from buildings.models import Resident
from notifications import feedback
from notifications.models import FINAL, Delivery, Endpoint, Message, Notice, Rhythm
from notifications.outbox import claim, digest, expand, mend, run
from notifications.outbox.books import Books, Entry
from notifications.outbox.claim import message_id
from tests.factories import ContactFactory, EndpointFactory, NoticeFactory, ResidentFactory

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 11, 24, 12, tzinfo=HERE)
FIVE = datetime(2026, 11, 24, 17, tzinfo=HERE)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


@pytest.fixture
def daily(neighbours):
    """Makes neighbours who get one mail a day, at five."""

    def make(*names, **endpoint):
        made = neighbours(*names, **endpoint)
        Rhythm.objects.bulk_create(Rhythm(user=one.user, digest=True, digest_at=time(17)) for one in made)
        return made

    return make


def at_five(clock):
    clock.move_to(FIVE)
    digest.gather()
    run.deliver("notices")


def states():
    return sorted(Delivery.objects.values_list("state", "reason"))


def named(title, **fields):
    return {"texts": {"sv": (title, f"Om {title}."), "ar": (f"ع {title}", "نص")}} | fields


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def test_everything_of_a_day_comes_in_one_mail_at_its_hour(post, daily, neighbours, send, clock):
    daily("a")
    neighbours("b")
    first = send(**named("Cykel"))
    second = send(**named("Dörr", urgency=Notice.Urgency.BE_AWARE))
    assert post.recipients() == ["b@example.org"] * 2
    assert sorted(set(Delivery.objects.filter(state="held").values_list("reason", "due_at", "queue"))) == [
        ("digest", FIVE, "digest")
    ]
    clock.move_to(FIVE - timedelta(seconds=1))
    digest.gather()
    run.deliver("notices")
    assert len(post.taken) == 2
    at_five(clock)
    *_, mail = post.taken
    assert len(post.taken) == 3
    assert mail["To"] == "a@example.org"
    assert mail["Subject"] == "2 nya anslag för din trapp"
    for part in (text_of(mail), html_of(mail)):
        assert part.index("Dörr") < part.index("Cykel"), "what to be aware of comes first"
        assert str(first.public_id) in part
        assert str(second.public_id) in part
    assert states() == [("sent", "")] * 4
    assert set(Notice.objects.values_list("state", flat=True)) == {Notice.State.SENT}
    digest.gather()
    run.deliver("notices")
    assert len(post.taken) == 3


def test_an_alert_does_not_wait_for_the_daily_mail(post, daily, send, clock):
    daily("a")
    send(urgency=Notice.Urgency.ACT_NOW)
    assert post.recipients() == ["a@example.org"]
    at_five(clock)
    assert len(post.taken) == 1


def test_what_would_be_over_by_then_comes_alone(post, daily, send, clock):
    daily("a")
    send(expires_at=FIVE)
    assert post.recipients() == ["a@example.org"]


def test_it_comes_at_its_hour_even_in_the_quiet_ones(post, daily, send, clock, settings):
    settings.QUIET_HOURS = (time(16), time(8))
    daily("a")
    send()
    at_five(clock)
    assert post.recipients() == ["a@example.org"]


def test_only_mail_waits_for_it(post, daily, send, clock, settings):
    settings.TRANSPORTS = {**settings.TRANSPORTS, "sms": "notifications.transports.console.ConsoleTransport"}
    (mail,) = daily("a")
    EndpointFactory(user=mail.user, channel="sms", address="+46701740605")
    send()
    assert sorted(Delivery.objects.values_list("channel", "state")) == [("email", "held"), ("sms", "sent")]


def test_somebody_with_two_addresses_gets_it_on_each(post, daily, send, clock):
    (mail,) = daily("a")
    EndpointFactory(user=mail.user, address="other@example.org")
    send()
    send()
    at_five(clock)
    assert sorted(post.recipients()) == ["a@example.org", "other@example.org"]
    assert len(post.message_ids()) == 2


def test_the_headers_let_the_reader_leave_in_one_press(post, daily, send, clock):
    (endpoint,) = daily("a")
    send()
    at_five(clock)
    (mail,) = post.taken
    assert endpoint.token in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "Trappan <anslag.trappan.test>"
    assert mail["Message-ID"] == message_id("m", Message.objects.get().pk)
    link = re.search(r"<http://testserver(.*)>", mail["List-Unsubscribe"])[1]
    assert Client().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    endpoint.refresh_from_db()
    assert endpoint.wants == "nothing"


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so"])
def test_it_reads_well_in_every_language_and_direction(post, daily, send, clock, language):
    daily("a", language=language)
    send(**named("Cykel"))
    send(texts={"sv": ("Bara svenska", "Hej <du> & granne")})
    at_five(clock)
    (mail,) = post.taken
    html = html_of(mail)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert '<div lang="sv" dir="ltr">' in html
    assert ('<div lang="ar" dir="rtl">' in html) == (language == "ar")
    assert "Hej &lt;du&gt; &amp; granne" in html
    assert "Hej <du> & granne" in text_of(mail)
    assert not re.search(r"<(img|link|script|iframe|object|video|style)\b|url\(|src=|@import", html)


def test_what_is_over_or_called_back_is_left_out(post, daily, send, clock):
    daily("a")
    send(**named("Kvar"))
    over, called_back = send(**named("Över")), send(**named("Inställt"))
    Notice.objects.filter(pk=over.pk).update(expires_at=FIVE)
    Notice.objects.filter(pk=called_back.pk).update(state=Notice.State.CANCELLED)
    at_five(clock)
    (mail,) = post.taken
    assert mail["Subject"] == "Ett nytt anslag för din trapp"
    assert "Kvar" in text_of(mail)
    assert not re.search("Över|Inställt", text_of(mail) + html_of(mail))
    assert states() == [("sent", ""), ("skipped", "cancelled"), ("skipped", "expired")]


@pytest.mark.parametrize("change", ["unsubscribed", "left", "set-aside", "deleted"])
def test_one_who_said_no_meanwhile_gets_nothing(post, daily, send, clock, change):
    (endpoint,) = daily("a")
    notice = send()
    if change == "unsubscribed":
        Endpoint.objects.update(wants=Endpoint.Wants.NOTHING)
    elif change == "left":
        Resident.objects.update(state=Resident.State.LEFT)
    elif change == "set-aside":
        Endpoint.objects.update(set_aside_at=timezone.now())
    else:
        endpoint.delete()
    at_five(clock)
    assert post.taken == []
    assert states() == [("skipped", "left" if change == "deleted" else change)]
    assert not Message.objects.exclude(state="skipped", reason="empty").exists()
    mend.finish()
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT


def test_a_no_between_gathering_and_sending_is_honoured(post, daily, send, clock):
    daily("a", "b")
    send()
    clock.move_to(FIVE)
    digest.gather()
    Endpoint.objects.filter(address="a@example.org").update(wants=Endpoint.Wants.NOTHING)
    run.deliver("notices")
    assert post.recipients() == ["b@example.org"]
    assert states() == [("sent", ""), ("skipped", "unsubscribed")]


def test_what_is_for_contacts_says_only_that_it_is_there(post, daily, send, clock, stairwell):
    (contact,) = daily("a", language="en")
    ContactFactory(user=contact.user, stairwell=stairwell)
    send(**named("Cykel"))
    secret = send(contacts_only=True, **named("Hemligt"))
    at_five(clock)
    (mail,) = post.taken
    assert mail["Subject"] == "2 new notices for your stairwell"
    for part in (text_of(mail), html_of(mail)):
        assert "Cykel" in part
        assert "There is a new notice for your stairwell. Sign in to read it." in part
        assert str(secret.public_id) in part
        assert not re.search("Hemligt|ontact", part)


def test_one_who_wants_no_words_shown_reads_only_how_many(post, daily, send, clock, stairwell):
    (shy,) = daily("a", language="en", show_words=False)
    ContactFactory(user=shy.user, stairwell=stairwell)
    send(**named("Cykel"))
    send(contacts_only=True, **named("Hemligt"))
    at_five(clock)
    (mail,) = post.taken
    assert mail["From"].addresses[0].display_name == "Trappan"
    for part in (text_of(mail), html_of(mail)):
        assert "There are 2 new notices for your stairwell." in part
        assert not re.search("Hemligt|Cykel|anslag/", part)
        assert "/min-trapp/" in part


def test_a_mail_that_must_wait_is_written_anew_and_its_rows_wait_with_it(post, daily, send, clock):
    daily("a")
    notice, other = send(**named("Kvar")), send(**named("Över"))
    post.at_rcpt = {"a": ["450 later", None]}
    at_five(clock)
    assert states() == [("held", "digest")] * 2
    assert Message.objects.get().state == "retry"
    Notice.objects.filter(pk=other.pk).update(expires_at=FIVE + timedelta(minutes=1))
    clock.move_to(FIVE + timedelta(minutes=2))
    digest.gather()
    run.deliver("notices")
    (mail,) = post.taken
    assert "Över" not in text_of(mail)
    assert states() == [("sent", ""), ("skipped", "expired")]
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT


def test_a_mail_that_is_refused_counts_for_its_rows_and_its_address(post, daily, send, clock):
    (endpoint,) = daily("a")
    send()
    send()
    post.at_rcpt = {"a": "550 5.1.1 no such user"}
    at_five(clock)
    endpoint.refresh_from_db()
    assert states() == [("failed", "smtp-550")] * 2
    assert endpoint.refusals == 1


@pytest.mark.parametrize(
    ("word", "state", "reason"), [("delivered", "delivered", ""), ("bounced", "failed", "bounced")]
)
def test_the_providers_later_word_is_for_every_row_of_the_mail(post, daily, send, clock, word, state, reason):
    (endpoint,) = daily("a")
    send()
    send()
    at_five(clock)
    mail = feedback.Row(Message, Message.objects.get().pk)
    if word == "delivered":
        assert feedback.delivered(row=mail)
    else:
        assert feedback.bounced(row=mail, hard=True, recipient="a@example.org")
    assert states() == [(state, reason)] * 2
    endpoint.refresh_from_db()
    assert (endpoint.set_aside_at is not None) == (word == "bounced")


def test_a_daily_mail_called_unwanted_is_a_no_to_the_notices(post, daily, send, clock):
    (endpoint,) = daily("a")
    send()
    at_five(clock)
    assert feedback.complained(row=feedback.Row(Message, Message.objects.get().pk))
    endpoint.refresh_from_db()
    assert endpoint.wants == "nothing"


def test_a_provider_quicker_than_the_books_leaves_no_row_behind(post, daily, send, clock):
    daily("a")
    send()
    clock.move_to(FIVE)
    digest.gather()
    batch = digest.batch("notices", claim.Letters())
    (mail,) = batch.rows
    feedback.delivered(row=feedback.Row(Message, mail))
    books = Books(batch)
    books.enter(mail, Entry("sent", tried=True))
    books.close()
    assert states() == [("delivered", "")]


def test_two_beats_at_once_make_one_mail(post, daily, send, clock):
    daily("a", "b")
    send()
    clock.move_to(FIVE)
    digest.gather()
    digest.gather()
    assert Message.objects.count() == 2
    run.deliver("notices")
    run.deliver("notices")
    assert sorted(post.recipients()) == ["a@example.org", "b@example.org"]


def test_a_day_takes_the_same_statements_for_one_reader_and_for_many(
    post, daily, send, clock, django_assert_num_queries
):
    def statements(expected):
        with django_assert_num_queries(expected["gather"]):
            digest.gather()
        with django_assert_num_queries(expected["batch"]):
            batch = digest.batch("notices", claim.Letters())
        with django_assert_num_queries(expected["books"]):
            run.send(batch, run.Run())

    # Gather: those without endpoint; transaction (2), asked, locked, asked again, made, pointed at; and, to see that
    # there are no more, transaction (2) and asked.
    # Batch: claim, mails, rows, notices, their texts, still meant. Books: transaction (2), two
    # settled.
    expected = {"gather": 11, "batch": 6, "books": 4}
    daily("first")
    send()
    clock.move_to(FIVE)
    statements(expected)
    daily(*(f"n{number}" for number in range(60)))
    send()
    clock.move_to(FIVE + timedelta(days=1))
    statements(expected)
    assert len(post.taken) == 1 + 61


def test_neighbours_with_the_same_notices_share_one_rendering(post, daily, send, clock, monkeypatch):
    rendered = []
    real = claim.digest_letter
    monkeypatch.setattr(
        "notifications.outbox.claim.digest_letter", lambda *a, **k: rendered.append(a[1]) or real(*a, **k)
    )
    daily("a", "b", "c")
    daily("d", language="ar")
    send()
    send()
    at_five(clock)
    assert sorted(rendered) == ["ar", "sv"]
    assert len(post.taken) == 4


class Killed(BaseException):
    """What a SIGKILL looks like from inside: nothing after it runs."""


STEPS = (
    "notifications.outbox.digest.Message.objects.bulk_create",
    "notifications.outbox.digest.take",
    "notifications.outbox.digest._left",
    "notifications.outbox.digest._parcel",
    "notifications.transports.email.EmailTransport.deliver",
    "notifications.outbox.books.follow",
)


@given(step=st.sampled_from(STEPS), after=st.booleans())
@hypothesis_settings(max_examples=24, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_kill_at_any_step_leaves_each_row_one_end_and_each_reader_one_mail(post, stairwell, step, after):
    for model in (Delivery, Message, Notice, Rhythm, Endpoint):
        model.objects.all().delete()
    post.taken.clear()
    readers = [EndpointFactory(user=ResidentFactory(stairwell=stairwell).user) for _ in range(3)]
    Rhythm.objects.bulk_create(Rhythm(user=one.user, digest=True, digest_at=time(17)) for one in readers)
    with time_machine.travel(NOON, tick=False) as clock, pytest.MonkeyPatch.context() as patch:
        for _ in range(2):
            notice = NoticeFactory(district=stairwell.building.district)
            Notice.objects.filter(pk=notice.pk).update(state=Notice.State.SCHEDULED, send_at=NOON)
        expand.start_due("notices")
        run.deliver("notices")
        patch.setattr(step, _dying(step, after))
        with pytest.raises(Killed):
            at_five(clock)
        patch.undo()
        assert Delivery.objects.count() == 6
        for _ in range(3):
            clock.shift(timedelta(minutes=10))
            digest.gather()
            mend.reclaim()
            run.deliver("notices")
        assert set(Delivery.objects.values_list("state", "reason")) == {("sent", "")}
        assert set(Notice.objects.values_list("state", flat=True)) == {Notice.State.SENT}
        assert Message.objects.count() == 3
        assert set(Message.objects.values_list("state", flat=True)) <= set(FINAL)
    ids = post.message_ids()
    assert {tuple(sorted(set(to))) for to in ids.values()} == {(one.address,) for one in readers}
    assert all(len(to) <= 2 for to in ids.values())


def _dying(step, after):
    parts = step.split(".")
    split = next(place for place in range(len(parts), 0, -1) if _module(".".join(parts[:place])))
    real = operator.attrgetter(".".join(parts[split:]))(_module(".".join(parts[:split])))

    def dies(*given, **named):
        if after:
            done = real(*given, **named)
            if hasattr(done, "__next__"):
                list(done)
        raise Killed

    return dies


def _module(path):
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        return None
