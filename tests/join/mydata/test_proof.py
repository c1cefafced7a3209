"""A person does everything, asks to be forgotten, and then stands nowhere: the database, the cache, logs and files."""

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from buildings.models import Flat, User
from notifications.models import Delivery
from notifications.outbox.expand import start_due
from tests.join.mydata import journey, person
from tests.join.mydata.traces import found_in, found_in_cache, found_in_files, spellings
from watch.join.mydata.tasks import erase, make_exports

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL: tests/faults/test_forgotten.py"),
]


def dump():
    return "\n".join(connection.connection.iterdump()).encode()


def everything_in_the_cache():
    return [(key, cache._cache[key]) for key in cache._cache]


@pytest.fixture
def lines(caplog):
    """Everything logged, the values of each line included."""
    caplog.set_level(logging.INFO)
    return lambda: "\n".join(f"{record.__dict__} {record.getMessage()}" for record in caplog.records).encode()


@pytest.fixture(autouse=True)
def _cache_in_memory(cache_on_our_clock):
    pass


def lived(client):
    settings_before = settings.TAKE_BACK_SECONDS
    settings.TAKE_BACK_SECONDS = 0
    try:
        known = journey.live(client)
    finally:
        settings.TAKE_BACK_SECONDS = settings_before
    for queue in ("alerts", "notices"):
        start_due(queue)
    make_exports()
    return known


def test_the_search_finds_whom_it_is_to_find(client):
    lived(client)
    content = dump()
    assert {"e-mail", "name", "number", "number without country"} <= found_in(content)
    assert Delivery.objects.filter(endpoint__user__email=person.EMAIL).exists()
    assert found_in(b"Ring 070-174 06 87 till \\u00c4rtsoppa Of\\u00f6rv\\u00e4xlingsbar")
    assert len(spellings()) > 8


def test_an_erased_person_stands_nowhere_and_the_flat_only_in_the_register(client, lines):
    known = lived(client)
    pk = known.user.pk
    journey.forget(client)
    erase()
    assert not User.objects.filter(pk=pk).exists()
    assert found_in(dump()) == set()
    assert found_in_cache(everything_in_the_cache()) == {}
    assert found_in(lines()) == set()
    assert found_in_files(Path(settings.RUN_DIR)) == {}
    assert Flat.objects.filter(number="1404").count() == 1
    tables = [line for line in dump().decode().splitlines() if "'1404'" in line]
    assert all(line.startswith('INSERT INTO "buildings_flat"') for line in tables), tables


def test_neither_logs_nor_cache_ever_held_them(client, lines):
    lived(client)
    Client().post("/t/", {"code": person.EMAIL})
    assert everything_in_the_cache()
    assert found_in_cache(everything_in_the_cache()) == {}
    assert found_in(lines()) == set()
