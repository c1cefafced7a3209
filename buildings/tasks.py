"""Clean-up, thin: beat asks for it every hour."""

from celery import shared_task
from django.core.management import call_command

from buildings.register import uploads


@shared_task(name="buildings.purge")
def purge() -> None:
    """Forget register files nobody said yes or no to within a day, and sessions that have ended."""
    uploads.purge_uploads()
    call_command("clearsessions")
