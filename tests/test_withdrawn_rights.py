"""Rights that are taken away are gone at once, on every page."""

import pytest
from django.utils import timezone

from buildings.models import Building, Organisation
from tests import factories as make
from tests import world as worlds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["police", "city"])
def test_a_district_withdrawn_from_an_organisation_is_gone_for_its_staff(client, role):
    world = worlds.build()
    client.force_login(world.people[role])
    assert client.get(f"/hus/{world.stairwell.building_id}/").status_code == 200
    for organisation in Organisation.objects.exclude(kind=Organisation.Kind.LANDLORD):
        organisation.districts.remove(world.extra["norrby"])
    assert client.get(f"/hus/{world.stairwell.building_id}/").status_code == 404
    assert client.get(f"/anslag/{world.told.public_id}/").status_code == 404
    assert client.get(f"/anslag/{world.told_to_contacts.public_id}/").status_code == 404
    scheduled = world.extra["scheduled"]
    assert client.post(f"/utskick/{scheduled.public_id}/ta-tillbaka/").status_code == 404


def test_staff_of_one_company_see_no_other_company_s_house_in_the_same_district(client):
    world = worlds.build()
    beside = make.StairwellFactory(
        building=make.BuildingFactory(
            owner=world.people["other_landlord"].memberships.get().organisation, district=world.extra["norrby"]
        )
    )
    client.force_login(world.people["landlord"])
    assert client.get(f"/trapp/{beside.pk}/").status_code == 404
    assert client.get(f"/trapp/{beside.pk}/affisch/").status_code == 404
    assert client.post(f"/trapp/{beside.pk}/ny-kod/").status_code == 404
    assert beside.name not in client.get("/utskick/nytt/").text


def test_an_invited_tenant_without_a_second_factor_sees_only_the_home(client):
    world = worlds.build()
    tenant = world.people["tenant"]
    make.StaffFactory(
        user=tenant,
        organisation=world.extra["police"],
        districts=[world.extra["norrby"], world.extra["hulta"]],
        second_factor=False,
    )
    elsewhere = make.NoticeFactory(organisation=world.extra["police"], district=world.extra["hulta"], state="sent")
    client.force_login(tenant)
    assert client.get(f"/anslag/{world.told.public_id}/").status_code == 200
    for notice in (elsewhere, world.told_to_contacts, world.drafts["police"]):
        for page in ("", "tavla/"):
            assert client.get(f"/anslag/{notice.public_id}/{page}").status_code == 404
    assert client.get("/utskick/").headers["Location"] == "/konto/2fa/"


@pytest.mark.parametrize("state", ["resigned", "ended", "declined", "applied", "trained"])
def test_only_an_active_contact_reads_what_is_for_contacts(client, state):
    world = worlds.build()
    contact = world.people["contact"]
    contact.contact_roles.update(state=state)
    client.force_login(contact)
    assert client.get(f"/anslag/{world.told_to_contacts.public_id}/").status_code == 404
    assert f"/anslag/{world.told_to_contacts.public_id}/" not in client.get("/min-trapp/").text


def test_who_has_left_reads_nothing_more(client):
    world = worlds.build()
    client.force_login(world.people["tenant"])
    client.post(f"/min-trapp/lamna/{world.residency.pk}/")
    assert client.get(f"/anslag/{world.told.public_id}/").status_code == 404
    assert client.get(f"/anslag/{world.told.public_id}/tavla/").status_code == 404


def test_a_closed_building_is_gone_for_its_staff(client):
    world = worlds.build()
    Building.objects.filter(pk=world.stairwell.building_id).update(closed_at=timezone.now())
    client.force_login(world.people["landlord"])
    assert client.get(f"/hus/{world.stairwell.building_id}/").status_code == 404
