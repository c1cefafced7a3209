"""How many of what, in words."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def spoken_counts(counts: Mapping[str, int]) -> str:
    """Buildings, stairwells and flats, those there are: "35 buildings, 86 stairwells and 1 387 flats"."""
    counted = {
        "buildings": ngettext("%(number)s building", "%(number)s buildings", counts["buildings"]),
        "stairwells": ngettext("%(number)s stairwell", "%(number)s stairwells", counts["stairwells"]),
        "flats": ngettext("%(number)s flat", "%(number)s flats", counts["flats"]),
    }
    parts = [words % {"number": spoken(counts[level])} for level, words in counted.items() if counts[level]]
    frames = {
        1: "%(first)s",
        2: _("%(first)s and %(second)s"),
        3: _("%(first)s, %(second)s and %(third)s"),
    }
    return frames[len(parts)] % dict(zip(("first", "second", "third"), parts, strict=False)) if parts else _("nothing")


def spoken(number: int) -> str:
    """A number with the reader's separator between thousands."""
    return number_format(number, use_l10n=True, force_grouping=True)
