"""Confirming a notice, and taking it back while there is time."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from buildings.models import Organisation
from notifications.models import Delivery, Notice
from notifications.outbox import expand
from notifications.sending import AlreadyExpired, NoRecipients, TooLate, confirm, reopen, take_back
from tests.factories import NoticeFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(stairwell):
    return lambda **fields: NoticeFactory(district=stairwell.building.district, **fields)


def test_a_confirmed_notice_leaves_when_the_window_has_ended(
    draft, neighbours, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "notifications.doorbell.current_app.send_task", lambda *task, **how: sent.append((task, how)), raising=False
    )
    neighbours("a")
    notice = draft()
    with django_capture_on_commit_callbacks(execute=True):
        confirm(notice=notice, user=UserFactory())
    assert notice.state == Notice.State.SCHEDULED
    assert notice.send_at - notice.confirmed_at == timedelta(seconds=30)
    ((task, how),) = sent
    assert task == ("notifications.start_due",)
    assert (how["queue"], how["kwargs"], how["countdown"]) == ("notices", {"queue": "notices"}, 30)
    expand.start_due("notices")
    assert not Delivery.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        expand.start_due("notices")
    assert Delivery.objects.count() == 1


def test_a_second_press_changes_nothing(draft, neighbours):
    neighbours("a")
    notice = draft()
    first = confirm(notice=notice, user=UserFactory()).send_at
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        assert confirm(notice=notice, user=UserFactory()).send_at == first


def test_a_notice_nobody_would_get_is_refused(draft):
    notice = draft()
    with pytest.raises(NoRecipients):
        confirm(notice=notice, user=UserFactory())
    notice.refresh_from_db()
    assert notice.state == Notice.State.DRAFT


def test_a_notice_that_is_over_is_refused(draft, neighbours):
    neighbours("a")
    with pytest.raises(AlreadyExpired):
        confirm(notice=draft(expires_at=timezone.now()), user=UserFactory())


@pytest.mark.parametrize("kind", [Organisation.Kind.LANDLORD, Organisation.Kind.MUNICIPALITY])
def test_only_the_police_send_an_alert(draft, neighbours, kind):
    neighbours("a")
    notice = draft(organisation=OrganisationFactory(kind=kind), urgency=Notice.Urgency.ACT_NOW)
    with pytest.raises(PermissionDenied):
        confirm(notice=notice, user=UserFactory())


def test_a_notice_taken_back_in_time_reaches_nobody(draft, neighbours):
    neighbours("a")
    notice = confirm(notice=draft(), user=UserFactory())
    take_back(notice=notice, user=UserFactory())
    assert notice.state == Notice.State.CANCELLED
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        expand.start_due("notices")
    assert not Delivery.objects.exists()


def test_after_the_window_it_is_too_late_once_it_has_left(draft, neighbours):
    neighbours("a")
    notice = confirm(notice=draft(), user=UserFactory())
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        expand.start_due("notices")
        with pytest.raises(TooLate):
            take_back(notice=notice, user=UserFactory())
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENDING


def test_while_no_worker_has_started_it_it_can_still_be_stopped(draft, neighbours):
    neighbours("a")
    notice = confirm(notice=draft(), user=UserFactory())
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        take_back(notice=notice, user=UserFactory())
        expand.start_due("notices")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("state", sorted(set(Notice.State.values) - {Notice.State.SCHEDULED, Notice.State.AWAITING}))
def test_only_a_waiting_notice_can_be_taken_back_or_changed(draft, state):
    notice = draft(state=state, send_at=timezone.now() + timedelta(seconds=20))
    for verb in (take_back, reopen):
        with pytest.raises(TooLate):
            verb(notice=notice, user=UserFactory())


def test_without_a_broker_the_notice_is_confirmed_all_the_same(
    draft, neighbours, monkeypatch, django_capture_on_commit_callbacks
):
    def away(*_, **__):
        raise OSError("no broker")

    monkeypatch.setattr("notifications.doorbell.current_app.send_task", away, raising=False)
    neighbours("a")
    with django_capture_on_commit_callbacks(execute=True):
        notice = confirm(notice=draft(), user=UserFactory())
    assert notice.state == Notice.State.SCHEDULED
