"""A stairwell in Norrby with a company, police and city, in English so that sentences can be read."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import translation

from buildings.models import Contact, District, Organisation, Resident, StaffMember, Stairwell, User
from buildings.sealing import unseal
from notifications.models import Message
from tests import factories as make


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@dataclass
class Place:
    """One stairwell and those who answer for it."""

    stairwell: Stairwell
    norrby: District
    landlord: StaffMember
    police: StaffMember
    city: StaffMember

    def resident(self, **fields) -> Resident:
        """A neighbour."""
        user = fields.pop("user", None) or make.UserFactory(language="en")
        return make.ResidentFactory(stairwell=self.stairwell, user=user, **fields)

    def contact(self, state: str = "active", **fields) -> Contact:
        """A neighbour with a role in this state."""
        resident = self.resident()
        return make.ContactFactory(user=resident.user, stairwell=self.stairwell, state=state, **fields)


def staff(kind: str, district: District, **fields) -> StaffMember:
    organisation = fields.pop("organisation", None) or make.OrganisationFactory(kind=kind, districts=[district])
    user = make.UserFactory(language="en")
    return make.StaffFactory(organisation=organisation, user=user, districts=[district], **fields)


@pytest.fixture
def place(db) -> Place:
    norrby = make.DistrictFactory(name="Norrby", slug="norrby")
    landlord = staff(Organisation.Kind.LANDLORD, norrby)
    building = make.BuildingFactory(owner=landlord.organisation, district=norrby, designation="Varpen 1")
    stairwell = make.StairwellFactory(building=building, address="Spolgatan 1 A", entrance="A", code="KATTHUND")
    return Place(
        stairwell,
        norrby,
        landlord,
        staff(Organisation.Kind.POLICE, norrby, is_administrator=True),
        staff(Organisation.Kind.MUNICIPALITY, norrby),
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def letters(user: User | None = None) -> list[dict[str, str]]:
    """What lies in the outbox, opened."""
    found = Message.objects.order_by("pk")
    return [unseal(row.sealed) for row in (found.filter(user=user) if user else found)]
