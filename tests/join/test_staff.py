"""An organisation's administrators invite and remove its staff."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from buildings.models import Organisation, Resident, StaffMember, User
from notifications.models import Message
from tests import factories as make
from tests.join.steps import letters, sign_in

pytestmark = pytest.mark.django_db

NEW = "ny.kollega@example.org"


@pytest.fixture
def districts():
    return [make.DistrictFactory(name="Norrby"), make.DistrictFactory(name="Hulta")]


@pytest.fixture
def police(districts):
    return make.OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen Prov", districts=districts)


@pytest.fixture
def administrator(police):
    return make.StaffFactory(organisation=police, is_administrator=True)


@pytest.fixture
def office(client, administrator):
    client.force_login(administrator.user)
    return client


def invite(client, email=NEW, **data):
    return client.post("/personal/", {"email": email, **data})


def test_an_administrator_invites_a_colleague_who_signs_in(office, police, districts):
    assert invite(office, email=NEW.upper(), districts=[districts[0].pk]).status_code == 302
    member = StaffMember.objects.get(user__email=NEW)
    assert list(member.districts.all()) == [districts[0]]
    assert (member.organisation, member.is_administrator, member.accepted_at) == (police, False, None)
    letter = letters()[-1]
    assert letter["message"].purpose == Message.Purpose.INVITATION
    assert letter["address"] == NEW
    assert "Polisen Prov" in letter["subject"]
    assert "http://testserver/konto/login/code/" in letter["text"]
    page = office.get("/personal/").content.decode()
    assert NEW in page

    colleague = Client()
    sign_in(colleague, NEW)
    assert colleague.get("/utskick/").headers["Location"] == "/konto/2fa/"
    assert EmailAddress.objects.get(email=NEW).verified


@pytest.mark.parametrize("data", [{"email": ""}, {"email": "hej"}, {"email": NEW, "districts": []}])
def test_what_is_missing_is_asked_for(office, data):
    page = office.post("/personal/", data)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_a_district_of_another_organisation_cannot_be_given(office):
    foreign = make.DistrictFactory(name="Utanför")
    assert "Utanför" not in office.get("/personal/").content.decode()
    assert invite(office, districts=[foreign.pk]).status_code == 200
    assert not StaffMember.objects.filter(user__email=NEW).exists()


def test_a_housing_companys_staff_serve_its_buildings_not_districts(client, districts):
    member = make.StaffFactory(
        is_administrator=True,
        organisation=make.OrganisationFactory(kind=Organisation.Kind.LANDLORD, districts=districts),
    )
    client.force_login(member.user)
    assert 'name="districts"' not in client.get("/personal/").content.decode()
    assert invite(client, is_administrator="on").status_code == 302
    assert StaffMember.objects.get(user__email=NEW).is_administrator


def test_who_works_here_already_cannot_be_invited_again(office, districts):
    invite(office, districts=[districts[0].pk])
    assert invite(office, districts=[districts[0].pk]).status_code == 200
    assert StaffMember.objects.filter(user__email=NEW).count() == 1


def test_who_works_elsewhere_cannot_be_invited_and_it_is_not_said_where(office, districts):
    elsewhere = make.StaffFactory(organisation__name="Hemliga Hus AB")
    page = invite(office, email=elsewhere.user.email, districts=[districts[0].pk])
    assert page.status_code == 200
    assert "Hemliga" not in page.content.decode()
    User.objects.create_user("stangd@example.org", is_active=False)
    assert invite(office, email="stangd@example.org", districts=[districts[0].pk]).status_code == 200


def test_a_tenant_can_be_invited_and_signs_in_anew_for_a_shorter_time(office, districts):
    tenant = make.ResidentFactory().user
    browser = Client()
    sign_in(browser, tenant.email)
    invite(office, email=tenant.email, districts=[districts[0].pk])
    assert "_auth_user_id" not in browser.get("/personal/").wsgi_request.session
    assert User.objects.filter(email=tenant.email).count() == 1


def test_a_removed_colleague_is_out_at_the_next_click_but_stays_a_tenant(office, police, districts):
    member = make.StaffFactory(organisation=police, districts=districts)
    home = make.ResidentFactory(user=member.user)
    browser = Client()
    browser.force_login(member.user)
    assert browser.get("/utskick/").status_code == 200
    assert office.get(f"/personal/{member.pk}/ta-bort/").status_code == 200
    assert browser.get("/utskick/").status_code == 200, "looking at the page must change nothing"
    assert office.post(f"/personal/{member.pk}/ta-bort/").headers["Location"] == "/personal/"
    assert browser.get("/utskick/").headers["Location"].startswith("/konto/login/code/")
    assert Resident.objects.present().get() == home
    assert office.post(f"/personal/{member.pk}/ta-bort/").status_code == 404

    member.user.refresh_from_db()
    browser.force_login(member.user)
    assert browser.get("/utskick/").status_code == 403
    assert browser.get("/min-trapp/").status_code == 200


def test_a_removed_colleague_can_be_invited_again(office, police, districts):
    member = make.StaffFactory(organisation=police)
    office.post(f"/personal/{member.pk}/ta-bort/")
    assert invite(office, email=member.user.email, districts=[districts[0].pk]).status_code == 302
    assert StaffMember.objects.filter(user=member.user).count() == 2


def test_the_only_administrator_cannot_remove_themselves(office, administrator, police):
    page = office.post(f"/personal/{administrator.pk}/ta-bort/", follow=True)
    assert page.status_code == 200
    assert "message-error" in page.content.decode()
    administrator.refresh_from_db()
    assert administrator.ended_at is None
    make.StaffFactory(organisation=police, is_administrator=True)
    assert office.post(f"/personal/{administrator.pk}/ta-bort/").headers["Location"] == "/"
    assert "_auth_user_id" not in office.session


def test_colleagues_elsewhere_are_not_there(office):
    stranger = make.StaffFactory()
    assert stranger.user.email not in office.get("/personal/").content.decode()
    assert office.get(f"/personal/{stranger.pk}/ta-bort/").status_code == 404
    assert office.post(f"/personal/{stranger.pk}/ta-bort/").status_code == 404
    stranger.refresh_from_db()
    assert stranger.ended_at is None


def test_only_administrators_look_after_staff(client, police, administrator):
    client.force_login(make.StaffFactory(organisation=police).user)
    assert client.get("/personal/").status_code == 403
    assert client.post(f"/personal/{administrator.pk}/ta-bort/").status_code == 403


@pytest.mark.parametrize("colleagues", [1, 100])
def test_the_list_costs_the_same_for_one_and_a_hundred(
    office, police, districts, colleagues, django_assert_num_queries
):
    for _ in range(colleagues):
        make.StaffFactory(organisation=police, districts=districts)
    office.get("/personal/")
    with django_assert_num_queries(13):
        assert office.get("/personal/").status_code == 200


def test_the_shell_makes_an_operator_who_signs_in_with_a_code(client, capsys):
    call_command("create_operator", "Drift@Example.org")
    assert "http://testserver/konto/login/code/" in capsys.readouterr().out
    operator = User.objects.get()
    assert operator.is_superuser
    assert not operator.has_usable_password()
    sign_in(client, "drift@example.org")
    assert client.get("/operator/").headers["Location"] == "/konto/2fa/"
    call_command("create_operator", "drift@example.org")
    assert User.objects.count() == 1


def test_a_tenant_made_operator_signs_in_anew(client):
    tenant = make.ResidentFactory().user
    sign_in(client, tenant.email)
    call_command("create_operator", tenant.email)
    assert client.get("/operator/").headers["Location"].startswith("/konto/login/code/")


def test_the_shell_refuses_what_is_no_address():
    with pytest.raises(Exception, match=r"e-post|e-mail"):
        call_command("create_operator", "hej")


def test_an_invitation_nobody_came_to_lapses_and_can_be_sent_again(office, police, districts):
    invite(office, districts=[districts[0].pk])
    assert NEW in office.get("/personal/").text
    weeks_ago = timezone.now() - timedelta(days=15)
    StaffMember.objects.filter(user__email=NEW).update(invited_at=weeks_ago)
    late = Client()
    sign_in(late, NEW)
    assert late.get("/utskick/").status_code == 403
    assert NEW not in office.get("/personal/").text
    assert invite(office, districts=[districts[0].pk]).status_code == 302
    assert StaffMember.objects.current().get(user__email=NEW).organisation == police
    late = Client()
    sign_in(late, NEW)
    assert late.get("/utskick/").headers["Location"] == "/konto/2fa/"


def test_who_came_in_time_stays_however_long_ago_the_invitation_was(office, districts):
    invite(office, districts=[districts[0].pk])
    sign_in(Client(), NEW)
    StaffMember.objects.filter(user__email=NEW).update(invited_at=timezone.now() - timedelta(days=400))
    assert StaffMember.objects.current().filter(user__email=NEW).exists()
