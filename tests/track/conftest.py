"""Norrby with two companies, police, city and two buildings, in English so that sentences can be read."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from buildings.models import Building, Contact, District, Resident, StaffMember, Stairwell, User
from tests import factories as make
from tests.meet.held.conftest import _english, here
from watch.models import Watch

__all__ = ["_english", "here"]


@dataclass
class Town:
    """A district and those who answer for it."""

    district: District
    landlord: StaffMember
    police: StaffMember
    city: StaffMember

    def building(self, designation: str, *letters: str, state: str = "", **fields) -> Building:
        """A building of the company's with a stairwell for each letter, and a watch in this state."""
        known = {"owner": self.landlord.organisation, "district": self.district}
        building = make.BuildingFactory(designation=designation, **known | fields)
        for letter in letters:
            name = f"{designation}gatan 1 {letter}"
            key = name.lower()
            make.StairwellFactory(building=building, address=name, entrance=letter, key=key, sort_key=key)
        if state:
            Watch.objects.create(building=building, state=state)
        return building

    def contact(self, stairwell: Stairwell, state: str = "active", **fields) -> Contact:
        """A neighbour with a role in the stairwell."""
        user = make.UserFactory(language="en")
        make.ResidentFactory(user=user, stairwell=stairwell, state=Resident.State.CONFIRMED)
        return make.ContactFactory(user=user, stairwell=stairwell, state=state, **fields)

    def hidden(self, stairwell: Stairwell) -> Contact:
        """A contact who hides from a threat."""
        return self.contact(stairwell, hidden_at=timezone.now())


def staff(kind: str, *districts: District, **fields) -> StaffMember:
    organisation = fields.pop("organisation", None) or make.OrganisationFactory(kind=kind, districts=districts)
    user = make.UserFactory(language="en")
    return make.StaffFactory(organisation=organisation, user=user, districts=districts, **fields)


@pytest.fixture
def town(db) -> Town:
    norrby = make.DistrictFactory(name="Norrby", slug="norrby")
    return Town(norrby, staff("landlord", norrby), staff("police", norrby), staff("municipality", norrby))


def browser(member: StaffMember | User) -> Client:
    client = Client()
    client.force_login(member.user if isinstance(member, StaffMember) else member)
    return client
