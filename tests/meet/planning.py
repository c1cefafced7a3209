"""People and forms for the tests of planning."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from buildings.models import District, Organisation, StaffMember, Stairwell
from tests import factories as make
from tests.meetings import VenueFactory
from watch.models import Venue


@dataclass
class Town:
    """A district with a police officer, a housing company and one neighbour who has joined."""

    district: District
    officer: StaffMember
    landlord: StaffMember
    stairwell: Stairwell
    venue: Venue
    client: Client


def town() -> Town:
    district = make.DistrictFactory(name="Norrby")
    police = make.OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen", districts=[district])
    company = make.OrganisationFactory(name="AB Bostäder", districts=[district])
    stairwell = make.StairwellFactory(building=make.BuildingFactory(owner=company, district=district))
    make.EndpointFactory(user=make.ResidentFactory(stairwell=stairwell).user)
    officer, landlord = (make.StaffFactory(organisation=organisation) for organisation in (police, company))
    return Town(district, officer, landlord, stairwell, VenueFactory(district=district), signed_in(officer))


def signed_in(member: StaffMember) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.user)
    client.cookies["sprak"] = "en"
    return client


def typed(town: Town, **other: Any) -> dict[str, Any]:
    """A whole form; None takes a field out of it."""
    fields = {
        "kind": "information",
        "title_sv": "Träff om trygghet",
        "agenda_sv": "Vi pratar om lås.",
        "day": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "starts": "18:00",
        "ends": "19:30",
        "venue": town.venue.pk,
        "children_welcome": "on",
        "district": town.district.pk,
        "whom": "district",
        "languages": ["sv"],
    }
    return {name: value for name, value in (fields | other).items() if value is not None}
