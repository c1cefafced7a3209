"""Why a row of a register is skipped or wrong, as data that is put into words for whoever reads it."""

from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "blank": _("Blank row."),
    "not_a_home": _("Not a home: %(type)s."),
    "no_building": _("The property designation is missing."),
    "no_address": _("The address is missing."),
    "no_postcode": _("The postcode is missing."),
    "no_number": _("The flat number is missing."),
    "no_type": _("The row does not say what it is, a home or something else."),
    "bad_postcode": _("The postcode “%(value)s” does not have five digits."),
    "too_long": _("The text under “%(heading)s” is longer than %(limit)s characters."),
    "same_flat": _("The same flat is already in row %(first)s."),
    "same_object": _("The object number %(value)s is already in row %(first)s."),
    "two_buildings": _("%(stairwell)s belongs to %(building)s in row %(first)s. It can only belong to one property."),
    "other_company": _(
        "%(stairwell)s is already registered by another company. Ask the operator to sort out whose it is."
    ),
    "other_district": _("%(building)s is registered in %(district)s. Choose that district for it."),
    "stairwell_elsewhere": _("%(stairwell)s is registered in %(district)s. Choose that district for it."),
    "object_elsewhere": _("The object number %(value)s is registered in %(district)s. Choose that district for it."),
    "number_taken": _(
        "Another home is already registered as flat %(number)s there. It has to move or be closed first."
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A code from TEXTS and what its sentence mentions."""

    code: str
    mentions: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def of(cls, code: str, **mentions: str | int) -> Self:
        """A reason that mentions these values."""
        return cls(code, tuple(mentions.items()))

    def __str__(self) -> str:
        """The sentence in the reader's language."""
        return str(TEXTS[self.code]) % dict(self.mentions)


@dataclass(frozen=True, slots=True)
class Remark:
    """A row, counted from 1 as spreadsheets do, and what is to be said about it."""

    row: int
    reason: Reason

    def as_data(self) -> list[Any]:
        """For JSON, in no language."""
        return [self.row, self.reason.code, dict(self.reason.mentions)]

    @classmethod
    def from_data(cls, data: list[Any]) -> Self:
        """The remark `as_data` made."""
        row, code, mentions = data
        return cls(row, Reason.of(code, **mentions))
