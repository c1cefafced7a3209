"""The small-number rule, attacked: whatever one filters, exports and compares, no cell under the minimum comes out."""

import csv
import io
from datetime import date, timedelta
from itertools import product

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from tests import factories as make
from watch.models import DayCount, Snapshot
from watch.track.figures.groups import at_least

LEAST = settings.SMALLEST_GROUP
MOST = 40
MONTHS = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
NEXT = date(2026, 4, 5)


def is_small(number: int) -> bool:
    return 0 < number < LEAST


def gives_away(numbers: set[int]) -> bool:
    """Whether somebody who knows that the number is one of these knows that it is a small one."""
    return all(is_small(number) for number in numbers)


def hidden_behind(told: int, of: int | None) -> set[int]:
    """Every number that would have been told like this."""
    return {number for number in range(MOST + 1 if of is None else of + 1) if at_least(number, of) == told}


class TestOneNumber:
    @pytest.mark.parametrize("of", [None, *range(MOST + 1)])
    def test_neither_it_nor_the_rest_of_the_whole_can_be_worked_out(self, of):
        for number in range((MOST if of is None else of) + 1):
            behind = hidden_behind(at_least(number, of), of)
            assert not gives_away(behind)
            assert of is None or not gives_away({of - one for one in behind})

    @pytest.mark.parametrize("of", [None, 4, 5, 9, 12, 30])
    def test_what_is_told_is_never_too_much(self, of):
        for number in range((MOST if of is None else of) + 1):
            assert 0 <= at_least(number, of) <= number
            assert at_least(number, of) % LEAST == 0

    def test_two_months_do_not_give_away_who_came_between(self):
        for before, after in product(range(MOST), repeat=2):
            known = product(hidden_behind(at_least(before), None), hidden_behind(at_least(after), None))
            assert not gives_away({late - early for early, late in known})

    def test_two_wholes_do_not_sharpen_each_other(self):
        """A month in which a house was added tells the same homes out of more."""
        for of, more in ((12, 30), (8, 9), (20, 24)):
            for number in range(of + 1):
                both = hidden_behind(at_least(number, of), of) & hidden_behind(at_least(number, more), more)
                assert not gives_away(both)


counts = st.integers(0, 23)
world = st.lists(
    st.tuples(counts, counts, counts, counts, counts, st.booleans()), min_size=len(MONTHS), max_size=len(MONTHS)
)
attacks = st.lists(
    st.tuples(st.sampled_from(["page", "data"]), st.sampled_from(["", "12", "36", "0", "7"]), st.integers(0, 40)),
    min_size=3,
    max_size=6,
)


def fill(district, owners, rows) -> None:
    """A district with two owners, whose numbers are added up, and what happened in each month."""
    for day, (homes, covered, rest, came, reached, is_split) in zip(MONTHS, rows, strict=True):
        for owner, share in zip(owners, (2, 1) if is_split else (1, 0), strict=True):
            part = [number * share // (3 if is_split else 1) for number in (homes, covered, rest)]
            known = {"homes": part[0], "covered": part[1], "flats": part[0] + part[2], "stairwells": part[1] + part[2]}
            Snapshot.objects.create(day=day, district=district, owner=owner, people=part[0], **known)
        DayCount.objects.create(day=day, district=district, meetings=1, came=came, notices=1, reached=reached, failed=3)


@pytest.mark.django_db
class TestEveryExport:
    def test_the_page_and_the_data_tell_only_whole_groups_of_each_cell_by_itself(self):
        @given_settings(max_examples=25, deadline=None)
        @given(rows=world, tries=attacks)
        def attack(rows, tries):
            DayCount.objects.all().delete()
            Snapshot.objects.all().delete()
            fill(district, owners, rows)
            seen = {}
            for kind, period, later in tries:
                with time_machine.travel(NEXT + timedelta(days=later), tick=False):
                    for month, cells in told(kind, period):
                        # What a later export, another filter or the page says of a month is what the first said.
                        assert seen.setdefault(month, cells) == cells
            check(district, seen)

        district = make.DistrictFactory(name="Norrby", slug="norrby")
        owners = [make.OrganisationFactory(kind="landlord", districts=[district]) for _ in range(2)]
        attack()

    def test_the_month_that_is_going_on_is_not_told(self):
        district = make.DistrictFactory(name="Norrby", slug="norrby")
        owners = [make.OrganisationFactory(kind="landlord", districts=[district]) for _ in range(2)]
        fill(district, owners, [(9, 9, 9, 9, 9, False)] * 3)
        with time_machine.travel(date(2026, 3, 31), tick=False):
            assert [month for month, _cells in told("data", "")] == ["2026-01", "2026-02"]


def told(kind: str, period: str) -> list[tuple[str, dict[str, str]]]:
    """What one request tells of each month, in the words of the data."""
    if kind == "data":
        answer = Client().get("/stadsdel/norrby/siffror/data.csv", {"tid": period})
        lines = list(csv.DictReader(io.StringIO(answer.text)))
        return [(line.pop("month"), line) for line in lines]
    chapters = Client().get("/stadsdel/norrby/siffror/", {"tid": period}).context["chapters"]
    months: dict[str, dict[str, str]] = {}
    for chapter in chapters:
        for one in chapter.series:
            for month, value in zip(one.months, one.values, strict=True):
                months.setdefault(f"{month:%Y-%m}", {})[one.name] = value
    # The page rounds shares of what the data tells; they are compared there.
    return [(month, as_data(cells)) for month, cells in months.items()]


def as_data(cells) -> dict[str, str]:
    covered = lower_bound(cells["covered_share"], cells["stairwells"])
    homes = lower_bound(cells["homes_share"], cells["homes"])
    known = {"stairwells": cells["stairwells"], "stairwells_with_contact": covered, "homes": cells["homes"]}
    known |= {"homes_joined": homes, **{name: cells[name] for name in ("meetings", "came", "notices", "reached")}}
    return {name: "" if value is None else str(value) for name, value in known.items()}


def lower_bound(share: int | None, whole: int | None) -> int | None:
    """The whole groups a share of them comes from."""
    if share is None or not whole:
        return None if whole is None else 0
    fits = [number for number in range(0, whole + 1, LEAST) if 100 * number // whole == share]
    assert len(fits) == 1
    return fits[0]


def check(district, seen) -> None:
    """Every cell told, against the true one: what it hides behind is no small number, and neither is the rest."""
    for month, cells in seen.items():
        nights = Snapshot.objects.filter(day__in=MONTHS, day__month=int(month[-2:]))
        happened = DayCount.objects.filter(day__month=int(month[-2:])).first()
        if happened is None:
            assert set(cells.values()) == {"", "0"}
            continue
        true = {name: sum(getattr(night, name) for night in nights) for name in Snapshot.STANDING}
        for name, number, of in (
            ("homes_joined", true["homes"], true["flats"]),
            ("stairwells_with_contact", true["covered"], true["stairwells"]),
            ("came", happened.came, None),
            ("reached", happened.reached, None),
        ):
            assert cells[name] == str(at_least(number, of))
            behind = hidden_behind(int(cells[name]), of)
            assert number in behind or number > MOST
            assert not gives_away(behind)
            assert of is None or not gives_away({of - one for one in behind})
        assert set(cells) == {
            "stairwells",
            "stairwells_with_contact",
            "homes",
            "homes_joined",
            "meetings",
            "came",
            "notices",
            "reached",
        }
