"""A stairwell with a neighbour and a contact, and what lies in the outbox."""

import pytest

from buildings.models import Organisation
from buildings.sealing import unseal
from notifications.models import Message, Relay
from tests import factories as make
from watch.join.relay import services


@pytest.fixture
def stairwell():
    district = make.DistrictFactory(name="Norrby", slug="norrby")
    owner = make.OrganisationFactory(name="AB Bostäder", districts=[district])
    return make.StairwellFactory(building__district=district, building__owner=owner, entrance="B")


@pytest.fixture
def neighbour(stairwell):
    return make.ResidentFactory(stairwell=stairwell, user__email="granne@example.org", user__name="Lo Lind").user


@pytest.fixture
def contact(stairwell):
    user = make.UserFactory(email="ombud@example.org", name="Kim Karlsson")
    make.ResidentFactory(user=user, stairwell=stairwell)
    return make.ContactFactory(user=user, stairwell=stairwell)


@pytest.fixture
def relay(contact, neighbour):
    """A conversation in which the neighbour has written."""
    services.write(contact=contact, user=neighbour, text="Porten går inte i lås.")
    return Relay.objects.get()


@pytest.fixture
def landlord(stairwell):
    return make.StaffFactory(organisation=stairwell.building.owner).user


@pytest.fixture
def officer(stairwell):
    district = stairwell.building.district
    police = make.OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen", districts=[district])
    return make.StaffFactory(organisation=police, districts=[district]).user


@pytest.fixture
def sent():
    """What lies in the outbox, unsealed, oldest first: {"address", "subject", "text", "reply_to", ...}."""
    return lambda: [unseal(row.sealed) | {"row": row} for row in Message.objects.order_by("pk")]
