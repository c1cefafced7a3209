"""The pages of figures: what staff see month by month, what everyone sees, and what the drawing and the table say."""

import io
import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from tests import factories as make
from tests.meetings import MeetingFactory
from tests.track.conftest import browser, staff
from watch.models import Action, DayCount, Meeting, Record, Snapshot
from watch.track.figures.series import Series

pytestmark = pytest.mark.django_db
PAGE, PUBLIC, BOOK = "/oversikt/norrby/siffror/", "/stadsdel/norrby/siffror/", "/oversikt/norrby/allt.xlsx"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(date(2026, 4, 10), tick=False):
        yield


@pytest.fixture
def grown(town):
    """Three months of nights, of which one has none, and what happened in two."""
    owner = town.landlord.organisation
    for day, covered, homes in ((date(2026, 1, 20), 9, 9), (date(2026, 1, 31), 10, 40), (date(2026, 3, 31), 30, 80)):
        known = {"stairwells": 40, "covered": covered, "flats": 400, "homes": homes, "languages": {"sv": 60, "so": 4}}
        Snapshot.objects.create(day=day, district=town.district, owner=owner, active=3, registered=2, **known)
    Snapshot.objects.filter(day=date(2026, 3, 31)).update(began=4, stopped=1, trained=4, training_days=90)
    DayCount.objects.create(day=date(2026, 1, 5), district=town.district, meetings=2, came=31)
    DayCount.objects.create(day=date(2026, 3, 5), district=town.district, meetings=1, came=12, notices=3, reached=903)
    return town


def series(page, name) -> Series:
    return next(one for chapter in page.context["chapters"] for one in chapter.series if one.name == name)


class TestStaff:
    def test_a_month_is_its_last_night_and_one_without_a_night_is_a_gap(self, grown):
        page = browser(grown.police).get(PAGE)
        assert series(page, "covered").values == [10, None, 30]
        assert series(page, "covered_share").number == "75 %"
        assert series(page, "covered_share").change == "from 25 % to 75 %"

    def test_what_happens_is_added_up_and_a_quiet_month_is_nought(self, grown):
        page = browser(grown.police).get(PAGE)
        assert series(page, "meetings").values == [2, 0, 1]
        assert series(page, "came").number == "43"

    def test_how_long_it_takes_from_application_to_training(self, grown):
        assert series(browser(grown.police).get(PAGE), "training_days").values == [None, None, 22]

    def test_the_table_says_what_the_drawing_is_made_of(self, grown):
        page = browser(grown.police).get(PAGE)
        for chapter in page.context["chapters"]:
            for place, one in enumerate(chapter.series):
                cells = [row[1][place][1] for row in reversed(chapter.rows)]
                assert cells == ["–" if value is None else one.shown(value) for value in one.values]
                if one.is_drawn and not one.in_bars:
                    drawn = sum(len(line.split()) for line in one.lines) + sum(
                        dot not in [tuple(map(float, p.split(","))) for line in one.lines for p in line.split()]
                        for dot in one.dots
                    )
                    assert drawn == sum(value is not None for value in one.values)
                if one.in_bars:
                    assert len(one.bars) == sum(bool(value) for value in one.values)

    def test_numbers_in_a_drawing_are_written_as_svg_wants_them(self, grown):
        page = browser(grown.police).get(PAGE, headers={"accept-language": "sv"}).text
        for points in re.findall(r'points="([^"]*)"', page):
            assert re.fullmatch(r"(\d+\.?\d*,\d+\.?\d* ?)+", points)
        assert not re.search(r'(?:x|y|width|height)="\d+,\d', page)

    def test_a_landlord_sees_its_own_buildings_only(self, grown):
        other = staff("landlord", grown.district)
        make.StairwellFactory(building__owner=other.organisation, building__district=grown.district)
        Snapshot.objects.create(
            day=date(2026, 3, 31), district=grown.district, owner=other.organisation, stairwells=7, covered=7
        )
        assert series(browser(other).get(PAGE), "stairwells").latest == 7
        assert series(browser(grown.police).get(PAGE), "stairwells").latest == 47

    def test_a_language_few_read_is_told_without_a_number(self, grown):
        page = browser(grown.police).get(PAGE)
        assert [(one.code, one.people) for one in page.context["languages"]] == [("sv", 60), ("so", None)]
        assert "fewer than 5" in page.text

    def test_how_far_back(self, grown):
        Snapshot.objects.create(day=date(2023, 1, 31), district=grown.district, owner=grown.landlord.organisation)
        get = browser(grown.police).get
        months = {tid: len(series(get(PAGE, {"tid": tid}), "covered").months) for tid in ("", "12", "36", "0", "x")}
        assert months == {"": 3, "12": 3, "36": 3, "0": 39, "x": 3}

    def test_a_district_without_nights_says_when_they_come(self, town):
        town.building("Varpen 1", "A")
        assert "The first picture is taken" in browser(town.police).get(PAGE).text

    def test_ten_years_cost_what_a_month_costs(self, grown, django_assert_num_queries):
        client = browser(grown.police)
        client.get(PAGE)
        with django_assert_num_queries(12):
            client.get(PAGE, {"tid": "0"})
        owner = grown.landlord.organisation
        Snapshot.objects.bulk_create(
            Snapshot(day=date(2016 + n // 12, n % 12 + 1, 1), district=grown.district, owner=owner) for n in range(110)
        )
        with django_assert_num_queries(12):
            client.get(PAGE, {"tid": "0"})


class TestEveryone:
    def test_people_and_homes_are_told_in_whole_groups(self, grown):
        page = Client().get(PUBLIC, headers={"accept-language": "en"})
        assert series(page, "came").values == [30, 0, 10]
        assert "at least 20 %" in page.text

    def test_the_data_has_a_line_a_month_and_a_description_of_each_column(self, grown):
        lines = Client().get(f"{PUBLIC}data.csv").text.split()
        described = Client().get(f"{PUBLIC}beskrivning.json").json()
        assert [field["name"] for field in described["fields"]] == lines[0].split(",")
        assert lines[1:] == ["2026-01,40,10,400,40,2,30,0,0", "2026-02,,,,,0,0,0,0", "2026-03,40,30,400,80,1,10,3,900"]

    def test_in_the_first_month_the_page_says_when_they_come(self, town):
        Snapshot.objects.create(day=date(2026, 4, 9), district=town.district, owner=town.landlord.organisation)
        page = Client().get(PUBLIC, headers={"accept-language": "en"})
        assert "They come here when the first month is over." in page.text
        assert Client().get(f"{PUBLIC}data.csv").text.count("\n") == 1

    def test_nothing_of_contacts_or_languages_is_there(self, grown):
        names = {one.name for chapter in Client().get(PUBLIC).context["chapters"] for one in chapter.series}
        assert not names & {"contacts_active", "began", "stopped", "training_days", "covered", "failed", "voices"}
        assert "Languages" not in Client().get(PUBLIC, headers={"accept-language": "en"}).text


def agree(town) -> None:
    """A meeting that was held, with something somebody promised there, and a notice."""
    known = {"lead": town.police.organisation, "district": town.district}
    meeting = MeetingFactory(state=Meeting.State.HELD, **known)
    Record.objects.create(meeting=meeting, adults=3)
    Action.objects.create(
        meeting=meeting,
        district=town.district,
        organisation=town.police.organisation,
        what="Byta lampan",
        due_on=date(2026, 5, 1),
    )
    make.NoticeFactory(district=town.district, organisation=town.police.organisation)


class TestEverythingAsAFile:
    def sheets(self, member):
        book = load_workbook(io.BytesIO(browser(member).get(BOOK).content))
        return {sheet.title: list(sheet.values) for sheet in book}

    def test_holds_a_sheet_for_each_page(self, grown):
        house = grown.building("Varpen 1", "A", "B", state="active")
        grown.contact(house.stairwells.get(entrance="A"))
        sheets = self.sheets(grown.police)
        assert list(sheets) == [
            "Buildings",
            "Stairwells",
            "Month by month",
            "Contacts",
            "Meetings",
            "Actions",
            "Notices",
            "Signs",
            "Promises",
        ]
        assert sheets["Buildings"][1][2:] == ("active", 2, 1)
        assert [row[2] for row in sheets["Stairwells"][1:]] == ["yes", "no"]
        assert sheets["Contacts"][1][0] == "Contact, stairwell A"
        assert [row[0] for row in sheets["Month by month"][1:]] == ["2026-01", "2026-02", "2026-03"]

    def test_a_landlord_gets_nothing_of_another_owner(self, grown):
        other = staff("landlord", grown.district)
        foreign = grown.building("Skytteln 1", "A", owner=other.organisation)
        grown.contact(foreign.stairwells.get())
        grown.building("Varpen 1", "A")
        text = str(self.sheets(grown.landlord))
        assert "Varpen 1" in text
        assert "Skytteln" not in text

    def test_what_starts_like_a_formula_stays_words(self, grown):
        grown.building("=HYPERLINK(1)", "A")
        assert self.sheets(grown.police)["Buildings"][1][0] == "'=HYPERLINK(1)"

    def test_many_rows_cost_what_one_costs(self, grown, django_assert_num_queries):
        client = browser(grown.police)
        grown.contact(grown.building("Varpen 0", "A").stairwells.get())
        agree(grown)
        with django_assert_num_queries(23):
            client.get(BOOK)
        for number in range(1, 6):
            agree(grown)
            for stairwell in grown.building(f"Varpen {number}", "A", "B").stairwells.all():
                grown.contact(stairwell)
        with django_assert_num_queries(23):
            client.get(BOOK)
