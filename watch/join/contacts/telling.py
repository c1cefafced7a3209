"""What a contact is told on the way: neutral words, for a shared telephone or mailbox must not give the role away.

Neither subject, SMS nor mail says what it is about; it is read after signing in.
"""

from collections.abc import Callable

from django.utils.translation import gettext, override

from buildings.models import Contact, User
from notifications.letters import site_link
from notifications.models import Endpoint, Message
from notifications.outbox import post_message
from watch.join.addresses import Address, address_of

State = Contact.State


def tell(*, user: User, purpose: str, subject: Callable[[], str], words: Callable[[], str], page: str) -> bool:
    """Send a person a few words and the way to a page, in their language; False when no address is known."""
    address = address_of(user) or (Address(Endpoint.Channel.EMAIL, user.email) if user.email else None)
    if address is None or not user.is_active:
        return False
    with override(user.language):
        headline, link = subject(), site_link(page)
        text = f"{words()}\n\n{link}" if address.is_email else f"{headline}: {link}"
    post_message(
        purpose=purpose,
        channel=address.channel,
        address=address.value,
        language=user.language,
        subject=headline if address.is_email else "",
        text=text,
        user=user,
    )
    return True


def tell_step(contact: Contact, words: Callable[[], str] | None = None) -> None:
    """Tell the person that something has happened, and what comes next."""
    tell(
        user=contact.user,
        purpose=Message.Purpose.STEP,
        subject=_new_on_page,
        words=words or (lambda: next_in_mail(contact.state)),
        page="notices:mine",
    )


def _new_on_page() -> str:
    return gettext("Something new on your page in Trappan")


def next_in_mail(state: str) -> str:
    """What has happened and what comes next, in words that do not say what it is about."""
    return {
        State.APPLIED: gettext(
            "Thank you. Your housing company looks at it next. You need not do anything. We tell you when it has "
            "moved on."
        ),
        State.CONFIRMED: gettext(
            "Your housing company has said yes. Next, the police or the city invite you to a short training. You need "
            "not do anything before that."
        ),
        State.TRAINED: gettext(
            "Your training is noted. Next, the police or the city say the last yes. You need not do anything."
        ),
        State.ACTIVE: gettext("Everything is ready. Your page shows what you can do, a little at a time. Thank you."),
        State.DECLINED: gettext(
            "It could not go on this time. Thank you all the same. If you wonder why, ask your housing company, the "
            "police or the city."
        ),
        State.ENDED: gettext(
            "Something on your page has ended. Thank you for what you did. If you wonder why, ask your housing "
            "company, the police or the city."
        ),
        State.RESIGNED: gettext("Somebody has taken over after you. Thank you for what you did."),
    }[State(state)]


def next_on_page(state: str) -> str:
    """What comes next, on the contact's own page."""
    return {
        State.APPLIED: gettext(
            "Your housing company looks at your application next, and says that you live here. You need not do "
            "anything."
        ),
        State.CONFIRMED: gettext(
            "Your housing company has said that you live here. Next, the police or the city invite you to a short "
            "training, at a meeting or as a course."
        ),
        State.TRAINED: gettext("Your training is noted. Next, the police or the city say the last yes."),
        State.ACTIVE: gettext("You are the contact here. Do what you have time for, a little at a time."),
    }.get(State(state), "")
