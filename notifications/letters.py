"""What is sent, in words: a notice or a message rendered once a language, the same for everyone it goes to.

The one thing that differs between recipients of a notice, the token of their unsubscribe link, stands
as TOKEN_MARK in the words; a transport puts the recipient's own there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from notifications.companions import Companion, Enclosure, companion_of
from notifications.fallback import numbers_line, pictogram
from notifications.gsm import SmsSize, plainer
from notifications.links import notice_token
from notifications.models import Notice, NoticeText
from notifications.push.words import Preview
from notifications.reference_words import first_line, headline, short_lead
from notifications.sms import Sender, fitted

# A private-use character, so that nothing a person writes can be taken for a mark.
TOKEN_MARK = "\ue000token\ue000"  # noqa: S105
_TOKEN_PLACE = "-token-"  # noqa: S105
# As long as every token: what an SMS is measured with.
ANY_TOKEN = "x" * 22


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Letter:
    """Rendered words in one language: whole ones for e-mail, `short` for SMS, `to_many` for a notice.

    `sms_parts` says in how many parts `short` is sent, `sms_sender` who it is from; `preview` is what a device shows,
    `reply_to` where an answer to the mail goes when it is not the sender, `enclosure` a file that goes with it.
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
    reply_to: str = ""
    enclosure: Enclosure | None = None

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


def is_neutral(notice: Notice, *, shows_words: bool) -> bool:
    """Whether a letter says only that there is a new notice.

    A contacts-only one always does: no title, text, kind, urgency or sender, and nothing about being a contact. For
    whoever chose so every notice does, and in the same words.
    """
    return notice.contacts_only or not shows_words


def notice_letter(notice: Notice, language: str, *, neutral: bool, is_test: bool = False) -> Letter:
    """The notice for readers of this language; its own words fall back to Swedish.

    `neutral` is from `is_neutral`; a test says of itself that it is one.
    """
    with translation.override(language):
        frame = _frame(language) | {"is_test": is_test}
        return _neutral_letter(notice, frame) if neutral else _open_letter(notice, frame)


def _frame(language: str) -> dict[str, Any]:
    return {
        "language": language,
        "reading": _reading(language),
        "preferences_url": site_link("notices:preferences"),
        "unsubscribe_url": unsubscribe_link(TOKEN_MARK),
    }


def _said(notice: Notice, words: NoticeText, language: str) -> dict[str, Any]:
    """What a mail says of a notice, in these words, to a reader of this language."""
    return {
        "title": one_line(words.title),
        "body": words.body,
        "words_language": words.language,
        "words_reading": _reading(words.language),
        "sender": _sender(notice, companion_of(notice)),
        "urgency": gettext("Called off") if notice.calls_off else notice.get_urgency_display(),
        "urgency_code": Notice.Urgency.INFORMATION if notice.calls_off else notice.urgency,
        "replaces": first_line(notice),
        "district": notice.district.name,
        "is_fallback": words.language != language,
        "kind": notice.get_kind_display(),
        "pictogram": pictogram(notice.kind),
        "read_url": site_link("notices:read", notice.public_id),
    }


def _open_letter(notice: Notice, frame: dict[str, Any]) -> Letter:
    words = notice.text_in(frame["language"])
    said = _said(notice, words, frame["language"])
    subject = headline(notice, said["title"])
    companion = companion_of(notice)
    return _letter(
        "notice",
        frame | said | {"links": companion.links(notice) if companion else []},
        sender=gettext("%(organisation)s through Trappan") % {"organisation": said["sender"]},
        subject=subject,
        short=_open_short(notice, words, frame["language"]),
        sms_sender=Sender.of(notice.organisation),
        preview=Preview.of(notice, language=frame["language"], reading=frame["reading"], headline=subject),
        enclosure=companion.enclosure(notice) if companion else None,
    )


def _sender(notice: Notice, companion: Companion | None) -> str:
    return one_line(companion.sender(notice) if companion else notice.organisation.name)


def _open_short(notice: Notice, words: NoticeText, reader: str) -> str:
    """The SMS, in the language of its words: one Arabic line would make a Swedish text twice as dear.

    A reader of another language gets the emergency numbers too, explained where that costs no more.
    """
    numbers, companion = numbers_line(reader) if words.language != reader else "", companion_of(notice)
    with translation.override(words.language):
        lead = short_lead(notice, _sender(notice, companion), one_line(words.title))
        body = "\n".join(filter(None, [first_line(notice), words.body]))
        own = companion.short_link(notice) if companion else None
        answer = f"{own.label}: {own.url}" if own else ""
        foot = "\n".join(filter(None, (answer, numbers, _stop_words(Sender.of(notice.organisation)))))
    link = site_link("notices:short", notice_token(notice.pk))
    return fitted(lead=plainer(lead), body=plainer(body), link=link, foot=foot, parts=_sms_parts)


def _neutral_short(notice: Notice) -> str:
    words = gettext("There is a new notice for your stairwell. Sign in to read it: %(link)s")
    link = site_link("notices:read", notice.public_id)
    return "\n".join([words % {"link": link}, _stop_words(Sender.of())])


def sms_parts(notice: Notice, language: str, *, neutral: bool) -> int:
    """In how many parts the notice goes to a reader of this language, without rendering the rest of the letter."""
    with translation.override(language):
        short = _neutral_short(notice) if neutral else _open_short(notice, notice.text_in(language), language)
    return _sms_parts(short)


def _neutral_letter(notice: Notice, frame: dict[str, Any]) -> Letter:
    return _letter(
        "neutral",
        frame | {"read_url": site_link("notices:read", notice.public_id)},
        sender="Trappan",
        subject=gettext("New notice for your stairwell"),
        short=_neutral_short(notice),
        sms_sender=Sender.of(),
        preview=Preview.of(notice, language=frame["language"], reading=frame["reading"], headline=""),
    )


def _letter(
    template: str,
    context: Mapping[str, Any],
    *,
    sender: str,
    subject: str,
    short: str,
    sms_sender: Sender,
    preview: Preview | None = None,
    enclosure: Enclosure | None = None,
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
        enclosure=enclosure,
    )


def digest_letter(notices: Sequence[Notice], language: str, *, neutral: bool) -> Letter:
    """Several notices in one mail, in the order given; a `neutral` one says only how many there are.

    The subject and the sender are the same whatever is in it, and a contacts-only notice says only that it is there.
    """
    with translation.override(language):
        number = len(notices)
        shown = [
            {"read_url": site_link("notices:read", notice.public_id), "is_neutral": True}
            if is_neutral(notice, shows_words=True)
            else _said(notice, notice.text_in(language), language)
            for notice in notices
        ]
        return _letter(
            "digest",
            _frame(language)
            | {"number": number, "notices": [] if neutral else shown, "mine_url": site_link("notices:mine")},
            sender="Trappan",
            subject=ngettext(
                "%(number)s new notice for your stairwell", "%(number)s new notices for your stairwell", number
            )
            % {"number": number},
            short="",
            sms_sender=Sender.of(),
        )


def message_letter(*, language: str, subject: str, text: str, html: str = "", reply_to: str = "") -> Letter:
    """A message to one person; `text` is plain, and the HTML frame is added here unless `html` is given."""
    with translation.override(language):
        subject = one_line(subject) or gettext("There is a message for you")
        context = {"language": language, "reading": _reading(language), "subject": subject, "text": text}
        return Letter(
            language=language,
            sender="Trappan",
            subject=subject,
            text=text,
            html=html or render_to_string("notifications/mail/message.html", context),
            short=text,
            to_many=False,
            sms_sender=Sender.of().value,
            reply_to=reply_to,
        )
