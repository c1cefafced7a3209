"""Looking at rows on their way."""

from django.utils import timezone

from notifications.models import Delivery


def states():
    """State and reason by the local part of the address."""
    rows = Delivery.objects.select_related("endpoint").order_by("pk")
    return {row.endpoint.address.split("@")[0]: (row.state, row.reason) for row in rows}


def come_due():
    """As if the pauses had passed."""
    Delivery.objects.exclude(state__in=("sent", "failed", "skipped")).update(due_at=timezone.now())
