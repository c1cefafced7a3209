"""What a contact does on the page of their own: ticking off, showing and hiding, muting, and hiding from a threat."""

import datetime
from enum import Enum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from buildings.models import Consent, Contact, District, Organisation, StaffMember, Threat
from notifications.models import Message
from watch.join import consents
from watch.join.contacts.telling import tell
from watch.join.relay.services import close_of_contact


class Told(Enum):
    """What became of the wish to tell the officer."""

    NOT_ASKED = "not-asked"
    TOLD = "told"
    NOBODY = "nobody"


@transaction.atomic
def confirm_list(*, contact: Contact) -> None:
    """The contact has gone through who takes part, as once a year."""
    Contact.objects.active().filter(pk=contact.pk).update(list_confirmed_on=timezone.localdate())


@transaction.atomic
def note_met(*, contact: Contact, on: datetime.date) -> None:
    """The neighbours met on this day."""
    Contact.objects.active().filter(pk=contact.pk).update(neighbours_met_on=on)


@transaction.atomic
def note_welcomed(*, contact: Contact) -> None:
    """Those who have joined up to now have been welcomed."""
    Contact.objects.active().filter(pk=contact.pk).update(welcomed_at=timezone.now())


@transaction.atomic
def set_shown(*, contact: Contact, purpose: str, given: bool, language: str) -> bool:
    """Show the name or the number to confirmed neighbours, or stop; False when there is no verified number to show."""
    user = contact.user
    if purpose == Consent.Purpose.NUMBER_TO_STAIRWELL and given and not (user.phone and user.phone_verified):
        return False
    field = "shows_name" if purpose == Consent.Purpose.NAME_TO_STAIRWELL else "shows_number"
    # A press that changes nothing adds no line to the ledger.
    if Contact.objects.open().select_for_update().filter(pk=contact.pk).exclude(**{field: given}).first():
        consents.record(user=user, purpose=purpose, given=given, stairwell=contact.stairwell, language=language)
    return True


@transaction.atomic
def feel_threatened(*, contact: Contact, tell_officer: bool) -> Told:
    """Hide the role everywhere at once, and tell the district's officer when the contact wants that."""
    hidden = Contact.objects.open().filter(pk=contact.pk, hidden_at=None).update(hidden_at=timezone.now())
    close_of_contact(contact=contact)
    contact.refresh_from_db()
    if not tell_officer:
        if hidden:
            Threat.objects.create(contact=contact)
        return Told.NOT_ASKED
    if Threat.objects.filter(contact=contact, told__isnull=False, seen_at=None).exists():
        return Told.TOLD
    officer = officer_for(contact.stairwell.building.district)
    Threat.objects.create(contact=contact, told=officer)
    if officer is None:
        return Told.NOBODY
    tell(
        user=officer.user,
        purpose=Message.Purpose.STEP,
        subject=lambda: gettext("Something new in your to-do list in Trappan"),
        words=lambda: gettext("Something waits for you in your to-do list. Please look today."),
        page="track:todo",
    )
    return Told.TOLD


@transaction.atomic
def show_again(*, contact: Contact) -> None:
    """The role shows again as it did before."""
    Contact.objects.open().filter(pk=contact.pk).update(hidden_at=None)


@transaction.atomic
def note_seen(*, threat: Threat) -> bool:
    """The police have seen it; False when a colleague was first."""
    return bool(Threat.objects.filter(pk=threat.pk, seen_at=None).update(seen_at=timezone.now()))


@transaction.atomic
def name_officer(*, district: District, officer: StaffMember | None) -> None:
    """The police choose the named officer of a district, or nobody."""
    District.objects.filter(pk=district.pk).update(officer=officer)


def officer_for(district: District) -> StaffMember | None:
    """The district's named officer; without one, somebody of the police who serves there, administrators first."""
    police = (
        StaffMember.objects.current()
        .select_related("user")
        .filter(organisation__kind=Organisation.Kind.POLICE, districts=district, user__is_active=True)
    )
    named = police.filter(pk=district.officer_id).first() if district.officer_id else None
    return named or police.exclude(accepted_at=None).order_by("-is_administrator", "pk").first()
