"""Following a notice: what the sender sees, how often the page looks, and whom it never points out."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from buildings.models import Resident
from notifications import outcomes
from notifications.models import Delivery, Endpoint, Notice
from tests import factories as make


def at(notice):
    return reverse("notices:progress", args=[notice.public_id])


def csv_at(notice):
    return reverse("notices:outcome_file", args=[notice.public_id])


def flat(response):
    return " ".join(response.text.split())


@pytest.fixture
def house(norrby):
    """Adds people who joined yesterday to a stairwell; each gets a row in the state named, or none.

    Those who live in Norrby already joined too late for any notice.
    """
    Resident.objects.update(joined_at=timezone.now() + timedelta(hours=1))

    def fill(stairwell, notice, *states, channel="email", reason=""):
        made = []
        for state in states:
            user = make.ResidentFactory(stairwell=stairwell, joined_at=timezone.now() - timedelta(days=1)).user
            if state:
                endpoint = make.EndpointFactory(user=user, channel=channel, address=f"{channel}-{user.pk}@example.org")
                Delivery.objects.create(notice=notice, endpoint=endpoint, channel=channel, state=state, reason=reason)
            made.append(user)
        return made

    return fill


@pytest.fixture
def sending(draft):
    return draft(state="sending", started_at=timezone.now(), people=100)


def rows_of(page):
    return {row.stairwell.name: row for row in page.context["stairwells"].rows}


def read_csv(response):
    content = b"".join(response).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";"))


class TestStairwells:
    def test_each_tells_people_reached_waiting_and_not_reached(self, as_person, sending, house, norrby):
        first, second = norrby.stairwells
        house(first, sending, "sent", "delivered", "queued", "held", "failed", "skipped", "")
        house(second, sending, *["sent"] * 6)
        rows = rows_of(as_person("officer").get(at(sending)))
        assert (rows[first.name].people, rows[first.name].reached, rows[first.name].waiting) == (7, 2, 2)
        assert rows[first.name].missed == 3
        assert (rows[second.name].people, rows[second.name].reached, rows[second.name].missed) == (6, 6, 0)

    def test_a_person_with_two_addresses_is_one_and_reached_by_either(self, as_person, sending, house, norrby):
        people = house(norrby.stairwells[0], sending, *["failed"] * 5)
        other = make.EndpointFactory(user=people[0], channel="sms", address="+46701740611")
        Delivery.objects.create(notice=sending, endpoint=other, channel="sms", state="sent")
        page = as_person("officer").get(at(sending))
        row = rows_of(page)[norrby.stairwells[0].name]
        assert (row.people, row.reached, row.missed) == (5, 1, 4)
        assert page.context["picture"].not_reached == 4

    def test_a_person_with_two_homes_counts_in_both_but_is_one_person(self, as_person, sending, house, norrby):
        first, second = norrby.stairwells
        for user in house(first, sending, *["sent"] * 5):
            make.ResidentFactory(user=user, stairwell=second, joined_at=timezone.now() - timedelta(days=1))
        page = as_person("officer").get(at(sending))
        assert [row.reached for row in rows_of(page).values()] == [5, 5]
        assert page.context["picture"].fates[outcomes.Fate.REACHED] == 5

    def test_who_has_left_or_lives_elsewhere_is_counted_nowhere(self, as_person, sending, house, norrby):
        gone = house(norrby.stairwells[0], sending, *["sent"] * 6)
        gone[0].residencies.update(state="left")
        far = make.StairwellFactory(building__district=norrby.district, building__closed_at=timezone.now())
        house(far, sending, *["sent"] * 6)
        rows = rows_of(as_person("officer").get(at(sending)))
        assert rows[norrby.stairwells[0].name].reached == 5
        assert far.name not in rows

    @pytest.mark.parametrize(("people", "is_shown"), [(1, False), (4, False), (5, True)])
    def test_where_few_live_nothing_is_told(self, as_person, sending, house, norrby, people, is_shown):
        house(norrby.stairwells[0], sending, "failed", *["sent"] * (people - 1))
        house(norrby.stairwells[1], sending, *["sent"] * 20)
        third = make.StairwellFactory(building=norrby.building)
        house(third, sending, *["sent"] * 30)
        page = as_person("officer").get(at(sending))
        row = rows_of(page)[norrby.stairwells[0].name]
        assert row.is_hidden != is_shown
        assert (row.people, row.reached) == ((people, people - 1) if is_shown else (0, 0))
        assert ("few people, so not shown" in page.text) != is_shown

    def test_a_small_one_cannot_be_worked_out_from_the_others(self, as_person, sending, house, norrby):
        house(norrby.stairwells[0], sending, "failed")
        house(norrby.stairwells[1], sending, *["sent"] * 7)
        third = make.StairwellFactory(building=norrby.building)
        house(third, sending, *["sent"] * 9)
        rows = rows_of(as_person("officer").get(at(sending)))
        assert [name for name, row in rows.items() if not row.is_hidden] == [third.name]

    def test_a_contacts_only_notice_tells_no_stairwells_contacts(self, as_person, draft, norrby):
        notice = draft(state="sending", started_at=timezone.now(), people=9, contacts_only=True)
        endpoint = Endpoint.objects.get(user=norrby.contact)
        Delivery.objects.create(notice=notice, endpoint=endpoint, channel="email", state="failed")
        rows = rows_of(as_person("officer").get(at(notice)))
        assert all(row.is_hidden or row.people == 0 for row in rows.values())
        assert [row.is_hidden for row in rows.values()] == [False, True]

    def test_many_come_a_page_at_a_time(self, as_person, sending, norrby):
        make.StairwellFactory.create_batch(40, building=norrby.building)
        client = as_person("officer")
        assert len(rows_of(client.get(at(sending)))) == 25
        second = client.get(at(sending), {"page": 2})
        assert len(rows_of(second)) == 17
        assert f'hx-get="{at(sending)}?page=2"' in second.text

    def test_the_open_page_gets_them_anew_only_when_something_has_changed(self, as_person, sending, house, norrby):
        house(norrby.stairwells[0], sending, *["queued"] * 5)
        client = as_person("officer")
        page = client.get(at(sending))
        seen = page.context["stairwells_seen"]
        ask = {"HX-Request": "true", "HX-Target": "stairwells", "Trappan-Seen": seen}
        assert f'"Trappan-Seen": "{seen}"' in page.text
        assert client.get(at(sending), headers=ask).status_code == 204
        Delivery.objects.update(state="sent")
        part = client.get(at(sending), headers=ask)
        assert part.status_code == 200
        assert "<html" not in part.text
        assert "hx-swap-oob" not in part.text
        assert rows_of(part)[norrby.stairwells[0].name].reached == 5

    def test_twenty_five_stairwells_cost_what_one_does(
        self, as_person, sending, house, norrby, django_assert_num_queries
    ):
        client = as_person("officer")
        ask = {"HX-Request": "true", "HX-Target": "stairwells"}
        for _round in range(2):
            house(norrby.stairwells[0], sending, *["sent"] * 10)
            cache.clear()
            with django_assert_num_queries(10):
                client.get(at(sending), headers=ask)
            for stairwell in make.StairwellFactory.create_batch(20, building=norrby.building):
                house(stairwell, sending, *["sent"] * 5)


@given(sizes=st.lists(st.integers(1, 12), max_size=30))
def test_nobody_stands_alone_behind_what_is_left_out(sizes):
    people = dict(enumerate(sizes))
    hidden = outcomes.too_few(people)
    assert all(people[pk] >= 5 for pk in people.keys() - hidden)
    together = sum(people[pk] for pk in hidden)
    assert together == 0 or together >= 5 or len(hidden) == len(people)
    if all(size >= 5 for size in sizes):
        assert not hidden


class TestReasons:
    def test_those_without_a_way_are_told_by_why(self, as_person, draft, norrby, house):
        notice = draft(state="sent", started_at=timezone.now(), finished_at=timezone.now(), people=20, unreachable=6)
        none, *others = house(norrby.stairwells[0], notice, *[""] * 6)
        make.EndpointFactory(user=others[0], wants="nothing")
        make.EndpointFactory(user=others[1], wants="urgent")
        make.EndpointFactory(user=others[2], set_aside_at=timezone.now())
        make.EndpointFactory(user=others[3], wants="nothing", set_aside_at=timezone.now())
        make.EndpointFactory(user=others[4])
        for user in (none, *others):
            type(user).objects.filter(pk=user.pk).update(created_at=timezone.now() - timedelta(days=2))
        page = flat(as_person("officer").get(at(notice)))
        assert "has no e-mail address, number or device here: 1" in page
        assert "does not want notices like this: 3" in page
        assert "the address has stopped working: 1" in page
        assert "5 people are not reached" in page

    @pytest.mark.parametrize(
        ("state", "reason", "words"),
        [
            ("failed", "smtp-550", "every way to reach them failed: 5"),
            ("skipped", "expired", "the notice's time passed first: 5".replace("'", "&#x27;")),
            ("skipped", "unsubscribed", "said no to notices like this meanwhile: 5"),
            ("skipped", "set-aside", "their address stopped working meanwhile: 5"),
            ("skipped", "cancelled", "the notice was called off first: 5"),
            ("skipped", "left", "left meanwhile: 5"),
        ],
    )
    def test_those_who_had_a_way_and_were_not_reached_are_told_by_why(
        self, as_person, sending, house, norrby, state, reason, words
    ):
        house(norrby.stairwells[0], sending, *[state] * 5, reason=reason)
        page = flat(as_person("officer").get(at(sending)))
        assert words in page
        assert "5 people are not reached" in page

    def test_what_is_held_is_told_with_why_and_until_when(self, as_person, sending, house, norrby):
        house(norrby.stairwells[0], sending, "held", "held", reason="quiet-hours", channel="sms")
        house(norrby.stairwells[0], sending, "held", reason="sms-ceiling", channel="sms")
        house(norrby.stairwells[0], sending, "held", reason="something new")
        morning = timezone.now().replace(year=2030, month=3, day=5, hour=7, minute=0)
        Delivery.objects.filter(reason="quiet-hours").update(due_at=morning)
        page = flat(as_person("officer").get(at(sending)))
        assert re.search(r"Quiet hours, which each person chooses: 2, the last at \D*5 March 2030", page), page
        assert "This month&#x27;s SMS are used; they leave when there are more: 1, the last at" in page
        assert "They wait for their time: 1" in page

    @pytest.mark.parametrize(("people", "is_told"), [(4, False), (5, True)])
    def test_a_notice_to_few_people_is_told_in_totals_only(self, as_person, draft, house, norrby, people, is_told):
        notice = draft(state="sent", started_at=timezone.now(), finished_at=timezone.now(), people=people)
        house(norrby.stairwells[0], notice, *["failed"] * people, reason="smtp-550")
        page = as_person("officer").get(at(notice))
        assert ("The address does not exist any more" in page.text) == is_told
        assert ("By way of reaching people" in page.text) == is_told
        assert ("every way to reach them failed" in page.text) == is_told
        assert ("Stairwell by stairwell" in page.text) == is_told
        assert ("we show only the totals" in page.text) != is_told


class TestLooking:
    def look(self, client, notice, seen=""):
        part = client.get(at(notice), headers={"HX-Request": "true", "HX-Target": "progress", "Trappan-Seen": seen})
        pause = re.search(r'hx-trigger="every (\d+)s"', part.text)
        return int(pause[1]) if pause else None, str(part.context["look"])

    def test_it_looks_less_often_while_nothing_changes_and_at_once_again_when_something_does(
        self, as_person, sending, house, norrby
    ):
        house(norrby.stairwells[0], sending, *["queued"] * 5)
        client = as_person("officer")
        pauses, seen = [], ""
        for _look in range(6):
            pause, seen = self.look(client, sending, seen)
            pauses.append(pause)
        assert pauses == [2, 4, 8, 15, 30, 30]
        Delivery.objects.filter(pk=Delivery.objects.first().pk).update(state="sent")
        assert self.look(client, sending, seen)[0] == 2

    def test_it_is_there_when_the_take_back_time_ends(self, as_person, draft):
        notice = draft(state="scheduled", send_at=timezone.now() + timedelta(seconds=6))
        client = as_person("officer")
        seen = ""
        for _look in range(4):
            pause, seen = self.look(client, notice, seen)
            assert pause <= 7

    def test_it_stops_when_the_notice_has_arrived(self, as_person, sending):
        client = as_person("officer")
        Notice.objects.update(state="sent", finished_at=timezone.now())
        assert self.look(client, sending)[0] is None
        assert "every 15s" not in client.get(at(sending)).text

    @pytest.mark.parametrize("seen", ["", "::", "abc:99999999999999999999", "%C3%A9:2", "x:-3", ":"])
    def test_nonsense_for_what_was_seen_is_no_trouble(self, as_person, sending, seen):
        assert self.look(as_person("officer"), sending, seen)[0] == 2

    def test_without_javascript_there_is_a_link_and_a_slow_reload(self, as_person, sending):
        page = as_person("officer").get(at(sending)).text
        assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in page
        assert f'<a href="{at(sending)}">Show how it stands now</a>' in page


class TestFile:
    def test_it_counts_by_stairwell_way_and_state_without_people(self, as_person, sending, house, norrby):
        first, second = norrby.stairwells
        house(first, sending, *["sent"] * 5, "failed")
        house(first, sending, "queued", channel="sms")
        house(second, sending, *["sent"] * 6)
        response = as_person("officer").get(csv_at(sending))
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Cache-Control"] == "no-store"
        assert "attachment" in response["Content-Disposition"]
        assert response.streaming
        assert read_csv(response) == [
            ["Stairwell", "Way", "State", "Number"],
            [first.name, "E-mail", "failed", "1"],
            [first.name, "E-mail", "sent", "5"],
            [first.name, "SMS", "waiting", "1"],
            [second.name, "E-mail", "sent", "6"],
        ]

    def test_headings_and_words_are_in_the_readers_language(self, as_person, sending, house, norrby):
        house(norrby.stairwells[0], sending, *["sent"] * 5)
        rows = read_csv(as_person("officer", "sv").get(csv_at(sending)))
        assert rows == [
            ["Trapp", "Kontaktväg", "Status", "Antal"],
            [norrby.stairwells[0].name, "E-post", "skickat", "5"],
        ]

    def test_a_name_that_a_spreadsheet_would_run_is_only_shown(self, as_person, sending, house, norrby):
        trap = make.StairwellFactory(building=norrby.building, name='=HYPERLINK("http://x";"y")', address="Z")
        house(trap, sending, *["sent"] * 5)
        assert read_csv(as_person("officer").get(csv_at(sending)))[1][0] == '\'=HYPERLINK("http://x";"y")'

    def test_small_stairwells_come_together_at_the_end(self, as_person, sending, house, norrby):
        house(norrby.stairwells[0], sending, *["sent"] * 3)
        house(norrby.stairwells[1], sending, "failed", "sent")
        big = make.StairwellFactory(building=norrby.building)
        house(big, sending, *["sent"] * 6)
        assert read_csv(as_person("officer").get(csv_at(sending)))[1:] == [
            [big.name, "E-mail", "sent", "6"],
            ["Stairwells with few people, together", "E-mail", "failed", "1"],
            ["Stairwells with few people, together", "E-mail", "sent", "4"],
        ]

    def test_too_few_even_together_are_not_told(self, as_person, sending, house, norrby):
        house(norrby.stairwells[0], sending, "sent", "failed")
        assert read_csv(as_person("officer").get(csv_at(sending))) == [["Stairwell", "Way", "State", "Number"]]

    def test_it_has_neither_addresses_nor_names(self, as_person, sending, house, norrby):
        people = house(norrby.stairwells[0], sending, *["sent"] * 6)
        text = str(read_csv(as_person("officer").get(csv_at(sending))))
        for user in people:
            assert user.email not in text
            assert user.name not in text
        assert "@" not in text

    def test_what_has_not_left_has_none(self, as_person, draft):
        for notice in (draft(), draft(state="scheduled", send_at=timezone.now())):
            assert as_person("officer").get(csv_at(notice)).status_code == 404

    def test_a_thousand_rows_cost_what_ten_do(self, as_person, sending, house, norrby, django_assert_num_queries):
        client = as_person("officer")
        for count in (5, 60):
            house(norrby.stairwells[0], sending, *["sent"] * count)
            for stairwell in make.StairwellFactory.create_batch(count, building=norrby.building):
                house(stairwell, sending, *["sent"] * 5)
            cache.clear()
            with django_assert_num_queries(8):
                read_csv(client.get(csv_at(sending)))
