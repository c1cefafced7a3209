"""A stairwell of three flats, its housing company, and another company."""

import pytest

from buildings.models import Resident
from tests import factories as make
from tests.join.doors.steps import signed_in


@pytest.fixture
def company():
    return make.OrganisationFactory(name="AB Provbostäder")


@pytest.fixture
def place(company):
    building = make.BuildingFactory(owner=company)
    stairwell = make.StairwellFactory(building=building, address="Varpgatan 1 A", code="KATTHUND")
    for number in ("1001", "1002", "1003"):
        make.FlatFactory(stairwell=stairwell, number=number)
    return stairwell


@pytest.fixture
def flat(place):
    return place.flats.get(number="1001")


@pytest.fixture
def landlord(company):
    return signed_in(make.StaffFactory(organisation=company).user)


@pytest.fixture
def rival():
    return signed_in(make.StaffFactory().user)


@pytest.fixture
def role(place):
    """The stairwell's contact, who lives there."""
    home = make.ResidentFactory(stairwell=place, state=Resident.State.CONFIRMED, user__name="Kim Kontakt")
    return make.ContactFactory(user=home.user, stairwell=place)


@pytest.fixture
def contact(role):
    return signed_in(role.user)
