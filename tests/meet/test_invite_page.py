"""Inviting to a meeting and cancelling it: what is shown first, and what is refused."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from buildings.models import Organisation, Resident
from notifications.models import Notice
from notifications.preview import Reach
from tests import factories as make
from tests.meet.planning import signed_in, town
from tests.meetings import MeetingFactory, told
from watch.models import Meeting, MeetingText, Telling

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return town()


@pytest.fixture
def draft(here):
    return MeetingFactory(lead=here.officer.organisation, district=here.district)


def page(here, meeting, name="invite"):
    return here.client.get(reverse(f"meet:{name}", args=[meeting.public_id]))


def press(here, meeting, name="invite", **fields):
    return here.client.post(reverse(f"meet:{name}", args=[meeting.public_id]), fields)


def assert_nothing_happened(meeting):
    meeting.refresh_from_db()
    assert meeting.is_draft
    assert not Telling.objects.exists()
    assert not Notice.objects.exists()


def test_the_words_go_by_once_more_in_every_language_with_how_many_get_them(here, draft):
    response = page(here, draft)
    assert [ready.language for ready in response.context["words"]] == ["sv", "en", "ar", "so"]
    assert response.context["whom"].numbers.people == 1
    assert response.context["whom"].numbers == Reach.of(draft.audience)
    assert [many for _way, many in response.context["whom"].ways] == [1]
    assert "Invite 1 person" in response.text


def test_one_press_plans_the_meeting_and_invites(here, draft):
    response = press(here, draft, seen=page(here, draft).context["seen"])
    assert response.url == reverse("meet:meeting", args=[draft.public_id])
    draft.refresh_from_db()
    assert draft.state == Meeting.State.PLANNED
    assert draft.tellings.get().notice.state == Notice.State.SCHEDULED


def test_a_second_press_changes_nothing(here, draft):
    seen = page(here, draft).context["seen"]
    press(here, draft, seen=seen)
    press(here, draft, seen=seen)
    assert draft.tellings.count() == 1


def test_a_meeting_without_anybody_to_invite_stays_a_draft(here, draft):
    Resident.objects.all().delete()
    assert "btn-main" not in page(here, draft).text
    response = press(here, draft)
    assert response.status_code == 409
    assert "nobody to invite" in response.text
    assert_nothing_happened(draft)


def test_a_public_meeting_can_be_planned_before_anybody_has_joined(here):
    Resident.objects.all().delete()
    meeting = MeetingFactory(lead=here.officer.organisation, district=here.district, is_public=True)
    press(here, meeting)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.PLANNED


def test_a_meeting_whose_time_has_passed_is_not_invited_to(here, draft):
    Meeting.objects.filter(pk=draft.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    assert press(here, draft).status_code == 409
    assert_nothing_happened(draft)


def test_words_that_point_a_person_out_are_not_sent(here, draft):
    MeetingText.objects.update(agenda="Bilen ABC 123")
    response = press(here, draft)
    assert "points a person out" in response.text
    assert_nothing_happened(draft)


def test_many_people_need_a_colleague_and_without_one_nothing_is_saved(here, draft):
    Organisation.objects.update(approval_above=0)
    assert page(here, draft).context["whom"].needs_yes
    assert press(here, draft).status_code == 409
    assert_nothing_happened(draft)
    make.StaffFactory(organisation=here.officer.organisation, districts=[here.district])
    press(here, draft)
    assert draft.tellings.get().notice.state == Notice.State.AWAITING


def test_words_a_colleague_has_changed_meanwhile_are_read_once_more(here, draft):
    seen = page(here, draft).context["seen"]
    Meeting.objects.filter(pk=draft.pk).update(changed_at=timezone.now())
    response = press(here, draft, seen=seen)
    assert response.status_code == 409
    assert_nothing_happened(draft)


def test_nobody_is_told_of_a_round_from_door_to_door(here):
    meeting = MeetingFactory(lead=here.officer.organisation, district=here.district, kind="door_knock")
    assert "Plan the round" in page(here, meeting).text
    press(here, meeting)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.PLANNED
    assert not Notice.objects.exists()


def test_what_a_colleague_sent_back_is_sent_again(here, draft):
    press(here, draft)
    Notice.objects.update(state=Notice.State.DRAFT, returned_with="Fel dag?")
    press(here, draft, "tell_again")
    assert draft.tellings.newest_first().first().notice.state == Notice.State.SCHEDULED


def test_the_cancel_page_says_who_is_told_and_in_which_words(here, draft):
    told(draft, here.officer.user)
    response = page(here, draft, "cancel")
    assert response.context["told"] == 0
    assert "Nobody has been told of it yet" in response.text
    press(here, draft, "cancel")
    draft.refresh_from_db()
    assert draft.is_cancelled
    assert draft.tellings.filter(what=Telling.What.CANCELLATION).count() == 1


def test_a_meeting_that_is_over_cannot_be_cancelled(here, draft):
    told(draft, here.officer.user)
    hour_ago = timezone.now() - timedelta(hours=1)
    Meeting.objects.update(starts_at=hour_ago - timedelta(hours=1), ends_at=hour_ago)
    press(here, draft, "cancel")
    draft.refresh_from_db()
    assert not draft.is_cancelled


def test_another_organisations_draft_is_not_there(here, draft):
    here.client = signed_in(here.landlord)
    for name in ("invite", "cancel", "edit", "delete"):
        assert page(here, draft, name).status_code == 404


@pytest.mark.parametrize(
    ("name", "is_told", "queries"),
    [("invite", False, 10), ("meeting", False, 11), ("meeting", True, 12), ("cancel", True, 11), ("edit", False, 12)],
)
def test_the_pages_ask_few_questions(here, draft, name, is_told, queries, django_assert_num_queries):
    if is_told:
        told(draft, here.officer.user)
    with django_assert_num_queries(queries):
        page(here, draft, name)
