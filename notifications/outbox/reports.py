"""What the SMS provider tells afterwards: delivered, or not."""

from notifications.models import Delivery, Endpoint, OutboxState

NOT_DELIVERED = "sms-not-delivered"


def note_report(*, provider_id: str, status: str) -> bool:
    """Note what became of an SMS; False when no row has this id (yet), so that the provider asks again.

    A report may come twice and in any order: `delivered` is the last word, `failed` never takes it back, and
    `sent` tells us nothing new.
    """
    # No id holds what cannot be printed, and PostgreSQL would stumble over a NUL.
    if not provider_id or not provider_id.isprintable():
        return False
    rows = Delivery.objects.filter(channel=Endpoint.Channel.SMS, provider_id=provider_id)
    if status == "delivered":
        there = rows.filter(state__in=(OutboxState.SENT, OutboxState.FAILED))
        if there.update(state=OutboxState.DELIVERED, reason=""):
            return True
    elif status == "failed" and rows.filter(state=OutboxState.SENT).update(
        state=OutboxState.FAILED, reason=NOT_DELIVERED
    ):
        return True
    return rows.exists()
