"""The A4 page for a stairwell's board."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from buildings.qr import qr_picture
from notifications.models import Notice
from tests import factories as make


@pytest.fixture
def sheet(as_person):
    def get(notice, role, stairwell=None, language="en"):
        query = {"trapp": stairwell.pk} if stairwell else {}
        return as_person(role, language).get(reverse("notices:board", args=[notice.public_id]), query)

    return get


def test_it_holds_every_language_the_sender_and_the_numbers(sheet, told, norrby):
    notice = told(texts={"ar": ("عنوان", "نص عربي"), "sv": ("Rubrik", "Svensk text")}, urgency="act_now")
    page = sheet(notice, "officer", norrby.stairwells[0]).text
    assert page.index("Rubrik</h1>") < page.index("نص عربي")
    for words in ("Polisen", "Varpgatan 1 A", "112", "114 14", "113 13", "urgency-act-now", 'class="sheet-qr"'):
        assert words in page
    assert " style=" not in page


def test_the_contact_and_the_owner_get_the_code_of_their_stairwell(sheet, told, norrby):
    notice, [first, second] = told(), norrby.stairwells
    assert "KATT HUND" in sheet(notice, "landlord", first).text
    own = sheet(notice, "contact", second).text
    assert second.codes.get().spaced in own
    assert "join-code" in own


def test_languages_it_is_not_in_say_what_it_is_about_and_whom_to_call(sheet, told):
    page = sheet(told(kind="fire", texts={"sv": ("Brand", "Text"), "en": ("Fire", "Text")}), "officer").text
    missing = page[page.index("sheet-missing") : page.index("sheet-join")]
    assert "#kind-fire" in missing
    assert re.findall(r'<section lang="(\w+)" dir="(\w+)">', missing) == [("ar", "rtl"), ("so", "ltr")]
    assert missing.count("112") == missing.count("114 14") == 2
    assert "113 13" not in missing
    every = told(texts=dict.fromkeys(("sv", "en", "ar", "so"), ("T", "B")))
    assert "sheet-missing" not in sheet(every, "officer").text


@pytest.mark.parametrize("role", ["tenant", "officer", "clerk"])
def test_nobody_else_gets_the_code(sheet, told, norrby, role):
    page = sheet(told(), role, norrby.stairwells[0])
    assert page.status_code == 200
    assert "KATT" not in page.text
    assert page.context["code"] is None
    assert "Du behöver koden" in page.text


def test_a_contact_of_one_stairwell_does_not_get_the_neighbours(sheet, told, norrby):
    assert sheet(told(), "contact", norrby.stairwells[0]).status_code == 404


def test_another_landlord_in_the_district_does_not_get_the_code(sheet, told, norrby):
    rival = make.OrganisationFactory(districts=[norrby.district])
    make.StairwellFactory(building=make.BuildingFactory(owner=rival, district=norrby.district))
    person = make.StaffFactory(organisation=rival).user
    assert sheet(told(), person, norrby.stairwells[0]).status_code == 404
    assert sheet(told(), person).status_code == 200


def test_a_stairwell_the_notice_is_not_for_has_no_page(sheet, told, norrby):
    notice = told(whole_district=False)
    notice.stairwells.add(norrby.stairwells[1])
    assert sheet(notice, "officer", norrby.stairwells[0]).status_code == 404
    assert sheet(notice, "officer", norrby.stairwells[1]).status_code == 200


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 30, "٣", "1 OR 1"])
def test_a_mistyped_stairwell_is_not_found(as_person, told, typed):
    address = reverse("notices:board", args=[told().public_id])
    assert as_person("officer").get(address, {"trapp": typed}).status_code == 404


def test_the_qr_picture_leads_to_the_stairwells_page(sheet, told, norrby, settings):
    page = sheet(told(), "landlord", norrby.stairwells[0])
    assert qr_picture(f"{settings.SITE_URL}/t/KATTHUND", css_class="sheet-qr") in page.text
    assert (
        qr_picture(f"{settings.SITE_URL}/t/", css_class="sheet-qr")
        in sheet(told(), "tenant", norrby.stairwells[0]).text
    )


@pytest.mark.parametrize(
    "fields",
    [{"replaced_at": timezone.now()}, {"state": "cancelled", "stopped": "called_off"}, {"expires_at": timezone.now()}],
)
def test_a_page_that_should_come_down_is_not_printed_again(sheet, told, fields):
    notice = told()
    Notice.objects.filter(pk=notice.pk).update(**fields)
    answer = sheet(notice, "officer")
    assert answer.status_code == 302
    assert answer.url == reverse("notices:read", args=[notice.public_id])
