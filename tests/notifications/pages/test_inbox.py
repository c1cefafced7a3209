""" "My stairwell" and a notice, as a tenant meets them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from buildings.models import Resident
from tests import factories as make
from tests.pdfs import text_of

MINE = reverse("notices:mine")


def at(name, notice):
    return reverse("prints:notice" if name == "board" else f"notices:{name}", args=[notice.public_id])


def titles(page):
    return [notice.text_in("sv").title for notice in page.context["page"]]


def named(title, **fields):
    return {"texts": {"sv": (title, "Text om gården")}} | fields


def test_a_tenant_sees_the_notices_of_the_own_stairwell_newest_first(as_person, told, draft, norrby):
    told(**named("Till alla", hours_ago=3))
    told(**named("Nyss", hours_ago=1))
    draft(**named("Inte skickat"))
    only_b = told(**named("Bara B", whole_district=False))
    only_b.stairwells.add(norrby.stairwells[1])
    elsewhere = make.DistrictFactory()
    told(**named("Annan stadsdel", district=elsewhere))
    page = as_person("tenant").get(MINE)
    assert titles(page) == ["Nyss", "Till alla"]
    assert "Varpgatan 1 A" in page.text
    assert "verified" in page.text
    assert titles(as_person("contact").get(MINE)) == ["Bara B", "Nyss", "Till alla"]


def test_the_page_tells_whom_to_call_how_you_are_reached_and_how_to_leave(as_person, norrby):
    page = as_person("tenant").get(MINE).text
    for number in ("112", "114 14", "113 13"):
        assert f'<strong dir="ltr">{number}</strong>' in page
    assert "You cannot report a crime in Trappan. Call instead." in page
    assert norrby.tenant.email in page
    assert "Everything" in page
    residency = Resident.objects.get(user=norrby.tenant)
    assert reverse("join:leave", args=[residency.pk]) in page
    assert reverse("notices:preferences") in page
    assert "All is calm." in page


def test_notices_whose_time_has_passed_are_put_away(as_person, told):
    told(**named("Ny"))
    told(**named("Gammal", expires_at=timezone.now() - timedelta(hours=1)))
    client = as_person("tenant")
    page = client.get(MINE)
    assert titles(page) == ["Ny"]
    assert "1 earlier notice" in page.text
    earlier = client.get(MINE, {"visa": "tidigare"})
    assert titles(earlier) == ["Gammal"]
    assert "Earlier notices" in earlier.text


@pytest.mark.parametrize("role", ["somebody", "officer"])
def test_somebody_who_has_joined_nowhere_is_told_how(as_person, told, role):
    told()
    page = as_person(make.UserFactory() if role == "somebody" else role).get(MINE)
    assert "You have not joined a stairwell yet" in page.text
    assert reverse("join:enter") in page.text
    assert "Inbrott" not in page.text


def test_a_contact_sees_what_is_for_contacts_and_nobody_else_finds_it(as_person, told):
    secret = told(**named("Möte för kontaktombud", contacts_only=True))
    contact = as_person("contact")
    assert titles(contact.get(MINE)) == ["Möte för kontaktombud"]
    assert "Only for contacts" in contact.get(at("read", secret)).text
    assert "You are a contact here" in contact.get(MINE).text
    for role in ("tenant", "landlord", "clerk"):
        client = as_person(role)
        assert client.get(at("read", secret)).status_code == 404
        assert client.get(at("board", secret)).status_code == 404
    assert contact.get(at("board", secret)).status_code == 404
    assert as_person("officer").get(at("board", secret)).status_code == 404


def test_a_contact_who_lives_elsewhere_still_sees_the_stairwell(as_person, told, norrby):
    helper = make.ContactFactory(stairwell=norrby.stairwells[0]).user
    told(**named("Till alla"))
    page = as_person(helper).get(MINE)
    assert titles(page) == ["Till alla"]
    assert "Varpgatan 1 A" in page.text


def test_one_notice_and_a_hundred_cost_the_same(as_person, told, django_assert_num_queries):
    client = as_person("tenant")
    told()
    client.get(MINE)
    with django_assert_num_queries(13):
        client.get(MINE)
    for _ in range(99):
        told(texts={"sv": ("a", "b"), "ar": ("c", "d")})
    with django_assert_num_queries(13):
        assert len(titles(client.get(MINE))) == 20


def test_a_notice_is_read_in_the_readers_language(as_person, told):
    notice = told(texts={"sv": ("Svenska", "På svenska"), "ar": ("عربي", "نص عربي")})
    page = as_person("tenant", "ar").get(at("read", notice)).text
    assert "نص عربي" in page
    assert "På svenska" not in page
    assert "You see it in Swedish" not in page
    assert "?text=sv" in page
    assert "På svenska" in as_person("tenant", "ar").get(at("read", notice), {"text": "sv"}).text


def test_a_missing_language_is_said_and_swedish_shown(as_person, told):
    notice = told()
    page = as_person("tenant", "en").get(at("read", notice)).text
    assert "This notice is not in your language. You see it in Swedish." in page
    assert "Flera källarförråd" in page
    assert "not in your language" not in as_person("tenant", "sv").get(at("read", notice)).text


@pytest.mark.parametrize("text", ["xx", "", "en'--", "ar"])
def test_an_unknown_language_in_the_address_gives_swedish(as_person, told, text):
    assert "Flera källarförråd" in as_person("tenant").get(at("read", told()), {"text": text}).text


def test_a_notice_says_who_sent_it_when_and_whom_to_call(as_person, told):
    page = as_person("tenant").get(at("read", told())).text
    assert "Polisen" in page
    assert "verified" in page
    assert "Cellar and attic break-ins" in page
    assert "Call the police, 114 14." in page
    urgent = as_person("tenant").get(at("read", told(urgency="act_now"))).text
    assert "In danger? Call 112" in urgent


def test_a_notice_past_its_time_says_so(as_person, told):
    old = told(expires_at=timezone.now() - timedelta(days=1))
    assert "It may not be true any more." in as_person("tenant").get(at("read", old)).text


def test_what_people_write_is_shown_as_they_wrote_it(as_person, told):
    notice = told(texts={"sv": ("<b>Fet</b>", "Rad 1\nRad 2 <script>alert(1)</script>")})
    page = as_person("tenant").get(at("read", notice)).text
    assert "<script>alert" not in page
    assert "&lt;b&gt;Fet&lt;/b&gt;" in page
    assert "Rad 1\nRad 2" in page
    printed = text_of(as_person("tenant").get(at("board", notice)).content)
    assert "<b>Fet</b> Rad 1 Rad 2 <script>alert(1)</script>" in printed


def test_a_tenant_of_another_building_gets_not_found(as_person, told, norrby, draft):
    stranger = make.ResidentFactory().user
    for name in ("read", "board"):
        assert as_person(stranger).get(at(name, told())).status_code == 404
        assert as_person("tenant").get(at(name, draft())).status_code == 404


def test_one_who_has_left_gets_not_found(as_person, told, norrby):
    notice = told()
    Resident.objects.filter(user=norrby.tenant).update(state="left")
    assert as_person("tenant").get(at("read", notice)).status_code == 404


def test_strangers_are_asked_to_sign_in(client, told):
    for address in (MINE, at("read", told()), at("board", told()), reverse("notices:preferences")):
        assert reverse("account_request_login_code") in client.get(address).url


class TestWithoutTheReadersLanguage:
    """Swedish words with a pictogram, and whom to call in the reader's own language."""

    def test_the_page_shows_a_pictogram_and_the_numbers(self, as_person, told):
        notice = told(kind="fire", texts={"sv": ("Brand", "Det brinner.")})
        page = as_person("tenant", "so").get(reverse("notices:read", args=[notice.public_id])).text
        assert "#kind-fire" in page
        assert '<strong dir="ltr">112</strong></a> <span>Khatar' in page
        assert "Det brinner." in page

    def test_a_reader_of_the_language_sees_none(self, as_person, told):
        notice = told(kind="fire", texts={"sv": ("Brand", "Det brinner."), "so": ("Dab", "Dab.")})
        for language in ("so", "sv"):
            page = as_person("tenant", language).get(reverse("notices:read", args=[notice.public_id])).text
            assert "#kind-fire" not in page

    def test_the_card_on_my_stairwell_has_the_pictogram(self, as_person, told):
        told(kind="fire", texts={"sv": ("Brand", "Det brinner.")})
        assert "#kind-fire" in as_person("tenant", "ar").get(reverse("notices:mine")).text
        assert "#kind-fire" not in as_person("tenant", "sv").get(reverse("notices:mine")).text
