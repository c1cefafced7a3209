"""A company with a district, in English so that sentences can be read."""

import pytest
from django.test import Client
from django.utils import translation

from buildings.models import District, Organisation
from tests import factories as make


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def norrby(db) -> District:
    return make.DistrictFactory(name="Norrby", slug="norrby")


@pytest.fixture
def hulta(db) -> District:
    return make.DistrictFactory(name="Hulta", slug="hulta")


@pytest.fixture
def company(norrby, hulta) -> Organisation:
    return make.OrganisationFactory(name="AB Bostäder", slug="ab-bostader", districts=[norrby, hulta])


@pytest.fixture
def landlord(company) -> Client:
    """A signed-in browser of the company's staff."""
    return browser(make.StaffFactory(organisation=company, user=make.UserFactory(language="en")).user)


@pytest.fixture
def officer(norrby) -> Client:
    """A signed-in browser of police staff in Norrby."""
    police = make.OrganisationFactory(kind=Organisation.Kind.POLICE, districts=[norrby])
    return browser(make.StaffFactory(organisation=police, user=make.UserFactory(language="en")).user)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client
