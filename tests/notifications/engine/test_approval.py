"""Two pairs of eyes: who may say yes, to what, and that nothing slips past."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.sealing import unseal
from notifications import approval, drafts
from notifications.errors import AlreadyExpired, Changed, NoApprover, NotWaiting
from notifications.models import Delivery, Message, Notice
from notifications.outbox import expand, mend
from notifications.seal import seal_of
from notifications.sending import confirm, reopen, take_back
from tests.factories import ContactFactory, DistrictFactory, NoticeFactory, OrganisationFactory, StaffFactory
from tests.notifications.engine.life import told_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(stairwell):
    return OrganisationFactory(kind="municipality", districts=[stairwell.building.district], approval_above=2)


@pytest.fixture
def staff(city):
    def hire(name, **fields):
        user = {"user__email": f"{name}@example.org", "user__language": "en"}
        return StaffFactory(organisation=city, **user | fields).user

    return hire


@pytest.fixture
def clerk(staff):
    return staff("majken")


@pytest.fixture
def draft(stairwell, city, clerk, neighbours):
    neighbours("a", "b", "c")
    fields = {"district": stairwell.building.district, "organisation": city, "author": clerk}
    return lambda **more: NoticeFactory(**fields | more)


@pytest.fixture
def second(staff):
    return staff("andra")


def start(notice):
    Notice.objects.filter(pk=notice.pk).update(send_at=timezone.now())
    expand.start_due(notice.queue)
    notice.refresh_from_db()


def test_to_many_it_waits_and_the_colleagues_are_told(draft, clerk, second):
    notice = confirm(notice=draft(), user=clerk)
    assert (notice.state, notice.send_at) == ("awaiting", None)
    assert told_staff() == [("andra@example.org", "A notice waits for your yes")]
    expand.start_due("notices")
    mend.reclaim()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("limit", [None, 3])
def test_without_a_limit_or_within_it_nobody_is_asked(draft, clerk, city, limit):
    city.approval_above = limit
    city.save()
    assert confirm(notice=draft(), user=clerk).state == "scheduled"


def test_an_alert_never_waits(draft, clerk, city, second):
    city.kind = "police"
    city.save()
    notice = confirm(notice=draft(urgency="act_now"), user=clerk)
    assert notice.state == "scheduled"
    start(notice)
    assert Delivery.objects.count() == 3


def test_after_a_yes_the_window_begins_and_it_leaves(draft, clerk, second):
    notice = confirm(notice=draft(), user=clerk)
    approval.approve(notice=notice, user=second, seen=seal_of(notice))
    assert (notice.state, notice.approved_by) == ("scheduled", second)
    assert timedelta(seconds=29) < notice.send_at - timezone.now() <= timedelta(seconds=30)
    assert told_staff()[-1] == ("majken@example.org", "Your notice has got its yes")
    start(notice)
    assert Delivery.objects.count() == 3


def test_it_keeps_its_time_after_a_yes(draft, clerk, second):
    friday = timezone.now() + timedelta(days=2)
    notice = confirm(notice=draft(not_before=friday), user=clerk)
    assert approval.approve(notice=notice, user=second, seen=seal_of(notice)).send_at == friday


def test_sent_back_it_is_a_draft_with_a_word(draft, clerk, second):
    notice = confirm(notice=draft(), user=clerk)
    approval.send_back(notice=notice, user=second, word="Skriv var.")
    assert (notice.state, notice.returned_with, notice.confirmed_by) == ("draft", "Skriv var.", None)
    assert told_staff()[-1] == ("majken@example.org", "Your notice has come back to you")
    confirm(notice=notice, user=clerk)
    assert (notice.state, notice.returned_with) == ("awaiting", "")


class TestWhoMaySayYes:
    """A colleague at work in the district, never who wrote or asked."""

    @pytest.fixture
    def waiting(self, draft, clerk, second):
        return confirm(notice=draft(), user=clerk)

    def refused(self, notice, person):
        for answer in (
            lambda: approval.approve(notice=notice, user=person, seen=seal_of(notice)),
            lambda: approval.send_back(notice=notice, user=person, word="Nej."),
        ):
            with pytest.raises(NotWaiting):
                answer()
        notice.refresh_from_db()
        return notice.state == "awaiting"

    def test_not_who_asked(self, waiting, clerk):
        assert self.refused(waiting, clerk)

    def test_not_who_wrote_it_though_another_asked(self, draft, clerk, second, staff):
        staff("tredje")
        assert self.refused(confirm(notice=draft(), user=second), clerk)

    def test_nobody_of_another_organisation(self, waiting, stairwell):
        other = OrganisationFactory(kind="municipality", districts=[stairwell.building.district])
        assert self.refused(waiting, StaffFactory(organisation=other).user)

    def test_nobody_who_works_in_other_districts(self, waiting, staff):
        assert self.refused(waiting, staff("langt-bort", districts=[DistrictFactory()]))

    @pytest.mark.parametrize(
        "fields", [{"ended_at": timezone.now()}, {"accepted_at": None}, {"user__is_active": False}]
    )
    def test_nobody_who_has_left_or_not_come_yet(self, waiting, staff, fields):
        assert self.refused(waiting, staff("borta", **fields))

    def test_a_housing_companys_staff_say_yes_wherever_its_houses_stand(self, stairwell, neighbours):
        neighbours("a")
        company = stairwell.building.owner
        company.approval_above = 0
        company.save()
        first, other = (StaffFactory(organisation=company, districts=[]).user for _ in range(2))
        notice = NoticeFactory(organisation=company, district=stairwell.building.district, author=first)
        confirm(notice=notice, user=first)
        assert approval.approve(notice=notice, user=other, seen=seal_of(notice)).state == "scheduled"


def test_alone_at_work_one_is_told_at_once_and_keeps_the_draft(draft, clerk):
    notice = draft()
    with pytest.raises(NoApprover):
        confirm(notice=notice, user=clerk)
    notice.refresh_from_db()
    assert notice.state == "draft"
    assert told_staff() == []


def test_the_yes_is_to_what_was_read(draft, clerk, second):
    notice = confirm(notice=draft(), user=clerk)
    seen = seal_of(notice)
    reopen(notice=notice, user=clerk)
    notice.texts.update(body="Något helt annat.")
    confirm(notice=notice, user=clerk)
    with pytest.raises(Changed):
        approval.approve(notice=notice, user=second, seen=seen)
    notice.refresh_from_db()
    assert notice.state == "awaiting"


def test_a_yes_does_not_outlive_a_change(draft, clerk, second):
    notice = confirm(notice=draft(), user=clerk)
    approval.approve(notice=notice, user=second, seen=seal_of(notice))
    reopen(notice=notice, user=clerk)
    assert notice.approved_by is None
    assert confirm(notice=notice, user=clerk).state == "awaiting"


def test_while_it_waits_nobody_changes_it(draft, clerk, second):
    notice = confirm(notice=draft(), user=clerk)
    with pytest.raises(drafts.NotADraft):
        drafts.delete_draft(notice=notice)


def test_the_second_of_two_answers_finds_it_answered(draft, clerk, second, staff):
    third = staff("tredje")
    notice = confirm(notice=draft(), user=clerk)
    stale, seen = Notice.objects.get(pk=notice.pk), seal_of(notice)
    approval.approve(notice=notice, user=second, seen=seen)
    with pytest.raises(NotWaiting):
        approval.send_back(notice=stale, user=third, word="Nej.")
    with pytest.raises(NotWaiting):
        approval.approve(notice=stale, user=third, seen=seen)


def test_more_people_than_the_limit_by_the_time_it_leaves_means_waiting_after_all(
    draft, clerk, city, second, neighbours
):
    city.approval_above = 3
    city.save()
    notice = confirm(notice=draft(), user=clerk)
    assert notice.state == "scheduled"
    neighbours("d")
    start(notice)
    assert (notice.state, notice.started_at) == ("awaiting", None)
    assert not Delivery.objects.exists()
    assert told_staff() == [
        ("majken@example.org", "Your notice waits for a yes"),
        ("andra@example.org", "A notice waits for your yes"),
    ]
    approval.approve(notice=notice, user=second, seen=seal_of(notice))
    start(notice)
    assert Delivery.objects.count() == 4


def test_a_limit_lowered_meanwhile_counts_and_one_raised_lets_it_go_when_asked_again(draft, clerk, city, second):
    city.approval_above = None
    city.save()
    notice = confirm(notice=draft(), user=clerk)
    type(city).objects.update(approval_above=1)
    start(notice)
    assert notice.state == "awaiting"
    type(city).objects.update(approval_above=100)
    reopen(notice=notice, user=clerk)
    notice = Notice.objects.select_related("organisation", "district").get(pk=notice.pk)
    assert confirm(notice=notice, user=clerk).state == "scheduled"


def test_without_an_answer_it_lapses_and_the_sender_is_told(draft, clerk, second):
    notice = confirm(notice=draft(), user=clerk)
    Notice.objects.update(expires_at=timezone.now())
    with pytest.raises(AlreadyExpired):
        approval.approve(notice=notice, user=second, seen=seal_of(Notice.objects.get()))
    mend.reclaim()
    mend.reclaim()
    notice.refresh_from_db()
    assert (notice.state, notice.stopped) == ("cancelled", "lapsed")
    assert told_staff()[1:] == [("majken@example.org", "Your notice was not sent")]


def test_the_writer_can_take_it_back_while_it_waits(draft, clerk, second):
    notice = confirm(notice=draft(), user=clerk)
    take_back(notice=notice, user=clerk)
    with pytest.raises(NotWaiting):
        approval.approve(notice=notice, user=second, seen=seal_of(notice))


def test_what_is_for_contacts_only_is_not_in_the_mail(draft, clerk, second, stairwell, neighbours, city):
    city.approval_above = 0
    city.save()
    ContactFactory(user=neighbours("k")[0].user, stairwell=stairwell)
    confirm(notice=draft(contacts_only=True, texts={"sv": ("Hemlig rubrik", "Hemlig text")}), user=clerk)
    words = unseal(Message.objects.get().sealed)
    assert "Hemlig" not in words["text"] + words["subject"]
