"""Clean-up, thin: beat asks for it every hour."""

from celery import shared_task

from buildings.register import uploads


@shared_task(name="buildings.purge_uploads")
def purge_uploads() -> None:
    """Forget register files nobody said yes or no to within a day."""
    uploads.purge_uploads()
