"""Meetings with people who can be asked to come."""

from dataclasses import dataclass

from django.urls import reverse

from buildings.models import Contact, Organisation, Resident, StaffMember, Stairwell, User
from notifications.links import notice_token
from notifications.models import Endpoint
from tests import factories as make
from tests.meetings import MeetingFactory, told
from watch.meet.companion import ANSWERS
from watch.models import Meeting


@dataclass
class Place:
    """A stairwell in a district, its police and one officer there."""

    stairwell: Stairwell
    police: Organisation
    officer: User

    def neighbour(self, **fields) -> Endpoint:
        """Somebody who lives there, with a way to be reached."""
        home = make.ResidentFactory(stairwell=self.stairwell, state=Resident.State.CONFIRMED, **fields)
        return make.EndpointFactory(user=home.user)

    def contact(self) -> Contact:
        """An active contact of the stairwell."""
        return make.ContactFactory(user=self.neighbour().user, stairwell=self.stairwell)

    def meeting(self, *, is_told=True, **fields) -> Meeting:
        """A meeting of the police in the district, which people have been told of."""
        meeting = MeetingFactory(
            **{"lead": self.police, "district": self.stairwell.building.district, "created_by": self.officer} | fields
        )
        if is_told:
            told(meeting, self.officer)
        return meeting


def somewhere(slug: str = "norrby") -> Place:
    """A place of its own."""
    district = make.DistrictFactory(name=slug.capitalize(), slug=slug)
    name = f"Polisen i {slug.capitalize()}"
    police = make.OrganisationFactory(kind=Organisation.Kind.POLICE, name=name, districts=[district])
    member: StaffMember = make.StaffFactory(organisation=police, districts=[district])
    stairwell = make.StairwellFactory(building__district=district, building__owner__districts=[district])
    return Place(stairwell, police, member.user)


def link(meeting: Meeting, endpoint: Endpoint, asked: str = "") -> str:
    """The address in the endpoint's message."""
    address = reverse("meet:answer", args=[notice_token(meeting.pk, ANSWERS), endpoint.token])
    return f"{address}?svar={asked}" if asked else address
