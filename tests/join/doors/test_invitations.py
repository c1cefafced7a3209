"""An invitation from the stairwell's contact lets one neighbour in, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Contact, Invitation, Resident, User
from tests import factories as make
from tests.join.doors.steps import (
    KIND_PAGE,
    choose,
    in_english,
    invitation_by,
    join,
    main_of,
    show_address,
    signed_in,
    waits_at,
)
from watch.join import services as joining
from watch.join.entering import come_in

pytestmark = pytest.mark.django_db

CODE = "inbjudan-av-en-granne"
DOOR = f"/inbjudan/{CODE}"
State = Resident.State


@pytest.fixture
def invitation(role):
    return invitation_by(role, CODE)


def newcomers(place):
    return Resident.objects.filter(stairwell=place, way="invitation")


def test_a_neighbour_joins_in_three_screens_and_is_not_confirmed_by_it(place, invitation):
    client = in_english()
    page = client.get(DOOR)
    assert "Varpgatan 1 A" in page.text
    assert "Kim Kontakt" not in page.text, "an invitation does not say who is contact"
    assert join(client, DOOR).headers["Location"] == "/min-trapp/"
    home = newcomers(place).get()
    assert (home.state, home.confirmed_by, home.flat) == (State.JOINED, "", None)
    invitation.refresh_from_db()
    assert invitation.used_at


def test_an_invitation_works_once(place, invitation):
    join(in_english(), DOOR)
    late = in_english().get(DOOR)
    assert late.status_code == 404
    assert KIND_PAGE in late.text
    assert newcomers(place).count() == 1


def test_used_withdrawn_expired_unknown_and_of_a_former_contact_are_answered_alike(role):
    now = timezone.now()
    invitation_by(role, "used", used_at=now)
    invitation_by(role, "withdrawn", withdrawn_at=now)
    invitation_by(role, "expired", expires_at=now - timedelta(seconds=1))
    former = make.ContactFactory(stairwell=role.stairwell, state=Contact.State.RESIGNED)
    invitation_by(former, "former")
    codes = ("used", "withdrawn", "expired", "former", "never-was")
    for screen in ("", "/kod", "/val"):
        pages = [in_english().get(f"/inbjudan/{code}{screen}") for code in codes]
        assert [page.status_code for page in pages] == [404] * 5
        texts = {main_of(page, f"/inbjudan/{code}") for page, code in zip(pages, codes, strict=True)}
        assert len(texts) == 1
        assert KIND_PAGE in texts.pop()


def test_it_lives_for_fourteen_days(role, time_machine):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    invitation_by(role, CODE)
    time_machine.shift(14 * 24 * 3600 - 1)
    assert in_english().get(DOOR).status_code == 200
    time_machine.shift(1)
    assert in_english().get(DOOR).status_code == 404


@pytest.mark.parametrize("state", [Contact.State.RESIGNED, Contact.State.ENDED, Contact.State.TRAINED])
def test_it_closes_when_the_contact_stops(place, role, invitation, state):
    slow = in_english()
    show_address(slow, DOOR)
    Contact.objects.filter(pk=role.pk).update(state=state, ended_at=timezone.now())
    late = choose(slow, DOOR)
    assert late.status_code == 404
    assert KIND_PAGE in late.text
    assert not newcomers(place).exists()


def test_who_waits_is_let_in_by_one_press(place, invitation):
    home = waits_at(place)
    client = signed_in(home.user)
    assert "With this you need not wait." in client.get(DOOR).text
    assert client.post(DOOR).headers["Location"] == "/min-trapp/"
    home.refresh_from_db()
    assert (home.state, home.way) == (State.JOINED, "invitation")


def test_who_has_joined_already_does_not_use_it_up(place, invitation):
    home = make.ResidentFactory(stairwell=place)
    assert "You have joined" in signed_in(home.user).post(DOOR).text
    invitation.refresh_from_db()
    assert invitation.used_at is None


def test_who_has_joined_and_comes_signed_out_does_not_use_it_up_either(place, invitation):
    home = make.ResidentFactory(stairwell=place, user__name="Granne")
    client = in_english()
    show_address(client, DOOR, home.user.email)
    assert "You have joined" in client.get(f"{DOOR}/val", follow=True).text
    assert "You have joined" in choose(client, DOOR, name="Annan").text
    invitation.refresh_from_db()
    home.user.refresh_from_db()
    assert (invitation.used_at, home.user.name) == (None, "Granne")


@pytest.mark.parametrize("field", ["used_at", "withdrawn_at"])
def test_of_two_at_the_same_moment_one_wins(place, invitation, monkeypatch, field):
    def a_moment_later(**fields):
        Invitation.objects.update(**{field: timezone.now()})
        return come_in(**fields)

    monkeypatch.setattr(joining, "come_in", a_moment_later)
    people = User.objects.count()
    late = join(in_english(), DOOR)
    assert late.status_code == 404
    assert KIND_PAGE in late.text
    assert User.objects.count() == people
    assert not newcomers(place).exists()


@pytest.mark.parametrize("closes", ["stairwell", "building"])
def test_an_invitation_to_what_is_closed_opens_nothing(place, invitation, closes):
    closed = place if closes == "stairwell" else place.building
    closed.closed_at = timezone.now()
    closed.save()
    assert in_english().get(DOOR).status_code == 404
