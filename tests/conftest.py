"""Fixtures every test may use."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Rate limits start from nothing in each test."""
    cache.clear()


@pytest.fixture(autouse=True)
def _second_factor_counts(settings):
    """Tests run in demo mode so its pages exist, but staff need their second factor as in production."""
    settings.STAFF_SECOND_FACTOR = True
