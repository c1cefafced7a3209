"""A test to oneself: the notice as its readers would get it, to its writer's own work address."""

from collections.abc import Iterable

from django.utils.translation import gettext, override

from buildings.models import User
from buildings.throttle import Throttle
from notifications.drafts import Blocked, is_marked
from notifications.letters import TOKEN_MARK, is_neutral, notice_letter, site_link, unsubscribe_link
from notifications.models import Endpoint, Message, Notice
from notifications.outbox.messages import post_message

TESTS = Throttle("notice-tests", limit=12, seconds=3600)


class NoWorkAddress(Exception):  # noqa: N818 - a state, told to the person as such
    """The person signs in with a number only, so there is no address to send a test to."""


class TooManyTests(Exception):  # noqa: N818
    """The person has sent as many tests as one may in an hour."""


def send_test(*, notice: Notice, user: User, languages: Iterable[str]) -> int:
    """Mail the notice to this member of staff, one mail a language, and change nothing in it; how many were sent.

    Nobody's stop link is in it: what would stop a reader's mails leads to the settings. Raises Blocked,
    NoWorkAddress, TooManyTests.
    """
    if not user.email:
        raise NoWorkAddress
    if is_marked(notice):
        raise Blocked
    if not TESTS.count(str(user.pk)):
        raise TooManyTests
    stop, settings_page = unsubscribe_link(TOKEN_MARK), site_link("notices:preferences")
    sent = 0
    for language in languages:
        letter = notice_letter(notice, language, neutral=is_neutral(notice, shows_words=True), is_test=True)
        with override(language):
            subject = gettext("Test: %(subject)s") % {"subject": letter.subject}
        post_message(
            purpose=Message.Purpose.TEST,
            channel=Endpoint.Channel.EMAIL,
            address=user.email,
            language=language,
            subject=subject,
            text=letter.text.replace(stop, settings_page),
            html=letter.html.replace(stop, settings_page),
            user=user,
        )
        sent += 1
    return sent
