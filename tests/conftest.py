"""Fixtures every test may use."""

import os
import secrets

import pytest
from django.core.cache import cache, caches
from django.db import connection

from tests.environment import WORKER


def pytest_collection_modifyitems(items):
    """Tests with servers, and tests with a browser, share one xdist worker each under --dist loadgroup."""
    for item in items:
        for name in ("servers", "browser"):
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """On PostgreSQL each run and each worker has a database that no other run knows."""
    if connection.vendor == "postgresql":
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(16)
        connection.settings_dict["TEST"]["NAME"] = f"test_trappan_{run[:12]}_{WORKER or 'main'}"


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Rate limits start from nothing in each test, and no page is kept from another."""
    cache.clear()
    caches["pages"].clear()


@pytest.fixture
def cache_on_our_clock(settings):
    """A cache whose entries age with time_machine; a real Redis has a clock of its own."""
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture(autouse=True)
def _second_factor_counts(settings):
    """Tests run in demo mode so its pages exist, but staff need their second factor as in production."""
    settings.STAFF_SECOND_FACTOR = True
