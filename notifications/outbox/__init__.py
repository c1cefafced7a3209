"""What everything that is sent passes: rows first, then batches."""

from notifications.outbox.messages import post_message

__all__ = ["post_message"]
