"""What the tests of a notice's life have in common."""

from buildings.sealing import unseal
from notifications.models import Message


def told_staff(purpose=None):
    """The mails to members of staff that lie in the outbox: address and subject, oldest first."""
    found = Message.objects.filter(purpose__in=[purpose] if purpose else ["approval", "warning", "test"])
    return [(words["address"], words["subject"]) for words in map(_words, found.order_by("pk"))]


def _words(message):
    return unseal(message.sealed)
