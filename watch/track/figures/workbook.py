"""Everything a member of staff may see of a district as an Excel file: a sheet for each page it stands on.

Each sheet loads through the same `access` as its page, so it holds what the person may see and no more: contacts by
alias, nobody's name or address.
"""

import io
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from buildings.access import scope
from buildings.export import escape_cell
from buildings.models import District, User
from notifications import access as notices
from watch.join.contacts import access as contacts
from watch.join.contacts import export as contacts_export
from watch.meet import access as meetings
from watch.meet import export as meetings_export
from watch.models import Promise, Sign
from watch.track import board
from watch.track.figures import reading
from watch.track.figures.series import Chapter
from watch.track.houses import House
from watch.track.promises import access as promises
from watch.track.promises.progress import progress_of

TYPE = meetings_export.TYPE
# Rows of a sheet; Excel itself takes a million.
MOST = 20_000


def of(user: User, here: District) -> bytes:
    """The file; headings in the reader's language."""
    book = Workbook(write_only=True)
    found = board.houses(board.buildings(user, here), here)
    _buildings(book, found)
    _stairwells(book, found)
    _months(book, reading.chapters(here, scope(user), back=0))
    known = contacts.contacts(user).filter(stairwell__building__district=here).with_places()
    contacts_export.add_sheet(book, known.select_related("trained_by").order_by("stairwell__sort_key", "pk")[:MOST])
    held = meetings.readable(user).filter(district=here).select_related("record").order_by("-starts_at", "-pk")
    meetings_export.add_sheet(book, held[:MOST])
    _actions(book, meetings.actions(user).filter(district=here).order_by("due_on", "pk"))
    _notices(book, notices.in_care(user).filter(district=here).order_by("-created_at", "-pk"))
    _signs(book, Sign.objects.filter(building__in=board.buildings(user, here)))
    _promises(book, user, here)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, name: str, headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    sheet = book.create_sheet(name)
    sheet.append(list(headings))
    for row in rows:
        sheet.append([escape_cell(cell) if isinstance(cell, str) else cell for cell in row])


def _buildings(book: Workbook, houses: list[House]) -> None:
    headings = (_("Property"), _("Owner"), _("State"), _("Stairwells"), _("With a contact"))
    rows = ((one.designation, one.owner, one.state_label, len(one.wells), len(one.met)) for one in houses)
    _sheet(book, _("Buildings"), headings, rows)


def _stairwells(book: Workbook, houses: list[House]) -> None:
    yes, no = _("yes"), _("no")
    rows = ((house.designation, well.name, yes if well.has_contact else no) for house in houses for well in house.wells)
    _sheet(book, _("Stairwells"), (_("Property"), _("Stairwell"), _("With a contact")), rows)


def _months(book: Workbook, chapters: list[Chapter]) -> None:
    series = [one for chapter in chapters for one in chapter.series]
    headings = [_("Month"), *(f"{chapter.heading}: {one.words}" for chapter in chapters for one in chapter.series)]
    months = series[0].months if series else ()
    rows = ([f"{month:%Y-%m}", *(one.values[place] for one in series)] for place, month in enumerate(months))
    _sheet(book, _("Month by month"), headings, rows)


def _actions(book: Workbook, found: QuerySet[Any]) -> None:
    headings = (_("What"), _("Which organisation"), _("Done by"), _("State"), _("What was done"), _("Meeting"))
    rows = (
        (
            one.what,
            one.organisation.name,
            one.due_on,
            one.get_state_display(),
            one.result,
            timezone.localdate(one.meeting.starts_at),
        )
        for one in found[:MOST]
    )
    _sheet(book, _("Actions"), headings, rows)


def _notices(book: Workbook, found: QuerySet[Any]) -> None:
    headings = (_("Title"), _("Kind"), _("How urgent"), _("State"), _("Sent"), _("People"))
    rows = (
        (
            one.text_in().title,
            one.get_kind_display(),
            one.get_urgency_display(),
            one.get_state_display(),
            timezone.localtime(one.started_at).replace(tzinfo=None) if one.started_at else None,
            one.people if one.started_at else None,
        )
        for one in found[:MOST]
    )
    _sheet(book, _("Notices"), headings, rows)


def _signs(book: Workbook, found: QuerySet[Sign]) -> None:
    headings = (_("Property"), _("Stairwell"), _("Where it hangs"), _("State"), _("Put up on"))
    known = found.select_related("building", "stairwell").order_by("building__designation", "put_up_on", "pk")
    rows = (
        (
            one.building.designation,
            one.stairwell.name if one.stairwell else "",
            one.place,
            one.get_state_display(),
            one.put_up_on,
        )
        for one in known[:MOST]
    )
    _sheet(book, _("Signs"), headings, rows)


def _promises(book: Workbook, user: User, here: District) -> None:
    """Promises for the district with what is done; who does not write them sees what everyone does."""
    headings = (_("Promise"), _("From"), _("To"), _("Commitment"), _("Target"), _("Done"), _("In words"))
    writes = scope(user).kind in promises.WRITERS
    chosen = Promise.objects.all() if writes else Promise.objects.published()
    rows = []
    for promise in chosen.filter(districts=here).order_by("-starts_on", "-pk"):
        for one in progress_of(promise, in_public=not writes):
            done = one.done if one.is_in_numbers else None
            words = (promise.title.text, one.text.text)
            rows.append((words[0], promise.starts_on, promise.ends_on, words[1], one.target, done, one.in_words))
    _sheet(book, _("Promises"), headings, rows)
