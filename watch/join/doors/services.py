"""Who says that a person lives there: letting in, confirming, refusing, and households that take no part."""

from django.db import transaction
from django.utils import timezone

from buildings.models import Consent, Flat, Resident, StaffMember
from buildings.models.places import PRESENT
from watch.join.doors import news
from watch.join.services import leave

State = Resident.State


class TooLateError(Exception):
    """Somebody else has answered already, or the person has left."""


@transaction.atomic
def confirm(*, resident: Resident, by: str) -> None:
    """Say that the person lives there; who waits is let in by it and told. Raises TooLateError.

    `by` is a Resident.ConfirmedBy. Each step is one conditional UPDATE, so of two at the same moment one wins.
    """
    row = Resident.objects.filter(pk=resident.pk)
    known = {"state": State.CONFIRMED, "confirmed_at": timezone.now(), "confirmed_by": by}
    if row.filter(state=State.WAITING).update(**known):
        news.tell_let_in(resident)
    elif not row.filter(state=State.JOINED).update(**known):
        raise TooLateError


@transaction.atomic
def refuse(*, resident: Resident) -> None:
    """Do not let in somebody who waits, and tell them where to turn. Raises TooLateError."""
    gone = {"state": State.LEFT, "left_at": timezone.now(), "left_why": Resident.LeftWhy.REFUSED}
    if not Resident.objects.waiting().filter(pk=resident.pk).update(**gone):
        raise TooLateError
    news.tell_refused(resident)


@transaction.atomic
def end(*, resident: Resident, staff: StaffMember) -> None:
    """The housing company says that the person does not live there; roles as contact there end. Raises TooLateError.

    What they agreed to about the place ends with it, in the ledger as the company's word, and the person is told.
    """
    language, way = resident.user.language, Consent.Way.LANDLORD
    if resident.state not in PRESENT or not leave(
        resident=resident, language=language, why=Resident.LeftWhy.LANDLORD, way=way, staff=staff
    ):
        raise TooLateError
    news.tell_ended(resident)


@transaction.atomic
def set_flat(*, resident: Resident, flat: Flat | None) -> None:
    """Note in which flat the person lives, or that it is not known. Raises TooLateError."""
    if not Resident.objects.not_left().filter(pk=resident.pk).update(flat=flat):
        raise TooLateError


@transaction.atomic
def decline(*, flat: Flat, declines: bool) -> None:
    """Mark on a flat that its household wants no part, or take the mark away; it is about a door, not about people."""
    if declines:
        Flat.objects.filter(pk=flat.pk, declined_at=None).update(declined_at=timezone.now())
    else:
        Flat.objects.filter(pk=flat.pk).update(declined_at=None)
