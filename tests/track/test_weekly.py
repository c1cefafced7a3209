"""The mail on Mondays: to whom, when, at most once, and with numbers alone."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from buildings.models import StaffMember
from buildings.sealing import unseal
from notifications.models import Message
from tests import factories as make
from tests.track.conftest import browser, staff
from watch.models import WeeklyMail, WeeklyWish
from watch.tasks import send_weekly
from watch.track import weekly

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 11, 30, 8, 30, tzinfo=HERE)


@pytest.fixture
def gap(town):
    """Something that waits for everybody here."""
    return town.building("Varpen 1", "A").stairwells.get()


def sent(member=None):
    found = Message.objects.order_by("pk")
    return [unseal(row.sealed) for row in (found.filter(user=member.user) if member else found)]


def at(when):
    with time_machine.travel(when, tick=False):
        send_weekly()


class TestTheMail:
    def test_tells_numbers_and_a_link_and_nobody_s_name(self, town, gap):
        contact = town.contact(gap, "confirmed")
        threatened = town.hidden(gap)
        threatened.threats.create(told=town.police)
        at(MONDAY)
        (mail,) = sent(town.police)
        assert mail["address"] == town.police.user.email
        assert mail["subject"] == "What waits in Trappan this week"
        assert "- Contacts who wait for you: 1" in mail["text"]
        assert "- Stairwells without a contact: 1" in mail["text"]
        assert "/att-gora/" in mail["text"]
        for word in (contact.user.name, contact.alias, gap.name, "threat"):
            assert word not in mail["text"]

    def test_comes_in_the_reader_s_language(self, town, gap):
        town.police.user.language = "sv"
        town.police.user.save()
        at(MONDAY)
        assert "Trappor utan kontaktombud: 1" in sent(town.police)[0]["text"]

    def test_nothing_waits_and_nothing_is_sent(self, town):
        at(MONDAY)
        assert sent() == []

    def test_an_own_district_s_numbers_only(self, town, gap):
        elsewhere = staff("police", make.DistrictFactory(), organisation=town.police.organisation)
        at(MONDAY)
        assert len(sent(town.police)) == 1
        assert sent(elsewhere) == []

    def test_is_not_kept_for_tuesday(self, town, gap):
        at(MONDAY)
        assert Message.objects.first().expires_at == MONDAY + timedelta(days=1)


class TestWhoGetsIt:
    @pytest.mark.parametrize(
        "fields",
        [
            {"ended_at": MONDAY - timedelta(days=1)},
            {"accepted_at": None},
            {"accepted_at": None, "invited_at": MONDAY - timedelta(days=60)},
            {"second_factor": False},
            {"user__is_active": False},
            {"user__email": ""},
        ],
        ids=["left", "invited", "lapsed", "no second factor", "not active", "no address"],
    )
    def test_not_who_has_no_rights_or_no_address(self, town, gap, fields):
        member = make.StaffFactory(organisation=town.landlord.organisation, **fields)
        at(MONDAY)
        assert sent(member) == []
        assert len(sent(town.landlord)) == 1

    def test_all_others_once_each(self, town, gap):
        make.StaffFactory(organisation=town.landlord.organisation)
        at(MONDAY)
        assert len(sent()) == 4

    def test_one_who_cannot_be_written_to_does_not_keep_the_others_waiting(self, town, gap):
        real = weekly.post_message

        def broken(**message):
            if message["user"] == town.landlord.user:
                raise OSError
            return real(**message)

        with patch.object(weekly, "post_message", broken):
            at(MONDAY)
        assert (len(sent(town.landlord)), len(sent(town.police))) == (0, 1)
        at(MONDAY + timedelta(minutes=10))
        assert (len(sent(town.landlord)), len(sent(town.police))) == (1, 1)


class TestTheSwitch:
    def test_is_one_press_on_the_to_do_page(self, town, gap):
        client = browser(town.police)
        assert "Turn it off" in client.get("/att-gora/").text
        off = client.post("/att-gora/veckobrev/", {"mail": "off"}, follow=True).text
        assert "You get no mail on Mondays" in off
        assert "Turn it on" in off
        at(MONDAY)
        assert sent(town.police) == []
        assert len(sent(town.city)) == 1
        assert "You get a mail" in client.post("/att-gora/veckobrev/", {"mail": "on"}, follow=True).text
        at(MONDAY + timedelta(days=7))
        assert len(sent(town.police)) == 1

    @pytest.mark.parametrize("pressed", [{}, {"mail": ""}, {"mail": "sideways"}])
    def test_another_press_changes_nothing(self, town, pressed):
        assert browser(town.police).post("/att-gora/veckobrev/", pressed).status_code == 302
        assert WeeklyWish.objects.count() == 0

    def test_turned_off_while_the_mail_was_being_written(self, town, gap):
        def turned_off(monday):
            found = list(StaffMember.objects.filter(pk=town.police.pk).select_related("user"))
            weekly.choose(staff=town.police, wanted=False)
            return found

        with patch.object(weekly, "to_tell", turned_off):
            at(MONDAY)
        assert sent() == []

    def test_pressed_twice_at_once_is_one_wish(self, town):
        weekly.choose(staff=town.police, wanted=False)
        weekly.choose(staff=town.police, wanted=False)
        assert WeeklyWish.objects.get().wanted is False


class TestWhen:
    @pytest.mark.parametrize(
        ("when", "monday"),
        [
            (datetime(2026, 11, 30, 7, 59, 59, tzinfo=HERE), None),
            (datetime(2026, 11, 30, 8, 0, tzinfo=HERE), date(2026, 11, 30)),
            (datetime(2026, 11, 30, 9, 59, 59, tzinfo=HERE), date(2026, 11, 30)),
            (datetime(2026, 11, 30, 10, 0, tzinfo=HERE), None),
            (datetime(2026, 12, 1, 8, 30, tzinfo=HERE), None),
            # Sunday night in UTC is Monday here, and summer time begins and ends the day before a Monday.
            (datetime(2026, 3, 30, 6, 30, tzinfo=UTC), date(2026, 3, 30)),
            (datetime(2026, 10, 26, 6, 30, tzinfo=UTC), None),
            (datetime(2026, 10, 26, 7, 30, tzinfo=UTC), date(2026, 10, 26)),
        ],
    )
    def test_monday_morning_on_the_wall_clock(self, when, monday):
        assert weekly.due(when) == monday

    def test_two_workers_at_once_send_one(self, town, gap):
        waiting = list(StaffMember.objects.filter(pk=town.police.pk).select_related("user"))
        with patch.object(weekly, "to_tell", lambda _monday: waiting):
            at(MONDAY)
            at(MONDAY)
        assert len(sent(town.police)) == 1

    def test_a_worker_that_slept_through_the_morning_sends_nothing_late(self, town, gap):
        at(MONDAY + timedelta(hours=3))
        at(MONDAY + timedelta(days=1))
        assert sent() == []
        at(MONDAY + timedelta(days=7))
        assert len(sent(town.police)) == 1

    def test_old_lines_go(self, town, gap):
        WeeklyMail.objects.create(staff=town.police, monday=date(2025, 11, 3))
        at(MONDAY)
        assert set(WeeklyMail.objects.values_list("monday", flat=True)) == {MONDAY.date()}


# Around the change to summer time at any hour, and around that to winter time near the mornings that matter.
SPRING = st.datetimes(datetime(2026, 3, 22), datetime(2026, 4, 8), timezones=st.just(HERE))  # noqa: DTZ001 - see beside it
AUTUMN = st.builds(
    lambda week, minutes: datetime(2026, 10, 19, 7, 45, tzinfo=HERE) + timedelta(days=7 * week, minutes=minutes),
    st.integers(0, 3),
    st.integers(0, 150),
)
MOMENTS = SPRING | AUTUMN


class TestAnyClock(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(MOMENTS, max_size=12))
    def test_each_monday_has_at_most_one_mail_and_one_if_it_was_asked_for_in_time(self, moments):
        """Moments in any order: a clock set back, workers down for weeks, and both changes to and from summer time."""
        norrby = make.DistrictFactory()
        member = staff("police", norrby, invited_at=datetime(2026, 1, 1, tzinfo=UTC))
        make.StairwellFactory(building__district=norrby)
        asked = set()
        for moment in moments:
            at(moment)
            local = timezone.localtime(moment)
            if local.weekday() == 0 and 8 <= local.hour < 10:
                asked.add(local.date())
        assert len(sent(member)) == len(asked)
        assert set(WeeklyMail.objects.filter(staff=member).values_list("monday", flat=True)) == asked
