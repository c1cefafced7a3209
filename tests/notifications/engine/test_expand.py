"""A due notice becomes rows, once, whoever starts it and however often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Delivery, Notice, Posting
from notifications.outbox import expand, mend, run
from tests.factories import ContactFactory, EndpointFactory, ResidentFactory, StairwellFactory

pytestmark = pytest.mark.django_db


def test_every_way_to_reach_a_person_is_one_row(neighbours, due, stairwell):
    first, second = neighbours("a", "b")
    phone = EndpointFactory(user=first.user, channel="sms", address="+46701740605")
    ResidentFactory(user=first.user, stairwell=StairwellFactory(building=stairwell.building))
    notice = due()
    assert expand.start(notice)
    rows = Delivery.objects.filter(notice=notice)
    assert sorted(rows.values_list("endpoint", "channel")) == [
        (first.pk, "email"),
        (second.pk, "email"),
        (phone.pk, "sms"),
    ]
    assert set(rows.values_list("queue", "state", "reason", "attempts", "claim", "settled_at")) == {
        ("notices", "queued", "", 0, None, None)
    }
    assert all(row.due_at <= timezone.now() for row in rows)
    notice.refresh_from_db()
    assert (notice.state, notice.people, notice.unreachable) == (Notice.State.SENDING, 2, 0)


def test_a_second_start_adds_nothing(neighbours, due):
    neighbours("a")
    notice = due()
    assert expand.start(notice)
    assert not expand.start(notice)
    assert Delivery.objects.count() == 1


def test_rows_that_exist_are_left_alone(neighbours, due):
    neighbours("a", "b")
    notice = due()
    expand.start(notice)
    Delivery.objects.filter(endpoint__address="a@example.org").update(state="sent")
    Delivery.objects.filter(endpoint__address="b@example.org").delete()
    Notice.objects.update(state=Notice.State.SCHEDULED)
    assert expand.start(notice)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["queued", "sent"]


def test_a_notice_still_inside_its_window_waits(neighbours, due):
    neighbours("a")
    notice = due()
    Notice.objects.update(send_at=timezone.now() + timedelta(seconds=20))
    expand.start_due("notices")
    assert not expand.start(notice)
    assert not Delivery.objects.exists()


def test_a_notice_nobody_can_be_sent_is_done_at_once(due, stairwell):
    ResidentFactory(stairwell=stairwell)
    notice = due()
    expand.start_due("notices")
    notice.refresh_from_db()
    assert (notice.state, notice.people, notice.unreachable) == (Notice.State.SENT, 1, 1)
    assert notice.finished_at


def test_every_board_gets_it_unless_it_is_for_contacts_only(due, stairwell):
    other = StairwellFactory(building=stairwell.building)
    StairwellFactory()
    open_notice, quiet = due(), due(contacts_only=True)
    expand.start_due("notices")
    assert set(Posting.objects.filter(notice=open_notice).values_list("stairwell", flat=True)) == {
        stairwell.pk,
        other.pk,
    }
    assert not Posting.objects.filter(notice=quiet).exists()


def test_a_kill_in_the_middle_leaves_it_scheduled(neighbours, due, monkeypatch):
    neighbours("a")
    notice = due()

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("notifications.outbox.expand._insert_postings", killed)
    with pytest.raises(KeyboardInterrupt):
        expand.start(notice)
    notice.refresh_from_db()
    assert notice.state == Notice.State.SCHEDULED
    assert not Delivery.objects.exists()
    monkeypatch.undo()
    expand.start_due("notices")
    assert Delivery.objects.count() == 1


def test_one_notice_that_cannot_start_holds_up_no_other(neighbours, due, monkeypatch):
    neighbours("a")
    broken, fine = due(), due()
    real = expand._insert_postings

    def stumble(notice):
        if notice.pk == broken.pk:
            raise RuntimeError("a bug")
        return real(notice)

    monkeypatch.setattr("notifications.outbox.expand._insert_postings", stumble)
    expand.start_due("notices")
    assert set(Delivery.objects.values_list("notice", flat=True)) == {fine.pk}


@pytest.mark.parametrize("recipients", [1, 100])
def test_expanding_takes_the_same_statements_for_1_and_100_people(
    neighbours, due, django_assert_num_queries, recipients
):
    neighbours(*(f"n{number}" for number in range(recipients)))
    notice = Notice.objects.select_related("organisation", "district").get(pk=due().pk)
    # Transaction (2), the start, rows, boards, people, unreachable, figures.
    with django_assert_num_queries(8):
        expand.start(notice)
    assert Delivery.objects.count() == recipients


def test_a_contact_gets_a_contacts_only_notice_once(post, neighbours, send, stairwell):
    (contact,) = neighbours("a")
    neighbours("b")
    ContactFactory(user=contact.user, stairwell=stairwell)
    ContactFactory(user=contact.user, stairwell=StairwellFactory(building=stairwell.building))
    send(contacts_only=True)
    assert post.recipients() == ["a@example.org"]


def test_rows_of_a_dead_worker_come_back_and_the_notice_ends(post, neighbours, due, settings):
    neighbours("a", "b")
    notice = due()
    expand.start_due("notices")
    long_ago = timezone.now() - settings.OUTBOX_STUCK_AFTER - timedelta(seconds=1)
    Delivery.objects.filter(endpoint__address="a@example.org").update(
        state="sending", claimed_at=long_ago, claim="11111111-1111-4111-8111-111111111111"
    )
    Delivery.objects.filter(endpoint__address="b@example.org").update(
        state="sending", claimed_at=timezone.now(), claim="22222222-2222-4222-8222-222222222222"
    )
    mend.reclaim()
    rows = Delivery.objects.order_by("endpoint__address")
    assert list(rows.values_list("state", "attempts", "reason")) == [("retry", 1, "stuck"), ("sending", 0, "")]
    run.deliver("notices")
    assert post.recipients() == ["a@example.org"]
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENDING
    Delivery.objects.update(state="sent", claim=None)
    mend.reclaim()
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT


def test_a_notice_whose_start_was_missed_is_rung_for_again(due, settings, monkeypatch):
    rung = []
    monkeypatch.setattr("notifications.outbox.mend.ring", lambda task, **how: rung.append((task, how["queue"])))
    due()
    late = due(urgency=Notice.Urgency.ACT_NOW)
    long_ago = timezone.now() - settings.OUTBOX_STUCK_AFTER - timedelta(seconds=1)
    Notice.objects.filter(pk=late.pk).update(send_at=long_ago)
    mend.reclaim()
    assert rung == [("notifications.start_due", "alerts")]
