"""Thin tasks: what beat asks for."""

from celery import shared_task

from watch.meet import latecomers, reminding


@shared_task(name="meet.remind")
def remind() -> None:
    """Send the reminders whose time has come."""
    reminding.send_due()


@shared_task(name="meet.invite_latecomers")
def invite_latecomers() -> None:
    """Invite people who joined after the invitations left."""
    latecomers.invite_latecomers()
