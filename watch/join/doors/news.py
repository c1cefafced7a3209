"""What people are told when somebody has said whether they live there: neutral words, in their own language."""

from django.conf import settings
from django.utils.translation import gettext, override

from buildings.models import Resident, User
from notifications.models import Message
from notifications.outbox import post_message
from watch.join.addresses import Address, address_of


def tell_let_in(resident: Resident) -> None:
    """Somebody who waited is in."""
    with override(resident.user.language):
        subject = gettext("You are let in")
        text = gettext("You have been let in to %(stairwell)s in Trappan. Notices reach you from now on.")
        tell(resident.user, subject=subject, text=text % {"stairwell": resident.stairwell.name})


def tell_refused(resident: Resident) -> None:
    """Somebody who waited is not let in."""
    owner = resident.stairwell.building.owner
    with override(resident.user.language):
        subject = gettext("You were not let in")
        text = gettext(
            "You asked to join %(stairwell)s in Trappan and were not let in. If you live there, use the code on the "
            "poster in the stairwell, or ask %(company)s."
        )
        tell(resident.user, subject=subject, text=text % {"stairwell": resident.stairwell.name, "company": owner.name})


def tell_ended(resident: Resident) -> None:
    """The housing company says that somebody does not live there."""
    owner = resident.stairwell.building.owner
    with override(resident.user.language):
        subject = gettext("You get no more notices for a stairwell")
        text = gettext(
            "%(company)s says that you do not live at %(stairwell)s any more, so you get no more notices from there. "
            "If that is wrong, ask %(company)s, or join again with the code on the poster."
        )
        tell(resident.user, subject=subject, text=text % {"stairwell": resident.stairwell.name, "company": owner.name})


def tell(user: User, *, subject: str, text: str, to: Address | None = None) -> None:
    """Send it to an address the person has shown is theirs, or to `to`; who has none is not told."""
    address = to or address_of(user)
    if address is None:
        return
    post_message(
        purpose=Message.Purpose.STEP,
        channel=address.channel,
        address=address.value,
        language=user.language,
        subject=subject if address.is_email else "",
        text=f"{text}\n\n{settings.SITE_URL}" if address.is_email else text,
        user=user,
    )
