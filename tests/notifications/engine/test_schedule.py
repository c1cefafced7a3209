"""Notices sent at a time, and those whose time passes before they leave."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications.errors import AlreadyExpired
from notifications.models import Delivery, Notice
from notifications.outbox import expand, mend
from notifications.sending import confirm, reopen, take_back
from tests.factories import NoticeFactory, OrganisationFactory, StaffFactory, UserFactory
from tests.notifications.engine.life import told_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def police(stairwell):
    return OrganisationFactory(kind="police", districts=[stairwell.building.district])


@pytest.fixture
def officer(police):
    return StaffFactory(organisation=police, user__email="ebbe@example.org", user__language="en").user


@pytest.fixture
def draft(stairwell, police, officer, neighbours):
    neighbours("a")
    fields = {"district": stairwell.building.district, "organisation": police, "author": officer}
    return lambda **more: NoticeFactory(**fields | more)


def test_it_leaves_at_its_time_and_not_before(draft, officer):
    start = timezone.now()
    notice = confirm(notice=draft(not_before=start + timedelta(days=2)), user=officer)
    assert notice.send_at == notice.not_before
    with time_machine.travel(start + timedelta(days=1, hours=23)):
        expand.start_due("notices")
    assert not Delivery.objects.exists()
    with time_machine.travel(start + timedelta(days=2, seconds=1)):
        expand.start_due("notices")
    assert Delivery.objects.count() == 1


def test_there_is_time_to_take_it_back_however_soon_it_was_to_leave(draft, officer):
    notice = confirm(notice=draft(not_before=timezone.now() + timedelta(seconds=3)), user=officer)
    assert notice.send_at - notice.confirmed_at == timedelta(seconds=30)


def test_a_time_that_came_while_it_was_a_draft_means_now(draft, officer):
    notice = confirm(notice=draft(not_before=timezone.now() - timedelta(hours=3)), user=officer)
    assert notice.send_at - notice.confirmed_at == timedelta(seconds=30)


def test_the_broker_is_not_asked_to_remember_for_days(draft, officer, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("notifications.doorbell.current_app.send_task", lambda *_, **how: rung.append(how))
    with django_capture_on_commit_callbacks(execute=True):
        confirm(notice=draft(not_before=timezone.now() + timedelta(days=2)), user=officer)
    assert rung == []
    with django_capture_on_commit_callbacks(execute=True):
        confirm(notice=draft(not_before=timezone.now() + timedelta(minutes=50)), user=officer)
    assert [round(how["countdown"], -1) for how in rung] == [3000]


@pytest.mark.parametrize("verb", [take_back, reopen])
def test_until_it_leaves_it_can_be_stopped_or_changed(draft, officer, verb):
    notice = confirm(notice=draft(not_before=timezone.now() + timedelta(days=2)), user=officer)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        verb(notice=notice, user=UserFactory())
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        expand.start_due("notices")
    assert not Delivery.objects.exists()
    assert notice.state == ("cancelled" if verb is take_back else "draft")


@pytest.mark.parametrize(
    ("expires", "leaves"),
    [(timedelta(days=1), timedelta(days=1)), (timedelta(days=1), timedelta(days=2)), (timedelta(seconds=20), None)],
)
def test_what_would_be_over_before_it_leaves_is_refused(draft, officer, expires, leaves):
    now = timezone.now()
    notice = draft(expires_at=now + expires, not_before=now + leaves if leaves else None)
    with pytest.raises(AlreadyExpired):
        confirm(notice=notice, user=officer)
    notice.refresh_from_db()
    assert notice.state == "draft"


def test_when_the_workers_were_down_until_it_was_over_nobody_gets_it_and_the_sender_is_told(draft, officer):
    notice = confirm(notice=draft(expires_at=timezone.now() + timedelta(hours=2)), user=officer)
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        expand.start_due("notices")
        expand.start_due("notices")
        notice.refresh_from_db()
        assert (notice.state, notice.stopped) == ("cancelled", "expired")
        assert not Delivery.objects.exists()
        assert told_staff() == [("ebbe@example.org", "Your notice was not sent")]
        mend.reclaim()
        assert len(told_staff()) == 1


def test_who_scheduled_it_may_leave_and_the_notice_stays_the_organisations(draft, officer, police):
    notice = confirm(notice=draft(not_before=timezone.now() + timedelta(days=1)), user=officer)
    officer.memberships.update(ended_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        expand.start_due("notices")
    assert Delivery.objects.filter(notice=notice).count() == 1


def test_an_organisation_that_no_longer_answers_for_the_district_sends_nothing_there(draft, officer, police):
    StaffFactory(organisation=police, is_administrator=True, user__email="chef@example.org", user__language="en")
    notice = confirm(notice=draft(not_before=timezone.now() + timedelta(days=1)), user=officer)
    police.districts.clear()
    officer.memberships.update(ended_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        expand.start_due("notices")
    notice.refresh_from_db()
    assert (notice.state, notice.stopped, notice.started_at) == ("cancelled", "no_right", None)
    assert not Delivery.objects.exists()
    assert told_staff() == [("chef@example.org", "Your notice was not sent")]


def test_summer_time_ends_and_it_still_leaves_when_the_clock_says(draft, officer):
    with time_machine.travel(datetime(2026, 10, 20, 12, tzinfo=UTC)):
        nine = datetime(2026, 10, 26, 8, tzinfo=UTC)
        notice = confirm(notice=draft(not_before=nine, expires_at=datetime(2026, 10, 30, tzinfo=UTC)), user=officer)
        assert timezone.localtime(notice.send_at).hour == 9


class TestExpiry:
    """After its time nobody gets it any more, and it ends."""

    @pytest.mark.parametrize("state", ["queued", "retry", "held"])
    def test_what_is_unsettled_ends_unsent_even_if_it_is_held_for_long(self, neighbours, due, state):
        neighbours("a", "b")
        notice = due()
        expand.start_due("notices")
        far = timezone.now() + timedelta(days=30)
        Delivery.objects.filter(endpoint__address="a@example.org").update(state=state, due_at=far, reason="quiet-hours")
        Delivery.objects.filter(endpoint__address="b@example.org").update(state="sent")
        mend.reclaim()
        assert Delivery.objects.filter(state=state).count() == 1
        Notice.objects.update(expires_at=timezone.now())
        mend.reclaim()
        assert sorted(Delivery.objects.values_list("state", "reason")) == [("sent", ""), ("skipped", "expired")]
        assert Delivery.objects.get(state="skipped").settled_at
        notice.refresh_from_db()
        assert notice.state == "sent"

    def test_what_a_worker_has_in_hand_is_left_to_it(self, neighbours, due):
        neighbours("a")
        notice = due()
        expand.start_due("notices")
        Delivery.objects.update(
            state="sending", claimed_at=timezone.now(), claim="11111111-1111-4111-8111-111111111111"
        )
        Notice.objects.update(expires_at=timezone.now())
        mend.reclaim()
        notice.refresh_from_db()
        assert (Delivery.objects.get().state, notice.state) == ("sending", "sending")
