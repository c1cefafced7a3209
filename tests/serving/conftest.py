"""Sites of their own, on a database that was migrated once."""

import pytest

from tests.serving.site import Site


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A SQLite file to copy, so that not every test migrates."""
    site = Site(tmp_path_factory.mktemp("migrated") / "run").prepare()
    return site.folder / "trappan.sqlite3"


@pytest.fixture
def new_site(tmp_path, migrated):
    """Makes sites that are gone when the test is."""
    made = []

    def make(name="run", **environment):
        site = Site(tmp_path / name, **environment).prepare(migrated)
        made.append(site)
        return site

    yield make
    for site in made:
        site.clean_up()
