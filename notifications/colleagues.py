"""What an organisation's staff are told about their notices, by mail to their work address.

None of it names a tenant, and a contacts-only notice's words stay out of it: mail is no place for them.
"""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext, override

from buildings.models import StaffMember, User
from notifications.letters import one_line, site_link
from notifications.models import Endpoint, Message, Notice
from notifications.outbox.messages import post_message
from notifications.times import in_words

Write = Callable[[], tuple[str, str]]


def ask_for_yes(notice: Notice, asked_for: Iterable[User]) -> None:
    """Tell those who may say yes that the notice waits for one of them."""

    def write() -> tuple[str, str]:
        text = gettext(
            "A colleague has written a notice to more than %(limit)s people. It waits for the yes of one more person, "
            "and you can give it. If nobody does before %(until)s, it is not sent."
        )
        words = text % {"limit": notice.organisation.approval_above, "until": in_words(notice.expires_at)}
        return gettext("A notice waits for your yes"), _with_link(words, notice, "notices:approve")

    _tell(asked_for, notice, Message.Purpose.APPROVAL, write)


def tell_approved(notice: Notice) -> None:
    """Tell who asked that a colleague has said yes."""

    def write() -> tuple[str, str]:
        words = gettext("A colleague has said yes to your notice. It leaves as planned. You can still take it back.")
        return gettext("Your notice has got its yes"), _with_link(words, notice, "notices:progress")

    _tell(_senders(notice), notice, Message.Purpose.APPROVAL, write)


def tell_sent_back(notice: Notice, asked_by: User | None) -> None:
    """Tell who asked that a colleague wants something changed first. The word itself is read after signing in."""

    def write() -> tuple[str, str]:
        words = gettext("A colleague has sent your notice back with a word on what to change. It is a draft again.")
        return gettext("Your notice has come back to you"), _with_link(words, notice, "notices:confirm")

    _tell(_senders(notice, asked_by), notice, Message.Purpose.APPROVAL, write)


def tell_not_sent(notice: Notice) -> None:
    """Tell the sender that the notice was stopped before it left, and why."""

    def write() -> tuple[str, str]:
        why = {
            Notice.Stopped.EXPIRED: gettext("The time it was to be shown until passed before it could leave."),
            Notice.Stopped.LAPSED: gettext("Nobody said yes to it before the time it was to be shown until."),
            Notice.Stopped.NO_RIGHT: gettext("Your organisation no longer answers for the district it was meant for."),
            Notice.Stopped.OVERTAKEN: gettext("The notice it was to correct was corrected or called off first."),
        }[Notice.Stopped(notice.stopped)]
        rest = gettext("Nobody has got it. You can write a new one from it.")
        return gettext("Your notice was not sent"), _with_link(f"{why} {rest}", notice, "notices:progress")

    _tell(_senders(notice), notice, Message.Purpose.WARNING, write)


def tell_waits_again(notice: Notice, asked_for: Iterable[User]) -> None:
    """Tell the sender that the notice reaches more people than the limit by now, and ask the colleagues."""

    def write() -> tuple[str, str]:
        words = gettext(
            "Your notice was about to leave, but reaches more people by now than one person may send to. "
            "It waits for a colleague's yes."
        )
        return gettext("Your notice waits for a yes"), _with_link(words, notice, "notices:progress")

    _tell(_senders(notice), notice, Message.Purpose.WARNING, write)
    ask_for_yes(notice, asked_for)


def _senders(notice: Notice, asked_by: User | None = None) -> list[User]:
    """Who sent or wrote it, while they work there; otherwise the organisation's administrators."""
    staff = StaffMember.objects.current().filter(organisation=notice.organisation_id, accepted_at__isnull=False)
    staff = staff.filter(user__is_active=True).select_related("user")
    asked = asked_by.pk if asked_by else notice.confirmed_by_id
    own = [member.user for member in staff.filter(user__in=[pk for pk in (asked, notice.author_id) if pk])]
    return own or [member.user for member in staff.filter(is_administrator=True)]


def _tell(people: Iterable[User], notice: Notice, purpose: str, write: Write) -> None:
    for person in people:
        if not person.email:
            continue
        with override(person.language):
            subject, text = write()
        post_message(
            purpose=purpose,
            channel=Endpoint.Channel.EMAIL,
            address=person.email,
            language=person.language,
            subject=subject,
            text=text,
            user=person,
        )


def _with_link(words: str, notice: Notice, page: str) -> str:
    """The words, the notice's title and where to go on."""
    title = "" if notice.contacts_only else one_line(notice.text_in().title)
    return "\n\n".join(filter(None, [words, title, site_link(page, notice.public_id)]))
