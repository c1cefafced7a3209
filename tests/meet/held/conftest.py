"""A district with a company, police and city and one stairwell, in English so that sentences can be read."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from buildings.models import Contact, District, Organisation, Resident, StaffMember, Stairwell, User
from tests import factories as make
from tests.meetings import MeetingFactory
from watch.models import Meeting


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@dataclass
class Here:
    """Norrby, with everybody who organises meetings there."""

    district: District
    stairwell: Stairwell
    landlord: StaffMember
    police: StaffMember
    city: StaffMember

    def meeting(self, **fields) -> Meeting:
        """A planned meeting of the police for the whole district that ended an hour ago."""
        over = timezone.now() - timedelta(hours=1)
        times = {"starts_at": over - timedelta(hours=1), "ends_at": over}
        known = {"lead": self.police.organisation, "district": self.district, "state": Meeting.State.PLANNED}
        return MeetingFactory(**known | times | fields)

    def contact(self, state: str = "active", **fields) -> Contact:
        """Somebody with a role in the stairwell."""
        stairwell = fields.pop("stairwell", self.stairwell)
        user = make.UserFactory(language="en")
        make.ResidentFactory(user=user, stairwell=stairwell, state=Resident.State.CONFIRMED)
        return make.ContactFactory(user=user, stairwell=stairwell, state=state, **fields)

    def tenant(self) -> User:
        """Somebody who lives in the stairwell."""
        return make.ResidentFactory(stairwell=self.stairwell, user__language="en").user

    def neighbour_meeting(self, contact: Contact) -> Meeting:
        """A neighbour meeting the contact called, an hour ago."""
        owner = self.landlord.organisation
        facts = {"kind": Meeting.Kind.NEIGHBOUR, "lead": owner, "called_by": contact, "stairwell": self.stairwell}
        meeting = self.meeting(**facts, whole_district=False, texts=False)
        meeting.stairwells.set([self.stairwell])
        return meeting


def staff(kind: str, name: str, district: District) -> StaffMember:
    organisation = make.OrganisationFactory(kind=kind, name=name, districts=[district])
    return make.StaffFactory(organisation=organisation, user__language="en", districts=[district])


@pytest.fixture
def here(db) -> Here:
    norrby = make.DistrictFactory(name="Norrby", slug="norrby")
    landlord = staff(Organisation.Kind.LANDLORD, "AB Bostäder", norrby)
    building = make.BuildingFactory(owner=landlord.organisation, district=norrby)
    return Here(
        norrby,
        make.StairwellFactory(building=building, address="Spolgatan 1 A", entrance="A"),
        landlord,
        staff(Organisation.Kind.POLICE, "Polisen", norrby),
        staff(Organisation.Kind.MUNICIPALITY, "Borås Stad", norrby),
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["sprak"] = "en"
    return client
