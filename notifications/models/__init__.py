"""The middle floor's nouns."""

from notifications.models.budgets import SmsMonth
from notifications.models.deliveries import (
    FINAL,
    WAITING,
    Delivery,
    Fate,
    Message,
    OutboxRow,
    OutboxState,
    Outcome,
    Tally,
    Wait,
)
from notifications.models.endpoints import Endpoint, Rhythm
from notifications.models.notices import Notice, NoticeText
from notifications.models.postings import Board, Boards, Posting
from notifications.models.relays import Relay, RelayLetter
from notifications.models.templates import NoticeTemplate, NoticeTemplateText

__all__ = [
    "FINAL",
    "WAITING",
    "Board",
    "Boards",
    "Delivery",
    "Endpoint",
    "Fate",
    "Message",
    "Notice",
    "NoticeTemplate",
    "NoticeTemplateText",
    "NoticeText",
    "OutboxRow",
    "OutboxState",
    "Outcome",
    "Posting",
    "Relay",
    "RelayLetter",
    "Rhythm",
    "SmsMonth",
    "Tally",
    "Wait",
]
