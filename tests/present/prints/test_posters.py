"""The poster and the strips: how one joins, in every language, with a picture that leads there."""

import re

import pytest
from django.conf import settings

from tests import factories as make
from tests.pdfs import is_accessible, links_in, pages_of, sizes_of, text_of, title_of
from watch.present.prints.posters import poster, strips

pytestmark = pytest.mark.django_db


@pytest.fixture
def code():
    return make.StairwellFactory(address="Varpgatan 1 A", code="KATTHUND").codes.get()


@pytest.fixture
def landlord(code, signed_in):
    return signed_in(make.StaffFactory(organisation=code.stairwell.building.owner).user)


def test_the_poster_holds_the_code_the_link_four_languages_and_whom_to_call(code, landlord):
    answer = landlord.get(f"/trapp/{code.stairwell.pk}/affisch/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert 'inline; filename="affisch-for-varpgatan-1-a.pdf"' in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    (said,) = pages_of(answer.content)
    words = ("Varpgatan 1 A", "KATT HUND", "Grannsamverkan i din trapp", "Neighbourhood watch in your stairwell")
    for word in (
        *words,
        "التعاون بين الجيران في مدخل مبناك",
        "Wada-ilaalinta deriska ee jaranjaradaada",
        "testserver/t",
    ):
        assert word in said
    for word in ("112", "114 14", "113 13", "Du kan inte anmäla brott", "kontaktombud"):
        assert word in said
    assert said.index("Grannsamverkan i din trapp") < said.index("Neighbourhood watch in your stairwell")


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", (210, 297)), ("a3", (297, 420)), ("a0", (210, 297)), ("", (210, 297))]
)
def test_it_is_one_page_of_the_paper_asked_for(code, landlord, paper, size):
    made = landlord.get(f"/trapp/{code.stairwell.pk}/affisch/", {"papper": paper}).content
    assert sizes_of(made) == [size]


@pytest.mark.parametrize("made", [poster, strips])
def test_it_is_accessible_and_has_a_title(code, made):
    pdf = made(stairwell=code.stairwell, code=code).pdf()
    assert is_accessible(pdf)
    assert "Varpgatan 1 A" in title_of(pdf)
    assert {b"/Lang(sv)", b"/Lang(ar)"} <= set(re.findall(rb"/Lang\([a-z]+\)", pdf))


def test_the_picture_leads_to_the_stairwell(code):
    assert links_in(poster(stairwell=code.stairwell, code=code).pdf()) == [f"{settings.SITE_URL}/t/KATTHUND"]


def test_each_strip_has_the_code_and_the_picture(code, landlord):
    made = landlord.get(f"/trapp/{code.stairwell.pk}/remsor/").content
    assert sizes_of(made) == [(210, 297)]
    assert set(links_in(made, scale=5)) == {f"{settings.SITE_URL}/t/KATTHUND"}
    assert len(links_in(made, scale=5)) == 9
    assert text_of(made).count("KATT HUND") == 9


@pytest.mark.parametrize("made", [poster, strips])
def test_what_a_name_says_stays_literal_and_a_long_one_fits(code, made):
    stairwell = code.stairwell
    for name in (
        '#panic("x") *B* $1$ [C] <d> \\ @e "f"',
        "Norra Gustav Adolfsgatan 1234 uppgång B, gårdshuset, ingång från Kungsgatan",
    ):
        stairwell.name = name
        pdf = made(stairwell=stairwell, code=code).pdf()
        assert name in text_of(pdf)
        assert len(sizes_of(pdf)) == 1


def test_only_the_owner_prints_and_without_a_code_there_is_nothing_to_print(code, signed_in):
    stairwell = code.stairwell
    police = make.OrganisationFactory(kind="police", districts=[stairwell.building.district])
    officer = signed_in(make.StaffFactory(organisation=police).user)
    owner = signed_in(make.StaffFactory(organisation=stairwell.building.owner).user)
    code.delete()
    for path in ("affisch", "remsor"):
        address = f"/trapp/{stairwell.pk}/{path}/"
        assert officer.get(address).status_code == 403
        assert owner.get(address).headers["Location"] == f"/trapp/{stairwell.pk}/"
