"""What a person changes on their own pages: an agreement, the stairwell they live in."""

from django.db import transaction
from django.utils import timezone

from buildings.models import Consent, Contact, Resident, Stairwell, User
from notifications.endpoints import set_wants
from notifications.models import Endpoint
from watch.join import consents
from watch.join.door import Door
from watch.join.entering import come_in
from watch.join.home.agreements import NO, Agreement
from watch.join.services import step_out

Purpose = Consent.Purpose


@transaction.atomic
def answer(*, user: User, agreement: Agreement, said: str, language: str) -> None:
    """Give or withdraw an agreement; a press that changes nothing adds no line to the ledger."""
    if agreement.endpoint:
        wants = Endpoint.Wants.NOTHING if said == NO else said
        set_wants(endpoint=agreement.endpoint, wants=wants, language=language)
    elif agreement.stairwell:
        _about_a_place(user, agreement.purpose, agreement.stairwell, said != NO, language)


def _about_a_place(user: User, purpose: str, stairwell: Stairwell, given: bool, language: str) -> None:
    held: list[bool]
    if purpose == Purpose.NAME_TO_CONTACT:
        home = Resident.objects.present().select_for_update().filter(user=user, stairwell=stairwell)
        held = list(home.values_list("shows_name", flat=True))
    else:
        shown = "shows_name" if purpose == Purpose.NAME_TO_STAIRWELL else "shows_number"
        roles = Contact.objects.open().select_for_update().filter(user=user, stairwell=stairwell)
        held = list(roles.values_list(shown, flat=True))
    if held and any(held) != given:
        consents.record(user=user, purpose=purpose, given=given, stairwell=stairwell, language=language)


@transaction.atomic
def move(*, resident: Resident, door: Door, language: str) -> bool:
    """Let a person move: they leave one stairwell and join the other, and what they want on each way stays.

    Who may see the name is a question about the neighbours, so it is asked anew. The code in the new flat's letter
    confirms as it does for who joins with it. False when the person had left; raises UsedError.
    """
    if not step_out(resident=resident, language=language, why=Resident.LeftWhy.MOVED):
        return False
    user, stairwell = resident.user, door.stairwell
    if door.once is not None:
        come_in(user=user, stairwell=stairwell, language=language, way=Resident.Way.MOVED, once=door.once)
        return True
    waited = Resident.objects.waiting().filter(user=user, stairwell=stairwell)
    if not waited.update(state=Resident.State.JOINED, way=Resident.Way.MOVED, joined_at=timezone.now()):
        _home, joined = Resident.objects.present().get_or_create(
            user=user, stairwell=stairwell, defaults={"way": Resident.Way.MOVED}
        )
        if not joined:
            return True
    consents.record(user=user, purpose=Purpose.TAKE_PART, given=True, stairwell=stairwell, language=language)
    return True
