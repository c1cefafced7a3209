"""Thin tasks: what beat asks for."""

from celery import shared_task

from watch.meet import following_up, latecomers, reminding


@shared_task(name="meet.remind")
def remind() -> None:
    """Send the reminders whose time has come."""
    reminding.send_due()


@shared_task(name="meet.invite_latecomers")
def invite_latecomers() -> None:
    """Invite people who joined after the invitations left."""
    latecomers.invite_latecomers()


@shared_task(name="meet.remind_actions")
def remind_actions() -> None:
    """Remind organisations of what they promised at meetings and have not done in time."""
    following_up.remind()
