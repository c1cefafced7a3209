"""What notices about a meeting say, in every language: an invitation, a change, a reminder, a cancellation."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext, ngettext

from notifications.following import ReadyWords
from notifications.models import NoticeText
from watch.meet.facts import Facts, changes
from watch.models import Meeting

TITLE = NoticeText._meta.get_field("title").max_length or 90
BODY = NoticeText._meta.get_field("body").max_length or 2000


def invitation(meeting: Meeting) -> list[ReadyWords]:
    """The words people are invited with."""
    return _in_every_language(meeting, lambda: "")


def printed(meeting: Meeting, *, with_agenda: bool) -> list[ReadyWords]:
    """The words of an invitation on paper; an agenda only in its own language, for the others stand beside it."""
    facts = Facts.of(meeting)
    own = {text.language for text in meeting.texts.all()} if with_agenda else set()
    return list(_written(meeting, lambda code: _body(meeting, facts, "", code if code in own else None)))


def in_short(meeting: Meeting) -> list[ReadyWords]:
    """Title, time and place, for where there is no room for more."""
    facts = Facts.of(meeting)
    return list(_written(meeting, lambda _: "\n".join(_when_and_where(facts))))


def change(meeting: Meeting, told: Facts) -> list[ReadyWords]:
    """The words of a change; the first line says what is new."""
    now = Facts.of(meeting)
    return _in_every_language(meeting, lambda: " ".join(changes(told, now)) or gettext("What it is about has changed."))


def reminder(meeting: Meeting) -> list[ReadyWords]:
    """The words of a reminder, sent today."""
    return _in_every_language(meeting, lambda: _how_soon(meeting))


def cancellation(meeting: Meeting) -> list[ReadyWords]:
    """The words that tell that it is cancelled, and nothing that could be read as if it were not."""
    facts = Facts.of(meeting)

    def body(_: str) -> str:
        return gettext("The meeting %(when)s is cancelled. You need do nothing.") % {"when": facts.when}

    return list(_written(meeting, body))


def callers(meeting: Meeting) -> str:
    """Who calls it, in the active language: organisations by name, a contact by the stairwell."""
    if meeting.stairwell:
        return gettext("The contact in %(stairwell)s") % {"stairwell": meeting.stairwell.name}
    names = sorted(organisation.name for organisation in meeting.organisers.all())
    return ", ".join(names) or meeting.lead.name


def spoken(meeting: Meeting) -> str:
    """The languages spoken, in the active language."""
    known = {code for code, _name in settings.LANGUAGES}
    codes = (code for code in meeting.languages if code in known)
    return ", ".join(str(translation.get_language_info(code)["name_translated"]) for code in codes)


def _how_soon(meeting: Meeting) -> str:
    days = (localtime(meeting.starts_at).date() - localdate()).days
    if days <= 0:
        return gettext("This is a reminder: the meeting is today.")
    if days == 1:
        return gettext("This is a reminder: the meeting is tomorrow.")
    return ngettext(
        "This is a reminder: the meeting is in %(days)s day.",
        "This is a reminder: the meeting is in %(days)s days.",
        days,
    ) % {"days": days}


def _in_every_language(meeting: Meeting, first: Callable[[], str]) -> list[ReadyWords]:
    facts = Facts.of(meeting)
    return list(_written(meeting, lambda language: _body(meeting, facts, first(), language)))


def _written(meeting: Meeting, body: Callable[[str], str]) -> Iterable[ReadyWords]:
    for language, name in settings.LANGUAGES:
        with translation.override(language):
            title = _own_title(meeting, language) or str(meeting.get_kind_display())
            yield ReadyWords(language, name, title[:TITLE], body(language)[:BODY])


def _own_title(meeting: Meeting, language: str) -> str:
    return next((text.title for text in meeting.texts.all() if text.language == language), "")


def _body(meeting: Meeting, facts: Facts, first: str, language: str | None) -> str:
    """The whole text; without the agenda when no language is named."""
    lines = _when_and_where(facts)
    if facts.directions:
        lines.append(gettext("How to get in: %(directions)s") % {"directions": facts.directions})
    lines += _terms(meeting)
    lines.append(gettext("Called by: %(callers)s") % {"callers": callers(meeting)})
    text = meeting.text_in(language) if language else None
    head = "\n\n".join(filter(None, (first, "\n".join(lines))))
    agenda = text.agenda.strip() if text else ""
    return f"{head}\n\n{agenda}" if agenda else head


def _when_and_where(facts: Facts) -> list[str]:
    lines = [gettext("When: %(when)s") % {"when": facts.when}]
    if facts.where:
        lines.append(gettext("Where: %(where)s") % {"where": facts.where})
    return lines


def _terms(meeting: Meeting) -> list[str]:
    """Who can come and how, a line each."""
    lines = []
    if meeting.kind != Meeting.Kind.DOOR_KNOCK:
        lines.append(gettext("Step-free: yes") if meeting.step_free else gettext("Step-free: no"))
    if meeting.children_welcome:
        lines.append(gettext("Children are welcome."))
    if meeting.languages:
        lines.append(gettext("Languages: %(languages)s") % {"languages": spoken(meeting)})
    if meeting.interpreter:
        lines.append(gettext("You can ask for an interpreter when you answer."))
    if meeting.seats:
        lines.append(
            ngettext("There is %(seats)s seat.", "There are %(seats)s seats.", meeting.seats) % {"seats": meeting.seats}
        )
    return lines
