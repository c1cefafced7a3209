"""Messages to one person go into the outbox here."""

from datetime import datetime

from django.db import transaction

from buildings.models import User
from buildings.sealing import seal
from notifications.doorbell import ring
from notifications.models import Message


@transaction.atomic
def post_message(
    *,
    purpose: str,
    channel: str,
    address: str,
    language: str,
    text: str,
    subject: str = "",
    html: str = "",
    reply_to: str = "",
    user: User | None = None,
    expires_at: datetime | None = None,
) -> Message:
    """Put one message to one person in the outbox and ring for it.

    `text` is plain; the HTML frame is added when it is sent, unless `html` is given. `reply_to` is where an answer to
    a mail goes. All of it is sealed in the row and wiped when it is settled. Sign-in codes and everything else people
    wait for go through `alerts`.
    """
    message = Message.objects.create(
        purpose=purpose,
        channel=channel,
        user=user,
        queue="alerts",
        expires_at=expires_at,
        sealed=seal(
            {
                "address": address,
                "language": language,
                "subject": subject,
                "text": text,
                "html": html,
                "reply_to": reply_to,
            }
        ),
    )
    ring("notifications.deliver", queue=message.queue, expires=60)
    return message
