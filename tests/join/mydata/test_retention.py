"""What time takes away: by purpose, once a night, told to the operator."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from buildings.models import (
    Contact,
    Disclosure,
    Erasure,
    FlatCode,
    Invitation,
    RecoveryCode,
    Resident,
    RetentionRun,
    User,
)
from notifications.models import Delivery, Message, Relay, RelayLetter
from tests import factories as make
from tests.join.mydata import person
from tests.join.steps import ask_to_join
from tests.meetings import MeetingFactory
from watch.join.mydata import retention
from watch.join.mydata.tasks import erase
from watch.join.mydata.tasks import retention as task
from watch.models import Answer, Meeting

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 4, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def ago(purpose, **more):
    return timezone.now() - settings.RETENTION[purpose] - timedelta(**more or {"hours": 1})


def not_yet(purpose):
    return timezone.now() - settings.RETENTION[purpose] + timedelta(hours=1)


def taken(purpose):
    return RetentionRun.objects.get(purpose=purpose).removed


def test_each_purpose_of_the_settings_is_run_or_kept_elsewhere():
    assert {*retention.PURPOSES, *retention.ELSEWHERE} == set(settings.RETENTION)


def test_people_who_left_everywhere_are_erased_and_others_stay():
    gone = make.ResidentFactory(state="left", left_at=ago("left-residents")).user
    lately = make.ResidentFactory(state="left", left_at=not_yet("left-residents")).user
    moved = make.ResidentFactory(state="left", left_at=ago("left-residents")).user
    make.ResidentFactory(user=moved)
    waits = make.ResidentFactory(state="waiting").user
    works = make.StaffFactory().user
    make.ResidentFactory(user=works, state="left", left_at=ago("left-residents"))
    operator = make.UserFactory(is_superuser=True)
    helps = make.ContactFactory().user
    User.objects.update(created_at=ago("left-residents", days=9))
    task()
    erase()
    assert set(User.objects.all()) == {lately, moved, waits, works, operator, helps}
    assert not User.objects.filter(pk=gone.pk).exists()
    assert not Message.objects.exists(), "nobody who left is written to again"
    assert Resident.objects.filter(user=moved).get().state == "joined", "the old home is forgotten"
    assert not works.residencies.exists()
    assert taken("left-residents") == 3


def test_roles_that_ended_long_ago_are_forgotten_with_their_steps():
    role = make.ContactFactory(state=Contact.State.RESIGNED, ended_at=ago("left-residents"))
    make.ResidentFactory(user=role.user)
    role.steps.create(state="resigned")
    task()
    assert not Contact.objects.exists()
    assert User.objects.filter(pk=role.user.pk, is_active=True).exists()


def test_an_invitation_to_work_that_nobody_took_up_is_forgotten():
    never = make.StaffFactory(accepted_at=None, invited_at=ago("left-residents")).user
    User.objects.filter(pk=never.pk).update(created_at=ago("left-residents"))
    task()
    erase()
    assert not User.objects.filter(pk=never.pk).exists()


def test_whom_a_notice_went_to_is_forgotten_and_that_it_went_is_not():
    endpoint = make.EndpointFactory(user=make.ResidentFactory().user)
    rows = [
        Delivery.objects.create(
            notice=make.NoticeFactory(),
            endpoint=endpoint,
            channel="email",
            state="sent",
            settled_at=when,
            provider_id="p",
        )
        for when in (ago("delivery-addresses"), not_yet("delivery-addresses"))
    ]
    task()
    old, new = (Delivery.objects.get(pk=row.pk) for row in rows)
    assert (old.endpoint, old.provider_id, old.state) == (None, "", "sent")
    assert (new.endpoint, new.provider_id) == (endpoint, "p")
    assert taken("delivery-addresses") == 1


def test_whose_an_answer_was_is_forgotten_a_day_after_the_meeting_and_the_number_is_not():
    user = make.UserFactory()
    times = {
        "over": ago("meeting-answers"),
        "lately": not_yet("meeting-answers"),
        "cancelled": NOON + timedelta(days=9),
    }
    answers = {}
    for name, ends_at in times.items():
        meeting = MeetingFactory(starts_at=ends_at - timedelta(hours=1), ends_at=ends_at)
        answers[name] = Answer.objects.create(meeting=meeting, user=user, adults=2)
    Meeting.objects.filter(answers=answers["cancelled"]).update(cancelled_at=ago("meeting-answers"))
    task()
    assert {name for name, row in answers.items() if Answer.objects.get(pk=row.pk).user} == {"lately"}
    assert sum(row.adults for row in Answer.objects.all()) == 6
    assert taken("meeting-answers") == 2


def test_looks_letters_messages_and_codes_go_when_their_time_has_come():
    known = person.known()
    for purpose, model, field in (
        ("reveals", Disclosure, "at"),
        ("relayed-letters", RelayLetter, "at"),
        ("messages", Message, "settled_at"),
        ("used-codes", RecoveryCode, "used_at"),
        ("used-codes", Invitation, "used_at"),
    ):
        model.objects.update(**{field: ago(purpose)})
    Relay.objects.update(last_at=ago("relayed-letters"))
    FlatCode.objects.create(flat=known.flat, fingerprint="old", used_at=ago("used-codes"))
    FlatCode.objects.create(flat=known.flat, fingerprint="new")
    kept = Disclosure.objects.create(subject=known.user, what="name", reason="x", at=not_yet("reveals"))
    waits = Message.objects.create(purpose="step", user=known.user, channel="email", created_at=ago("messages"))
    task()
    assert list(Disclosure.objects.all()) == [kept]
    assert not RelayLetter.objects.exists()
    assert not Relay.objects.exists()
    assert list(Message.objects.all()) == [waits]
    assert not RecoveryCode.objects.exists()
    assert not Invitation.objects.exists()
    assert FlatCode.objects.get().fingerprint == "new"
    assert taken("used-codes") == 3


def test_who_came_no_further_than_an_address_is_forgotten_after_a_day():
    place = make.StairwellFactory(code="KATTHUND")
    nobody = make.UserFactory(created_at=ago("unfinished-sign-ups"))
    begun, lately, signed_in = Client(), Client(), Client()
    with time_machine.travel(ago("unfinished-sign-ups"), tick=False):
        ask_to_join(begun, "KATTHUND", "halvvags@example.org")
        signed_in.force_login(make.ResidentFactory(stairwell=place).user)
    ask_to_join(lately, "KATTHUND", "nyss@example.org")
    assert Session.objects.count() == 3
    task()
    erase()
    assert not User.objects.filter(pk=nobody.pk).exists()
    assert Session.objects.count() == 2
    assert signed_in.get("/mina-uppgifter/").status_code == 200


def test_once_a_night_and_twice_takes_nothing_more():
    task()
    runs = RetentionRun.objects.count()
    assert runs == len(retention.PURPOSES)
    Message.objects.create(purpose="step", channel="email", state="sent", settled_at=ago("messages"))
    task()
    assert RetentionRun.objects.count() == runs
    assert Message.objects.exists()
    with time_machine.travel(NOON + timedelta(hours=14), tick=False):
        task()  # one o'clock in the night: not yet
        assert RetentionRun.objects.count() == runs
    with time_machine.travel(NOON + timedelta(hours=15, minutes=30), tick=False):
        task()
        assert RetentionRun.objects.count() == 2 * runs
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 12, 4, 1, 59, tzinfo=UTC), datetime(2026, 12, 3, 2, 0, tzinfo=UTC)),
        (datetime(2026, 12, 4, 2, 0, tzinfo=UTC), datetime(2026, 12, 4, 2, 0, tzinfo=UTC)),
        (datetime(2026, 7, 4, 1, 0, tzinfo=UTC), datetime(2026, 7, 4, 1, 0, tzinfo=UTC)),
    ],
)
def test_the_night_begins_at_three_on_the_clock_on_the_wall(now, night):
    assert retention.last_night(now) == night


def test_what_cannot_run_is_told_and_tried_again_and_the_rest_goes_on(client, monkeypatch):
    def broken(before):
        raise ValueError("hemlig text")

    monkeypatch.setitem(retention.PURPOSES, "reveals", broken)
    task()
    task()
    failed = RetentionRun.objects.exclude(failed="").get()
    assert (failed.purpose, failed.failed, failed.removed) == ("reveals", "ValueError", 0)
    assert RetentionRun.objects.filter(failed="").count() == len(retention.PURPOSES) - 1
    operator = make.UserFactory(is_superuser=True)
    Authenticator.objects.create(user=operator, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(operator)
    page = client.get("/operator/buildings/retentionrun/").text
    assert "ValueError" in page
    assert "left-residents" in page
    monkeypatch.undo()
    task()
    assert not RetentionRun.objects.exclude(failed="").exists()


def test_more_than_a_batch(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _row in range(5):
        Message.objects.create(purpose="step", channel="email", state="sent", settled_at=ago("messages"))
    task()
    assert taken("messages") == 5


def test_who_is_being_erased_is_not_asked_for_again():
    left = make.ResidentFactory(state="left", left_at=ago("left-residents")).user
    User.objects.update(created_at=ago("left-residents"))
    task()
    RetentionRun.objects.all().delete()
    task()
    assert Erasure.objects.get().user == left
