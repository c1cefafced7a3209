"""Two workers at once pass each other's rows by."""

import threading
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from buildings.models import Consent
from notifications import approval, following
from notifications.errors import NotWaiting, Overtaken
from notifications.models import Delivery, Endpoint, Message, Notice, Rhythm
from notifications.outbox import digest, expand, mend, run
from notifications.push.devices import Subscription, add_device
from notifications.push.keys import DeviceKeys
from notifications.seal import seal_of
from notifications.sending import TooLate, confirm, reopen, take_back
from notifications.wishes import save_wishes
from tests.factories import NoticeFactory, OrganisationFactory, StaffFactory, UserFactory

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


@pytest.mark.parametrize("_round", range(5))
def test_hours_changed_while_the_mail_is_gathered_send_nothing_twice(post, neighbours, due, _round):
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


def again(notice):
    """The notice as another person's browser finds it."""
    return Notice.objects.select_related("organisation", "district", "refers_to").get(pk=notice.pk)


def refused(results, error):
    return sorted(isinstance(result, error) for result in results)


@pytest.mark.parametrize("_round", range(5))
def test_of_a_yes_and_a_no_at_once_one_counts(stairwell, neighbours, _round):
    neighbours("a")
    city = OrganisationFactory(kind="municipality", districts=[stairwell.building.district], approval_above=0)
    clerk, yes, no = (StaffFactory(organisation=city).user for _ in range(3))
    notice = NoticeFactory(organisation=city, district=stairwell.building.district, author=clerk)
    confirm(notice=notice, user=clerk)
    results = at_once(
        lambda: approval.approve(notice=again(notice), user=yes, seen=seal_of(notice)),
        lambda: approval.send_back(notice=again(notice), user=no, word="Nej."),
    )
    assert refused(results, NotWaiting) == [False, True]
    found = again(notice)
    assert (found.state, found.approved_by, found.returned_with) in {
        ("scheduled", yes, ""),
        ("draft", None, "Nej."),
    }


@pytest.mark.parametrize("_round", range(5))
def test_two_who_call_off_at_once_tell_people_once(post, neighbours, send, _round):
    neighbours("a", "b")
    notice = send()
    calls = [lambda: following.call_off(notice=again(notice), user=UserFactory(), own_words={})] * 2
    assert refused(at_once(*calls), Overtaken) == [False, True]
    assert Notice.objects.filter(reference="cancels").count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_two_who_correct_at_once_write_in_the_same_draft(post, neighbours, send, _round):
    neighbours("a")
    notice = send()
    drafts = at_once(*[lambda: following.correction_of(notice=again(notice), user=UserFactory()).pk] * 2)
    assert len(set(drafts)) == 1
    assert Notice.objects.filter(reference="corrects").count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_a_correction_that_leaves_and_a_calling_off_at_once_do_not_both_happen(post, neighbours, send, _round):
    neighbours("a")
    notice = send()
    draft = following.correction_of(notice=notice, user=UserFactory())
    confirm(notice=draft, user=UserFactory())
    Notice.objects.filter(pk=draft.pk).update(send_at=timezone.now())
    results = at_once(
        lambda: expand.start(again(draft)),
        lambda: following.call_off(notice=again(notice), user=UserFactory(), own_words={}),
    )
    old, newer = again(notice), again(draft)
    if isinstance(results[1], Overtaken):
        assert (old.state, newer.state, results[0]) == ("sent", "sending", True)
    else:
        assert (old.stopped, newer.stopped, results[0]) == ("called_off", "overtaken", False)


@pytest.mark.parametrize("_round", range(5))
def test_changing_and_starting_at_once_one_wins(neighbours, due, _round):
    neighbours("a")
    notice = due()
    started, reopened = at_once(
        lambda: expand.start(again(notice)), lambda: reopen(notice=again(notice), user=UserFactory())
    )
    assert started == isinstance(reopened, TooLate)
    assert Delivery.objects.count() == (1 if started else 0)


def test_a_calling_off_while_two_workers_send_tells_exactly_those_who_got_it(post, neighbours, due, settings):
    settings.OUTBOX_BATCH = 5
    neighbours(*(f"n{number}" for number in range(120)))
    notice = due()
    expand.start_due("notices")

    def call_off_soon():
        while not Delivery.objects.filter(state="sent").exists():
            pass
        return following.call_off(notice=again(notice), user=UserFactory(), own_words={})

    *_, word = at_once(lambda: run.deliver("notices"), lambda: run.deliver("notices"), call_off_soon)
    got = Counter(post.recipients())
    assert set(got.values()) == {1}
    assert not Delivery.objects.filter(notice=notice).exclude(state__in=("sent", "skipped")).exists()
    expand.start_due("notices")
    for _ in range(3):
        run.deliver("notices")
        mend.reclaim()
    assert Counter(post.recipients()) == Counter(dict.fromkeys(got, 2))
    assert again(word).state == Notice.State.SENT


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
