"""Two workers at once pass each other's rows by."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.models import Delivery, Message, Notice, Rhythm
from notifications.outbox import digest, expand, run
from notifications.sending import TooLate, take_back
from notifications.wishes import save_wishes
from tests.factories import NoticeFactory, UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's test database serves one at a time"),
]


def at_once(*what):
    """Run each in a thread and connection of its own, all let go together; their results or errors, in order."""
    line_up, results = threading.Barrier(len(what)), [None] * len(what)

    def go(place, task):
        line_up.wait()
        try:
            results[place] = task()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=item) for item in enumerate(what)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_workers_racing_for_every_batch_send_each_mail_once(post, neighbours, due, settings):
    settings.OUTBOX_BATCH = 7
    neighbours(*(f"n{number}" for number in range(120)))
    notice = due()
    expand.start_due("notices")
    assert at_once(*[lambda: run.deliver("notices")] * 2) == [None, None]
    assert Counter(post.recipients()) == Counter(f"n{number}@example.org" for number in range(120))
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT


def test_two_beats_start_a_notice_once(neighbours, due):
    neighbours(*"abc")
    notice = due()
    results = at_once(*[lambda: expand.start(Notice.objects.get(pk=notice.pk))] * 2)
    assert sorted(results) == [False, True]
    assert Delivery.objects.count() == 3


def test_taking_back_twice_works_once(stairwell):
    notice = NoticeFactory(state=Notice.State.SCHEDULED, send_at=timezone.now() + timedelta(seconds=20))
    user = UserFactory()
    results = at_once(*[lambda: take_back(notice=Notice.objects.get(pk=notice.pk), user=user)] * 2)
    assert sorted(isinstance(result, TooLate) for result in results) == [False, True]


def test_two_beats_and_two_workers_make_one_daily_mail_for_each_reader(post, neighbours, due, settings):
    settings.OUTBOX_BATCH = 7
    readers = neighbours(*(f"n{number}" for number in range(40)))
    Rhythm.objects.bulk_create(Rhythm(user=one.user, digest=True) for one in readers)
    for _ in range(3):
        due()
    expand.start_due("notices")
    run.deliver("notices")
    assert set(Delivery.objects.values_list("state", "reason")) == {("held", "digest")}
    Delivery.objects.update(due_at=timezone.now())
    assert at_once(*[digest.gather] * 3) == [None] * 3
    digest.gather()
    assert Message.objects.count() == 40
    assert at_once(*[lambda: run.deliver("notices")] * 2) == [None, None]
    assert Counter(post.recipients()) == Counter(one.address for one in readers)
    assert set(Delivery.objects.values_list("state", "reason")) == {("sent", "")}
    assert set(Notice.objects.values_list("state", flat=True)) == {Notice.State.SENT}


def test_hours_changed_while_the_mail_is_gathered_send_nothing_twice(post, neighbours, due):
    (reader,) = neighbours("a")
    hours = Rhythm.objects.create(user=reader.user, digest=True)
    due()
    expand.start_due("notices")
    run.deliver("notices")
    Delivery.objects.update(due_at=timezone.now())
    hours.digest = False

    def change():
        save_wishes(user=reader.user, name="", language="sv", wishes={}, rhythm=hours)

    assert at_once(digest.gather, change) == [None, None]
    run.deliver("notices")
    run.deliver("notices")
    assert post.recipients() == ["a@example.org"]
    assert set(Delivery.objects.values_list("state", "reason")) == {("sent", "")}
