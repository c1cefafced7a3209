"""Who is signed in: shut out at once, and known to work or live here without further questions."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from buildings.access import Scope
from buildings.models import Resident
from tests import factories as make
from watch.join.people_in import PeopleIn

pytestmark = pytest.mark.django_db
MINE = "/min-trapp/"


def read(user):
    return PeopleIn().get_user(user.pk)


@pytest.fixture
def browser():
    home = make.ResidentFactory()
    client = Client()
    client.force_login(home.user)
    client.resident = home
    return client


def test_who_is_shut_out_is_out_at_the_next_request(browser):
    assert browser.get(MINE).status_code == 200
    browser.resident.user.is_active = False
    browser.resident.user.save()
    assert browser.get(MINE).status_code == 302


def test_who_is_gone_is_nobody(browser):
    browser.resident.user.delete()
    assert browser.get(MINE).status_code == 302


@pytest.mark.parametrize("state", Resident.State.values)
def test_who_lives_here(state):
    home = make.ResidentFactory(state=state)
    assert bool(read(home.user).lives_here) == (state in ("joined", "confirmed"))


def test_who_works_here_now_and_not_any_more():
    member = make.StaffFactory()
    assert Scope(read(member.user)).membership == member
    member.ended_at = timezone.now()
    member.save()
    assert Scope(read(member.user)).membership is None


def test_a_neighbour_is_not_asked_where_they_work(django_assert_num_queries):
    user = read(make.ResidentFactory().user)
    with django_assert_num_queries(0):
        assert Scope(user).membership is None
        assert Scope(user).has_home


def test_who_joins_in_the_middle_of_a_request_has_a_home():
    user = read(make.UserFactory())
    assert not Scope(user).has_home
    make.ResidentFactory(user=user)
    assert Scope(user).has_home


def test_a_stranger_has_none():
    assert not Scope(AnonymousUser()).has_home
