"""The guards of a watch's steps: every pair of states, with any facts."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildings.models import Organisation
from watch.models import Watch
from watch.track.facts import months_before
from watch.track.states import STEPS, Facts, exists, may, steps_from, takes

State = Watch.State
PAIRS = list(product(State.values, State.values))
days = st.none() | st.dates(date(2016, 1, 1), date(2030, 12, 31))
FACTS = st.builds(
    Facts,
    stairwells=st.integers(0, 12),
    helped=st.integers(0, 12),
    trained=st.integers(0, 12),
    working=st.integers(0, 12),
    met_on=days,
    told_at_doors=days,
    started_on=days,
    covered_share=st.integers(1, 100),
    met_since=st.dates(date(2016, 1, 1), date(2030, 12, 31)),
)


@given(facts=FACTS)
@pytest.mark.parametrize(("before", "after"), PAIRS, ids=lambda state: str(state))
def test_a_step_is_taken_only_from_where_the_table_says_and_only_on_its_facts(before, after, facts):
    """The rules of design.md once more, written another way than in the table."""
    told = bool(facts.met_on or facts.told_at_doors)
    lately = facts.met_on is not None and facts.met_on >= facts.met_since
    covered = facts.trained >= 1 and 100 * facts.trained >= facts.covered_share * facts.stairwells
    rules = {
        ("registered", "presented"): told,
        ("registered", "dormant"): True,
        ("presented", "forming"): facts.helped >= 1,
        ("forming", "active"): covered and facts.started_on is not None,
        ("active", "dormant"): not lately or facts.trained == 0,
        ("dormant", "active"): covered and lately and facts.working >= 1,
        ("dormant", "closed"): True,
    }
    assert may(before, after, facts) == rules.get((before, after), False)


@pytest.mark.parametrize("kind", Organisation.Kind.values)
@pytest.mark.parametrize(("before", "after"), PAIRS, ids=lambda state: str(state))
def test_police_and_city_take_the_steps_there_are_and_a_landlord_none(before, after, kind):
    assert takes(kind, before, after) == (kind in ("police", "municipality") and exists(before, after))


@given(facts=FACTS)
def test_a_watch_that_begins_with_a_fresh_meeting_is_not_asked_about_the_same_night(facts):
    if may("forming", "active", facts) and facts.met_lately:
        assert not may("active", "dormant", facts)


@given(facts=FACTS)
def test_nothing_is_both_awake_and_asleep(facts):
    assert not (may("dormant", "active", facts) and may("active", "dormant", facts))


@given(facts=FACTS)
def test_each_step_says_what_it_rests_on(facts):
    for (before, after), guard in STEPS.items():
        if may(before, after, facts):
            assert guard.why(facts)


def test_nothing_leads_out_of_closed_and_no_step_leads_nowhere():
    assert steps_from("closed") == []
    assert [(state, state) for state in State.values if exists(state, state)] == []


def test_every_state_is_reached_from_the_first():
    reached, waiting = set(), ["registered"]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [after for after in steps_from(state) if after not in reached]
    assert reached == set(State.values)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 30), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
    ],
)
def test_months_are_counted_on_the_calendar(day, months, expected):
    assert months_before(day, months) == expected


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(1, 60))
def test_so_many_months_ago_is_always_earlier_and_never_by_a_month_more(day, months):
    earlier = months_before(day, months)
    assert (day.year - earlier.year) * 12 + day.month - earlier.month == months
    assert earlier.day <= day.day
