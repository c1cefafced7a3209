"""Every route of the resolver × every role, GET and POST, with real objects of another tenant.

The table is `tests/role_matrix.py`. A route that is not in it fails the test. The same walk looks for leaks: in pages,
files, feeds, and the letters each POST puts in the outbox.
"""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests import world as worlds
from tests.role_matrix import MATRIX
from tests.visits import leaks_in_letters, leaks_on, mark, visits

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def routes(patterns: list[URLPattern | URLResolver] | None = None, namespace: str = "") -> Iterator[str]:
    """The names of all routes, `namespace:name`; a route without a name by its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace)))
            yield from routes(pattern.url_patterns, inner)
        else:
            yield ":".join(filter(None, (namespace, pattern.name or str(pattern.pattern))))


def test_every_route_is_in_the_table_and_the_table_names_only_routes():
    there = set(routes())
    known = {name.split("#")[0] for name in MATRIX}
    assert there - known == set(), "add these to tests/role_matrix.py"
    assert known - there == set(), "these are no routes any more"


@pytest.mark.parametrize("role", worlds.ROLES)
def test_each_role_gets_what_the_table_says_and_reads_nothing_that_belongs_to_another(role):
    world = worlds.build()
    markers = mark(world)
    wrong = []
    for visit in visits(world, role, ("get", "post")):
        expected = getattr(visit.row, visit.method)[worlds.ROLES.index(role)]
        if visit.status != expected:
            wrong.append(f"{visit.method.upper()} {visit.name}: {visit.status}, not {expected}")
        wrong += leaks_on(visit, role, markers) + leaks_in_letters(visit.route, visit.sent, markers)
    assert not wrong, f"{role}:\n" + "\n".join(wrong)
