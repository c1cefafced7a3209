"""People nothing reaches are the housing company's to ask whether they still live there."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from buildings.models import Consent, Contact, Resident
from tests import factories as make

pytestmark = pytest.mark.django_db

PAGE = "/bor-kvar/"


@pytest.fixture
def company():
    return make.OrganisationFactory()


@pytest.fixture
def house(company):
    return make.BuildingFactory(owner=company)


@pytest.fixture
def on_paper(house):
    def somebody(**fields):
        fields = {"user__email": "", "ask_due_at": timezone.now() - timedelta(days=1)} | fields
        return make.ResidentFactory(stairwell=make.StairwellFactory(building=house), **fields)

    return somebody


@pytest.fixture
def staff(client, company):
    member = make.StaffFactory(organisation=company)
    client.force_login(member.user)
    return member.user


def again(resident):
    resident.refresh_from_db()
    return resident


def test_the_list_has_doors_and_no_names(client, staff, on_paper):
    home = on_paper(user__name="Hemliga Mika")
    home.flat = make.FlatFactory(stairwell=home.stairwell, number="1234")
    home.save()
    page = client.get(PAGE).text
    assert home.stairwell.name in page
    assert "1234" in page
    assert "Hemliga" not in page


def test_only_those_without_a_way_whose_time_has_come(client, staff, on_paper, house):
    reached = on_paper()
    EmailAddress.objects.create(user=reached.user, email="nadd@example.org", verified=True)
    later = on_paper(ask_due_at=timezone.now() + timedelta(days=1))
    left = on_paper(state=Resident.State.LEFT)
    elsewhere = make.ResidentFactory(user__email="", ask_due_at=timezone.now())
    page = client.get(PAGE).text
    for resident in (reached, later, left, elsewhere):
        assert resident.stairwell.name not in page


def test_yes_is_kept_for_a_year(client, staff, on_paper):
    home = on_paper()
    client.post(f"{PAGE}{home.pk}/svar/", {"answer": "yes"})
    assert again(home).ask_due_at > timezone.now() + timedelta(days=364)
    assert home.stairwell.name not in client.get(PAGE).text


def test_no_ends_the_home_and_says_who_typed_it_in(client, staff, on_paper):
    home = on_paper()
    role = make.ContactFactory(user=home.user, stairwell=home.stairwell)
    client.post(f"{PAGE}{home.pk}/svar/", {"answer": "no"})
    assert (again(home).state, home.left_why) == (Resident.State.LEFT, Resident.LeftWhy.LANDLORD)
    line = Consent.objects.get(purpose="take_part")
    assert (line.given, line.way, line.helper) == (False, Consent.Way.HELPER, staff)
    role.refresh_from_db()
    assert (role.state, role.ended_by) == (Contact.State.ENDED, "landlord")


def test_of_two_colleagues_one_answers(client, staff, company, on_paper):
    home = on_paper()
    colleague = Client()
    colleague.force_login(make.StaffFactory(organisation=company).user)
    colleague.post(f"{PAGE}{home.pk}/svar/", {"answer": "yes"})
    client.post(f"{PAGE}{home.pk}/svar/", {"answer": "no"})
    assert again(home).state == Resident.State.JOINED


@pytest.mark.parametrize("said", ["", "maybe"])
def test_a_made_up_answer_is_nothing(client, staff, on_paper, said):
    home = on_paper()
    assert client.post(f"{PAGE}{home.pk}/svar/", {"answer": said}).status_code == 404
    assert again(home).state == Resident.State.JOINED


def test_another_companys_people_are_not_there(on_paper):
    home = on_paper()
    rival = Client()
    rival.force_login(make.StaffFactory().user)
    assert rival.post(f"{PAGE}{home.pk}/svar/", {"answer": "no"}).status_code == 404
    assert again(home).state == Resident.State.JOINED


def test_somebody_who_can_be_asked_is_not_ended_here(client, staff, house):
    home = make.ResidentFactory(stairwell__building=house, ask_due_at=timezone.now())
    client.post(f"{PAGE}{home.pk}/svar/", {"answer": "no"})
    assert again(home).state == Resident.State.JOINED


def test_one_and_many_cost_the_same(client, staff, on_paper, django_assert_num_queries):
    on_paper()
    client.get(PAGE)
    with django_assert_num_queries(8):
        client.get(PAGE)
    for _ in range(30):
        on_paper()
    with django_assert_num_queries(8):
        client.get(PAGE)
