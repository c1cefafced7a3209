"""What anyone sees of a district's buildings: how far each has come, and never a stairwell or a contact."""

import re

import pytest

from buildings.models import Building
from tests import factories as make
from watch.models import Watch

pytestmark = pytest.mark.django_db
PUBLIC = "/stadsdel/norrby/hus/"


HOUSE = re.compile(r'<li class="house" data-state="(\w+)">.*?<bdi>(.*?)</bdi>.*?<span>([^<]*)</span></span></li>')


def houses(page):
    return [(name, state, word) for state, name, word in HOUSE.findall(page)]


def test_shows_each_building_s_state_in_picture_and_word(town, client):
    town.building("Varpen 1", *"ABC", state="active")
    town.building("Varpen 2", "A")
    page = client.get(PUBLIC, headers={"accept-language": "en"}).text
    assert houses(page) == [("Varpen 1", "active", "active"), ("Varpen 2", "registered", "registered")]
    assert 'fill="url(#watch-active)"' in page


def test_tells_nothing_of_stairwells_contacts_or_owners(town, client):
    building = town.building("Varpen 1", *"ABC", state="active")
    before = client.get(PUBLIC).text
    assert "gatan" not in before
    assert town.landlord.organisation.name not in before
    assert "#well" not in re.sub(r"<defs>.*</defs>", "", before, flags=re.DOTALL)
    town.contact(building.stairwells.first())
    make.StairwellFactory(building=building)
    after = client.get(PUBLIC).text
    assert tokenless(after) == tokenless(before)


def tokenless(page):
    return re.sub(r'value="\w{64}"|X-CSRFToken": "\w+"', "", page)


def test_another_district_and_closed_buildings_are_not_in_it(town, client):
    town.building("Varpen 1", "A", state="active")
    town.building("Skytteln 1", "A", district=make.DistrictFactory(slug="hulta"))
    Building.objects.filter(designation="Varpen 1").update(closed_at="2026-01-01T00:00Z")
    page = client.get(PUBLIC, headers={"accept-language": "en"}).text
    assert houses(page) == []
    assert "No buildings yet" in page
    assert client.get("/stadsdel/finns-inte/hus/").status_code == 404


def test_explains_every_word(town, client):
    town.building("Varpen 1", "A")
    page = client.get(PUBLIC, headers={"accept-language": "en"}).text
    assert re.findall("<dt>(.*?)</dt>", page) == [str(state.label) for state in Watch.State]


@pytest.mark.parametrize("number", [1, 60])
def test_one_and_many_ask_the_same(town, client, number, django_assert_num_queries):
    for n in range(number):
        town.building(f"Varpen {n}", state="active")
    with django_assert_num_queries(2):
        client.get(PUBLIC)
