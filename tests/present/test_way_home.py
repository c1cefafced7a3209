"""Where each kind of person lands after signing in, and what their navigation offers."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from buildings.models import Organisation
from tests import factories as make

pytestmark = pytest.mark.django_db


def signed_in(client, user):
    client.force_login(user)
    return client


def staff(kind, **fields):
    return make.StaffFactory(organisation=make.OrganisationFactory(kind=kind), **fields).user


def operator():
    user = make.UserFactory(is_superuser=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return user


def offered(client):
    page = client.get("/om/").content.decode()
    return set(re.findall(r'class="menu-item" href="([^"?]+)"', page))


def test_a_stranger_is_led_to_the_front_page(client):
    assert client.get("/hem/").url == "/"


def test_a_tenant_comes_home_to_the_stairwell(client):
    assert signed_in(client, make.ResidentFactory().user).get("/hem/").url == reverse("notices:mine")


def test_someone_who_has_left_comes_to_the_front_page(client):
    assert signed_in(client, make.ResidentFactory(state="left").user).get("/hem/").url == "/"


@pytest.mark.parametrize(
    ("kind", "route"),
    [
        (Organisation.Kind.LANDLORD, "buildings:list"),
        (Organisation.Kind.POLICE, "notices:outbox"),
        (Organisation.Kind.MUNICIPALITY, "notices:outbox"),
    ],
)
def test_staff_come_to_their_work(client, kind, route):
    assert signed_in(client, staff(kind)).get("/hem/").url == reverse(route)


def test_staff_without_a_second_step_are_asked_to_set_one_up(client):
    user = staff(Organisation.Kind.POLICE, second_factor=False)
    assert signed_in(client, user).get("/hem/").url == reverse("mfa_index")
    assert offered(client).isdisjoint({reverse("notices:outbox"), reverse("buildings:list")})


def test_the_operator_comes_to_the_operator_s_site(client):
    assert signed_in(client, operator()).get("/hem/").url == reverse("operator:index")


def test_a_stranger_s_page_has_no_navigation(client):
    assert offered(client) == set()


def test_a_tenant_finds_the_stairwell_and_the_settings(client):
    assert offered(signed_in(client, make.ResidentFactory().user)) == {
        reverse("notices:mine"),
        reverse("meet:list"),
        reverse("notices:preferences"),
        reverse("mydata:mine"),
    }


def test_a_landlord_s_staff_find_buildings_register_and_notices(client):
    found = offered(signed_in(client, staff(Organisation.Kind.LANDLORD)))
    assert {reverse("buildings:list"), reverse("buildings:register"), reverse("notices:outbox")} <= found
    assert reverse("join:staff") not in found


@pytest.mark.parametrize("kind", [Organisation.Kind.POLICE, Organisation.Kind.MUNICIPALITY])
def test_police_and_city_find_notices_and_buildings_but_no_register(client, kind):
    found = offered(signed_in(client, staff(kind)))
    assert {reverse("buildings:list"), reverse("notices:outbox")} <= found
    assert reverse("buildings:register") not in found


def test_an_administrator_finds_the_staff(client):
    user = staff(Organisation.Kind.POLICE, is_administrator=True)
    assert reverse("join:staff") in offered(signed_in(client, user))


def test_staff_who_live_here_find_both_work_and_home(client):
    user = staff(Organisation.Kind.LANDLORD)
    make.ResidentFactory(user=user)
    assert {reverse("buildings:list"), reverse("notices:mine")} <= offered(signed_in(client, user))


def test_the_page_one_is_on_is_marked(client):
    user = signed_in(client, make.ResidentFactory().user)
    assert 'aria-current="page"' in user.get(reverse("notices:mine")).content.decode()
