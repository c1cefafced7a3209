"""What must hold after every fault."""

from collections import Counter
from collections.abc import Mapping

from tests.faults.town import Town

Reasons = dict[tuple[str, str], int]


def outcome(town: Town, notice: int) -> Reasons:
    """How many of the notice's rows ended in which state, and why."""
    rows = town.ask(
        "SELECT state, reason, count(*) FROM notifications_delivery WHERE notice_id = %s GROUP BY 1, 2", notice
    )
    return {(state, reason): count for state, reason, count in rows}


def reckon(town: Town, *notices: int, expected: Reasons, again: Mapping[int, int] | None = None) -> None:
    """Each notice has one row for each of the town's mail addresses, in the states expected, and its mail arrived.

    `again` says for each delivery how often it was in flight when something broke; so often, and not once more, may
    its mail have come again, and under no other Message-ID.
    """
    for notice in notices:
        assert outcome(town, notice) == expected
        missed = town.ask(
            "SELECT id FROM notifications_endpoint WHERE channel = 'email' EXCEPT "
            "SELECT endpoint_id FROM notifications_delivery WHERE notice_id = %s",
            notice,
        )
        assert missed == []
    mails, again = town.mails(), again or {}
    sent = {
        pk for (pk,) in town.ask("SELECT id FROM notifications_delivery WHERE channel = 'email' AND state = 'sent'")
    }
    assert sent - mails.keys() == set(), "booked as sent, and never sent"
    unasked = {
        pk for (pk,) in town.ask("SELECT id FROM notifications_delivery WHERE state = 'skipped' AND attempts = 0")
    }
    assert unasked & mails.keys() == set(), "booked as not sent, and sent"
    assert len(town.message_ids()) == len(mails), "one delivery had two Message-IDs"
    too_often = Counter({pk: count - 1 - again.get(pk, 0) for pk, count in mails.items()})
    assert +too_often == {}, "mails that came again although nothing had broken for them"
