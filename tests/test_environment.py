"""`make test-all` runs on PostgreSQL and Redis; where they are missing, these say so."""

import os

import pytest
from django.core.cache import cache
from django.db import connection

from tests.environment import MISSING, missing

pytestmark = [pytest.mark.servers, pytest.mark.django_db]


def test_this_run_is_on_postgresql_in_a_database_of_its_own():
    if "DATABASE_URL" in MISSING:
        missing(f"these tests ran on SQLite: {MISSING['DATABASE_URL']}")
    assert connection.vendor == "postgresql"
    assert connection.settings_dict["NAME"].startswith("test_trappan_")


def test_this_run_has_a_real_redis_and_a_database_of_its_own_in_it():
    if "REDIS_URL" in MISSING:
        missing(f"these tests ran without Redis: {MISSING['REDIS_URL']}")
    cache.set("here", 1)
    assert cache.get("here") == 1
    assert cache._cache.get_client().connection_pool.connection_kwargs["db"] == int(os.environ["REDIS_DATABASE"]) + 1
