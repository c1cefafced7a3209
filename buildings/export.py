"""A landlord's own buildings, stairwells and flats as CSV, in the shape the register is read from; never codes."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from buildings.models import Flat, Organisation

HEADINGS = (
    "Fastighetsbeteckning",
    "Objektsnr",
    "Adress",
    "Postnr",
    "Postort",
    "Trapphus",
    "Lägenhetsnr",
    "Våning",
    "Objektstyp",
    "Stadsdel",
)
HOME = "Bostad"
FIELDS = (
    "stairwell__building__designation",
    "object_number",
    "stairwell__address",
    "stairwell__postcode",
    "stairwell__city",
    "stairwell__entrance",
    "number",
    "floor",
    "stairwell__building__district__name",
)
# What makes a spreadsheet take a cell for a formula (OWASP, "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def escape_cell(text: str) -> str:
    """The text as a spreadsheet shows it and never runs it: an apostrophe before what would start a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def flats_of(landlord: Organisation) -> QuerySet[Flat]:
    """The standing flats of a landlord, in the order of the houses."""
    return (
        Flat.objects.standing()
        .filter(stairwell__closed_at=None, stairwell__building__closed_at=None, stairwell__building__owner=landlord)
        .order_by("stairwell__building__designation", "stairwell__sort_key", "stairwell", "number", "pk")
    )


def register_lines(landlord: Organisation) -> Iterator[str]:
    """The register line by line: UTF-8 with its mark and semicolons, as Excel opens it here."""
    writer: Any = csv.writer(_Line(), delimiter=";")
    yield f"\ufeff{writer.writerow(HEADINGS)}"
    for row in flats_of(landlord).values_list(*FIELDS).iterator(chunk_size=2000):
        *cells, district = row
        yield writer.writerow([escape_cell(cell) for cell in (*cells, HOME, district)])


class _Line:
    """A file that hands each written line back."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line
