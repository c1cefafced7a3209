"""Slips of paper: somebody who is not online joins, and a member of staff or a contact types it in."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from buildings.models import Consent, Flat, Resident, Stairwell, User
from buildings.throttle import Throttle
from notifications.models import Endpoint, Message
from notifications.outbox import post_message
from watch.join import consents
from watch.join.addresses import Address
from watch.join.home import addresses

SALT = "trappan.slip"
LINK_VALID = 14 * 24 * 3600
Purpose = Consent.Purpose


# Each address on a slip gets a mail or an SMS, so nobody may have Trappan write to strangers all day.
WITH_ADDRESS = Throttle("slips-with-an-address", limit=40, seconds=24 * 3600)


class TooManySlipsError(Exception):
    """One helper has typed in as many slips with an address as one may in a day."""


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What is written on a slip: a name, a language, perhaps an address and a flat, a tick for showing the name."""

    name: str
    language: str
    address: Address | None = None
    flat: Flat | None = None
    shows_name: bool = False


@transaction.atomic
def type_in(*, slip: Slip, stairwell: Stairwell, helper: User, by: str) -> Resident:
    """Let somebody join on paper; whoever has the slip in hand knows that they live there, so they are confirmed.

    An address on the slip counts for nothing until somebody has pressed a button there: handwriting is misread, and a
    notice must not reach a stranger. `by` is a Resident.ConfirmedBy, `helper` who typed it in.

    Raises TooManySlipsError.
    """
    if slip.address and not WITH_ADDRESS.count(str(helper.pk)):
        raise TooManySlipsError
    user = User.objects.create_user(name=slip.name, language=slip.language)
    resident = Resident.objects.create(
        user=user,
        stairwell=stairwell,
        flat=slip.flat,
        state=Resident.State.CONFIRMED,
        way=Resident.Way.PAPER,
        confirmed_at=timezone.now(),
        confirmed_by=by,
    )
    for purpose in [Purpose.TAKE_PART, *([Purpose.NAME_TO_CONTACT] if slip.shows_name else [])]:
        consents.record(
            user=user,
            purpose=purpose,
            given=True,
            stairwell=stairwell,
            language=slip.language,
            way=Consent.Way.PAPER,
            helper=helper,
        )
    if slip.address:
        _ask_for_a_press(resident, slip.address)
    return resident


def token_of(resident: Resident, address: Address) -> str:
    """What stands in the link that makes an address on a slip count."""
    return signing.dumps([resident.pk, address.channel, address.value], salt=SALT, compress=True)


def _ask_for_a_press(resident: Resident, address: Address) -> None:
    with override(resident.user.language):
        text = gettext(
            "Somebody gave this address on a slip of paper, to get notices for %(stairwell)s in Trappan. Was it you? "
            "Then open this and press the button: %(link)s If it was not you, do nothing."
        )
        subject = gettext("Is this your address?")
    link = settings.SITE_URL + reverse("doors:slip_address", args=[token_of(resident, address)])
    post_message(
        purpose=Message.Purpose.STEP,
        channel=address.channel,
        address=address.value,
        language=resident.user.language,
        subject=subject if address.is_email else "",
        text=text % {"stairwell": resident.stairwell.name, "link": link},
        user=resident.user,
    )


def read_token(token: str) -> tuple[Resident, Address]:
    """Whose slip and which address a link is about; 404 when it is forged, too old or the person has left."""
    try:
        pk, channel, value = signing.loads(token, salt=SALT, max_age=LINK_VALID)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    resident = Resident.objects.present().select_related("user", "stairwell").filter(pk=pk).first()
    if resident is None:
        raise Http404
    return resident, Address(channel, value)


@transaction.atomic
def accept_address(*, resident: Resident, address: Address, language: str) -> bool:
    """Let notices come to the address from now on. A number somebody else signs in with only reaches the person.

    False for an e-mail address that signs in somebody else: it stays theirs alone, and nothing is saved. Only whoever
    reads that mailbox is told; the helper is not.
    """
    try:
        addresses.add(user=resident.user, address=address, wants=Endpoint.Wants.ALL, language=language)
    except addresses.TakenError:
        return False
    return True
