"""The coverage board: what staff see of a district, and how the picture and the table say the same."""

import re
from dataclasses import dataclass

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.track.conftest import browser, staff
from watch.models import Watch
from watch.track import houses as draw
from watch.track.houses import House, Well

pytestmark = pytest.mark.django_db
BOARD = "/oversikt/norrby/"


@dataclass(frozen=True)
class Told:
    """What one house says, in the picture or in the table."""

    link: str
    name: str
    state: str
    word: str
    letters: tuple[str, ...]
    met: tuple[bool, ...]


def pictured(page):
    """Every house as it is drawn."""
    for house in re.findall(r'<a class="house".*?</a>', page, re.DOTALL):
        state = re.search(r'data-state="(\w+)"', house)[1]
        assert f'fill="url(#watch-{state})"' in house
        columns = re.findall(r'<use href="#(well[a-z-]*)" x=', house)
        yield Told(
            re.search(r'href="([^"]+)"', house)[1],
            re.search(r'class="house-name"><bdi>(.*?)</bdi>', house)[1],
            state,
            re.search(r'class="house-state">.*<span>(.*?)</span></span>', house, re.DOTALL)[1],
            tuple(re.findall(r"<text [^>]*>(.*?)</text>", house)),
            tuple(column == "well-met" for column in columns),
        )


def tabled(page):
    """Every house as its row tells it; the stairwells in the order of their letters."""
    for row in re.findall(r'<tr data-state=".*?</tr>', page, re.DOTALL):
        cells = re.findall(r"<t[dh] .*?</t[dh]>", row, re.DOTALL)
        names = [re.findall(r"<bdi>(.*?)</bdi>", cell) for cell in cells]
        met, unmet = ([name.rpartition(" ")[2] for name in names[cell]] for cell in (3, 4))
        letters = tuple(sorted(met + unmet))
        yield Told(
            re.search(r'href="([^"]+)"', row)[1],
            names[0][0],
            re.search(r'data-state="(\w+)"', row)[1],
            re.search(r"<span>(.*?)</span></span>", cells[2], re.DOTALL)[1],
            letters,
            tuple(letter in met for letter in letters),
        )


def standing(met):
    """Stairwells side by side, with a contact or without."""
    return tuple(Well(f"Gatan 1 {letter}", letter, is_met) for letter, is_met in zip("ABCDEFGH", met, strict=False))


class TestPictureAndTable:
    def test_say_the_same_of_every_building(self, town):
        one = town.building("Varpen 1", "A", "B", "C", state="active")
        town.building("Varpen 2", "A")
        town.building("Varpen 3", state="dormant")
        town.building("Varpen 4", *"ABCDE", state="forming")
        town.contact(one.stairwells.get(entrance="A"))
        town.contact(one.stairwells.get(entrance="C"))
        town.contact(one.stairwells.get(entrance="B"), state="trained")
        page = browser(town.police).get(BOARD).text
        drawn = list(pictured(page))
        assert drawn == list(tabled(page))
        assert drawn[0] == Told(f"/hus/{one.pk}/", "Varpen 1", "active", "active", ("A", "B", "C"), (True, False, True))
        assert [(house.name, house.word, len(house.met)) for house in drawn[1:]] == [
            ("Varpen 2", "registered", 1),
            ("Varpen 3", "dormant", 0),
            ("Varpen 4", "forming", 5),
        ]

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.builds(
                House,
                pk=st.integers(1, 10**6),
                designation=st.text("abcåäö <&\"'", min_size=1, max_size=8).map(lambda words: f"V{words}1"),
                owner=st.just("Provbostäder"),
                state=st.sampled_from(Watch.State.values),
                wells=st.lists(st.booleans(), max_size=8).map(standing),
            ),
            max_size=4,
        )
    )
    def test_say_the_same_whatever_there_is(self, houses):
        page = draw.pictures(houses) + draw.rows(houses)
        drawn = list(pictured(page))
        assert drawn == list(tabled(page))
        assert [(house.state, house.met) for house in drawn] == [
            (house.state, tuple(well.has_contact for well in house.wells)) for house in houses
        ]

    def test_the_picture_is_hidden_from_screen_readers_and_takes_no_focus(self, town):
        town.building("Varpen 1", "A")
        page = browser(town.police).get(BOARD).text
        assert '<div class="houses" aria-hidden="true">' in page
        assert all('tabindex="-1"' in link for link in re.findall(r'<a class="house"[^>]*>', page))
        assert "style=" not in page

    def test_every_state_has_a_pattern_of_its_own_an_icon_and_a_word(self, town):
        page = browser(town.police).get(BOARD)
        assert page.status_code == 200
        for n, state in enumerate(Watch.State):
            town.building(f"Varpen {n}", "A", state=state)
        page = browser(town.police).get(BOARD).text
        patterns = re.findall(r'<pattern id="watch-(\w+)".*?</pattern>', page, re.DOTALL)
        assert patterns == Watch.State.values
        bodies = [body.split(">", 1)[1] for body in re.findall(r"<pattern .*?</pattern>", page, re.DOTALL)]
        assert len(set(bodies)) == len(Watch.State)
        assert len(set(draw.ICONS.values())) == len(Watch.State)

    def test_a_change_shows_at_once(self, town):
        building = town.building("Varpen 1", "A", state="forming")
        client = browser(town.police)
        assert next(pictured(client.get(BOARD).text)).met == (False,)
        contact = town.contact(building.stairwells.get())
        Watch.objects.update(state="active")
        house = next(pictured(client.get(BOARD).text))
        assert (house.state, house.met) == ("active", (True,))
        contact.delete()
        building.designation = "Skytteln 9"
        building.save()
        house = next(pictured(client.get(BOARD).text))
        assert (house.name, house.met) == ("Skytteln 9", (False,))

    def test_each_reader_gets_their_own_language(self, town):
        town.building("Varpen 1", "A", state="active")
        client = browser(town.police)
        assert next(pictured(client.get(BOARD).text)).word == "active"
        client.cookies["sprak"] = "sv"
        assert next(pictured(client.get(BOARD).text)).word == "aktiv"


class TestHiddenContacts:
    def test_the_board_is_the_same_with_a_hidden_contact_as_with_none(self, town):
        building = town.building("Varpen 1", "A", "B", state="active")
        a, b = building.stairwells.order_by("entrance")
        town.contact(a)
        clients = [browser(member) for member in (town.police, town.city, town.landlord)]
        addresses = [BOARD, f"{BOARD}?without=on", f"{BOARD}?state=active&text=varpen"]
        before = [without_tokens(client.get(address).text) for client in clients for address in addresses]
        town.hidden(b)
        after = [without_tokens(client.get(address).text) for client in clients for address in addresses]
        assert after == before

    def test_a_second_contact_who_hides_changes_nothing(self, town):
        well = town.building("Varpen 1", "A").stairwells.get()
        town.contact(well)
        town.hidden(well)
        assert next(pictured(browser(town.police).get(BOARD).text)).met == (True,)


def without_tokens(page):
    return re.sub(r'value="\w{64}"|X-CSRFToken": "\w+"', "", page)


class TestWhoSeesWhat:
    def test_a_company_sees_its_own_buildings_and_police_and_city_all(self, town):
        rival = staff("landlord", town.district)
        town.building("Varpen 1", "A")
        town.building("Rivalen 1", "A", owner=rival.organisation)
        seen = {
            member: [house.name for house in pictured(browser(member).get(BOARD).text)]
            for member in (town.landlord, rival, town.police, town.city)
        }
        assert list(seen.values()) == [["Varpen 1"], ["Rivalen 1"], *[["Rivalen 1", "Varpen 1"]] * 2]

    def test_another_district_is_not_there(self, town):
        elsewhere = make.DistrictFactory(slug="hulta")
        make.StairwellFactory(building__district=elsewhere)
        for member in (town.landlord, town.police, town.city):
            assert browser(member).get("/oversikt/hulta/").status_code == 404
        assert browser(town.police).get("/oversikt/finns-inte/").status_code == 404

    def test_a_company_sees_the_district_of_a_house_it_bought(self, town):
        hulta = make.DistrictFactory(slug="hulta")
        town.building("Varpen 1", "A", district=hulta)
        assert len(list(pictured(browser(town.landlord).get("/oversikt/hulta/").text))) == 1

    def test_a_building_sold_leaves_the_seller_s_board(self, town):
        rival = staff("landlord", town.district)
        building = town.building("Varpen 1", "A")
        building.owner = rival.organisation
        building.save()
        assert list(pictured(browser(town.landlord).get(BOARD).text)) == []
        assert len(list(pictured(browser(rival).get(BOARD).text))) == 1

    def test_closed_houses_and_stairwells_are_gone(self, town):
        now = timezone.now()
        town.building("Varpen 1", "A", closed_at=now)
        make.StairwellFactory(building=town.building("Varpen 2", "A"), closed_at=now)
        (house,) = pictured(browser(town.police).get(BOARD).text)
        assert (house.name, house.letters) == ("Varpen 2", ("A",))


class TestFilters:
    @pytest.fixture(autouse=True)
    def _houses(self, town):
        rival = make.OrganisationFactory(name="Rivalhus")
        one = town.building("Varpen 1", "A", state="active")
        town.contact(one.stairwells.get())
        town.building("Varpen 2", "A", "B", state="dormant")
        town.building("Skytteln 1", "A", owner=rival)
        town.building("Skytteln 2", state="registered")
        self.rival = rival

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("text=varpen", ["Varpen 1", "Varpen 2"]),
            ("text=1gatan+skytteln", ["Skytteln 1"]),
            ("state=active", ["Varpen 1"]),
            ("state=registered", ["Skytteln 1", "Skytteln 2"]),
            ("without=on", ["Skytteln 1", "Varpen 2"]),
            ("without=on&state=dormant", ["Varpen 2"]),
            ("state=nonsense", ["Skytteln 1", "Skytteln 2", "Varpen 1", "Varpen 2"]),
            ("owner=999999", ["Skytteln 1", "Skytteln 2", "Varpen 1", "Varpen 2"]),
        ],
    )
    def test_narrow_picture_and_table_alike(self, town, query, names):
        page = browser(town.police).get(f"{BOARD}?{query}").text
        assert [house.name for house in pictured(page)] == names
        assert [house.name for house in tabled(page)] == names

    def test_by_owner_for_police_and_not_shown_to_a_company(self, town):
        page = browser(town.police).get(f"{BOARD}?owner={self.rival.pk}").text
        assert [house.name for house in pictured(page)] == ["Skytteln 1"]
        assert 'name="owner"' in page
        assert 'name="owner"' not in browser(town.landlord).get(BOARD).text

    def test_nothing_fits(self, town):
        page = browser(town.police).get(f"{BOARD}?text=finns+inte").text
        assert "No building fits" in page
        assert "Show all" in page


class TestCost:
    @pytest.mark.parametrize("number", [1, 60])
    def test_one_house_and_many_ask_the_same(self, town, number, django_assert_num_queries):
        for n in range(number):
            well = town.building(f"Varpen {n}", *"ABC", state="active").stairwells.first()
            town.contact(well)
        client = browser(town.police)
        with django_assert_num_queries(11):
            client.get(BOARD)
        with django_assert_num_queries(12):
            client.get(f"{BOARD}?text=varpen&state=active&without=on&owner={town.landlord.organisation_id}")


class TestChoosingTheDistrict:
    def test_who_has_one_is_led_there(self, town):
        assert browser(town.police).get("/oversikt/").url == BOARD

    def test_who_has_several_sees_how_each_stands(self, town, django_assert_num_queries):
        hulta = make.DistrictFactory(name="Hulta", slug="hulta")
        town.police.organisation.districts.add(hulta)
        town.police.districts.add(hulta)
        town.building("Varpen 1", "A", state="active")
        town.building("Varpen 2", "A")
        town.building("Varpen 3", district=hulta, state="dormant")
        client = browser(town.police)
        with django_assert_num_queries(8):
            page = client.get("/oversikt/").text
        hulta, norrby = re.findall(r'<a class="card-quiet card-link".*?</a>', page, re.DOTALL)
        assert 'href="/oversikt/hulta/"' in hulta
        assert "1 building<" in hulta
        assert "2 buildings" in norrby
        numbers = re.findall(r"<span>(\w+)</span> <strong>(\d+)</strong>", norrby)
        assert dict(numbers) == dict.fromkeys(Watch.State.values, "0") | {"active": "1", "registered": "1"}

    def test_who_has_none_is_told_so(self, town):
        nowhere = staff("police", organisation=town.police.organisation)
        assert "No district yet" in browser(nowhere).get("/oversikt/").text
