"""Which column is which: headings are recognised by name, never by position."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from buildings.register import tidy

# The first of each is what we call the column when we ask for it.
SYNONYMS = {
    "building": (
        "Fastighetsbeteckning",
        "Fastighet",
        "Fastighetsbet",
        "Fastighetsnamn",
        "Property",
        "Property designation",
        "Building",
    ),
    "object_number": (
        "Objektsnr",
        "Objektnr",
        "Objektnummer",
        "Objektsnummer",
        "Objekt nr",
        "Objektid",
        "Objekts-id",
        "Object number",
        "Object no",
        "Object id",
    ),
    "address": ("Adress", "Gatuadress", "Besöksadress", "Lägenhetsadress", "Address", "Street", "Street address"),
    "postcode": ("Postnr", "Postnummer", "Post nr", "Postal code", "Postcode", "Zip", "Zip code"),
    "city": ("Postort", "Ort", "Stad", "City", "Postal town", "Town"),
    "entrance": (
        "Trapphus",
        "Trappa",
        "Trapp",
        "Trappuppgång",
        "Uppgång",
        "Port",
        "Ingång",
        "Entré",
        "Stairwell",
        "Entrance",
        "Staircase",
    ),
    "number": (
        "Lägenhetsnr",
        "Lägenhetsnummer",
        "Lägenhet nr",
        "Lgh nr",
        "Lghnummer",
        "Lgh",
        "Lägenhet",
        "Lmnr",
        "LM-nummer",
        "Lantmäterinummer",
        "Flat",
        "Flat number",
        "Flat no",
        "Apartment",
        "Apartment number",
        "Apartment no",
    ),
    "floor": ("Våning", "Våningsplan", "Vån", "Plan", "Floor"),
    "type": ("Objektstyp", "Objekttyp", "Typ", "Objektslag", "Objektkategori", "Type", "Object type"),
}
OPTIONAL = frozenset({"object_number", "floor"})
_KNOWN = {tidy.heading(synonym): field for field, synonyms in SYNONYMS.items() for synonym in synonyms}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row each field stands, and the headings as the file writes them."""

    places: dict[str, int]
    written: dict[str, str]

    @classmethod
    def recognise(cls, cells: Sequence[str]) -> Self:
        """The columns this row names; of two with one meaning the first, or the one written as we ask for it."""
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            field = _KNOWN.get(tidy.heading(cell))
            if field and (field not in places or tidy.heading(cell) == tidy.heading(SYNONYMS[field][0])):
                places[field] = place
        return cls(places, {field: tidy.text(cells[place]) for field, place in places.items()})

    @property
    def missing(self) -> list[str]:
        """What we call the columns that are needed and not there."""
        return [names[0] for field, names in SYNONYMS.items() if field not in self.places and field not in OPTIONAL]

    def complaint(self) -> str:
        """One sentence on what was understood and what is missing."""
        missing = ", ".join(self.missing)
        if not self.places:
            return _("No headings were recognised. One row has to name the columns: %(missing)s.") % {
                "missing": missing
            }
        understood = ", ".join(self.written[field] for field in SYNONYMS if field in self.written)
        return _("These headings were understood: %(understood)s. These are missing: %(missing)s.") % {
            "understood": understood,
            "missing": missing,
        }


def best(rows: Iterable[tuple[int, Sequence[str]]]) -> tuple[int, Columns]:
    """The row that names most of the columns, and what it names; row 0 when there is none."""
    found = (0, Columns({}, {}))
    for row, cells in rows:
        columns = Columns.recognise(cells)
        if len(columns.places) > len(found[1].places):
            found = (row, columns)
    return found
