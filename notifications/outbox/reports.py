"""What the SMS provider tells afterwards: delivered, or not."""

from typing import NamedTuple

from notifications.models import Delivery, Endpoint, OutboxState

NOT_DELIVERED = "sms-not-delivered"


class _Word(NamedTuple):
    """What a report writes, and on rows in which states it is news."""

    state: str
    reason: str
    news_to: tuple[str, ...]


_WORDS = {
    "delivered": _Word(OutboxState.DELIVERED, "", (OutboxState.SENT, OutboxState.FAILED)),
    "failed": _Word(OutboxState.FAILED, NOT_DELIVERED, (OutboxState.SENT,)),
}


def note_report(*, provider_id: str, status: str) -> bool:
    """Note what became of an SMS; False when it is in no row yet, so that the provider asks again.

    A report may come twice and in any order: `delivered` is the last word, `failed` never takes it back, and
    `sent` tells us nothing new.
    """
    # No id holds what cannot be printed, and PostgreSQL would stumble over a NUL.
    if not provider_id or not provider_id.isprintable():
        return False
    rows = Delivery.objects.filter(channel=Endpoint.Channel.SMS, provider_id=provider_id)
    word = _WORDS.get(status)
    if word is None:
        return rows.exists()
    if rows.filter(state__in=word.news_to).update(state=word.state, reason=word.reason):
        return True
    # A row booked since the update has not heard the report, and must not be taken for one that has.
    return rows.exclude(state__in=word.news_to).exists()
