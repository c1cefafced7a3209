"""A district's figures month by month, as staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buildings.access import LANDLORD, Scope
from buildings.models import District, Organisation
from watch.models import DayCount, Snapshot
from watch.track.figures.series import Chapter, Series, Value

# How far back one may look, in months; 0 is everything there is.
PERIODS = ((12, gettext_lazy("a year")), (36, gettext_lazy("three years")), (0, gettext_lazy("all the time")))
Row = dict[str, Any]


@dataclass(frozen=True)
class Months:
    """The months that are told of, with each one's last night and what happened in it; three queries."""

    months: Sequence[date]
    nights: dict[date, Row]
    steps: dict[date, Row]
    days: dict[date, Row]

    @classmethod
    def of(
        cls, district: District, *, back: int, owner: Organisation | None = None, finished: bool = False
    ) -> "Months":
        """Read so many months back (0 for all); `finished` leaves the month out that is going on."""
        this_month = timezone.localdate().replace(day=1)
        since = month_before(this_month, back - (0 if finished else 1)) if back else None
        snapshots = Snapshot.objects.filter(district=district)
        if owner is not None:
            snapshots = snapshots.filter(owner=owner)
        nights = {row["day"].replace(day=1): row for row in snapshots.ends_of_months(since)}
        steps = snapshots.by_month(since)
        days = DayCount.objects.filter(district=district).by_month(since)
        known = nights.keys() | days.keys()
        first = min(known, default=this_month)
        last = month_before(this_month, 1) if finished else max(known, default=this_month)
        return cls(_from(first, last), nights, steps, days)

    def night(self, name: str) -> list[Value]:
        """What stood at the end of each month."""
        return [self.nights[month][name] if month in self.nights else None for month in self.months]

    def step(self, name: str) -> list[Value]:
        """What contacts did in each month."""
        return [self.steps[month][name] if month in self.steps else None for month in self.months]

    def day(self, name: str) -> list[Value]:
        """What happened in each month; months within the time where nothing did have nought."""
        return [self.days.get(month, {}).get(name, 0) for month in self.months]

    def summed(self, *names: str) -> list[Value]:
        """Several of a month's last night together."""
        return [_sum(parts) for parts in zip(*(self.night(name) for name in names), strict=True)]


def month_before(month: date, number: int) -> date:
    """The first day of the month so many months earlier."""
    year, place = divmod(month.year * 12 + month.month - 1 - number, 12)
    return date(year, place + 1, 1)


def _from(first: date, last: date) -> list[date]:
    months = []
    while first <= last:
        months.append(first)
        first = month_before(first, -1)
    return months


def _sum(parts: Sequence[Value]) -> Value:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def share(part: Value, whole: Value) -> Value:
    """A part in whole per cent, rounded down so that a hundred means all; None without a whole."""
    return None if part is None or not whole else 100 * part // whole


def shares(parts: Sequence[Value], wholes: Sequence[Value]) -> list[Value]:
    """Each month's share."""
    return [share(part, whole) for part, whole in zip(parts, wholes, strict=True)]


def percent(value: int) -> str:
    """A share for a reader."""
    return _("%(number)s %%") % {"number": number_format(value)}


def chapters(district: District, reach: Scope, back: int) -> list[Chapter]:
    """Everything staff may see of a district over time; a landlord's buildings are its own. Three queries."""
    months = Months.of(district, back=back, owner=reach.organisation if reach.kind == LANDLORD else None)
    if not months.nights and not months.days:
        return []
    return [_coverage(months), _contacts(months), _meetings(months), _notices(months), _voices(months)]


def _stood(months: Months, name: str, words: Any, values: Sequence[Value] | None = None, **more: Any) -> Series:
    """What stood on each month's last night, under its own name when no values are given."""
    return Series(name, words, months.months, months.night(name) if values is None else values, **more)


def _listed(months: Months, name: str, words: Any, values: Sequence[Value] | None = None) -> Series:
    """The same for the table alone."""
    return _stood(months, name, words, values, is_drawn=False)


def _happened(months: Months, name: str, words: Any, values: Sequence[Value] | None = None) -> Series:
    """What happened in each month."""
    found = months.day(name) if values is None else values
    return Series(name, words, months.months, found, in_bars=True, is_sum=True)


def _coverage(months: Months) -> Chapter:
    covered = shares(months.night("covered"), months.night("stairwells"))
    homes = shares(months.night("homes"), months.night("flats"))
    buildings = months.summed("registered", "presented", "forming", "active", "dormant")
    return Chapter(
        "coverage",
        gettext_lazy("Coverage"),
        [
            _stood(months, "covered_share", gettext_lazy("of the stairwells have a contact"), covered, shown=percent),
            _listed(months, "covered", gettext_lazy("stairwells with a contact")),
            _listed(months, "stairwells", gettext_lazy("stairwells")),
            _stood(months, "homes_share", gettext_lazy("of the homes have joined"), homes, shown=percent),
            _listed(months, "homes", gettext_lazy("homes that have joined")),
            _stood(months, "active", gettext_lazy("buildings with an active watch")),
            _listed(months, "buildings", gettext_lazy("buildings"), buildings),
        ],
    )


def _contacts(months: Months) -> Chapter:
    pairs = zip(months.step("training_days"), months.step("trained"), strict=True)
    days = [total // number if number and total is not None else None for total, number in pairs]
    return Chapter(
        "contacts",
        gettext_lazy("Contacts"),
        [
            _stood(months, "contacts_active", gettext_lazy("contacts at work")),
            _listed(months, "contacts_applied", gettext_lazy("have applied")),
            _listed(months, "contacts_confirmed", gettext_lazy("wait for training")),
            _listed(months, "contacts_trained", gettext_lazy("trained, not begun")),
            _happened(months, "began", gettext_lazy("have begun"), months.step("began")),
            _happened(months, "stopped", gettext_lazy("have stopped"), months.step("stopped")),
            _stood(months, "training_days", gettext_lazy("days from application to training"), days),
        ],
    )


def _meetings(months: Months) -> Chapter:
    held = _happened(months, "meetings", gettext_lazy("meetings held"))
    return Chapter(
        "meetings", gettext_lazy("Meetings"), [held, _happened(months, "came", gettext_lazy("people who came"))]
    )


def _notices(months: Months) -> Chapter:
    up = shares(months.day("boards_up"), months.day("boards"))
    return Chapter(
        "notices",
        gettext_lazy("Notices"),
        [
            _happened(months, "notices", gettext_lazy("notices")),
            _happened(months, "reached", gettext_lazy("messages that arrived")),
            _happened(months, "failed", gettext_lazy("messages that did not arrive")),
            _stood(months, "boards_up", gettext_lazy("of the pages for boards were put up"), up, shown=percent),
        ],
    )


def _voices(months: Months) -> Chapter:
    return Chapter(
        "voices",
        gettext_lazy("Views and ideas"),
        [_happened(months, "voices", gettext_lazy("views and ideas to the officer"))],
        note=gettext_lazy("More of them is a good sign: people tell what they see."),
    )


@dataclass(frozen=True)
class Language:
    """How many people read in a language; None where the number would be a person."""

    code: str
    name: str
    people: int | None


def languages(district: District, reach: Scope) -> list[Language]:
    """The languages people read in on the last night, the most common first; one query, two for a landlord.

    Where fewer than settings.SMALLEST_GROUP read in a language, or all but so few do, no number is told: a language
    says much about somebody.
    """
    nights = Snapshot.objects.filter(district=district)
    if reach.kind == LANDLORD:
        nights = nights.filter(owner=reach.organisation)
    spoken: dict[str, int] = {}
    last = nights.order_by("-day").values("day")[:1]
    for found in nights.filter(day=last).values_list("languages", flat=True):
        for code, number in found.items():
            spoken[code] = spoken.get(code, 0) + number
    least = settings.SMALLEST_GROUP
    names = dict(settings.LANGUAGES)
    told = [
        Language(code, str(names.get(code, code)), number // least * least or None) for code, number in spoken.items()
    ]
    return sorted(told, key=lambda one: (-(one.people or 0), one.name))
