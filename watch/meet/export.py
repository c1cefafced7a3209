"""A list of meetings as an Excel file; headcounts, nobody's name."""

import io
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from openpyxl import Workbook

from buildings.export import escape_cell
from watch.meet import words
from watch.models import Meeting

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(meetings: Iterable[Meeting]) -> bytes:
    """The file, with a first line of headings in the reader's language."""
    book = Workbook(write_only=True)
    add_sheet(book, meetings)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def add_sheet(book: Workbook, meetings: Iterable[Meeting]) -> None:
    """The list as one sheet of a workbook; each meeting wants `record`, `texts` and `organisers` in hand."""
    sheet = book.create_sheet(gettext("Meetings"))
    sheet.append(
        [
            gettext("Meeting"),
            gettext("Kind"),
            gettext("State"),
            gettext("Starts"),
            gettext("Ends"),
            gettext("Place"),
            gettext("District"),
            gettext("Called by"),
            gettext("Seats"),
            gettext("Adults who came"),
            gettext("Children who came"),
        ]
    )
    for meeting in meetings:
        sheet.append([escape_cell(cell) if isinstance(cell, str) else cell for cell in _cells(meeting)])


def _cells(meeting: Meeting) -> list[Any]:
    record = getattr(meeting, "record", None)
    starts, ends = (timezone.localtime(at).replace(tzinfo=None) for at in (meeting.starts_at, meeting.ends_at))
    return [
        meeting.title,
        meeting.get_kind_display(),
        meeting.get_state_display(),
        starts,
        ends,
        meeting.where,
        meeting.district.name,
        words.callers(meeting),
        meeting.seats,
        record.adults if record else None,
        record.children if record else None,
    ]
