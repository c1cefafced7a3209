"""What everyone may read of a district's figures: finished months, people and homes in whole groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buildings.models import District
from watch.track.figures.groups import at_least
from watch.track.figures.reading import Months, shares
from watch.track.figures.series import Chapter, Series, Value


def in_groups(value: int) -> str:
    """A lower bound for a reader."""
    if value == 0:
        return _("fewer than %(least)s") % {"least": number_format(settings.SMALLEST_GROUP)}
    return _("at least %(number)s") % {"number": number_format(value)}


def bounded_percent(value: int) -> str:
    """The share of a lower bound for a reader."""
    return _("at least %(number)s %%") % {"number": number_format(value)} if value else _("not told")


def months_of(district: District, back: int = 0) -> Months:
    """Finished months of a district; three queries."""
    return Months.of(district, back=back, finished=True)


# What everyone may read, in the order of the open data.
NAMES = ("stairwells", "stairwells_with_contact", "homes", "homes_joined", "meetings", "came", "notices", "reached")


def values_of(months: Months) -> dict[str, list[Value]]:
    """Each public figure month by month: people and homes in whole groups, what no person stands behind as it is."""
    night, day = months.night, months.day
    return {
        "stairwells": night("stairwells"),
        "stairwells_with_contact": _bounds(night("covered"), night("stairwells")),
        "homes": night("flats"),
        "homes_joined": _bounds(night("homes"), night("flats")),
        "meetings": day("meetings"),
        "came": _bounds(day("came")),
        "notices": day("notices"),
        "reached": _bounds(day("reached")),
    }


def _bounds(numbers: Sequence[Value], wholes: Sequence[Value] | None = None) -> list[Value]:
    found = zip(numbers, wholes or [None] * len(numbers), strict=True)
    return [None if number is None else at_least(number, whole) for number, whole in found]


def chapters(district: District, back: int) -> list[Chapter]:
    """The public figures for a page; nothing is added up over months, and no month that is going on is told."""
    months = months_of(district, back)
    if not months.months:
        return []
    values = values_of(months)
    values |= {
        "covered_share": shares(values["stairwells_with_contact"], values["stairwells"]),
        "homes_share": shares(values["homes_joined"], values["homes"]),
    }
    return [
        Chapter(name, heading, [part.of(months, values[part.name]) for part in parts])
        for name, heading, parts in CHAPTERS
    ]


@dataclass(frozen=True)
class Part:
    """One public figure: what it means, and how its numbers are written."""

    name: str
    words: Promise
    shown: Callable[[int], str] = number_format
    in_bars: bool = False
    is_drawn: bool = True

    def of(self, months: Months, values: Sequence[Value]) -> Series:
        """The figure as it went."""
        looks = {"in_bars": self.in_bars, "is_drawn": self.is_drawn, "is_exact": self.shown is number_format}
        return Series(self.name, self.words, months.months, values, shown=self.shown, **looks)


CHAPTERS = (
    (
        "coverage",
        gettext_lazy("Coverage"),
        (
            Part("covered_share", gettext_lazy("of the stairwells have a contact"), bounded_percent),
            Part("stairwells", gettext_lazy("stairwells"), is_drawn=False),
            Part("homes_share", gettext_lazy("of the homes have joined"), bounded_percent),
            Part("homes", gettext_lazy("homes"), is_drawn=False),
        ),
    ),
    (
        "meetings",
        gettext_lazy("Meetings"),
        (
            Part("meetings", gettext_lazy("meetings held in the month"), in_bars=True),
            Part("came", gettext_lazy("people who came in the month"), in_groups, in_bars=True),
        ),
    ),
    (
        "notices",
        gettext_lazy("Notices"),
        (
            Part("notices", gettext_lazy("notices in the month"), in_bars=True),
            Part("reached", gettext_lazy("messages that arrived in the month"), in_groups, in_bars=True),
        ),
    ),
)


def meanings() -> dict[str, str]:
    """What each column of the open data means, in English."""
    group = f"a lower bound in whole groups of {settings.SMALLEST_GROUP}, 0 when it is not told"
    rest = "never nearer the whole than one group"
    return {
        "stairwells": "Stairwells at the end of the month",
        "stairwells_with_contact": f"Stairwells with a contact at work at the end of the month; {group}, {rest}",
        "homes": "Homes in the housing companies' registers at the end of the month",
        "homes_joined": f"Homes with somebody who has joined at the end of the month; {group}, {rest}",
        "meetings": "Meetings held in the month",
        "came": f"People who came to them; {group}",
        "notices": "Notices sent in the month",
        "reached": f"Messages of these notices that arrived; {group}",
    }
