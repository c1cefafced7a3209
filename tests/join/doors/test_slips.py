"""Slips of paper: people who are not online are counted, and an address counts once somebody has answered there."""

import re

import pytest
from django.test import Client

from buildings.models import Consent, Resident, User
from notifications.models import Endpoint
from tests import factories as make
from tests.join.steps import letters
from tests.pdfs import is_accessible, pages_of, sizes_of

pytestmark = pytest.mark.django_db

SLIP = {"name": "Gull-Britt", "language": "sv", "signed": "on"}


def test_staff_type_in_a_slip_without_any_address_and_the_person_is_counted(landlord, company, place, flat):
    answer = landlord.post(f"/trapp/{place.pk}/lapp/", {**SLIP, "flat": flat.pk})
    assert answer.headers["Location"] == f"/trapp/{place.pk}/boende/"
    home = Resident.objects.get()
    assert (home.way, home.state, home.confirmed_by, home.flat) == ("paper", "confirmed", "landlord", flat)
    consent = Consent.objects.get()
    assert (consent.purpose, consent.way) == ("take_part", "paper")
    assert consent.helper.memberships.get().organisation == company
    assert letters() == []
    assert Resident.objects.filter(stairwell=place).households() == {"people": 1, "households": 1}


def test_a_contact_types_one_in_and_cannot_say_which_flat(contact, role, place, flat):
    assert 'name="flat"' not in contact.get(f"/min-trapp/lapp/{place.pk}/").text
    contact.post(f"/min-trapp/lapp/{place.pk}/", {**SLIP, "flat": flat.pk, "shows_name": "on"})
    home = Resident.objects.get(way="paper")
    assert (home.flat, home.confirmed_by, home.shows_name) == (None, "contact", True)
    assert set(Consent.objects.values_list("helper", flat=True)) == {role.user_id}


def test_an_address_counts_after_a_press_there_and_not_by_opening_it(landlord, place):
    landlord.post(f"/trapp/{place.pk}/lapp/", {**SLIP, "login": "gull@example.org"})
    assert not Endpoint.objects.exists()
    link = re.search(r"/lapp/\S+/", letters()[-1]["text"])[0]
    assert Client().get(link).status_code == 200
    assert not Endpoint.objects.exists()
    Client().post(link)
    endpoint = Endpoint.objects.get()
    assert (endpoint.address, endpoint.user.name) == ("gull@example.org", "Gull-Britt")
    assert Client().get(link.replace("/lapp/", "/lapp/x")).status_code == 404


@pytest.mark.parametrize("taken", ["mail", "number"])
def test_an_address_somebody_else_has_is_answered_like_any_other(landlord, place, taken):
    owner = make.UserFactory(phone="+46701740612", phone_verified=True)
    typed = {"mail": owner.email, "number": "070-174 06 12"}
    known = landlord.post(f"/trapp/{place.pk}/lapp/", {**SLIP, "login": typed[taken]}, follow=True)
    fresh = landlord.post(f"/trapp/{place.pk}/lapp/", {**SLIP, "login": "okand@example.org"}, follow=True)
    assert known.redirect_chain == fresh.redirect_chain
    assert User.objects.get(pk=owner.pk).email == owner.email


@pytest.mark.parametrize(
    "data", [{"name": ""}, {"name": "\u200b"}, {"signed": ""}, {"login": "033-12 34 56"}, {"login": "gull@"}]
)
def test_a_slip_with_something_wrong_saves_nothing_and_loses_nothing(landlord, place, data):
    page = landlord.post(f"/trapp/{place.pk}/lapp/", {**SLIP, "login": "", **data})
    assert page.status_code == 200
    assert "error-summary" in page.text
    assert not Resident.objects.exists()


def test_nobody_can_have_trappan_write_to_strangers_all_day(contact, place):
    for number in range(41):
        page = contact.post(f"/min-trapp/lapp/{place.pk}/", {**SLIP, "login": f"g{number}@example.org"})
    assert page.status_code == 200
    assert "error-summary" in page.text
    assert Resident.objects.filter(way="paper").count() == 40
    assert contact.post(f"/min-trapp/lapp/{place.pk}/", SLIP).status_code == 302, "paper only is still welcome"


def test_the_sheet_is_in_every_language(landlord, contact, place):
    for reader in (landlord, contact):
        pdf = reader.get(f"/min-trapp/lapp/{place.pk}/skriv-ut/").content
        headings = ("Gå med på papper", "Join on paper", "انضم على الورق", "Ku biir warqad")
        assert all(heading in page for heading, page in zip(headings, pages_of(pdf), strict=True))
        assert all("114 14" in page for page in pages_of(pdf))
        assert is_accessible(pdf)
        assert sizes_of(pdf) == [(210, 297)] * 4


def test_a_mailbox_that_signs_in_somebody_else_is_told_that_nothing_changed(landlord, place):
    owner = make.UserFactory()
    landlord.post(f"/trapp/{place.pk}/lapp/", {**SLIP, "login": owner.email})
    link = re.search(r"/lapp/\S+/", letters()[-1]["text"])[0]
    page = Client(headers={"accept-language": "en"}).post(link).text
    assert "Nothing was changed" in page
    assert "Thank you" not in page
    assert not Endpoint.objects.exists()
