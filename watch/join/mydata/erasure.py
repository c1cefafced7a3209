"""Erasing a person: at once out of everything that shows or reaches them, and by a job out of every table.

Asking, in one transaction, ends sessions, homes and roles, frees the address and the number, and posts the receipt:
it is the last thing sent, to an address that from then on stands only in that sealed message and in rows the job
removes. The job then removes the person in one transaction. What stays is counts: a notice's deliveries without whom
they went to, and an `Erasure` row with a reference and how many rows went.
"""

from typing import Any

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from buildings.models import Contact, ContactStep, Erasure, Resident, StaffMember, User
from notifications.doorbell import ring
from notifications.errors import SendingError
from notifications.models import Delivery, Endpoint, Message
from notifications.outbox import post_message
from watch.join.addresses import Address, address_of
from watch.join.mydata import sessions
from watch.meet import inviting
from watch.meet.errors import MeetingError
from watch.models import Answer, CalendarKey, DayCount, Meeting

log = structlog.get_logger(__name__)

TASK = "join.erase"
DONE_WITHIN_DAYS = 1


class StillAtWorkError(Exception):
    """Somebody who works with Trappan, or runs it, is first taken off that work."""


def is_at_work(user: User) -> bool:
    """Whether the person works for an organisation here, or runs the site."""
    return user.is_superuser or StaffMember.objects.of(user).exists()


@transaction.atomic
def ask(*, user: User, tell: bool = True) -> Erasure:
    """Begin to erase the person; asked twice it is one erasure. Raises StillAtWorkError.

    `tell` is whether a receipt goes to their address: not to somebody who left long ago.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if is_at_work(user):
        raise StillAtWorkError
    erasure, is_new = Erasure.objects.get_or_create(user=user)
    if is_new:
        address = address_of(user)
        _end(user)
        if tell and address:
            _send_receipt(erasure, user.language, address)
    ring(TASK, queue="default", expires=60)
    return erasure


def _end(user: User) -> None:
    """Take the person out of everything that shows, reaches or lets them in."""
    now = timezone.now()
    Resident.objects.filter(user=user).exclude(state=Resident.State.LEFT).update(
        state=Resident.State.LEFT, left_at=now, left_why=Resident.LeftWhy.SELF, shows_name=False
    )
    roles = list(Contact.objects.open().filter(user=user))
    Contact.objects.filter(pk__in=[role.pk for role in roles]).update(
        state=Contact.State.RESIGNED,
        ended_at=now,
        ended_by=Contact.EndedBy.SELF,
        ended_why=Contact.EndedWhy.STOPPED,
        shows_name=False,
        shows_number=False,
    )
    ContactStep.objects.bulk_create(
        ContactStep(contact=role, state=Contact.State.RESIGNED, why=Contact.EndedWhy.STOPPED) for role in roles
    )
    _cancel_meetings(roles)
    Endpoint.objects.filter(user=user).update(wants=Endpoint.Wants.NOTHING)
    CalendarKey.objects.filter(user=user).delete()
    # Who is erased does not come, so the seats are free again; of what has been, the number stays.
    answers = Answer.objects.filter(user=user)
    answers.filter(meeting__ends_at__gt=now).delete()
    answers.update(user=None)
    # Whoever has the address now may join with it at once, as somebody new.
    EmailAddress.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(
        is_active=False, session_epoch=F("session_epoch") + 1, email="", phone=None, phone_verified=False, name=""
    )


def _cancel_meetings(roles: list[Contact]) -> None:
    """Nobody is left to hold the neighbour meetings they had called, so those who were invited are told."""
    not_yet = (Meeting.State.DRAFT, Meeting.State.PLANNED)
    for meeting in Meeting.objects.filter(called_by__in=roles, state__in=not_yet, starts_at__gt=timezone.now()):
        try:
            with transaction.atomic():
                inviting.cancel(meeting=meeting, user=None)
        except (MeetingError, SendingError) as error:
            # Whatever becomes of the notice, it must not stand between a person and being forgotten.
            log.warning("meeting_not_cancelled", meeting=meeting.pk, error=type(error).__name__)


def _send_receipt(erasure: Erasure, language: str, address: Address) -> None:
    """The last message: without a link to the person, sealed, and wiped when it has left."""
    context = {"reference": erasure.reference, "site_url": settings.SITE_URL, "days": DONE_WITHIN_DAYS}
    with override(language):
        template = "mydata/mail/erased" if address.is_email else "mydata/sms/erased"
        subject = render_to_string("mydata/mail/erased_subject.txt", context).strip() if address.is_email else ""
        post_message(
            purpose=Message.Purpose.RECEIPT,
            channel=address.channel,
            address=address.value,
            language=language,
            subject=subject,
            text=render_to_string(f"{template}_message.txt", context).strip(),
            expires_at=timezone.now() + settings.RETENTION["messages"],
        )


def erase_waiting() -> int:
    """Erase everybody who waits for it; one that fails is tried again when beat asks."""
    done = 0
    for pk in list(Erasure.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True)):
        try:
            done += _erase(pk)
        except DatabaseError as error:
            # Most often a notice that began to travel to one of the person's addresses meanwhile.
            log.warning("erasure_postponed", erasure=pk, error=type(error).__name__)
    return done


@transaction.atomic
def _erase(pk: int) -> int:
    erasure = Erasure.objects.select_for_update(skip_locked=True).filter(pk=pk, done_at=None).first()
    if erasure is None:
        return 0
    user = erasure.user
    removed = _remove(user) if user else {}
    Erasure.objects.filter(pk=pk).update(user=None, done_at=timezone.now(), removed=removed)
    log.info("person_erased", erasure=pk, rows=sum(removed.values()))
    return 1


def _remove(user: User) -> dict[str, Any]:
    """Every row about the person, and the person; how many of each."""
    deliveries = Delivery.objects.filter(endpoint__user=user)
    # What a provider calls the sending leads to the address at the provider's.
    deliveries.exclude(provider_id="").update(provider_id="")
    addresses = set(Endpoint.objects.filter(user=user).values_list("address", flat=True))
    ended = sessions.remove_those_of(user, addresses)
    trained = Contact.objects.filter(user=user).values_list("stairwell__building__district", "trained_on")
    DayCount.objects.remember_trained([(district, day) for district, day in trained if day])
    _total, removed = user.delete()
    return {**removed, "sessions.Session": ended}
