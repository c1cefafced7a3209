"""What is sent, in words: a notice or a message rendered once a language, the same for everyone it goes to.

The one thing that differs between recipients of a notice, the token of their unsubscribe link, stands
as TOKEN_MARK in the words; a transport puts the recipient's own there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from notifications.gsm import SmsSize, plainer
from notifications.links import notice_token
from notifications.models import Notice, NoticeText
from notifications.push.words import Preview
from notifications.sms import Sender, fitted

# A private-use character, so that nothing a person writes can be taken for a mark.
TOKEN_MARK = "\ue000token\ue000"  # noqa: S105
_TOKEN_PLACE = "-token-"  # noqa: S105
# As long as every token: what an SMS is measured with.
ANY_TOKEN = "x" * 22


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Letter:
    """Rendered words in one language: whole ones for e-mail, `short` for SMS, `to_many` for a notice.

    `sms_parts` says in how many parts `short` is sent, `sms_sender` who it is from; `preview` is what a device shows.
    """

    language: str
    sender: str
    subject: str
    text: str
    html: str
    short: str
    to_many: bool
    sms_sender: str = ""
    sms_parts: int = 0
    preview: Preview | None = None

    def short_to(self, token: str) -> str:
        """The SMS with the recipient's own token in its stop link."""
        return self.short.replace(TOKEN_MARK, token)


def site_link(name: str, *args: Any) -> str:
    """A page's full address."""
    return settings.SITE_URL + reverse(name, args=args)


def unsubscribe_link(token: str) -> str:
    """Where one press stops notices to the endpoint with this token."""
    return site_link("notices:unsubscribe", _TOKEN_PLACE).replace(_TOKEN_PLACE, token)


def _stop_words(sender: Sender) -> str:
    """How to stop the SMS: an answer where somebody listens, else a link."""
    if sender.takes_answers:
        return gettext("Answer STOP to get no more.")
    link = site_link("notices:stop", _TOKEN_PLACE).replace(_TOKEN_PLACE, TOKEN_MARK)
    return gettext("Stop: %(link)s") % {"link": link}


def _sms_parts(short: str) -> int:
    return SmsSize.of(short.replace(TOKEN_MARK, ANY_TOKEN)).parts


def one_line(words: str) -> str:
    """The words on one line, fit for a mail header or an SMS."""
    return " ".join(words.split())


def _reading(language: str) -> str:
    return "rtl" if translation.get_language_info(language)["bidi"] else "ltr"


def notice_letter(notice: Notice, language: str) -> Letter:
    """The notice for readers of this language; its own words fall back to Swedish.

    A contacts-only notice says outside the page only that there is a message: no title, text, kind,
    urgency or sender, and nothing about being a contact.
    """
    with translation.override(language):
        return _neutral_letter(notice, language) if notice.contacts_only else _open_letter(notice, language)


def _frame(notice: Notice, language: str) -> dict[str, Any]:
    return {
        "language": language,
        "reading": _reading(language),
        "read_url": site_link("notices:read", notice.public_id),
        "preferences_url": site_link("notices:preferences"),
        "unsubscribe_url": unsubscribe_link(TOKEN_MARK),
    }


def _open_letter(notice: Notice, language: str) -> Letter:
    words = notice.text_in(language)
    title, sender = one_line(words.title), one_line(notice.organisation.name)
    urgency = notice.get_urgency_display()
    calm = notice.urgency == Notice.Urgency.INFORMATION
    context = _frame(notice, language) | {
        "title": title,
        "body": words.body,
        "words_language": words.language,
        "words_reading": _reading(words.language),
        "sender": sender,
        "urgency": urgency,
        "urgency_code": notice.urgency,
        "district": notice.district.name,
    }
    headline = title if calm else gettext("%(urgency)s: %(title)s") % {"urgency": urgency, "title": title}
    return _letter(
        "notice",
        context,
        sender=gettext("%(organisation)s through Trappan") % {"organisation": sender},
        subject=headline,
        short=_open_short(notice, words),
        sms_sender=Sender.of(notice.organisation),
        preview=Preview.of(notice, language=language, reading=_reading(language), headline=headline),
    )


def _open_short(notice: Notice, words: NoticeText) -> str:
    """The SMS, wholly in the language of its words: one Arabic line would make a Swedish text twice as dear."""
    with translation.override(words.language):
        title, sender = one_line(words.title), one_line(notice.organisation.name)
        parts = {"sender": sender, "title": title, "urgency": notice.get_urgency_display()}
        calm = notice.urgency == Notice.Urgency.INFORMATION
        lead = gettext("%(sender)s: %(title)s") if calm else gettext("%(urgency)s. %(sender)s: %(title)s")
        foot = _stop_words(Sender.of(notice.organisation))
    link = site_link("notices:short", notice_token(notice.pk))
    return fitted(lead=plainer(lead % parts), body=plainer(words.body), link=link, foot=foot, parts=_sms_parts)


def _neutral_short(notice: Notice) -> str:
    words = gettext("There is a message for you. Sign in to read it: %(link)s")
    link = site_link("notices:read", notice.public_id)
    return "\n".join([words % {"link": link}, _stop_words(Sender.of())])


def sms_parts(notice: Notice, language: str) -> int:
    """In how many parts the notice goes to a reader of this language, without rendering the rest of the letter."""
    with translation.override(language):
        short = _neutral_short(notice) if notice.contacts_only else _open_short(notice, notice.text_in(language))
    return _sms_parts(short)


def _neutral_letter(notice: Notice, language: str) -> Letter:
    context = _frame(notice, language)
    return _letter(
        "neutral",
        context,
        sender="Trappan",
        subject=gettext("There is a message for you"),
        short=_neutral_short(notice),
        sms_sender=Sender.of(),
        preview=Preview.of(notice, language=language, reading=_reading(language), headline=""),
    )


def _letter(
    template: str,
    context: Mapping[str, Any],
    *,
    sender: str,
    subject: str,
    short: str,
    sms_sender: Sender,
    preview: Preview,
) -> Letter:
    filled = {**context, "subject": subject}
    return Letter(
        language=context["language"],
        sender=sender,
        subject=subject,
        text=render_to_string(f"notifications/mail/{template}.txt", filled),
        html=render_to_string(f"notifications/mail/{template}.html", filled),
        short=short,
        to_many=True,
        sms_sender=sms_sender.value,
        sms_parts=_sms_parts(short),
        preview=preview,
    )


def message_letter(*, language: str, subject: str, text: str) -> Letter:
    """A message to one person; `text` is plain, the HTML frame is added here."""
    with translation.override(language):
        subject = one_line(subject) or gettext("There is a message for you")
        context = {"language": language, "reading": _reading(language), "subject": subject, "text": text}
        return Letter(
            language=language,
            sender="Trappan",
            subject=subject,
            text=text,
            html=render_to_string("notifications/mail/message.html", context),
            short=text,
            to_many=False,
            sms_sender=Sender.of().value,
        )
