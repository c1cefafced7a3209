"""What a notice that refers to an earlier one says of itself, in the language that is active."""

from django.utils.translation import gettext

from notifications.models import Notice
from notifications.times import in_words


def headline(notice: Notice, title: str) -> str:
    """A mail's subject: what the notice does to the earlier one, how urgent it is, its title.

    A calling off does not say how urgent the earlier one was: nobody shall act on it any more.
    """
    if notice.calls_off:
        return gettext("Called off: %(title)s") % {"title": title}
    if notice.urgency != Notice.Urgency.INFORMATION:
        title = gettext("%(urgency)s: %(title)s") % {"urgency": notice.get_urgency_display(), "title": title}
    if not notice.corrects:
        return title
    words = gettext("Changed: %(title)s") if notice.companion else gettext("Correction: %(title)s")
    return words % {"title": title}


def short_lead(notice: Notice, sender: str, title: str) -> str:
    """The first line of an SMS, the same in short."""
    parts = {"sender": sender, "title": title, "urgency": notice.get_urgency_display()}
    if notice.calls_off:
        return gettext("Called off. %(sender)s: %(title)s") % parts
    calm = notice.urgency == Notice.Urgency.INFORMATION
    lead = (gettext("%(sender)s: %(title)s") if calm else gettext("%(urgency)s. %(sender)s: %(title)s")) % parts
    if not notice.corrects:
        return lead
    return (gettext("Changed. %(lead)s") if notice.companion else gettext("Correction. %(lead)s")) % {"lead": lead}


def first_line(notice: Notice) -> str:
    """The line before a correction's own words: which notice it replaces. Nothing for any other notice.

    One that a companion steers says itself, first of all, what has changed.
    """
    if not notice.corrects or notice.refers_to is None or notice.companion:
        return ""
    return gettext("This replaces the notice we sent %(when)s.") % {"when": in_words(notice.refers_to.started_at)}


def called_off_title(notice: Notice, language: str) -> str:
    """The title of the calling off: the notice's own in this language, else the day it was told."""
    own = next((text.title for text in notice.texts.all() if text.language == language), "")
    return own or gettext("the notice we sent %(when)s") % {"when": in_words(notice.started_at)}


def called_off_body(notice: Notice) -> str:
    """The ready words of a calling off."""
    ready = gettext(
        "We have called off the notice we sent %(when)s. What it said no longer applies, and you need do nothing."
    )
    return ready % {"when": in_words(notice.started_at)}
