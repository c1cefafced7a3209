"""The list of contacts as an Excel file: aliases, stages and dates, nobody's name or number."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from openpyxl import Workbook

from buildings.export import escape_cell
from buildings.models import Contact

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(contacts: Iterable[Contact]) -> bytes:
    """The file, with a first line of headings in the reader's language."""
    book = Workbook(write_only=True)
    add_sheet(book, contacts)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def add_sheet(book: Workbook, contacts: Iterable[Contact]) -> None:
    """The list as one sheet of a workbook; each contact wants its place and `trained_by` in hand."""
    sheet = book.create_sheet(gettext("Contacts"))
    sheet.append(
        [
            gettext("Contact"),
            gettext("Stairwell"),
            gettext("Building"),
            gettext("District"),
            gettext("Stage"),
            gettext("Applied"),
            gettext("Confirmed"),
            gettext("Trained"),
            gettext("How"),
            gettext("Trained by"),
            gettext("Active since"),
            gettext("Ended"),
            gettext("Why"),
        ]
    )
    for contact in contacts:
        sheet.append([escape_cell(cell) if isinstance(cell, str) else cell for cell in _cells(contact)])


def _cells(contact: Contact) -> list[Any]:
    building = contact.stairwell.building
    return [
        contact.alias,
        contact.stairwell.name,
        building.designation,
        building.district.name,
        contact.get_state_display(),
        _day(contact.applied_at),
        _day(contact.confirmed_at),
        contact.trained_on,
        contact.get_training_display(),
        contact.trained_by.name if contact.trained_by else "",
        _day(contact.activated_at),
        _day(contact.ended_at),
        contact.get_ended_why_display(),
    ]


def _day(when: datetime | None) -> date | None:
    return timezone.localdate(when) if when else None
