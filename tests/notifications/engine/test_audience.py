"""Whom a notice reaches, and whom it must not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Contact, Organisation, Resident
from notifications import audience
from notifications.audience import Audience
from notifications.models import Endpoint, Notice
from tests.factories import (
    BuildingFactory,
    ContactFactory,
    DistrictFactory,
    EndpointFactory,
    NoticeFactory,
    OrganisationFactory,
    ResidentFactory,
    StairwellFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


def neighbour(stairwell, *, wants=Endpoint.Wants.ALL, **person):
    resident = ResidentFactory(stairwell=stairwell, user=UserFactory(**person))
    return EndpointFactory(user=resident.user, wants=wants)


def reached(notice):
    return list(audience.reach(notice).order_by("pk"))


def test_a_notice_to_the_district_reaches_its_people_and_nobody_elses(district):
    here = neighbour(StairwellFactory(building__district=district))
    neighbour(StairwellFactory())
    notice = NoticeFactory(district=district)
    assert reached(notice) == [here]
    assert (audience.stairwells(notice), audience.people(notice), audience.unreachable(notice)) == (1, 1, 0)


def test_two_homes_and_a_contact_role_are_one_way_to_reach_a_person(district):
    one, two = StairwellFactory.create_batch(2, building__district=district)
    endpoint = neighbour(one)
    ResidentFactory(user=endpoint.user, stairwell=two)
    ContactFactory(user=endpoint.user, stairwell=one)
    notice = NoticeFactory(district=district)
    assert reached(notice) == [endpoint]
    assert audience.people(notice) == 1


def test_a_notice_to_some_stairwells_and_buildings_stays_there(district):
    building = BuildingFactory(district=district)
    in_building = neighbour(StairwellFactory(building=building))
    chosen = StairwellFactory(building__district=district)
    in_stairwell = neighbour(chosen)
    neighbour(StairwellFactory(building=chosen.building))
    notice = NoticeFactory(district=district, whole_district=False)
    notice.buildings.add(building)
    notice.stairwells.add(chosen)
    assert reached(notice) == [in_building, in_stairwell]


def test_a_stairwell_of_another_district_is_never_reached(district):
    elsewhere = StairwellFactory()
    neighbour(elsewhere)
    notice = NoticeFactory(district=district, whole_district=False)
    notice.stairwells.add(elsewhere)
    notice.buildings.add(elsewhere.building)
    assert reached(notice) == []


def test_a_housing_company_reaches_only_its_own_houses(district):
    company = OrganisationFactory(kind=Organisation.Kind.LANDLORD)
    own = neighbour(StairwellFactory(building__district=district, building__owner=company))
    others = StairwellFactory(building__district=district)
    neighbour(others)
    assert reached(NoticeFactory(district=district, organisation=company)) == [own]
    picked = NoticeFactory(district=district, organisation=company, whole_district=False)
    picked.stairwells.add(others)
    assert reached(picked) == []


def test_people_who_left_and_closed_places_are_not_reached(district):
    standing = StairwellFactory(building__district=district)
    gone = neighbour(standing)
    Resident.objects.filter(user=gone.user).update(state=Resident.State.LEFT)
    neighbour(StairwellFactory(building__district=district, closed_at=timezone.now()))
    neighbour(StairwellFactory(building__district=district, building__closed_at=timezone.now()))
    neighbour(standing, is_active=False)
    notice = NoticeFactory(district=district)
    assert reached(notice) == []
    assert audience.people(notice) == 0


def test_contacts_only_reaches_active_contacts(district):
    stairwell = StairwellFactory(building__district=district)
    contact = neighbour(stairwell)
    ContactFactory(user=contact.user, stairwell=stairwell)
    applied = neighbour(stairwell)
    ContactFactory(user=applied.user, stairwell=stairwell, state=Contact.State.APPLIED)
    neighbour(stairwell)
    assert reached(NoticeFactory(district=district, contacts_only=True)) == [contact]


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        (Notice.Urgency.INFORMATION, {"all"}),
        (Notice.Urgency.BE_AWARE, {"all", "urgent"}),
        (Notice.Urgency.ACT_NOW, {"all", "urgent"}),
    ],
)
def test_each_gets_what_they_asked_for(district, urgency, expected):
    stairwell = StairwellFactory(building__district=district)
    for wants in Endpoint.Wants.values:
        neighbour(stairwell, wants=wants)
    notice = NoticeFactory(district=district, urgency=urgency)
    assert {endpoint.wants for endpoint in audience.reach(notice)} == expected
    assert audience.people(notice) == 3
    assert audience.unreachable(notice) == 3 - len(expected)


def test_an_address_set_aside_is_not_used(district):
    endpoint = neighbour(StairwellFactory(building__district=district))
    Endpoint.objects.update(set_aside_at=timezone.now() - timedelta(days=1))
    notice = NoticeFactory(district=district)
    assert reached(notice) == []
    assert audience.unreachable(notice) == 1
    EndpointFactory(user=endpoint.user, channel="sms", address="+46701740605")
    assert audience.unreachable(notice) == 0


def test_a_number_a_family_shares_gets_one_sms(district):
    stairwell = StairwellFactory(building__district=district)
    first, second = (ResidentFactory(stairwell=stairwell).user for _ in range(2))
    one = EndpointFactory(user=first, channel="sms", address="+46701740605")
    EndpointFactory(user=second, channel="sms", address="+46701740605")
    notice = NoticeFactory(district=district)
    assert reached(notice) == [one]
    assert audience.unreachable(notice) == 0


def test_what_is_not_saved_yet_is_counted_the_same(district, django_assert_num_queries):
    stairwell = StairwellFactory(building__district=district)
    endpoint = neighbour(stairwell)
    draft = Audience(
        organisation=OrganisationFactory(kind=Organisation.Kind.POLICE),
        district=district,
        whole_district=False,
        stairwell_ids=[stairwell.pk],
    )
    with django_assert_num_queries(4):
        assert list(audience.reach(draft)) == [endpoint]
        assert (audience.stairwells(draft), audience.people(draft), audience.unreachable(draft)) == (1, 1, 0)
    nowhere = Audience(organisation=draft.organisation, district=district, whole_district=False)
    assert (audience.people(nowhere), audience.stairwells(nowhere), audience.unreachable(nowhere)) == (0, 0, 0)
