"""A round from door to door, in numbers."""

import pytest

from tests import factories as make
from tests.meet.held.conftest import browser
from watch.models import DoorRow, Meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(here) -> Meeting:
    return here.meeting(kind="door_knock")


def url(walk: Meeting) -> str:
    return f"/moten/{walk.public_id}/dorrar/"


def doors(stairwell, knocked="", opened="", interested="", note="", *, before: tuple = ("", "", "")) -> dict:
    prefix = f"s{stairwell.pk}"
    numbers = {"knocked": knocked, "opened": opened, "interested": interested, "note": note}
    shown = dict(zip(("knocked", "opened", "interested"), before, strict=True)) | {"note": ""}
    return {f"{prefix}-{name}": value for name, value in numbers.items()} | {
        f"initial-{prefix}-{name}": value for name, value in shown.items()
    }


def test_numbers_are_saved_and_summed_and_the_round_was_held(here, walk):
    other = make.StairwellFactory(building=here.stairwell.building, address="Spolgatan 1 B")
    sent = doors(here.stairwell, 10, 6, 2, "Många hemma") | doors(other)
    text = browser(here.police.user).post(url(walk), sent, follow=True).text
    assert '<span class="figure-number">10</span>' in text
    row = DoorRow.objects.get()
    assert (row.stairwell, row.knocked, row.opened, row.interested, row.note) == (
        here.stairwell,
        10,
        6,
        2,
        "Många hemma",
    )
    walk.refresh_from_db()
    assert walk.state == "held"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((5, 6, 0), "No more doors can open"),
        ((5, 3, 4), "No more can be interested"),
        ((-1, 0, 0), "fewer than none"),
        ((10**12, 0, 0), "too many"),
    ],
)
def test_impossible_numbers_are_refused_and_kept_on_the_page(here, walk, numbers, words):
    text = browser(here.police.user).post(url(walk), doors(here.stairwell, *numbers, "Fint")).text
    assert words in text
    assert "Fint" in text
    assert not DoorRow.objects.exists()


def test_a_note_points_nobody_out(here, walk):
    text = browser(here.police.user).post(url(walk), doors(here.stairwell, 1, 1, 0, "Ring 070-174 06 99")).text
    assert "phone number" in text
    assert not DoorRow.objects.exists()


def test_an_older_page_does_not_write_over_a_colleagues_stairwell(here, walk):
    other = make.StairwellFactory(building=here.stairwell.building, address="Spolgatan 1 B")
    client = browser(here.police.user)
    client.post(url(walk), doors(here.stairwell, 10, 6, 2) | doors(other))
    client.post(url(walk), doors(here.stairwell) | doors(other, 4, 1, 0))
    assert dict(DoorRow.objects.values_list("stairwell", "knocked")) == {here.stairwell.pk: 10, other.pk: 4}


def test_no_one_at_home_is_an_answer(here, walk):
    browser(here.police.user).post(url(walk), doors(here.stairwell, 8, 0, 0))
    assert DoorRow.objects.get().opened == 0


def test_only_a_round_has_doors(here):
    assert browser(here.police.user).get(url(here.meeting())).status_code == 404
