"""A contact's way, step by step: who may take which step, and what each of them writes.

Every step is one conditional change, one ContactStep and one message to the person, in one transaction. Of two who
press at once one wins, and the other gets a StepError to explain.
"""

import datetime
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from buildings.access import LANDLORD, MUNICIPALITY, POLICE
from buildings.models import Consent, Contact, ContactStep, Invitation, Organisation, Resident, StaffMember, User
from buildings.models import Stairwell as StairwellModel
from watch.join import consents
from watch.join.contacts.telling import tell_step
from watch.join.relay.services import close_of_contact

State, EndedBy, EndedWhy = Contact.State, Contact.EndedBy, Contact.EndedWhy
UNDER_WAY = (State.APPLIED, State.CONFIRMED, State.TRAINED)
OPEN = (*UNDER_WAY, State.ACTIVE)
TRAINERS = (POLICE, MUNICIPALITY)
# Who may take a step, and from where.
FROM: dict[tuple[str, str], tuple[str, ...]] = {
    ("confirm", LANDLORD): (State.APPLIED,),
    ("decline", LANDLORD): (State.APPLIED,),
    ("end", LANDLORD): (State.CONFIRMED, State.TRAINED, State.ACTIVE),
    **{("train", kind): (State.CONFIRMED,) for kind in TRAINERS},
    **{("activate", kind): (State.TRAINED,) for kind in TRAINERS},
    **{("decline", kind): UNDER_WAY for kind in TRAINERS},
    **{("end", kind): (State.ACTIVE,) for kind in TRAINERS},
    **{("role", kind): OPEN for kind in TRAINERS},
}


class StepError(Exception):
    """A step that cannot be taken: `late` (somebody was first), `left` (lives there no more) or `closed`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def apply(*, user: User, stairwell: StairwellModel) -> Contact:
    """A resident offers to be a contact. Doing it twice is harmless. Raises StepError `left` or `closed`."""
    if stairwell.closed_at:
        raise StepError("closed")
    # Held until this is done, so that whoever leaves meanwhile finds the role and ends it.
    home = Resident.objects.present().select_for_update().filter(user=user, stairwell=stairwell).first()
    if home is None:
        raise StepError("left")
    open_roles = Contact.objects.open().filter(user=user, stairwell=stairwell)
    if known := open_roles.first():
        return known
    try:
        with transaction.atomic():
            contact = Contact.objects.create(user=user, stairwell=stairwell)
    except IntegrityError:
        return open_roles.get()
    _note(contact, by=user)
    return contact


@transaction.atomic
def confirm(*, contact: Contact, staff: StaffMember) -> Contact:
    """The housing company says that the person lives there. Raises StepError."""
    now = timezone.now()
    done = _forward(contact, "confirm", staff, state=State.CONFIRMED, confirmed_at=now)
    joined = Resident.objects.filter(user=contact.user_id, stairwell=contact.stairwell_id, state=Resident.State.JOINED)
    joined.update(state=Resident.State.CONFIRMED, confirmed_at=now, confirmed_by=Resident.ConfirmedBy.LANDLORD)
    return done


@transaction.atomic
def train(*, contact: Contact, staff: StaffMember, training: str, on: datetime.date) -> Contact:
    """Police or city note when and how the contact was trained. Raises StepError."""
    facts = {"training": training, "trained_on": on, "trained_by": staff.organisation}
    return _forward(contact, "train", staff, state=State.TRAINED, **facts)


@transaction.atomic
def activate(*, contact: Contact, staff: StaffMember) -> Contact:
    """Police or city say the last yes; whoever handed over to this contact is relieved. Raises StepError."""
    done = _forward(contact, "activate", staff, state=State.ACTIVE, activated_at=timezone.now())
    for earlier in Contact.objects.open().filter(successor=contact).select_related("user", "stairwell"):
        _finish(earlier, OPEN, state=State.RESIGNED, ended_by=EndedBy.SELF, why=EndedWhy.HANDED_OVER, by=None)
        tell_step(earlier)
    return done


@transaction.atomic
def decline(*, contact: Contact, staff: StaffMember, why: str) -> None:
    """Staff say no to somebody on the way. Raises StepError."""
    _finish_by_staff(contact, "decline", staff, State.DECLINED, why)


@transaction.atomic
def end(*, contact: Contact, staff: StaffMember, why: str) -> None:
    """Staff end a role. Raises StepError."""
    _finish_by_staff(contact, "end", staff, State.ENDED, why)


@transaction.atomic
def resign(*, contact: Contact) -> None:
    """The contact stops, at once. Stopping twice is harmless."""
    try:
        _finish(contact, OPEN, state=State.RESIGNED, ended_by=EndedBy.SELF, why=EndedWhy.STOPPED, by=contact.user)
    except StepError:
        return


@transaction.atomic
def hand_over(*, contact: Contact, successor: Contact) -> bool:
    """Let a neighbour who has applied take over; whether it has happened already. Raises StepError.

    The contact stays until the successor is active, so that the stairwell is not without one meanwhile.
    """
    heir = Contact.objects.open().select_for_update().filter(pk=successor.pk, stairwell=contact.stairwell_id)
    taken = heir.exclude(user=contact.user_id).first()
    mine = Contact.objects.open().filter(pk=contact.pk)
    if taken is None or not mine.update(successor=taken):
        raise StepError("late")
    if taken.state != State.ACTIVE:
        return False
    _finish(contact, OPEN, state=State.RESIGNED, ended_by=EndedBy.SELF, why=EndedWhy.HANDED_OVER, by=contact.user)
    return True


@transaction.atomic
def set_role(*, contact: Contact, staff: StaffMember, role: str) -> Contact:
    """Police or city make somebody contact, deputy or lead; the same role again changes nothing. Raises StepError."""
    states = _allowed("role", staff)
    if contact.role == role:
        return contact
    if not Contact.objects.filter(pk=contact.pk, state__in=states, role=contact.role).update(role=role):
        raise StepError("late")
    _note(
        contact,
        by=staff.user,
        organisation=staff.organisation,
        words=lambda: gettext("What you do for your stairwell has a new name. Your page shows it."),
    )
    return contact


@transaction.atomic
def end_roles(
    *,
    user: User,
    stairwells: "Collection[Any] | QuerySet[Any]",
    state: str,
    by: str,
    why: str,
    staff: StaffMember | None = None,
) -> int:
    """End every role a person has in these stairwells, as when they move; how many there were.

    `by` is a Contact.EndedBy; `staff` is who pressed, when it was staff. The person is told unless it was they.
    """
    roles = Contact.objects.open().filter(user=user, stairwell__in=stairwells).select_related("user", "stairwell")
    ended = 0
    for role in roles:
        presser = user if by == EndedBy.SELF else staff.user if staff else None
        organisation = staff.organisation if staff else None
        try:
            _finish(role, OPEN, state=state, ended_by=by, why=why, by=presser, organisation=organisation)
        except StepError:
            continue
        ended += 1
        if by != EndedBy.SELF:
            tell_step(role)
    return ended


def may_hand_over(contact: Contact) -> bool:
    """Whether anybody in the stairwell has applied who could take over."""
    others = Contact.objects.open().filter(stairwell=contact.stairwell_id, hidden_at=None)
    return others.exclude(user=contact.user_id).exists()


def may(action: str, kind: str, contact: Contact) -> bool:
    """Whether staff of this kind of organisation can take the step now."""
    return contact.state in FROM.get((action, kind), ())


def _allowed(action: str, staff: StaffMember) -> tuple[str, ...]:
    states = FROM.get((action, staff.organisation.kind))
    if states is None:
        raise PermissionDenied
    return states


def _forward(contact: Contact, action: str, staff: StaffMember, **facts: Any) -> Contact:
    """A step towards active; never for somebody who has left the stairwell."""
    states = _allowed(action, staff)
    lives = Resident.objects.present().filter(user=OuterRef("user"), stairwell=OuterRef("stairwell"))
    standing = Contact.objects.filter(pk=contact.pk, state__in=states, stairwell__closed_at=None)
    if not Contact.objects.filter(Exists(lives), pk__in=standing.values("pk"), state__in=states).update(**facts):
        home = Resident.objects.present().filter(user=contact.user_id, stairwell=contact.stairwell_id)
        raise StepError("late" if home.exists() else "left")
    _note(contact, by=staff.user, organisation=staff.organisation)
    return contact


def _finish_by_staff(contact: Contact, action: str, staff: StaffMember, state: str, why: str) -> None:
    kind = staff.organisation.kind
    _finish(
        contact,
        _allowed(action, staff),
        state=state,
        ended_by=kind,
        why=why,
        by=staff.user,
        organisation=staff.organisation,
    )
    tell_step(contact)


def _finish(
    contact: Contact,
    states: Collection[str],
    *,
    state: str,
    ended_by: str,
    why: str,
    by: User | None,
    organisation: Organisation | None = None,
) -> None:
    """Close a role with everything that hangs on it: what is shown, letters, invitations, whom it was handed to."""
    now = timezone.now()
    locked = Contact.objects.select_for_update().filter(pk=contact.pk, state__in=states).first()
    if locked is None:
        raise StepError("late")
    _take_back_consents(contact, locked, by=by)
    facts = {"state": state, "ended_at": now, "ended_by": ended_by, "ended_why": why}
    if not Contact.objects.filter(pk=contact.pk, state__in=states).update(**facts):
        raise StepError("late")
    Contact.objects.open().filter(successor=contact).update(successor=None)
    close_of_contact(contact=contact)
    Invitation.objects.valid().filter(by=contact).update(withdrawn_at=now)
    ContactStep.objects.create(contact=contact, state=state, by=by, organisation=organisation, why=why)
    contact.refresh_from_db()


def _take_back_consents(contact: Contact, shown: Contact, *, by: User | None) -> None:
    """Nothing of a person shows on after the role; the ledger says so, and who pressed if it was not they."""
    helper = by if by and by.pk != contact.user_id else None
    for purpose, given in (
        (Consent.Purpose.NAME_TO_STAIRWELL, shown.shows_name),
        (Consent.Purpose.NUMBER_TO_STAIRWELL, shown.shows_number),
    ):
        if given:
            consents.record(
                user=contact.user,
                purpose=purpose,
                given=False,
                stairwell=contact.stairwell,
                language=contact.user.language,
                way=Consent.Way.HELPER if helper else Consent.Way.WEB,
                helper=helper,
            )


def _note(contact: Contact, *, by: User, organisation: Organisation | None = None, words: Any = None) -> None:
    contact.refresh_from_db()
    ContactStep.objects.create(contact=contact, state=contact.state, by=by, organisation=organisation)
    tell_step(contact, words)
