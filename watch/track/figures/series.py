"""A figure as it went month by month: what it means, its numbers, and the line they draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

EDGE = 3

Value = int | None


@dataclass(frozen=True)
class Series:
    """One figure; `values` are those of `months`, None where a month has none.

    `in_bars` says that it happens month by month, rather than stands; `is_sum` that the months may be added up.
    `is_drawn` is False for what is told in the table alone, `is_exact` for lower bounds. `shown` writes a value for
    a reader: a share, "at least".
    """

    name: str
    words: str | Promise
    months: Sequence[date]
    values: Sequence[Value]
    in_bars: bool = False
    is_sum: bool = False
    is_drawn: bool = True
    is_exact: bool = True
    shown: Callable[[int], str] = number_format

    # The drawing's own units; it is stretched to the width it has.
    WIDTH: ClassVar[int] = 240
    HEIGHT: ClassVar[int] = 48

    @property
    def latest(self) -> Value:
        """What stands in big: the last number there is, or all of the time's together."""
        known = [value for value in self.values if value is not None]
        if self.is_sum:
            return sum(known) if known else None
        return known[-1] if known else None

    @property
    def number(self) -> str:
        """The same for a reader; a dash where nothing is known."""
        return "–" if self.latest is None else self.shown(self.latest)

    @property
    def change(self) -> str:
        """How it has gone over the time shown, in words; nothing is said of what happens month by month."""
        known = [value for value in self.values if value is not None]
        if self.in_bars or not self.is_exact or len(known) < 2:
            return ""
        if known[0] == known[-1]:
            return _("unchanged")
        return _("from %(first)s to %(last)s") % {"first": self.shown(known[0]), "last": self.shown(known[-1])}

    def cell(self, month: date) -> str:
        """A month's number for the table."""
        value = self.values[self.months.index(month)]
        return "–" if value is None else self.shown(value)

    @property
    def top(self) -> int:
        """What the drawing's upper edge stands for; never nought."""
        return max((value for value in self.values if value is not None), default=0) or 1

    def _at(self, place: int, value: int) -> tuple[float, float]:
        step = (self.WIDTH - 2 * EDGE) / max(1, len(self.months) - 1)
        return round(EDGE + step * place, 1), round(self.HEIGHT - EDGE - (self.HEIGHT - 2 * EDGE) * value / self.top, 1)

    @property
    def lines(self) -> list[str]:
        """The line from month to month as points; it breaks where a month has no number."""
        if self.in_bars:
            return []
        drawn: list[list[str]] = [[]]
        for place, value in enumerate(self.values):
            if value is None:
                drawn.append([])
                continue
            x, y = self._at(place, value)
            drawn[-1].append(f"{x},{y}")
        return [" ".join(points) for points in drawn if len(points) > 1]

    @property
    def dots(self) -> list[tuple[float, float]]:
        """Months that stand alone between two without a number, and the last one."""
        if self.in_bars:
            return []
        values = [None, *self.values, None]
        alone = [
            (place, value)
            for place, value in enumerate(self.values)
            if value is not None and values[place] is None and values[place + 2] is None
        ]
        known = [(place, value) for place, value in enumerate(self.values) if value is not None]
        return [self._at(place, value) for place, value in dict.fromkeys([*alone, *known[-1:]])]

    @property
    def bars(self) -> list[tuple[float, float, float, float]]:
        """A bar a month, as x, y, width and height, for what is added up."""
        width = (self.WIDTH - 2 * EDGE) / max(1, len(self.months))
        found = []
        for place, value in enumerate(self.values if self.in_bars else ()):
            if value:
                height = max(1.0, round((self.HEIGHT - 2 * EDGE) * value / self.top, 1))
                found.append(
                    (round(EDGE + width * place, 1), self.HEIGHT - EDGE - height, round(width * 0.7, 1), height)
                )
        return found


@dataclass(frozen=True)
class Chapter:
    """Figures that belong together, with the months of their table, the latest first."""

    name: str
    heading: str | Promise
    series: Sequence[Series]
    note: str | Promise = ""

    @property
    def drawn(self) -> list[Series]:
        """Those that stand in big."""
        return [one for one in self.series if one.is_drawn]

    @property
    def months(self) -> list[date]:
        """The months in the table."""
        return list(reversed(self.series[0].months))

    @property
    def rows(self) -> list[tuple[date, list[tuple[Series, str]]]]:
        """A row a month: the month, and each figure's number."""
        return [(month, [(one, one.cell(month)) for one in self.series]) for month in self.months]
