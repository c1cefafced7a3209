"""A no counts until the claim: what changed since the rows were made is asked again."""

import pytest
from django.db.models import F
from django.utils import timezone

from buildings.models import Resident
from notifications.endpoints import set_wants
from notifications.models import Delivery, Endpoint, Notice
from notifications.outbox import claim, expand, run
from tests.factories import EndpointFactory, ResidentFactory
from tests.notifications.engine.rows import states

pytestmark = pytest.mark.django_db


def test_what_changed_since_the_rows_were_made_is_asked_again(post, neighbours, due, stairwell):
    gone, stopped, aside, urgent_only, stays, deleted = neighbours(*"abcdef")
    notice = due()
    expand.start_due("notices")
    Resident.objects.filter(user=gone.user).update(state=Resident.State.LEFT)
    set_wants(endpoint=stopped, wants=Endpoint.Wants.NOTHING, language="sv")
    set_wants(endpoint=urgent_only, wants=Endpoint.Wants.URGENT, language="sv")
    Endpoint.objects.filter(pk=aside.pk).update(set_aside_at=timezone.now())
    deleted.delete()
    run.deliver("notices")
    assert post.recipients() == [stays.address]
    reasons = dict(Delivery.objects.values_list("endpoint", "reason"))
    assert reasons == {
        gone.pk: "left",
        stopped.pk: "unsubscribed",
        aside.pk: "set-aside",
        urgent_only.pk: "unsubscribed",
        stays.pk: "",
        None: "left",
    }
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT
    outcome = Delivery.objects.outcome(notice)
    assert (outcome.reached, outcome.skipped, outcome.waiting, outcome.failures) == (1, 5, 0, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"expires_at": F("created_at")}, "expired"),
        ({"state": Notice.State.CANCELLED}, "cancelled"),
    ],
)
def test_a_notice_that_is_over_or_cancelled_is_not_sent(post, neighbours, due, change, reason):
    neighbours("a")
    notice = due()
    expand.start_due("notices")
    Notice.objects.filter(pk=notice.pk).update(**change)
    run.deliver("notices")
    assert post.taken == []
    assert states() == {"a": ("skipped", reason)}


def test_whoever_shares_the_number_of_one_who_left_still_gets_the_sms(stairwell, due, settings):
    settings.TRANSPORTS = {**settings.TRANSPORTS, "sms": "notifications.transports.console.ConsoleTransport"}
    first, second = (ResidentFactory(stairwell=stairwell) for _ in range(2))
    for resident in (first, second):
        EndpointFactory(user=resident.user, channel="sms", address="+46701740605")
    notice = due()
    expand.start_due(notice.queue)
    assert Delivery.objects.count() == 1
    Resident.objects.filter(pk=first.pk).update(state=Resident.State.LEFT)
    run.deliver(notice.queue)
    states = {row.endpoint.user_id: row.state for row in Delivery.objects.select_related("endpoint")}
    assert states == {first.user_id: "skipped", second.user_id: "sent"}
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", ["mail", "leaving"])
def test_nothing_is_delivered_after_a_withdrawal_whether_or_not_a_worker_has_the_row_in_hand(
    post, neighbours, due, monkeypatch, when, how
):
    stays, withdraws = neighbours("a", "b")
    due()
    expand.start_due("notices")

    def withdraw():
        if how == "mail":
            set_wants(endpoint=withdraws, wants=Endpoint.Wants.NOTHING, language="sv")
        else:
            Resident.objects.filter(user=withdraws.user).update(state=Resident.State.LEFT)

    take = claim.take

    def take_and_then(model, queue):
        claimed = take(model, queue)
        if claimed and model is Delivery and when == "after":
            assert Delivery.objects.filter(claim=claimed, state="sending").count() == 2
            withdraw()
        return claimed

    monkeypatch.setattr(claim, "take", take_and_then)
    if when == "before":
        withdraw()
    run.deliver("notices")
    assert post.recipients() == [stays.address]
    assert states() == {"a": ("sent", ""), "b": ("skipped", "unsubscribed" if how == "mail" else "left")}


def test_a_row_that_waits_for_another_try_is_not_sent_after_a_withdrawal(post, neighbours, due):
    (neighbour,) = neighbours("a")
    due()
    expand.start_due("notices")
    Delivery.objects.update(state="retry", attempts=1)
    set_wants(endpoint=neighbour, wants=Endpoint.Wants.NOTHING, language="sv")
    run.deliver("notices")
    assert post.taken == []
    assert states() == {"a": ("skipped", "unsubscribed")}
