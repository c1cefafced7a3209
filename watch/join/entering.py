"""Coming into a stairwell: once per person, and further in with a better key."""

from django.db import transaction
from django.utils import timezone

from buildings.models import Consent, FlatCode, Invitation, Resident, Stairwell, User
from watch.join import consents

State = Resident.State
# Stairwells one person may ask to be let in to at the same time.
MOST_WAITING = 5


class UsedError(Exception):
    """The one-time code or invitation was used, replaced or withdrawn a moment ago."""


class WaitsTooOftenError(Exception):
    """The person waits at as many stairwells as one may."""


@transaction.atomic
def come_in(
    *,
    user: User,
    stairwell: Stairwell,
    language: str,
    way: str,
    once: FlatCode | Invitation | None = None,
    shows_name: bool = False,
) -> Resident:
    """Let the person in, or further in: who waits joins with a code, and the code in the flat's letter confirms.

    `once` is used up by it. Raises UsedError when somebody else was quicker, WaitsTooOftenError for one who asks to be
    let in at more than MOST_WAITING stairwells.
    """
    if way == Resident.Way.PUBLIC:
        _may_wait(user, stairwell)
    if once is not None:
        _use_up(once)
    now = timezone.now()
    fields: dict[str, object] = {"way": way, "joined_at": now}
    if isinstance(once, FlatCode):
        fields |= _confirmed_by(once)
    elif way == Resident.Way.PUBLIC:
        fields["state"] = State.WAITING
    resident, is_new = Resident.objects.not_left().get_or_create(user=user, stairwell=stairwell, defaults=fields)
    agreed = [Consent.Purpose.TAKE_PART] if is_new else []
    if shows_name and not resident.shows_name:
        agreed.append(Consent.Purpose.NAME_TO_CONTACT)
    for purpose in agreed:
        consents.record(user=user, purpose=purpose, given=True, stairwell=stairwell, language=language)
    if is_new:
        return resident
    here = Resident.objects.not_left().filter(pk=resident.pk)
    if way != Resident.Way.PUBLIC:
        here.filter(state=State.WAITING).update(state=State.JOINED, way=way)
    if isinstance(once, FlatCode):
        here.update(**_confirmed_by(once))
    resident.refresh_from_db()
    return resident


def _may_wait(user: User, stairwell: Stairwell) -> None:
    # Held, so that two requests at once do not both find room.
    User.objects.select_for_update().get(pk=user.pk)
    elsewhere = Resident.objects.waiting().filter(user=user).exclude(stairwell=stairwell)
    if elsewhere.count() >= MOST_WAITING:
        raise WaitsTooOftenError


def _confirmed_by(code: FlatCode) -> dict[str, object]:
    return {
        "state": State.CONFIRMED,
        "confirmed_at": timezone.now(),
        "confirmed_by": Resident.ConfirmedBy.LETTER,
        "flat": code.flat,
    }


def _use_up(once: FlatCode | Invitation) -> None:
    """One conditional UPDATE on the row itself, so of two at the same moment one wins."""
    now = timezone.now()
    if isinstance(once, FlatCode):
        used = FlatCode.objects.filter(pk=once.pk, used_at=None, retired_at=None).update(used_at=now)
    else:
        open_ones = Invitation.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)
        used = open_ones.filter(pk=once.pk).update(used_at=now)
    if not used:
        raise UsedError
