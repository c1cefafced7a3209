"""Two workers at once pass each other's rows by."""

import threading
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from buildings.models import Consent
from notifications.models import Delivery, Endpoint, Notice
from notifications.outbox import expand, run
from notifications.push.devices import Subscription, add_device
from notifications.push.keys import DeviceKeys
from notifications.sending import TooLate, take_back
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


def test_two_people_in_one_browser_at_the_same_moment_leave_it_to_one(push):
    fields = push.receiver().fields
    subscription = Subscription(fields["endpoint"], DeviceKeys.read(fields["p256dh"], fields["auth"]))
    for one, other in [(UserFactory(), UserFactory()) for _ in range(10)]:
        add = partial(add_device, subscription=subscription, language="sv")
        results = at_once(partial(add, user=one), partial(add, user=other))
        assert all(isinstance(result, Endpoint) for result in results)
        device = Endpoint.objects.get(channel="webpush")
        assert device.user in (one, other)
        for user in (one, other):
            last = Consent.objects.filter(user=user, purpose="webpush").latest("pk")
            assert last.given == (device.user == user)
