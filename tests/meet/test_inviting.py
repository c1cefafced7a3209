"""People hear of a meeting, of what has changed in it, and that it is cancelled."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from buildings.models import Resident
from notifications import errors
from notifications.letters import notice_letter
from notifications.models import Notice
from tests import factories as make
from tests.meetings import at
from watch.meet import inviting, planning
from watch.meet.errors import InThePast, Marked, NobodyInvited, TooLate
from watch.meet.latecomers import invite_latecomers
from watch.models import Meeting, PublicVersion, Reminder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("postbox")]


def newest(meeting):
    return meeting.tellings.newest_first().first().notice


def letter(meeting, language="sv"):
    return notice_letter(newest(meeting), language, neutral=False)


def to(postbox):
    return sorted(address.partition("@")[0] for address, _ in postbox)


def test_everyone_who_joined_gets_time_place_and_two_buttons(neighbours, invited, postbox):
    neighbours("ali", "bea")
    meeting = invited()
    assert to(postbox) == ["ali", "bea"]
    said = letter(meeting)
    assert said.subject == "Träff om trygghet"
    assert "Provlokalen, Provgatan 1" in said.text
    assert said.text.count("?svar=") == 2
    assert said.enclosure.method == "REQUEST"


def test_a_second_press_invites_nobody_twice(neighbours, invited, officer, work, postbox):
    neighbours("ali")
    inviting.invite(meeting=invited(), user=officer)
    work()
    assert to(postbox) == ["ali"]


def test_a_meeting_without_invitees_stays_a_draft(plan, officer):
    meeting = planning.save(plan=plan(), user=officer)
    with pytest.raises(NobodyInvited):
        inviting.invite(meeting=meeting, user=officer)
    meeting.refresh_from_db()
    assert meeting.is_draft
    assert not Notice.objects.exists()
    assert not Reminder.objects.exists()


def test_a_public_meeting_is_planned_though_nobody_has_joined_yet(plan, officer):
    meeting = planning.save(plan=plan(is_public=True), user=officer)
    assert inviting.invite(meeting=meeting, user=officer).state == Meeting.State.PLANNED


def test_a_meeting_that_should_have_begun_invites_nobody(neighbours, plan, officer):
    neighbours("ali")
    meeting = planning.save(plan=plan(starts_at=timezone.now() - timedelta(minutes=1)), user=officer)
    with pytest.raises(InThePast):
        inviting.invite(meeting=meeting, user=officer)


def test_a_registration_number_in_the_agenda_stops_the_invitation(neighbours, plan, officer):
    neighbours("ali")
    meeting = planning.save(plan=plan(texts={"sv": ("Träff", "Bilen ABC 123 står här igen.")}), user=officer)
    with pytest.raises(Marked):
        inviting.invite(meeting=meeting, user=officer)
    meeting.refresh_from_db()
    assert meeting.is_draft


def test_the_first_line_of_a_change_says_what_is_new(neighbours, invited, plan, officer, work, postbox):
    neighbours("ali")
    meeting = invited()
    inviting.change(meeting=meeting, plan=plan(place="Skolan", texts={"sv": ("Träff om trygghet", "")}), user=officer)
    work()
    assert to(postbox) == ["ali", "ali"]
    with translation.override("en"):
        body = newest(meeting).texts.get(language="en").body
    assert body.splitlines()[0] == "New place: Skolan, Provgatan 1. Before: Provlokalen, Provgatan 1."
    assert "SEQUENCE:1" in letter(meeting).enclosure.text


def test_a_change_reaches_who_moved_away_within_reach_and_who_is_new(neighbours, invited, plan, officer, work, postbox):
    _told, moved = neighbours("ali", "bea")
    meeting = invited()
    home = Resident.objects.get(user=moved.user)
    make.ResidentFactory(user=moved.user)
    Resident.objects.filter(pk=home.pk).update(state=Resident.State.LEFT)
    neighbours("nya")
    postbox.clear()
    inviting.change(meeting=meeting, plan=plan(starts_at=at(19, days=20)), user=officer)
    work()
    assert to(postbox) == ["ali", "bea", "nya"]


def test_a_change_before_the_invitation_left_is_one_invitation(neighbours, plan, officer, work, postbox, settings):
    settings.TAKE_BACK_SECONDS = 30
    neighbours("ali")
    meeting = planning.save(plan=plan(), user=officer)
    inviting.invite(meeting=meeting, user=officer)
    inviting.change(meeting=meeting, plan=plan(place="Skolan"), user=officer)
    Notice.objects.filter(state="scheduled").update(send_at=timezone.now())
    work()
    assert postbox == [("ali@example.org", "Träff om trygghet")]
    assert "Skolan" in letter(meeting).text


def test_a_meeting_cannot_be_moved_into_the_past(neighbours, invited, plan, officer):
    neighbours("ali")
    meeting = invited()
    with pytest.raises(InThePast):
        inviting.change(meeting=meeting, plan=plan(starts_at=at(18, days=-1)), user=officer)
    meeting.refresh_from_db()
    assert meeting.starts_at > timezone.now()


def test_only_those_who_were_told_hear_that_it_is_cancelled(neighbours, invited, officer, work, postbox):
    neighbours("ali")
    meeting = invited()
    neighbours("nya")
    postbox.clear()
    inviting.cancel(meeting=meeting, user=officer)
    work()
    assert to(postbox) == ["ali"]
    said = letter(meeting)
    assert said.enclosure.method == "CANCEL"
    assert "STATUS:CANCELLED" in said.enclosure.text
    assert "?svar=" not in said.text


def test_a_meeting_cancelled_before_the_invitation_left_tells_nobody(
    neighbours, plan, officer, work, postbox, settings
):
    settings.TAKE_BACK_SECONDS = 30
    neighbours("ali")
    meeting = planning.save(plan=plan(), user=officer)
    inviting.invite(meeting=meeting, user=officer)
    inviting.cancel(meeting=meeting, user=officer)
    Notice.objects.filter(state="scheduled").update(send_at=timezone.now())
    work()
    assert postbox == []


def test_a_meeting_moved_and_then_cancelled_after_its_first_time_still_tells(
    neighbours, invited, plan, officer, work, postbox, settings
):
    neighbours("ali")
    meeting = invited(starts_at=timezone.now() + timedelta(minutes=5))
    settings.TAKE_BACK_SECONDS = 30
    inviting.change(meeting=meeting, plan=plan(), user=officer)
    Notice.objects.filter(state="sent").update(expires_at=timezone.now() - timedelta(minutes=1))
    postbox.clear()
    inviting.cancel(meeting=meeting, user=officer)
    work()
    assert to(postbox) == ["ali"]


def test_a_cancelled_meeting_can_be_neither_changed_nor_cancelled_again(neighbours, invited, plan, officer):
    neighbours("ali")
    meeting = invited()
    inviting.cancel(meeting=meeting, user=officer)
    with pytest.raises(TooLate):
        inviting.cancel(meeting=meeting, user=officer)
    with pytest.raises(TooLate):
        inviting.change(meeting=meeting, plan=plan(place="Skolan"), user=officer)


def test_who_joins_later_is_invited_too_and_nobody_else_again(neighbours, invited, work, postbox):
    neighbours("ali")
    invited()
    neighbours("nya")
    for _ in range(2):
        invite_latecomers()
        work()
    assert to(postbox) == ["ali", "nya"]


def test_contacts_get_no_calendar_file_and_no_word_of_what_it_is(neighbours, invited, stairwell):
    contact = neighbours("kontakt")[0]
    make.ContactFactory(user=contact.user, stairwell=stairwell)
    meeting = invited(kind=Meeting.Kind.TRAINING, contacts_only=True)
    notice = newest(meeting)
    said = notice_letter(notice, "sv", neutral=True)
    assert said.enclosure is None
    assert "Träff" not in said.subject + said.text + said.short


def test_more_people_than_the_limit_wait_for_a_colleagues_yes(neighbours, plan, officer, city, work, postbox):
    neighbours("ali", "bea")
    city.approval_above = 1
    city.save()
    meeting = planning.save(plan=plan(), user=officer)
    with pytest.raises(errors.NoApprover):
        inviting.invite(meeting=meeting, user=officer)
    meeting.refresh_from_db()
    assert meeting.is_draft
    make.StaffFactory(organisation=city)
    inviting.invite(meeting=meeting, user=officer)
    work()
    assert postbox == []
    assert newest(meeting).state == Notice.State.AWAITING


def test_a_round_from_door_to_door_is_planned_without_a_word_to_anybody(neighbours, plan, officer, work, postbox):
    neighbours("ali")
    meeting = planning.save(plan=plan(kind="door_knock"), user=officer)
    assert inviting.invite(meeting=meeting, user=officer).state == Meeting.State.PLANNED
    work()
    assert postbox == []


@pytest.mark.parametrize("step", ["invite", "change", "cancel"])
def test_a_step_costs_the_same_queries_for_many_as_for_few(step, neighbours, invited, plan, officer, work):
    def cost():
        if step == "invite":
            meeting = planning.save(plan=plan(), user=officer)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                inviting.invite(meeting=meeting, user=officer)
            return len(asked)
        meeting = invited()
        with CaptureQueriesContext(connection) as asked:
            if step == "change":
                inviting.change(meeting=meeting, plan=replace(plan(), place="Skolan"), user=officer)
            else:
                inviting.cancel(meeting=meeting, user=officer)
        return len(asked)

    # The first change there ever is makes the row of the pages' version, which costs more.
    PublicVersion.objects.grow()
    neighbours("ali")
    few = cost()
    neighbours(*(f"hyresgast{number}" for number in range(60)))
    assert cost() == few
