"""What waits for an organisation: each kind of thing, for whom, since when, and where its button leads."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from buildings.access import Scope
from buildings.models import Contact, Resident
from notifications.models import Posting
from tests import factories as make
from tests.meetings import MeetingFactory
from tests.track.conftest import browser, staff
from tests.tracking import SignFactory, SignOrderFactory
from tests.world import told_by
from watch.models import Action, Meeting, TrackingRules, Watch
from watch.track import todos

pytestmark = pytest.mark.django_db
PAGE = "/att-gora/"


def ago(**parts):
    return timezone.now() - timedelta(**parts)


def section(member, key):
    """One section as the member of staff gets it, or None when it is not theirs."""
    return next((found for found in todos.sections(Scope(member.user)) if found.key == key), None)


def held(town, when, **fields):
    """A meeting of the police that was held."""
    known = {"lead": town.police.organisation, "district": town.district, "whole_district": False}
    times = {"starts_at": when, "ends_at": when + timedelta(hours=1), "state": Meeting.State.HELD}
    return MeetingFactory(**known | times | fields)


class TestLateActions:
    def test_are_those_of_the_own_organisation_the_latest_first(self, town):
        meeting = held(town, ago(days=60))
        promised = {"meeting": meeting, "district": town.district, "organisation": town.police.organisation}
        today = timezone.localdate()
        Action.objects.create(what="Laga låset", due_on=today - timedelta(days=3), **promised)
        old = Action.objects.create(what="Byt lampan", due_on=today - timedelta(days=9), **promised)
        Action.objects.create(what="Klipp häcken", due_on=today, **promised)
        found = section(town.police, "actions")
        assert [(row.what, row.days) for row in found.rows] == [("Byt lampan", 9), ("Laga låset", 3)]
        assert found.rows[0].url == f"/moten/atgarder/{old.public_id}/"
        assert section(town.city, "actions").number == 0

    def test_the_button_leads_to_a_page_one_may_open(self, town):
        promised = {"meeting": held(town, ago(days=60)), "district": town.district, "what": "Laga låset"}
        due = timezone.localdate() - timedelta(days=1)
        Action.objects.create(organisation=town.landlord.organisation, due_on=due, **promised)
        client = browser(town.landlord)
        (row,) = section(town.landlord, "actions").rows
        assert client.get(row.url).status_code == 200


class TestUnwrittenMeetings:
    def test_of_the_own_organisation_and_district_only(self, town):
        over = held(town, ago(days=4), state=Meeting.State.PLANNED)
        held(town, ago(days=5))
        held(town, ago(days=-5), state=Meeting.State.PLANNED)
        (row,) = section(town.police, "meetings").rows
        assert row.what.startswith("Information meeting, ")
        assert browser(town.police).get(row.url).status_code == 200
        assert row.url == f"/moten/{over.public_id}/protokoll/"
        elsewhere = staff("police", make.DistrictFactory(), organisation=town.police.organisation)
        assert section(elsewhere, "meetings").number == 0
        assert section(town.city, "meetings").number == 0

    def test_a_contact_s_neighbour_meeting_is_not_the_company_s(self, town):
        well = town.building("Varpen 1", "A").stairwells.get()
        contact = town.contact(well)
        neighbour = {"kind": Meeting.Kind.NEIGHBOUR, "called_by": contact, "stairwell": well, "texts": False}
        held(town, ago(days=4), state=Meeting.State.PLANNED, lead=town.landlord.organisation, **neighbour)
        assert section(town.landlord, "meetings").number == 0


class TestSleepingWatches:
    def test_are_for_police_and_city_until_somebody_decides(self, town):
        building = town.building("Varpen 1", state="active")
        Watch.objects.update(dormant_proposed_at=ago(days=6))
        for member in (town.police, town.city):
            (row,) = section(member, "dormant").rows
            assert (row.what, row.days, row.url) == ("Varpen 1", 6, f"/hus/{building.pk}/grannsamverkan/")
        assert section(town.landlord, "dormant") is None
        Watch.objects.update(state="dormant")
        assert section(town.police, "dormant").number == 0


class TestSigns:
    def test_damaged_ones_are_for_police_and_city(self, town):
        building = town.building("Varpen 1", state="active")
        sign = SignFactory(order__building=building, state="damaged", changed_at=ago(days=7))
        for member in (town.police, town.city):
            (row,) = section(member, "signs").rows
            assert (row.what, row.days, row.url) == ("Varpen 1", 7, f"/hus/{building.pk}/skyltar/")
            assert browser(member).get(row.url).status_code == 200
        assert section(town.landlord, "signs") is None
        sign.state = "replaced"
        sign.save()
        assert section(town.police, "signs").number == 0

    def test_those_that_wait_for_a_yes_are_the_owner_s(self, town):
        building = town.building("Varpen 1", state="active")
        SignOrderFactory(building=building, asked_at=ago(days=4))
        SignOrderFactory(building=town.building("Varpen 2"), state="approved")
        (row,) = section(town.landlord, "asked").rows
        assert (row.what, row.days) == ("Varpen 1", 4)
        assert browser(town.landlord).get(row.url).status_code == 200
        assert section(town.police, "asked") is None
        assert section(staff("landlord", town.district), "asked").number == 0


class TestMeetingOverdue:
    def overdue(self, town):
        return [row.what for row in section(town.police, "overdue").rows]

    def active(self, town, designation="Varpen 1", *letters, **fields):
        building = town.building(designation, *letters, state="active", **fields)
        Watch.objects.filter(building=building).update(since=ago(days=700))
        return building

    def test_a_building_nobody_has_met_in_for_the_district_s_months(self, town):
        building = self.active(town)
        held(town, ago(days=500)).buildings.set([building])
        (row,) = section(town.police, "overdue").rows
        assert (row.what, row.days, row.url) == ("Varpen 1", 500, "/moten/nytt/")
        assert section(town.landlord, "overdue") is None
        TrackingRules.objects.create(district=town.district, dormant_after_months=24)
        assert self.overdue(town) == []

    def test_each_way_a_meeting_is_meant_for_its_people_counts(self, town):
        building = self.active(town, "Varpen 1", "A")
        well = building.stairwells.get()
        lately = ago(days=100)
        for aim in (
            lambda: held(town, lately).buildings.set([building]),
            lambda: held(town, lately).stairwells.set([well]),
            lambda: held(town, lately, kind=Meeting.Kind.NEIGHBOUR, stairwell=well),
            lambda: held(town, lately, whole_district=True),
            lambda: held(town, lately, whole_district=True, lead=town.landlord.organisation),
        ):
            assert self.overdue(town) == ["Varpen 1"]
            aim()
            assert self.overdue(town) == []
            Meeting.objects.all().delete()

    def test_a_day_a_contact_noted_counts_unless_they_hide(self, town):
        contact = town.contact(self.active(town, "Varpen 1", "A").stairwells.get())
        Contact.objects.update(neighbours_met_on=timezone.localdate() - timedelta(days=100))
        assert self.overdue(town) == []
        Contact.objects.filter(pk=contact.pk).update(hidden_at=timezone.now())
        assert self.overdue(town) == ["Varpen 1"]

    def test_what_was_for_others_or_did_not_happen_does_not(self, town):
        building = self.active(town, "Varpen 1", "A")
        rival = staff("landlord", town.district)
        lately = ago(days=100)
        for state in (Meeting.State.PLANNED, Meeting.State.CANCELLED, Meeting.State.DRAFT):
            held(town, lately, state=state).buildings.set([building])
        held(town, lately, kind=Meeting.Kind.TRAINING, contacts_only=True).buildings.set([building])
        held(town, lately).buildings.set([make.BuildingFactory()])
        held(town, lately, whole_district=True, lead=rival.organisation)
        held(town, lately, whole_district=True, district=make.DistrictFactory())
        assert self.overdue(town) == ["Varpen 1"]

    def test_one_that_began_lately_is_not_late_yet(self, town):
        town.building("Varpen 1", state="forming")
        assert self.overdue(town) == []
        Watch.objects.update(since=ago(days=420))
        assert self.overdue(town) == ["Varpen 1"]
        for state in ("registered", "presented", "dormant", "closed"):
            Watch.objects.update(state=state)
            assert self.overdue(town) == []

    @given(st.dates(date(10, 1, 1)), st.integers(0, 60))
    def test_months_are_counted_on_the_calendar(self, day, months):
        before = todos.months_before(day, months)
        assert (day.year - before.year) * 12 + day.month - before.month == months
        assert before.day == day.day or (before.day < day.day and (before + timedelta(days=1)).day == 1)


class TestContactsYear:
    def contact(self, town, **fields):
        well = town.building("Varpen 1", "A").stairwells.get()
        return town.contact(well, **{"activated_at": ago(days=400)} | fields)

    @pytest.mark.parametrize("key", ["neighbours", "lists"])
    def test_runs_from_when_they_began_and_from_the_last_time(self, town, key):
        field = {"neighbours": "neighbours_met_on", "lists": "list_confirmed_on"}[key]
        contact = self.contact(town)
        for member in (town.police, town.city):
            (row,) = section(member, key).rows
            assert (row.what, row.days, row.url) == ("Contact, stairwell A", 400, f"/kontakter/{contact.pk}/")
            assert contact.user.name not in browser(member).get(PAGE).text
        assert section(town.landlord, key) is None
        Contact.objects.update(**{field: timezone.localdate() - timedelta(days=370)})
        assert section(town.police, key).rows[0].days == 370
        Contact.objects.update(**{field: timezone.localdate() - timedelta(days=360)})
        assert section(town.police, key).number == 0
        Contact.objects.update(**{field: None, "activated_at": ago(days=100)})
        assert section(town.police, key).number == 0

    def test_a_neighbour_meeting_held_here_counts(self, town):
        contact = self.contact(town)
        neighbour = {"kind": Meeting.Kind.NEIGHBOUR, "called_by": contact, "stairwell": contact.stairwell}
        held(town, ago(days=100), lead=town.landlord.organisation, texts=False, **neighbour)
        assert section(town.police, "neighbours").number == 0

    def test_who_hides_from_a_threat_is_in_no_list(self, town):
        contact = self.contact(town)
        contact.hidden_at = timezone.now()
        contact.save()
        assert [section(town.police, key).number for key in ("neighbours", "lists")] == [0, 0]


class TestGaps:
    def test_the_longest_without_a_contact_first(self, town):
        a, b, c = town.building("Varpen 1", *"ABC").stairwells.order_by("entrance")
        for well, days in ((a, 20), (b, 40)):
            town.contact(well, "ended", ended_at=ago(days=days))
        found = section(town.police, "gaps")
        assert [(row.what[-1], row.days) for row in found.rows] == [("C", None), ("B", 40), ("A", 20)]
        assert found.rows[0].url == f"/trapp/{c.pk}/"

    def test_tell_nothing_of_a_hidden_contact(self, town):
        well = town.building("Varpen 1", "A").stairwells.get()
        town.contact(well, "ended", ended_at=ago(days=40))
        before = section(town.police, "gaps")
        contact = town.hidden(well)
        assert section(town.police, "gaps") == before
        contact.state, contact.ended_at = "resigned", ago(days=2)
        contact.save()
        assert section(town.police, "gaps") == before


class TestBoards:
    def test_where_notices_have_waited_for_two_days_are_the_company_s(self, town):
        a, b = town.building("Varpen 1", *"AB").stairwells.order_by("entrance")
        notice = told_by(town.police.organisation, town.police.user, district=town.district)
        for well, posted in ((a, None), (b, timezone.now())):
            Posting.objects.create(notice=notice, stairwell=well, created_at=ago(days=3), posted_at=posted)
        second = told_by(town.police.organisation, town.police.user, district=town.district)
        late = Posting.objects.create(notice=second, stairwell=a, created_at=ago(days=1))
        (row,) = section(town.landlord, "boards").rows
        assert (row.what, row.where, row.days) == (a.name, "1 notice", 3)
        assert browser(town.landlord).get(row.url).status_code == 200
        late.created_at = ago(days=5)
        late.save()
        (row,) = section(town.landlord, "boards").rows
        assert (row.where, row.days) == ("2 notices", 5)
        assert section(town.police, "boards") is None
        assert section(staff("landlord", town.district), "boards").number == 0


class TestUnreachable:
    def test_homes_are_told_by_stairwell_and_never_by_name(self, town):
        well = town.building("Varpen 1", "A").stairwells.get()
        for _ in range(2):
            user = make.UserFactory(email="", name="Mumin Svår")
            make.ResidentFactory(user=user, stairwell=well, ask_due_at=ago(days=8))
        make.ResidentFactory(stairwell=well, ask_due_at=ago(days=8))
        (row,) = section(town.landlord, "unreachable").rows
        assert (row.what, row.where, row.days) == (well.name, "2 people", 8)
        assert "Mumin" not in browser(town.landlord).get(PAGE).text
        assert section(town.police, "unreachable") is None
        assert section(staff("landlord", town.district), "unreachable").number == 0


class TestThePage:
    def test_shows_what_where_since_when_and_one_button(self, town):
        well = town.building("Varpen 1", "A").stairwells.get()
        town.contact(well, "ended", ended_at=ago(days=40))
        page = browser(town.police).get(PAGE).text
        row = re.search(r'<section aria-labelledby="gaps">.*?</li>', page, re.DOTALL)[0]
        assert well.name in row
        assert "Norrby" in row
        assert "for 40 days" in row
        assert row.count("btn btn-quiet") == 1

    def test_ten_are_shown_and_all_of_them_are_a_press_away(self, town):
        town.building("Varpen 1", *"ABCDEFGHIJKL")
        page = browser(town.police).get(PAGE).text
        assert page.count("See the stairwell<") == 10
        assert '<a href="/kontakter/luckor/">All 12' in page

    def test_another_tenant_s_things_are_not_there(self, town):
        rival = staff("landlord", town.district)
        building = town.building("Rivalen 1", "A", owner=rival.organisation)
        assert building.stairwells.get().name not in browser(town.landlord).get(PAGE).text

    def test_the_number_in_the_navigation_counts_what_a_press_settles(self, town):
        town.building("Varpen 1", "A", state="active")
        client = browser(town.police)
        assert "To do (" not in client.get("/hus/").text
        Watch.objects.update(dormant_proposed_at=timezone.now())
        held(town, ago(days=4), state=Meeting.State.PLANNED)
        promised = {"meeting": held(town, ago(days=60)), "district": town.district, "what": "Laga låset"}
        due = timezone.localdate() - timedelta(days=1)
        Action.objects.create(organisation=town.police.organisation, due_on=due, **promised)
        assert "To do (3)" in client.get("/hus/").text
        assert "To do (1)" in browser(town.city).get("/hus/").text

    def test_the_number_is_one_question(self, town, django_assert_num_queries):
        for member in (town.landlord, town.police, town.city):
            reach = Scope(member.user)
            assert reach.staff
            with django_assert_num_queries(1):
                todos.count(reach)

    @pytest.mark.parametrize("number", [1, 30])
    def test_one_thing_of_each_kind_and_many_ask_the_same(self, town, number, django_assert_num_queries):
        for n in range(number):
            self.everything(town, n)
        for member, asked in ((town.landlord, 16), (town.police, 20)):
            client = browser(member)
            with django_assert_num_queries(asked):
                client.get(PAGE)

    def everything(self, town, n):
        """One more thing of every kind."""
        a, b = town.building(f"Varpen {n}", *"AB", state="active").stairwells.order_by("entrance")
        Watch.objects.update(dormant_proposed_at=timezone.now(), since=ago(days=700))
        town.contact(a, activated_at=ago(days=400))
        town.contact(b, "ended", ended_at=ago(days=40))
        town.contact(b, "applied")
        town.contact(b, "trained")
        make.ResidentFactory(user=make.UserFactory(email=""), stairwell=a, ask_due_at=ago(days=8))
        make.ResidentFactory(stairwell=a, state=Resident.State.WAITING)
        for member in (town.police, town.landlord):
            meeting = held(town, ago(days=4), lead=member.organisation, state=Meeting.State.PLANNED)
            due = timezone.localdate() - timedelta(days=1)
            Action.objects.create(
                meeting=meeting, district=town.district, what="Lås", organisation=member.organisation, due_on=due
            )
        notice = told_by(town.police.organisation, town.police.user, district=town.district)
        Posting.objects.create(notice=notice, stairwell=a, created_at=ago(days=3))
        SignFactory(order__building=a.building, order__state="delivered", state="damaged")
        SignOrderFactory(building=a.building)
