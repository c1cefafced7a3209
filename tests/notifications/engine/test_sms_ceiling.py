"""An organisation's SMS of a month: counted exactly, warned once, held at the ceiling, let go again."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from buildings.models import Organisation
from buildings.sealing import unseal
from notifications.models import Delivery, Message, Notice, SmsMonth
from notifications.outbox import claim, expand, mend, post_message, run
from notifications.outbox.books import Books
from notifications.outbox.budget import this_month
from notifications.transports.base import Outcome, Verdict
from tests.factories import OrganisationFactory, StaffFactory

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Europe/Stockholm")
TWO_PARTS = {"sv": ("Inbrott", "Lås källaren ordentligt och ring 114 14 om du såg något. " * 3)}


@pytest.fixture
def police(stairwell):
    organisation = OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen", sms_ceiling=10)
    StaffFactory(organisation=organisation, is_administrator=True, user__language="en", user__email="chef@example.org")
    StaffFactory(organisation=organisation, user__email="vanlig@example.org")
    StaffFactory(is_administrator=True, user__email="annan@example.org")
    return organisation


def states():
    return Counter(Delivery.objects.values_list("state", "reason"))


def used():
    return sum(SmsMonth.objects.values_list("parts", flat=True))


def warnings():
    found = Message.objects.filter(purpose="warning", sealed__isnull=False).order_by("pk")
    return [unseal(message.sealed) for message in found]


def test_parts_are_counted_as_the_provider_bills_them_with_each_row(elks, texted, send, police):
    first, *_ = texted(3)
    elks.answers = {first.address: (200, {}, '{"id": "s1", "parts": 3}')}
    send(organisation=police, texts=TWO_PARTS)
    assert Counter(Delivery.objects.values_list("parts", flat=True)) == {2: 2, 3: 1}
    month = SmsMonth.objects.get()
    assert (month.organisation, month.month, month.parts) == (police, this_month(), 7)


def test_what_is_refused_or_tried_again_costs_nothing(elks, texted, send, police):
    refused, later, _fine = texted(3)
    elks.answers = {refused.address: (400, {}, ""), later.address: (500, {}, "")}
    send(organisation=police)
    assert used() == 1


def test_codes_are_nobodys_parts(elks, police):
    post_message(purpose="code", channel="sms", address="+46701740699", language="sv", text="123 456")
    run.deliver("alerts")
    assert len(elks.taken) == 1
    assert not SmsMonth.objects.exists()


def test_a_row_another_worker_has_taken_over_is_counted_by_that_one_alone(elks, texted, due, police):
    texted(3)
    due(organisation=police)
    expand.start_due("notices")
    batch = claim.deliveries("notices", claim.Letters())
    lost, *kept = sorted(batch.rows)
    Delivery.objects.filter(pk=lost).update(state="retry", claim=None)
    books = Books(batch)
    for pk in (lost, *kept):
        books.note(Outcome(pk, Verdict.SENT, provider_id=f"s{pk}", parts=2))
    books.close()
    assert used() == 4
    assert Delivery.objects.get(pk=lost).provider_id == ""


def test_a_settle_that_fails_counts_nothing(elks, texted, due, police, monkeypatch):
    texted(1)
    due(organisation=police)
    expand.start_due("notices")
    batch = claim.deliveries("notices", claim.Letters())

    def broken(organisation, parts):
        raise RuntimeError("killed between the two")

    monkeypatch.setattr("notifications.outbox.budget.count", broken)
    books = Books(batch)
    books.note(Outcome(next(iter(batch.rows)), Verdict.SENT, parts=1))
    with pytest.raises(RuntimeError):
        books.flush()
    assert states() == {("sending", ""): 1}
    assert used() == 0


def test_at_four_fifths_each_administrator_is_told_once(elks, texted, send, police):
    texted(8)
    send(organisation=police)
    assert used() == 8
    for _round in range(3):
        mend.reclaim()
    (letter,) = warnings()
    assert letter["address"] == "chef@example.org"
    assert "Most of this month's SMS are used" in letter["subject"]
    assert "8 of the 10" in letter["text"]


def test_below_four_fifths_nobody_is_told(elks, texted, send, police):
    texted(7)
    send(organisation=police)
    mend.reclaim()
    assert warnings() == []


def test_at_the_ceiling_notices_wait_until_the_month_turns_and_nobody_is_forgotten(elks, texted, send, police):
    texted(14)
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=HERE), tick=False) as clock:
        notice = send(organisation=police, expires_at=datetime(2026, 12, 20, tzinfo=HERE))
        assert states() == {("sent", ""): 10, ("held", "sms-ceiling"): 4}
        assert set(Delivery.objects.filter(state="held").values_list("due_at", flat=True)) == {
            datetime(2026, 12, 1, tzinfo=HERE)
        }
        assert notice.state == Notice.State.SENDING
        (letter,) = warnings()
        assert letter["subject"] == "SMS wait: this month's are used"
        for _round in range(2):
            mend.reclaim()
            run.deliver("notices")
        assert len(elks.taken) == 10
        assert len(warnings()) == 1
        clock.move_to(datetime(2026, 12, 1, 0, 0, 1, tzinfo=HERE))
        run.deliver("notices")
    assert len(set(elks.numbers())) == 14
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT
    assert list(SmsMonth.objects.order_by("month").values_list("parts", flat=True)) == [10, 4]


def test_a_raised_ceiling_lets_them_go(elks, texted, send, police):
    texted(12)
    send(organisation=police)
    assert states()["held", "sms-ceiling"] == 2
    Organisation.objects.filter(pk=police.pk).update(sms_ceiling=100)
    mend.reclaim()
    run.deliver("notices")
    assert states() == {("sent", ""): 12}
    assert SmsMonth.objects.get().full_at is None


def test_a_notice_over_before_the_month_is_ends_without_being_sent(elks, texted, send, police):
    Organisation.objects.update(sms_ceiling=0)
    police.refresh_from_db()
    texted(2)
    soon = timezone.now() + timedelta(minutes=30)
    notice = send(organisation=police, expires_at=soon)
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {soon}
    with time_machine.travel(soon + timedelta(seconds=1)):
        run.deliver("notices")
    notice.refresh_from_db()
    assert states() == {("skipped", "expired"): 2}
    assert notice.state == Notice.State.SENT
    assert elks.taken == []


def test_a_ceiling_of_nothing_holds_all_and_opens_when_raised(elks, texted, send, police):
    Organisation.objects.update(sms_ceiling=0)
    police.refresh_from_db()
    texted(2)
    send(organisation=police)
    assert states() == {("held", "sms-ceiling"): 2}
    mend.reclaim()
    assert states() == {("held", "sms-ceiling"): 2}
    Organisation.objects.update(sms_ceiling=5)
    mend.reclaim()
    run.deliver("notices")
    assert len(elks.taken) == 2


def test_alerts_always_go_and_are_counted(elks, texted, due, police):
    SmsMonth.objects.create(organisation=police, month=this_month(), parts=10)
    texted(3)
    due(organisation=police, urgency=Notice.Urgency.ACT_NOW)
    expand.start_due("alerts")
    run.deliver("alerts")
    assert len(elks.taken) == 3
    assert used() > 10


def test_mails_and_other_organisations_do_not_wait(elks, post, texted, neighbours, send, police):
    SmsMonth.objects.create(organisation=police, month=this_month(), parts=10)
    neighbours(*"ab")
    texted(2)
    send(organisation=police)
    assert states() == {("sent", ""): 2, ("held", "sms-ceiling"): 2}
    assert len(post.taken) == 2
    send(organisation=OrganisationFactory(kind=Organisation.Kind.POLICE))
    assert len(elks.taken) == 2


@pytest.mark.parametrize("recipients", [1, 60])
def test_counting_takes_the_same_statements_whatever_the_batch(
    elks, texted, due, police, recipients, django_assert_num_queries
):
    Organisation.objects.update(sms_ceiling=1000)
    SmsMonth.objects.create(organisation=police, month=this_month())
    texted(recipients)
    due(organisation=police)
    expand.start_due("notices")
    # As for mail (6), who shares the numbers, the month asked for, and one transaction (2) around settle and count.
    with django_assert_num_queries(11):
        batch = claim.deliveries("notices", claim.Letters())
        assert run.send(batch, run.Run())
