"""Two people want the last seat at the same moment: one gets it."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.meet.guests import somewhere
from watch.meet import answering
from watch.meet.errors import Full, TooLate
from watch.models import Answer, Meeting

SAID = {"is_coming": True, "adults": 1, "children": 0, "interpreter": "", "way": Answer.Way.LINK}


def at_once(*steps):
    """Each step in a thread of its own, begun together; what each raised, or None."""
    ready, came = Barrier(len(steps)), [None] * len(steps)

    def run(number, step):
        try:
            ready.wait(10)
            step()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            came[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, step)) for number, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came


def only_on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory is one connection; make test-all asks PostgreSQL")


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(5))
def test_the_last_seat_is_given_once(_turn):
    only_on_postgresql()
    place = somewhere()
    meeting = place.meeting(seats=1)
    guests = [place.neighbour().user for _ in range(6)]
    came = at_once(*(lambda user=user: answering.answer(meeting=meeting, user=user, **SAID) for user in guests))
    assert [type(error) for error in came if error] == [Full] * 5
    assert meeting.answers.seats_taken() == 1


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_answer():
    only_on_postgresql()
    place = somewhere()
    meeting, guest = place.meeting(), place.neighbour().user
    press = lambda: answering.answer(meeting=meeting, user=guest, **SAID)  # noqa: E731
    assert at_once(*[press] * 6) == [None] * 6
    assert Answer.objects.count() == 1


@pytest.mark.django_db
def test_the_meeting_is_locked_before_seats_are_counted(monkeypatch):
    place = somewhere()
    meeting, guest = place.meeting(seats=1), place.neighbour().user
    monkeypatch.setattr(connection.features, "has_select_for_update", True)
    monkeypatch.setattr(connection.ops, "for_update_sql", lambda **_how: "/* FOR UPDATE */")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answering.answer(meeting=meeting, user=guest, **SAID)
    said = [query["sql"] for query in asked if "watch_" in query["sql"]]
    assert "FOR UPDATE" in said[0]
    assert "watch_meeting" in said[0]


@pytest.mark.django_db
def test_the_next_one_is_told_that_there_is_none_left():
    place = somewhere()
    meeting = place.meeting(seats=2)
    answering.answer(meeting=meeting, user=place.neighbour().user, **SAID)
    answering.type_in(meeting=meeting, adults=1, children=0, interpreter="", way="phone", by=place.officer)
    with pytest.raises(Full) as full:
        answering.type_in(meeting=meeting, adults=1, children=0, interpreter="", way="phone", by=place.officer)
    assert full.value.left == 0
    with pytest.raises(Full):
        answering.answer(meeting=meeting, user=place.neighbour().user, **SAID)


@pytest.mark.django_db
def test_fewer_seats_than_people_leave_none_and_not_less_than_none():
    place = somewhere()
    meeting = place.meeting(seats=9)
    answering.type_in(meeting=meeting, adults=9, children=0, interpreter="", way="phone", by=place.officer)
    Meeting.objects.update(seats=4)
    meeting.refresh_from_db()
    assert answering.headcount(meeting).seats_left == 0
    with pytest.raises(Full) as full:
        answering.answer(meeting=meeting, user=place.neighbour().user, **SAID)
    assert full.value.left == 0


@pytest.mark.django_db
def test_a_draft_takes_no_answer():
    place = somewhere()
    with pytest.raises(TooLate):
        answering.answer(meeting=place.meeting(is_told=False), user=place.neighbour().user, **SAID)
