"""What everything that is sent passes: rows first, then batches."""

from notifications.outbox.deliver import deliver
from notifications.outbox.expand import start, start_due
from notifications.outbox.messages import post_message
from notifications.outbox.reclaim import finish, reclaim

__all__ = ["deliver", "finish", "post_message", "reclaim", "start", "start_due"]
