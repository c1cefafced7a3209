"""Putting a notice up on a board, in one press, and taking that press back."""

from django.utils import timezone

from buildings.models import User
from notifications.models import Posting


def put_up(*, posting: Posting, user: User) -> bool:
    """Note that the page is on the board; False when it no longer belongs there. A second press changes nothing."""
    here = Posting.objects.current().filter(pk=posting.pk)
    if here.filter(posted_at=None).update(posted_at=timezone.now(), posted_by=user):
        return True
    return here.exists()


def not_up(*, posting: Posting) -> None:
    """Note that the page is not on the board after all."""
    Posting.objects.filter(pk=posting.pk).update(posted_at=None, posted_by=None)
