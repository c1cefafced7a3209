"""Reminders: a week before and the day before, once each, never too late and never for what is off."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications.letters import notice_letter
from notifications.models import Notice
from watch.meet import inviting, reminding
from watch.models import Answer, Reminder

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(postbox, settings):
    """The twelfth of October 2026, at noon; summer time ends on the 25th."""
    settings.QUIET_HOURS = (timezone.datetime(2026, 1, 1).time(),) * 2
    with time_machine.travel(datetime(2026, 10, 12, 10, tzinfo=UTC), tick=False) as now:
        yield now


def wall(*at):
    return timezone.make_aware(datetime(*at))  # noqa: DTZ001


@pytest.fixture
def remind(work, postbox):
    """Beat asks, twice as it might, and workers work; the addresses that were reminded."""

    def do():
        postbox.clear()
        reminding.send_due()
        reminding.send_due()
        work()
        return [address.partition("@")[0] for address, _ in postbox]

    return do


def pass_to(clock, *at):
    clock.move_to(wall(*at))


def test_a_week_and_a_day_before_everyone_is_reminded_once(clock, neighbours, invited, remind):
    neighbours("ali")
    invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 22, 17, 59)
    assert remind() == []
    pass_to(clock, 2026, 10, 22, 18, 1)
    assert remind() == ["ali"]
    assert remind() == []
    pass_to(clock, 2026, 10, 28, 18, 1)
    assert remind() == ["ali"]


def test_it_says_how_soon(clock, neighbours, invited, remind):
    neighbours("ali")
    meeting = invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 28, 18, 1)
    remind()
    notice = meeting.tellings.newest_first().first().notice
    assert notice.texts.get(language="en").body.startswith("This is a reminder: the meeting is tomorrow.")
    assert notice_letter(notice, "sv", neutral=False).enclosure.method == "REQUEST"


def test_across_the_end_of_summer_time_the_hour_stays_the_same(clock):
    starts = wall(2026, 10, 26, 18)
    assert reminding.due_at(starts, 1) == wall(2026, 10, 25, 18)
    assert reminding.due_at(starts, 7) == wall(2026, 10, 19, 18)
    assert starts.astimezone(UTC) - reminding.due_at(starts, 7).astimezone(UTC) == timedelta(days=7, hours=1)


# By night summer time ends on the first and begins on the second.
@pytest.mark.parametrize("day", [(2026, 10, 26), (2027, 3, 29)])
def test_an_hour_that_comes_twice_or_not_at_all_still_reminds_about_a_day_before(day):
    starts = wall(*day, 2, 30).astimezone(UTC)
    found = reminding.due_at(starts, 1).astimezone(UTC)
    assert timedelta(hours=23) <= starts - found <= timedelta(hours=25)


def test_a_meeting_half_past_midnight_is_announced_the_day_before(clock, neighbours, invited, remind):
    neighbours("ali")
    invited(starts_at=wall(2026, 10, 20, 0, 30))
    pass_to(clock, 2026, 10, 19, 0, 29)
    assert remind() == []
    pass_to(clock, 2026, 10, 19, 0, 31)
    assert remind() == ["ali"]


def test_a_worker_that_was_down_reminds_once_with_the_latest(clock, neighbours, invited, remind):
    neighbours("ali")
    invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 28, 20)
    assert remind() == ["ali"]
    assert dict(Reminder.objects.values_list("days", "state")) == {7: "skipped", 1: "sent"}


def test_a_worker_that_was_down_for_two_days_still_reminds_a_week_before(clock, neighbours, invited, remind):
    neighbours("ali")
    invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 24, 18)
    assert remind() == ["ali"]
    assert dict(Reminder.objects.values_list("days", "state")) == {7: "sent", 1: "waiting"}


def test_a_worker_that_comes_back_after_the_meeting_reminds_nobody(clock, neighbours, invited, remind):
    neighbours("ali")
    invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 29, 18, 1)
    assert remind() == []
    assert set(Reminder.objects.values_list("state", flat=True)) == {"skipped"}


def test_a_reminder_held_until_the_meeting_has_begun_is_never_delivered(clock, neighbours, invited, work, postbox):
    neighbours("ali")
    invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 28, 20)
    reminding.send_due()
    pass_to(clock, 2026, 10, 29, 18, 1)
    postbox.clear()
    work()
    assert postbox == []


def test_a_clock_set_back_reminds_nobody_again(clock, neighbours, invited, remind):
    neighbours("ali")
    invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 28, 19)
    assert remind() == ["ali"]
    pass_to(clock, 2026, 10, 28, 12)
    assert remind() == []
    pass_to(clock, 2026, 10, 28, 19)
    assert remind() == []


def test_a_moved_meeting_reminds_anew_and_of_the_new_time_only(clock, neighbours, invited, plan, officer, work, remind):
    neighbours("ali")
    meeting = invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 22, 19)
    assert remind() == ["ali"]
    inviting.change(meeting=meeting, plan=plan(starts_at=wall(2026, 11, 12, 18)), user=officer)
    work()
    pass_to(clock, 2026, 10, 28, 19)
    assert remind() == []
    pass_to(clock, 2026, 11, 5, 19)
    assert remind() == ["ali"]


def test_moved_away_and_back_nobody_is_reminded_of_the_same_time_twice(
    clock, neighbours, invited, plan, officer, work, remind
):
    neighbours("ali")
    meeting = invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 22, 19)
    assert remind() == ["ali"]
    for starts in (wall(2026, 11, 12, 18), wall(2026, 10, 29, 18)):
        inviting.change(meeting=meeting, plan=plan(starts_at=starts), user=officer)
        work()
    assert remind() == []
    pass_to(clock, 2026, 10, 28, 19)
    assert remind() == ["ali"]


def test_a_cancelled_meeting_reminds_nobody_and_stops_what_is_under_way(
    clock, neighbours, invited, officer, work, postbox
):
    neighbours("ali")
    meeting = invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 28, 19)
    reminding.send_due()
    postbox.clear()
    inviting.cancel(meeting=meeting, user=officer)
    work()
    assert len(postbox) == 1, "the word that it is cancelled, and no reminder"
    reminding.send_due()
    work()
    assert len(postbox) == 1


def test_an_outdated_reminder_is_no_longer_to_be_read(clock, neighbours, invited, plan, officer, remind, work):
    neighbours("ali")
    meeting = invited(starts_at=wall(2026, 10, 29, 18))
    pass_to(clock, 2026, 10, 22, 19)
    remind()
    inviting.change(meeting=meeting, plan=plan(starts_at=wall(2026, 11, 12, 18)), user=officer)
    work()
    assert Notice.objects.get(reference="reminds").is_replaced


def test_who_said_no_is_not_reminded(clock, neighbours, invited, remind):
    ali, _bea = neighbours("ali", "bea")
    meeting = invited(starts_at=wall(2026, 10, 29, 18))
    Answer.objects.create(meeting=meeting, user=ali.user, is_coming=False, adults=0)
    pass_to(clock, 2026, 10, 28, 19)
    assert remind() == ["bea"]


def test_whoever_was_invited_a_moment_ago_is_not_reminded_at_once(clock, neighbours, invited, remind):
    neighbours("ali")
    invited(starts_at=wall(2026, 10, 13, 18))
    pass_to(clock, 2026, 10, 12, 18, 1)
    assert remind() == []
    assert set(Reminder.objects.values_list("state", flat=True)) == {"skipped"}
