"""A PostgreSQL cluster for these tests, and a town in it for each."""

import os

import pytest

from tests.faults.postgres import Cluster, binaries
from tests.faults.town import Town


@pytest.fixture(scope="session")
def cluster():
    found = binaries()
    if found is None:
        reason = "PostgreSQL's programs (initdb, postgres) are not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    started = Cluster(found)
    yield started
    started.stop()


@pytest.fixture
def town(cluster, tmp_path, request):
    built = Town(tmp_path, cluster, request.node.name[:60])
    yield built
    built.stop()
