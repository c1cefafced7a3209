"""A small Norrby: one company, the police, the city, a building with two stairwells and the people there."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from buildings.models import Building, District, Organisation, Stairwell, User
from notifications import counted
from notifications.models import Notice
from tests import factories as make


@dataclass
class Norrby:
    district: District
    company: Organisation
    police: Organisation
    city: Organisation
    building: Building
    stairwells: list[Stairwell]
    landlord: User
    officer: User
    clerk: User
    tenant: User
    contact: User


@pytest.fixture(autouse=True)
def _counted_anew(monkeypatch):
    """However slow this machine is, pages tell what is in the database now."""
    monkeypatch.setattr(counted, "WORTH_KEEPING", float("inf"))


@pytest.fixture
def norrby(db):
    district = make.DistrictFactory(name="Norrby", slug="norrby")
    company = make.OrganisationFactory(name="AB Bostäder", districts=[district])
    police = make.OrganisationFactory(name="Polisen", kind="police", districts=[district])
    city = make.OrganisationFactory(name="Borås Stad", kind="municipality", districts=[district])
    building = make.BuildingFactory(owner=company, district=district, designation="Varpen 1")
    stairwells = [
        make.StairwellFactory(building=building, address="Varpgatan 1 A", code="KATTHUND"),
        make.StairwellFactory(building=building, address="Varpgatan 1 B"),
    ]
    tenant = make.ResidentFactory(stairwell=stairwells[0]).user
    contact = make.ResidentFactory(stairwell=stairwells[1]).user
    make.ContactFactory(user=contact, stairwell=stairwells[1])
    for person in (tenant, contact):
        make.EndpointFactory(user=person)
    return Norrby(
        district,
        company,
        police,
        city,
        building,
        stairwells,
        make.StaffFactory(organisation=company).user,
        make.StaffFactory(organisation=police, districts=[district]).user,
        make.StaffFactory(organisation=city, districts=[district]).user,
        tenant,
        contact,
    )


@pytest.fixture
def as_person(norrby):
    """A browser signed in as somebody: a person, or the name of a role in Norrby."""

    def sign_in(person, language="en"):
        user = getattr(norrby, person) if isinstance(person, str) else person
        client = Client(headers={"accept-language": language})
        client.cookies["sprak"] = language
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def typed(norrby):
    """What a browser posts for a good notice; pass fields to change."""

    def data(**changes):
        until = timezone.localtime(timezone.now() + timedelta(days=5))
        fields = {
            "kind": "cellar",
            "urgency": "be_aware",
            "district": norrby.district.pk,
            "whom": "district",
            "readers": "everyone",
            "expires_at": until.strftime("%Y-%m-%dT%H:%M"),
            "title_sv": "Inbrott i källare",
            "body_sv": "Flera förråd har brutits upp.\r\nLås ordentligt. Ring 114 14 om du såg något.",
            "then": "review",
        }
        return {name: value for name, value in (fields | changes).items() if value is not None}

    return data


@pytest.fixture
def draft(norrby):
    """A draft of the police's."""

    def make_draft(**fields):
        fields = {"organisation": norrby.police, "district": norrby.district, "author": norrby.officer} | fields
        return make.NoticeFactory(**fields)

    return make_draft


@pytest.fixture
def told(draft):
    """A notice that has left the house."""

    def make_told(*, hours_ago=1, **fields):
        notice = draft(**fields)
        when = timezone.now() - timedelta(hours=hours_ago)
        Notice.objects.filter(pk=notice.pk).update(
            state="sent", confirmed_at=when, send_at=when, started_at=when, finished_at=when, people=2
        )
        notice.refresh_from_db()
        return notice

    return make_told
