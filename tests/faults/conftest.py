"""A PostgreSQL cluster for these tests, and a town in it for each."""

from secrets import token_hex

import pytest

from tests.environment import missing
from tests.faults.postgres import Cluster, binaries
from tests.faults.town import Town, build_template


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    found = binaries()
    if found is None:
        missing("PostgreSQL's programs (initdb, postgres) are not installed")
    started = Cluster(found)
    try:
        build_template(started, tmp_path_factory.mktemp("template"))
        yield started
    finally:
        started.stop()


@pytest.fixture
def build(cluster, tmp_path):
    """Builds a town; what is named goes into the environment of its processes."""
    towns = []

    def built(*, pause=0.002, **environment):
        towns.append(Town(tmp_path, cluster, f"town_{token_hex(8)}", pause=pause, **environment))
        return towns[-1]

    yield built
    for town in towns:
        town.stop()


@pytest.fixture
def town(build):
    return build()
