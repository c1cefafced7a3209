"""Joining a stairwell and leaving it."""

from django.db import transaction
from django.utils import timezone

from buildings.models import Consent, Contact, FlatCode, Invitation, Resident, StaffMember, Stairwell, User
from notifications.endpoints import set_wants, verify_endpoint
from notifications.models import Endpoint
from watch.join import consents
from watch.join.addresses import Address
from watch.join.contacts.services import end_roles
from watch.join.entering import come_in
from watch.join.people import find_or_create_person, note_verified

Purpose = Consent.Purpose
TAKE_PART = Purpose.TAKE_PART
# Who ends a contact's role with the home; the contact, unless it stands here.
ENDED_BY: dict[str, str] = {
    Resident.LeftWhy.LANDLORD: Contact.EndedBy.LANDLORD,
    Resident.LeftWhy.LAPSED: Contact.EndedBy.SYSTEM,
}


@transaction.atomic
def join(
    *,
    stairwell: Stairwell,
    user: User | None,
    address: Address,
    name: str,
    wants: str,
    language: str,
    shows_name: bool = False,
    way: str = Resident.Way.POSTER,
    once: FlatCode | Invitation | None = None,
) -> User:
    """Let a person join; `user` is None for someone who has only shown an address. Joining again is harmless.

    `once` is what is used up by it. Raises UsedError when somebody else was quicker.
    """
    person = user or find_or_create_person(address=address, language=language)
    note_verified(user=person, address=address)
    if person.name != name:
        person.name = name
        person.save(update_fields=["name"])
    come_in(user=person, stairwell=stairwell, language=language, way=way, once=once, shows_name=shows_name)
    verify_endpoint(user=person, channel=address.channel, address=address.value, wants=wants, language=language)
    return person


@transaction.atomic
def leave(
    *,
    resident: Resident,
    language: str,
    why: str = Resident.LeftWhy.SELF,
    way: str = Consent.Way.WEB,
    staff: StaffMember | None = None,
) -> bool:
    """Let a person leave: contact roles there end at once; without another stairwell nothing more is sent.

    `staff` is who says so, when it is not the person. False when the person had left already.
    """
    if not step_out(resident=resident, language=language, why=why, way=way, staff=staff):
        return False
    user = resident.user
    if Resident.objects.present().filter(user=user).exists() or Contact.objects.active().filter(user=user).exists():
        return True
    for endpoint in Endpoint.objects.filter(user=user):
        set_wants(endpoint=endpoint, wants=Endpoint.Wants.NOTHING, language=language, way=way)
    return True


@transaction.atomic
def step_out(
    *, resident: Resident, language: str, why: str, way: str = Consent.Way.WEB, staff: StaffMember | None = None
) -> bool:
    """End what a person is at one stairwell, and every agreement about it, each with its line in the ledger."""
    here = Resident.objects.not_left().filter(pk=resident.pk)
    shows_name = list(here.select_for_update().values_list("shows_name", flat=True))
    if not here.update(state=Resident.State.LEFT, left_at=timezone.now(), left_why=why):
        return False
    user, stairwell = resident.user, resident.stairwell
    helper = staff.user if staff else None

    def withdraw(purpose: str) -> None:
        consents.record(
            user=user, purpose=purpose, given=False, stairwell=stairwell, language=language, way=way, helper=helper
        )

    roles = list(Contact.objects.open().select_for_update().filter(user=user, stairwell=stairwell))
    if any(role.shows_name for role in roles):
        withdraw(Purpose.NAME_TO_STAIRWELL)
    if any(role.shows_number for role in roles):
        withdraw(Purpose.NUMBER_TO_STAIRWELL)
    by = ENDED_BY.get(why, Contact.EndedBy.SELF)
    end_roles(
        user=user,
        stairwells=[stairwell.pk],
        state=Contact.State.RESIGNED if by == Contact.EndedBy.SELF else Contact.State.ENDED,
        by=by,
        why=Contact.EndedWhy.NO_ANSWER if by == Contact.EndedBy.SYSTEM else Contact.EndedWhy.MOVED,
        staff=staff,
    )
    if any(shows_name):
        withdraw(Purpose.NAME_TO_CONTACT)
    withdraw(TAKE_PART)
    return True
