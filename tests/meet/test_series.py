"""Several meetings from one form."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.meet.planning import signed_in, town, typed
from watch.models import Meeting

pytestmark = pytest.mark.django_db
SERIES = "meet:series"


@pytest.fixture
def here():
    found = town()
    found.client = signed_in(found.landlord)
    return found


@pytest.fixture
def stairwells(here):
    second = make.StairwellFactory(building=here.stairwell.building)
    return [here.stairwell, second]


def post(here, **fields):
    return here.client.post(reverse(SERIES), typed(here, **{"whom": "district", "unit": "days", **fields}))


def days(start, *more):
    return "\n".join((timezone.localdate() + timedelta(days=start + number)).isoformat() for number in more)


def hours():
    return [timezone.localtime(meeting.starts_at) for meeting in Meeting.objects.order_by("starts_at")]


def test_each_stairwell_gets_a_meeting_of_its_own_the_same_evening(here, stairwells):
    keys = [stairwell.pk for stairwell in stairwells]
    response = post(here, way="places", stairwells=keys, step=45, unit="minutes", ends="18:30")
    assert [(when.hour, when.minute) for when in hours()] == [(18, 0), (18, 45)]
    assert [list(meeting.stairwells.all()) for meeting in Meeting.objects.order_by("starts_at")] == [
        [stairwell] for stairwell in stairwells
    ]
    assert response.url == reverse("meet:series_overview", args=[Meeting.objects.first().series])


def test_each_is_called_by_its_own_stairwell_in_every_language(here, stairwells):
    words = {"title_sv": "Låsträff", "title_ar": "اجتماع", "agenda_ar": ""}
    post(here, way="places", stairwells=[stairwell.pk for stairwell in stairwells], step=1, **words)
    for meeting, stairwell in zip(Meeting.objects.order_by("starts_at"), stairwells, strict=True):
        titles = dict(meeting.texts.values_list("language", "title"))
        assert titles == {"sv": f"Låsträff: {stairwell.name}", "ar": f"اجتماع: \u2068{stairwell.name}\u2069"}
        assert f"Låsträff: {stairwell.name}" in here.client.get(reverse("meet:list")).text


def test_a_long_title_makes_room_for_the_stairwell(here, stairwells):
    keys = [stairwell.pk for stairwell in stairwells]
    post(here, way="places", stairwells=keys, step=1, title_sv="Trygghet " * 8)
    titles = [meeting.texts.get().title for meeting in Meeting.objects.order_by("starts_at")]
    assert all(title.endswith(stairwell.name) for title, stairwell in zip(titles, stairwells, strict=True))
    assert max(map(len, titles)) <= 80


@pytest.mark.parametrize("named", [False, True])
def test_a_title_that_tells_already_stays(here, stairwells, named):
    title = f"Träff i {stairwells[0].name}" if named else "Låsträff"
    post(here, way="places", stairwells=[stairwell.pk for stairwell in stairwells[: 1 + named]], step=1, title_sv=title)
    assert Meeting.objects.order_by("starts_at").first().texts.get().title == title


def test_or_so_many_days_apart_at_the_same_hour(here, stairwells):
    post(here, way="places", stairwells=[stairwell.pk for stairwell in stairwells], step=7)
    first, second = hours()
    assert second.date() - first.date() == timedelta(days=7)
    assert first.hour == second.hour == 18


def test_four_information_meetings_come_of_four_days(here):
    post(here, way="days", more_days=days(20, 7, 14, 21))
    assert len(hours()) == 4
    assert {meeting.whole_district for meeting in Meeting.objects.all()} == {True}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"way": "places"}, "whom"),
        ({"way": "days"}, "more_days"),
        ({"way": "days", "more_days": "nästa fredag"}, "more_days"),
        ({"way": "days", "more_days": "2020-01-01"}, "more_days"),
        ({"way": "days", "more_days": "2999-01-01"}, "more_days"),
        ({"way": ""}, "way"),
    ],
)
def test_what_is_wrong_is_told_and_no_draft_is_saved(here, fields, field):
    response = post(here, **fields)
    assert list(response.context["form"].errors) == [field]
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"step": 30, "unit": "minutes"}, {"step": 300, "unit": "minutes"}])
def test_meetings_that_would_overlap_or_end_after_midnight_are_refused(here, stairwells, fields):
    keys = [stairwell.pk for stairwell in stairwells]
    response = post(here, way="places", stairwells=keys, ends="19:30", **fields)
    assert list(response.context["form"].errors) == ["step"]
    assert not Meeting.objects.exists()


def test_one_press_invites_to_all_of_them_and_says_where_it_could_not(here, stairwells):
    post(here, way="places", stairwells=[stairwell.pk for stairwell in stairwells], step=1)
    address = reverse("meet:series_overview", args=[Meeting.objects.first().series])
    assert "Invite to 2 meetings" in here.client.get(address).text
    response = here.client.post(address)
    first, second = Meeting.objects.order_by("starts_at")
    assert (first.state, second.state) == (Meeting.State.PLANNED, Meeting.State.DRAFT)
    assert response.text.count("nobody to invite") == 1
    assert "Invite to 1 meeting" in response.text


def test_a_series_of_another_company_is_not_there(here, stairwells):
    post(here, way="days", more_days=days(20, 7))
    stranger = signed_in(make.StaffFactory(organisation=make.OrganisationFactory(districts=[here.district])))
    address = reverse("meet:series_overview", args=[Meeting.objects.first().series])
    assert stranger.get(address).status_code == stranger.post(address).status_code == 404


@pytest.mark.parametrize("many", [1, 12])
def test_the_overview_asks_the_same_questions_however_many_meetings(here, many, django_assert_num_queries):
    post(here, way="days", more_days=days(20, *range(1, many + 1)))
    address = reverse("meet:series_overview", args=[Meeting.objects.first().series])
    with django_assert_num_queries(11):
        here.client.get(address)


class TestEveryStairwell:
    """One meeting for every stairwell of the buildings that are ticked."""

    def town(self, here, buildings, stairwells):
        first = here.stairwell.building
        known = {"owner": first.owner, "district": first.district}
        houses = [first, *(make.BuildingFactory(**known) for _ in range(buildings - 1))]
        for number in range(stairwells - 1):
            make.StairwellFactory(building=houses[number % buildings])
        return [house.pk for house in houses]

    def test_of_35_buildings_is_planned_in_one_form(self, here):
        keys = self.town(here, 35, 86)
        post(here, way="stairwells", buildings=keys, step=1)
        assert Meeting.objects.count() == 86
        met = [meeting.stairwells.get() for meeting in Meeting.objects.order_by("starts_at")]
        assert met == sorted(met, key=lambda stairwell: (stairwell.sort_key, stairwell.pk))
        assert len(set(met)) == 86
        assert not Meeting.objects.filter(buildings__isnull=False).exists()

    def test_one_that_is_closed_has_none_and_one_ticked_twice_has_one(self, here, stairwells):
        make.StairwellFactory(building=here.stairwell.building, closed_at=timezone.now())
        keys = {"buildings": [here.stairwell.building_id], "stairwells": [stairwells[1].pk]}
        post(here, way="stairwells", **keys, step=1)
        assert {meeting.stairwells.get() for meeting in Meeting.objects.all()} == set(stairwells)

    def test_many_cost_what_a_few_cost(self, here, django_assert_num_queries):
        few = self.town(here, 2, 4)
        post(here, way="stairwells", buildings=few, step=1)
        with django_assert_num_queries(14):
            post(here, way="stairwells", buildings=few, step=1)
        many = few + self.town(here, 9, 30)
        with django_assert_num_queries(14):
            post(here, way="stairwells", buildings=many, step=1)
        series = Meeting.objects.order_by("-pk").first().series
        with django_assert_num_queries(11):
            here.client.get(reverse("meet:series_overview", args=[series]))
