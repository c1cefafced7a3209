"""Joining a stairwell and leaving it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from buildings.models import Consent, Contact, Resident, Stairwell, User
from notifications.endpoints import set_wants, verify_endpoint
from notifications.models import Endpoint
from watch.join.addresses import Address
from watch.join.people import find_or_create_person, note_verified

CONSENT_VERSION = "2026-11"
ENDED_ROLES = (Contact.State.RESIGNED, Contact.State.DECLINED, Contact.State.ENDED)


def take_part_text(stairwell: Stairwell, language: str) -> str:
    """What a person agrees to when they join, in the words the page shows and the ledger keeps."""
    with override(language):
        words = gettext(
            "I want to be part of the neighbourhood watch at %(stairwell)s. Trappan keeps my address, the name I "
            "choose, my language and which stairwell I joined, so that notices reach me. My neighbours do not see "
            "who has joined. I can leave whenever I like, and then I get nothing more."
        )
        return words % {"stairwell": stairwell.name}


def leave_text(stairwell: Stairwell, language: str) -> str:
    """What the ledger keeps when a person leaves."""
    with override(language):
        return gettext("I leave the neighbourhood watch at %(stairwell)s.") % {"stairwell": stairwell.name}


@transaction.atomic
def join(*, stairwell: Stairwell, user: User | None, address: Address, name: str, wants: str, language: str) -> User:
    """Let a person join; `user` is None for someone who has only shown an address. Joining again is harmless."""
    person = user or find_or_create_person(address=address, language=language)
    note_verified(user=person, address=address)
    if person.name != name:
        person.name = name
        person.save(update_fields=["name"])
    _, joined = Resident.objects.present().get_or_create(user=person, stairwell=stairwell)
    if joined:
        _write_consent(person, given=True, text=take_part_text(stairwell, language), language=language)
    verify_endpoint(user=person, channel=address.channel, address=address.value, wants=wants, language=language)
    return person


@transaction.atomic
def leave(*, resident: Resident, language: str) -> None:
    """Let a person leave: contact roles there end at once; without another stairwell nothing more is sent."""
    now, user = timezone.now(), resident.user
    left = Resident.objects.present().filter(pk=resident.pk).update(state=Resident.State.LEFT, left_at=now)
    if not left:
        return
    roles = Contact.objects.filter(user=user).exclude(state__in=ENDED_ROLES)
    roles.filter(stairwell=resident.stairwell_id).update(state=Contact.State.RESIGNED, ended_at=now)
    _write_consent(user, given=False, text=leave_text(resident.stairwell, language), language=language)
    if Resident.objects.present().filter(user=user).exists() or Contact.objects.active().filter(user=user).exists():
        return
    for endpoint in Endpoint.objects.filter(user=user):
        set_wants(endpoint=endpoint, wants=Endpoint.Wants.NOTHING, language=language)


def _write_consent(user: User, *, given: bool, text: str, language: str) -> None:
    Consent.objects.create(
        user=user,
        purpose=Consent.Purpose.TAKE_PART,
        given=given,
        text=text,
        version=CONSENT_VERSION,
        language=language,
    )
