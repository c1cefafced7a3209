"""The middle floor's nouns."""

from notifications.models.deliveries import (
    FINAL,
    WAITING,
    Delivery,
    Message,
    OutboxRow,
    OutboxState,
    Outcome,
    Posting,
    Tally,
)
from notifications.models.endpoints import Endpoint
from notifications.models.notices import Notice, NoticeText

__all__ = [
    "FINAL",
    "WAITING",
    "Delivery",
    "Endpoint",
    "Message",
    "Notice",
    "NoticeText",
    "OutboxRow",
    "OutboxState",
    "Outcome",
    "Posting",
    "Tally",
]
