"""Writing down a meeting: how many came, what was said and decided, what somebody promised.

The form is written in a noisy room on a phone whose network comes and goes. So the same save may come twice, and an
older page's after a newer one: a save that changes nothing is taken as done, and one begun before somebody else's is
refused (Changed) so that the page can show both. Rows of actions carry their own key from the moment they are shown.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.utils import timezone

from buildings.models import Organisation, User
from watch.join.contacts import care
from watch.meet import access
from watch.meet.errors import Changed, TooEarly, TooLate
from watch.meet.guarding import refuse_marked
from watch.models import Action, Meeting, Presence, Record

log = structlog.get_logger(__name__)

WORDS = ("good", "unsafe", "wishes", "decisions")
A_PAGE = 10


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One row of agreed actions; `key` is the action's public id, made when the row was first shown."""

    key: uuid.UUID
    what: str
    organisation: Organisation
    due_on: date
    is_removed: bool = False


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """What the form says. `words`, `presences` and `actions` are None from a contact, who only counts heads."""

    adults: int
    children: int
    words: Mapping[str, str] | None = None
    presences: Mapping[int, int] | None = None
    actions: Iterable[Promise] | None = None

    @property
    def is_headcount(self) -> bool:
        """Whether it holds numbers of people and nothing else."""
        return self.words is None and self.presences is None and self.actions is None


@transaction.atomic
def save(*, meeting: Meeting, user: User, what: Minutes, seen_version: int) -> Record:
    """Save what happened, and with that the meeting was held. The same again changes nothing.

    `seen_version` is the record's version when the form was shown, 0 when there was none. Raises TooEarly, TooLate
    (cancelled, or nobody was invited), Changed, Marked.
    """
    if not what.is_headcount and not access.may_write(user, meeting):
        raise PermissionDenied
    found = begun(meeting)
    record = Record.objects.filter(meeting=found).first()
    if record and record.version != seen_version:
        if _is_saved(record, what):
            return record
        raise Changed
    refuse_marked(*(what.words or {}).values(), *(row.what for row in what.actions or ()))
    record = record or Record(meeting=found, version=0)
    record.adults, record.children = what.adults, what.children
    for name, text in (what.words or {}).items():
        setattr(record, name, text)
    record.written_by, record.saved_at, record.version = user, timezone.now(), record.version + 1
    record.save()
    _save_presences(record, what.presences)
    for row in what.actions or ():
        _save_action(found, row)
    hold(found)
    log.info("meeting_recorded", meeting=found.pk, version=record.version, by=user.pk)
    return record


def begun(meeting: Meeting) -> Meeting:
    """The meeting, locked, while it can be written down. Raises TooEarly before it begins, else TooLate."""
    found = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if found.state not in (Meeting.State.PLANNED, Meeting.State.HELD):
        raise TooLate
    if not found.has_begun:
        raise TooEarly
    return found


def hold(meeting: Meeting) -> None:
    """The meeting was held; the first word of it says when that was known."""
    planned = Meeting.objects.filter(pk=meeting.pk, state=Meeting.State.PLANNED)
    if planned.update(state=Meeting.State.HELD, held_at=timezone.now()) and meeting.called_by:
        care.note_met(contact=meeting.called_by, on=timezone.localdate(meeting.starts_at))


def _save_presences(record: Record, presences: Mapping[int, int] | None) -> None:
    if presences is None:
        return
    there = {pk: people for pk, people in presences.items() if people}
    record.presences.exclude(organisation__in=there).delete()
    for organisation, people in there.items():
        Presence.objects.update_or_create(record=record, organisation_id=organisation, defaults={"people": people})


def _save_action(meeting: Meeting, row: Promise) -> None:
    """Write one row; an action that is closed by now stays as it was closed."""
    known = Action.objects.filter(public_id=row.key).first()
    if known and (known.meeting_id != meeting.pk or known.state != Action.State.OPEN):
        return
    if row.is_removed:
        # What has been closed once stays, and so does what was said of it then.
        Action.objects.filter(public_id=row.key, meeting=meeting, reopenings=None).delete()
        return
    action = known or Action(public_id=row.key, meeting=meeting, district=meeting.district)
    action.what, action.organisation, action.due_on = row.what, row.organisation, row.due_on
    action.save()


def _is_saved(record: Record, what: Minutes) -> bool:
    """Whether the record says this already, as when a press comes twice or an answer was lost on the way."""
    if (record.adults, record.children) != (what.adults, what.children):
        return False
    if any(getattr(record, name) != text for name, text in (what.words or {}).items()):
        return False
    there = dict(record.presences.values_list("organisation", "people"))
    if what.presences is not None and there != {pk: people for pk, people in what.presences.items() if people}:
        return False
    rows = Action.objects.filter(meeting=record.meeting_id).values_list("public_id", "what", "organisation", "due_on")
    saved = {key: rest for key, *rest in rows}
    return all(
        row.key not in saved if row.is_removed else saved.get(row.key) == [row.what, row.organisation.pk, row.due_on]
        for row in what.actions or ()
    )


def page_context(user: User, meeting: Meeting, page: str | None = None) -> dict[str, Any]:
    """What the page of a meeting from `access.meeting` shows of what became of it; `page` is which page of its actions.

    Who plans it sees what is written so far. Everybody else sees it from when it is published: who was invited and
    staff the whole, anybody else what is public.
    """
    if meeting.state not in (Meeting.State.PLANNED, Meeting.State.HELD) or not meeting.has_begun:
        return {}
    to_me: Any = meeting
    writes = to_me.is_own and access.may_write(user, meeting)
    context: dict[str, Any] = {
        "writes": writes,
        "may_record": to_me.is_own,
        "may_note_attendance": writes and access.may_note_attendance(user, meeting),
        "is_round": meeting.kind == Meeting.Kind.DOOR_KNOCK,
    }
    record: Record | None = getattr(to_me, "record", None)
    if record is None or not (writes or record.published_at):
        return context
    actions = Action.objects.filter(meeting=meeting).select_related("organisation").order_by("due_on", "pk")
    pages = Paginator(actions, A_PAGE)
    # Counted with the meeting already.
    pages.count = to_me.promises
    return context | {
        "record": record,
        "is_inside": to_me.is_inside,
        "has_summary": record.published_at and to_me.is_printable,
        "presences": list(record.presences.select_related("organisation").order_by("organisation__name")),
        "page": pages.get_page(page),
    }
