"""The one-time codes in the letters of flats: made together for a stairwell or a house, kept only as fingerprints."""

from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from buildings.models import Building, Flat, FlatCode, Stairwell, new_code
from buildings.sealing import fingerprint


class FlatLetter(NamedTuple):
    """A flat and its new code, which stands nowhere else."""

    flat: Flat
    code: str

    @property
    def spaced(self) -> str:
        """The code as letters print it: two groups of four."""
        return f"{self.code[:4]} {self.code[4:]}"


@transaction.atomic
def make_letters(*, stairwell: Stairwell, flats: Collection[Flat]) -> list[FlatLetter]:
    """A new code for each of the stairwell's flats; an earlier unused one of the flat opens nothing any more."""
    Stairwell.objects.select_for_update().get(pk=stairwell.pk)
    return _make(flats)


@transaction.atomic
def make_house_letters(*, building: Building) -> list[FlatLetter]:
    """The same for all flats of a building that are written to, stairwell by stairwell."""
    # In one order, so that two who press at once wait for each other and never for ever.
    list(building.stairwells.standing().select_for_update().order_by("pk").values_list("pk"))
    found = Flat.objects.written_to().filter(stairwell__building=building)
    return _make(list(found.order_by("stairwell__sort_key", "stairwell", "number", "pk")))


def _make(flats: Collection[Flat]) -> list[FlatLetter]:
    unused = FlatCode.objects.filter(flat__in=flats, used_at=None, retired_at=None)
    FlatCode.objects.filter(pk__in=list(unused.values_list("pk", flat=True)), used_at=None).update(
        retired_at=timezone.now()
    )
    codes = _unknown_codes(len(flats))
    letters = [FlatLetter(flat, code) for flat, code in zip(flats, codes, strict=True)]
    FlatCode.objects.bulk_create(
        FlatCode(flat=letter.flat, fingerprint=fingerprint("flat-code", letter.code)) for letter in letters
    )
    return letters


def _unknown_codes(count: int) -> list[str]:
    """So many different codes that no flat has or had."""
    codes: dict[str, str] = {}
    while len(codes) < count:
        fresh = {fingerprint("flat-code", code): code for code in (new_code() for _ in range(count - len(codes)))}
        known = FlatCode.objects.filter(fingerprint__in=fresh).values_list("fingerprint", flat=True)
        for taken in known:
            del fresh[taken]
        codes |= fresh
    return list(codes.values())
