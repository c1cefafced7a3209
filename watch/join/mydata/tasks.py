"""What a person has asked for and what time takes away, thin: what is due is asked from the database."""

from celery import shared_task

from watch.join.mydata import erasure, exports
from watch.join.mydata import retention as nightly


@shared_task(name="join.make_exports")
def make_exports(queue: str = "default") -> None:
    """Make the copies people wait for."""
    exports.make_waiting()


@shared_task(name="join.erase")
def erase(queue: str = "default") -> None:
    """Erase the people who asked for it."""
    erasure.erase_waiting()


@shared_task(name="join.retention")
def retention(queue: str = "default") -> None:
    """Take away what has been kept long enough; each purpose once a night."""
    nightly.run_due()
