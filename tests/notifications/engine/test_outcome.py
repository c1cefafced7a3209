"""What the sender sees of a notice's deliveries."""

import pytest

from notifications.models import Delivery, OutboxState
from tests.factories import EndpointFactory, NoticeFactory

pytestmark = pytest.mark.django_db


def rows(notice, *kinds):
    for channel, state, reason in kinds:
        endpoint = EndpointFactory(channel=channel)
        Delivery.objects.create(notice=notice, endpoint=endpoint, channel=channel, state=state, reason=reason)


def test_every_delivery_is_counted_once_in_one_query(django_assert_num_queries):
    notice = NoticeFactory()
    rows(notice, *(("email", state, "") for state in OutboxState.values))
    rows(notice, ("sms", "sent", ""), ("sms", "failed", "error"), ("email", "failed", "smtp-550"))
    rows(NoticeFactory(), ("email", "sent", ""))
    with django_assert_num_queries(1):
        outcome = Delivery.objects.outcome(notice)
    assert (outcome.reached, outcome.waiting, outcome.skipped, outcome.failures) == (3, 4, 1, 3)
    assert outcome.failed == {"": 1, "error": 1, "smtp-550": 1}
    assert outcome.total == 11
    assert list(outcome.by_channel) == ["email", "sms"]
    assert (outcome.by_channel["sms"].reached, outcome.by_channel["sms"].failures) == (1, 1)


def test_a_notice_without_rows_has_nothing_to_tell():
    outcome = Delivery.objects.outcome(NoticeFactory())
    assert (outcome.total, outcome.by_channel) == (0, {})
