"""The A4 page for a stairwell's board, as a PDF."""

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notice
from tests import factories as make
from tests.pdfs import is_accessible, links_in, sizes_of, text_of


@pytest.fixture
def sheet(as_person):
    def get(notice, role, stairwell=None, language="en"):
        query = {"trapp": stairwell.pk} if stairwell else {}
        return as_person(role, language).get(reverse("prints:notice", args=[notice.public_id]), query)

    return get


def test_it_holds_every_language_the_sender_and_the_numbers(sheet, told, norrby):
    notice = told(texts={"ar": ("عنوان", "نص عربي"), "sv": ("Rubrik", "Svensk text")}, urgency="act_now")
    pdf = sheet(notice, "officer", norrby.stairwells[0]).content
    page = text_of(pdf)
    assert page.index("Rubrik") < page.index("نص عربي")
    for words in ("Polisen", "Varpgatan 1 A", "112", "114 14", "113 13", "Agera nu"):
        assert words in page
    assert is_accessible(pdf)
    assert sizes_of(pdf) == [(210, 297)]


def test_the_contact_and_the_owner_get_the_code_of_their_stairwell(sheet, told, norrby):
    notice, [first, second] = told(), norrby.stairwells
    assert "KATT HUND" in text_of(sheet(notice, "landlord", first).content)
    assert second.codes.get().spaced in text_of(sheet(notice, "contact", second).content)


def test_languages_it_is_not_in_say_what_it_is_about_and_whom_to_call(sheet, told):
    page = text_of(sheet(told(kind="fire", texts={"sv": ("Eld", "Text"), "en": ("Flames", "Text")}), "officer").content)
    for words in ("حريق", "Dab", "خطر أو جريمة تحدث الآن", "Khatar ama dembi hadda socda"):
        assert words in page
    assert page.count("114 14") == page.count("112") == 3
    assert page.count("113 13") == 1
    every = told(kind="fire", texts=dict.fromkeys(("sv", "en", "ar", "so"), ("T", "B")))
    assert text_of(sheet(every, "officer").content).count("114 14") == 1


@pytest.mark.parametrize("role", ["tenant", "officer", "clerk"])
def test_nobody_else_gets_the_code(sheet, told, norrby, role):
    page = sheet(told(), role, norrby.stairwells[0])
    assert page.status_code == 200
    said = text_of(page.content)
    assert "KATT" not in said
    assert "KATT" not in "".join(links_in(page.content))
    assert "Du behöver koden" in said


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
    address = reverse("prints:notice", args=[told().public_id])
    assert as_person("officer").get(address, {"trapp": typed}).status_code == 404


def test_the_qr_picture_leads_to_the_stairwells_page(sheet, told, norrby, settings):
    page = sheet(told(), "landlord", norrby.stairwells[0])
    assert links_in(page.content) == [f"{settings.SITE_URL}/t/KATTHUND"]
    page = sheet(told(), "tenant", norrby.stairwells[0])
    assert links_in(page.content) == [f"{settings.SITE_URL}/t/"]


def test_words_that_look_like_markup_stay_words_and_long_notices_are_set_smaller(sheet, told):
    literal = '#panic("x") *B* $1$ [C] <d> @e = f'
    assert literal in text_of(sheet(told(texts={"sv": (literal, literal)}), "officer").content)
    long = told(texts={"sv": ("Lång " * 15, "Text som är lång. " * 55), "ar": ("عنوان", "نص عربي طويل. " * 40)})
    assert sizes_of(sheet(long, "officer").content) == [(210, 297)]


def test_signs_no_font_has_do_not_stop_the_print(sheet, told):
    words = ("Välkommen 🎉 till \u202egården", "Қош келдіңіз 中文 ⟦⟧ e\u0301")
    said = text_of(sheet(told(texts={"sv": words}), "officer").content)
    assert "Välkommen till gården" in said
    assert "Қош келдіңіз \ufffd\ufffd é" in said


def test_arabic_is_copied_out_in_order_with_its_numbers_right(sheet, told):
    body = "هل رأيت شيئًا؟ اتصل على 114 14 إذا كان الأمر يحتمل الانتظار، وعلى 112 عند الخطر."
    said = text_of(sheet(told(texts={"sv": ("Rubrik", "Text"), "ar": ("سرقة", body)}), "officer").content)
    # Printed without vowel marks, as newspapers are: they are what PDF readers cannot copy.
    assert body.replace("ً", "") in said


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
