"""Whatever a company uploads: applying it once is enough, and the order of its rows never matters."""

import random
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.buildings.registers import apply, as_csv, figures, home, plan, said, state

pytestmark = pytest.mark.django_db
calm = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NOTHING = (0, 0, 0)

any_row = st.one_of(
    st.builds(
        home,
        number=st.sampled_from(["1001", "1002", "1002 ", "1003", "1003a", "1003 A", ""]),
        thing=st.sampled_from(["", "1", "2", "3", "04", "4", "5", "a 1"]),
        address=st.sampled_from(["Varpgatan 1A", "Varpgatan 1 A", "VARPGATAN 1 B", "Storgatan 5", "storgatan 5", ""]),
        entrance=st.sampled_from(["", "A", "b", "Trapp C"]),
        building=st.sampled_from(["Varpen 1", "VARPEN 1", "Rullen 2", ""]),
        postcode=st.sampled_from(["504 35", "50435", "504 36", "5043"]),
        city=st.sampled_from(["Borås", "BORÅS", ""]),
        floor=st.sampled_from(["", "BV", "2"]),
        kind=st.sampled_from(["Bostad", "Bostad", "Bostad", "Lokal", ""]),
    ),
    st.just([""] * 9),
)
any_file = st.lists(any_row, min_size=1, max_size=14).filter(lambda rows: any(any(row) for row in rows))


@st.composite
def files_without_conflicts(draw) -> list[list[str]]:
    """Rows that each name their own flat; the same stairwell is spelled in several ways."""
    flats = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6)), unique=True, min_size=1, max_size=14))
    things = draw(st.permutations(range(1, 31)))
    rows = []
    for (place, number), thing in zip(flats, things, strict=False):
        address = draw(st.sampled_from([f"Varpgatan {place}A", f"VARPGATAN {place} A", f"Varpgatan  {place} a"]))
        rows.append(
            home(
                f"100{number}",
                draw(st.sampled_from([str(thing), f"0{thing}"])),
                address,
                building=draw(st.sampled_from([f"Varpen {place % 2}", f"VARPEN {place % 2}"])),
                entrance=draw(st.sampled_from(["", "a", "A"])),
                city=draw(st.sampled_from(["Borås", "borås", ""])),
                floor=draw(st.sampled_from(["BV", "2"])),
            )
        )
    return rows


@contextmanager
def forgotten():
    """What happens inside is undone, so that every example starts alike."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@calm
@given(before=any_file, rows=any_file)
def test_what_was_just_applied_is_unchanged(company, norrby, before, rows):
    with forgotten():
        apply(as_csv(*before), company, norrby)
        done = apply(as_csv(*rows), company, norrby)
        after = plan(as_csv(*rows), company, norrby)
        moved = {what: figures(after)[what] for what in ("added", "changed", "closing")}
        assert moved == {"added": NOTHING, "changed": NOTHING, "closing": NOTHING}
        assert said(after) == said(done)


@calm
@given(before=any_file, rows=any_file)
def test_applying_twice_is_applying_once(company, norrby, before, rows):
    with forgotten():
        apply(as_csv(*before), company, norrby)
        apply(as_csv(*rows), company, norrby)
        once = state()
        apply(as_csv(*rows), company, norrby)
        assert state() == once


@calm
@given(before=any_file, rows=files_without_conflicts(), seed=st.integers())
def test_the_order_of_the_rows_does_not_matter(company, norrby, before, rows, seed):
    shuffled = random.Random(seed).sample(rows, len(rows))
    results = []
    for order in (rows, shuffled):
        with forgotten():
            apply(as_csv(*before), company, norrby)
            done = apply(as_csv(*order), company, norrby)
            results.append((state(), figures(done), len(done.wrong)))
    assert results[0] == results[1]
