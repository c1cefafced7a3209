"""What letters send: mail with the words in it, SMS only that there is a message. Neither says who or from where."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from buildings.models import User
from notifications.letters import site_link
from notifications.models import Endpoint, Message, Relay
from notifications.outbox import post_message
from watch.join.addresses import Address, address_of
from watch.join.relay.mailtext import MARK

BEFORE_THE_PLUS = "svar"
NOWHERE = Address(Endpoint.Channel.EMAIL, "nobody@example.org")


def reply_address(token: str) -> str:
    """Where an answer by mail goes; empty when no provider takes mail for us."""
    return f"{BEFORE_THE_PLUS}+{token}@{settings.RELAY_DOMAIN}" if settings.RELAY_INBOUND else ""


def tell(relay: Relay, *, from_contact: bool, text: str) -> None:
    """Send a letter on to the other side, in that person's language; somebody without an address reads it here."""
    reader = relay.neighbour if from_contact else relay.contact.user
    token = relay.neighbour_token if from_contact else relay.contact_token
    address = address_of(reader) or (None if reader.pk else NOWHERE)
    if address is None or not reader.is_active:
        return
    with override(reader.language):
        context = {
            "text": text,
            "who": relay.contact.alias if from_contact else gettext("A neighbour in your stairwell"),
            "mark": MARK if settings.RELAY_INBOUND else "",
            "reply_url": site_link("relay:reply", token),
            "letters_url": site_link("relay:inbox"),
        }
        _post(
            reader, address, gettext("A message for you in Trappan"), "letter", context, reply_to=reply_address(token)
        )


def send_back(relay: Relay, *, from_contact: bool, why: str) -> None:
    """Tell the writer at their own address that a letter was not sent on, and what to do."""
    writer = relay.contact.user if from_contact else relay.neighbour
    address = address_of(writer)
    if address is None or not writer.is_active:
        return
    with override(writer.language):
        context = {"why": reason(why), "letters_url": site_link("relay:inbox")}
        _post(writer, address, gettext("Your message in Trappan was not sent on"), "sent_back", context)


def reason(why: str) -> str:
    """Why a letter was not sent on, and what to do, in the active language."""
    return {
        "too-large": gettext("The mail was too large. Write it again without pictures and files."),
        "empty": gettext("We found no words in the mail. Write your answer at the top of it."),
        "too-long": gettext("The message was longer than 1 000 characters. Write it a little shorter."),
        "numbers": gettext(
            "There was a number in it that may point a person out: an identity number, a registration number or a "
            "phone number, perhaps in the lines below your name. Write it again without it."
        ),
        "too-many": gettext("There were many messages today. Try again tomorrow."),
        "muted": gettext(
            "The person you write to takes no messages just now. Call 114 14, or turn to your housing company."
        ),
        "closed": gettext(
            "The person you write to cannot be reached here any more. Call 114 14, or turn to your housing company."
        ),
        "not-in-turn": gettext("The link in the mail works once. Sign in to write more."),
    }[why]


def _post(
    user: User, address: Address, subject: str, template: str, context: dict[str, str], *, reply_to: str = ""
) -> None:
    if address.is_email:
        text = render_to_string(f"relay/mail/{template}.txt", context).strip()
    else:
        text = gettext("There is a message for you in Trappan. Sign in to read it: %(link)s") % {
            "link": context["letters_url"]
        }
    post_message(
        purpose=Message.Purpose.RELAY,
        channel=address.channel,
        address=address.value,
        language=user.language,
        subject=subject if address.is_email else "",
        text=text,
        reply_to=reply_to if address.is_email else "",
        user=user if user.pk else None,
    )
