"""Every route of the resolver × every role, GET and POST, with real objects of another tenant.

The table is `tests/role_matrix.py`. A route that is not in it fails the test.
"""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import world as worlds
from tests.role_matrix import MATRIX, Row

pytestmark = pytest.mark.django_db


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


def answer(client: Client, method: str, url: str, row: Row, world: worlds.World) -> str:
    """What the person gets: a status, or `in` for the sign-in page; nothing it changed stays changed."""
    data = row.data(world) if method == "post" and row.data else {}
    with transaction.atomic():
        response = getattr(client, method)(url, data)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    cache.clear()
    target = response.headers.get("Location", "")
    return "in" if target.startswith(reverse("account_request_login_code")) else str(response.status_code)


@pytest.mark.parametrize("role", worlds.ROLES)
def test_each_role_gets_what_the_table_says_and_nothing_else(role):
    world = worlds.build()
    wrong = []
    for name, row in MATRIX.items():
        url = row.address(name, world)
        for method, expected in (("get", row.get), ("post", row.post)):
            client = Client()
            if user := world.people[role]:
                client.force_login(user)
            got = answer(client, method, url, row, world)
            if got != expected[worlds.ROLES.index(role)]:
                wrong.append(f"{method.upper()} {name}: {got}, not {expected[worlds.ROLES.index(role)]}")
    assert not wrong, f"{role}:\n" + "\n".join(wrong)
