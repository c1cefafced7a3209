"""What became of a meeting, on one sheet for the stairwell's board."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from watch.models import Action, Record
from watch.present.prints.parts import BOARD, Said, apart, emergency, said
from watch.present.prints.press import Print
from watch.templatetags.trappan import day_and_time


@dataclass(frozen=True, kw_only=True)
class Summary(Print):
    """One A4 page, in the language of the person who prints."""

    TEMPLATE: ClassVar = "summary.typ"
    place: str
    page: Said


def summary(record: Record, *, minutes: str, callers: str, actions: Iterable[Action]) -> Summary:
    """The sheet; `minutes` are those a board may show. Wants the meeting with its district and texts loaded."""
    language = get_language() or BOARD
    return Summary(
        title=record.meeting.title,
        language=language,
        place=record.meeting.district.name,
        page=said(language, lambda: _words(record, minutes, callers, actions)),
    )


def _words(record: Record, minutes: str, callers: str, actions: Iterable[Action]) -> dict[str, object]:
    meeting = record.meeting
    facts = filter(None, (day_and_time(meeting.starts_at), meeting.where, callers))
    people = ngettext("%(counter)s person came.", "%(counter)s people came.", record.people or 0)
    return {
        "heading": meeting.title,
        "facts": "\n".join(map(apart, facts)),
        "people": people % {"counter": record.people},
        "minutes": minutes,
        "agreed": _("What was agreed"),
        "actions": [
            {
                "what": action.what,
                "who": action.organisation.name,
                "when": date_format(action.due_on, "DATE_FORMAT"),
                "state": str(action.get_state_display()),
            }
            for action in actions
        ],
        "numbers": emergency(),
        "not_here": _("You cannot report a crime in Trappan. Call instead."),
    }
