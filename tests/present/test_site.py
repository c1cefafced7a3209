"""The public site: what it says, in which language, and what search engines are told."""

import json
import re

import pytest
from lxml import etree

from tests import factories as make
from tests.meet.guests import somewhere
from tests.present.pages import LOCAL, STILL, officer_in, written

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def norrby():
    return make.DistrictFactory(name="Norrby", slug="norrby")


@pytest.mark.parametrize("address", [*STILL, *LOCAL])
def test_every_page_says_what_it_is_to_whoever_searches_or_shares(client, norrby, address):
    page = client.get(f"{address}?sprak=ar").text
    assert '<html lang="ar" dir="rtl">' in page
    assert f'<link rel="canonical" href="http://testserver{address}?sprak=ar">' in page
    alternates = dict(re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', page))
    assert alternates.pop("x-default") == f"http://testserver{address}"
    assert alternates == {code: f"http://testserver{address}?sprak={code}" for code in ("sv", "en", "ar", "so")}
    facts = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]+)">', page))
    assert {"title", "description", "url", "locale", "image", "type"} <= facts.keys()


def test_an_address_with_a_language_wins_and_is_remembered(client, norrby):
    client.cookies["sprak"] = "so"
    assert '<html lang="ar"' in client.get("/rad/?sprak=ar").text
    assert '<html lang="ar"' in client.get("/rad/").text


def test_a_language_nobody_knows_is_ignored(client):
    answer = client.get("/rad/?sprak=xx", headers=ENGLISH)
    assert '<html lang="en"' in answer.text
    assert "sprak" not in answer.cookies


def test_a_feed_in_a_language_keeps_nothing_in_the_browser(client):
    somewhere()
    assert "sprak" not in client.get("/stadsdel/norrby/moten.ics?sprak=ar").cookies


def test_the_results_name_where_they_come_from(client):
    page = client.get("/grannsamverkan/resultat/", headers=ENGLISH).text
    for words in ("Brå", "2008", "36 studies", "−16 %", "−26 %", "Halland", "−37 %", "−23 %", "rose sharply"):
        assert words in page


def test_advice_that_is_not_there_is_not_found(client):
    assert client.get("/rad/finns-inte/").status_code == 404


class TestADistrict:
    def test_shows_how_to_join_who_works_there_and_the_open_meetings_to_come(self, client):
        place = somewhere()
        place.meeting(is_public=True, texts={"sv": ("Öppet hus", "Vi ses.")})
        place.meeting(texts={"sv": ("Bara grannar", "Vi ses.")})
        page = client.get("/stadsdel/norrby/", headers=ENGLISH).text
        for words in ("Öppet hus", "Polisen i Norrby", "/t/", "/stadsdel/norrby/anslag/", "officer of the district"):
            assert words in page
        assert "Bara grannar" not in page
        assert place.officer.name not in page
        assert client.get("/stadsdel/finns-inte/").status_code == 404

    def test_tells_machines_of_a_meeting_in_a_block_nothing_can_break_out_of(self, client):
        place = somewhere()
        meeting = place.meeting(is_public=True, texts={"sv": ("</script><b>Hus", "Vi ses.")})
        for address in ("/stadsdel/norrby/", f"/oppet-mote/{meeting.public_id}/"):
            page = client.get(address).text
            (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
            event = json.loads(block)
            assert event["@type"] == "Event"
            assert event["name"] == "</script><b>Hus"
            assert event["startDate"] == meeting.starts_at.isoformat()
            assert event["location"]["name"] == "Provlokalen"

    def test_says_when_it_falls_back_to_swedish(self, client, norrby):
        officer = officer_in(norrby)
        written(officer, norrby, introduction="Svenska ord.")
        page = client.get("/stadsdel/norrby/", headers=ENGLISH).text
        assert "Shown in Swedish, because there is no text in your language (English)." in page
        assert "Svenska ord." in page
        written(officer, norrby, "en", introduction="English words.")
        page = client.get("/stadsdel/norrby/", headers=ENGLISH).text
        assert "Shown in Swedish" not in page
        assert "English words." in page
        assert "Svenska ord." not in page

    @pytest.mark.parametrize("number", [1, 30])
    def test_asks_the_same_for_few_and_many(self, client, number, django_assert_num_queries):
        place = somewhere()
        for _ in range(number):
            place.meeting(is_public=True)
        with django_assert_num_queries(7):
            client.get("/stadsdel/norrby/")


def test_the_sitemap_lists_every_district_in_every_language(client, norrby):
    answer = client.get("/sitemap.xml")
    tree = etree.fromstring(answer.content)
    pages = [element.text for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert "http://testserver/stadsdel/norrby/" in pages
    assert "http://testserver/rad/telefon/" in pages
    assert len(set(pages)) == len(pages)
    for page in pages:
        assert client.get(page.removeprefix("http://testserver")).status_code == 200
    links = [element.get("href") for element in tree.iter("{http://www.w3.org/1999/xhtml}link")]
    assert "http://testserver/stadsdel/norrby/?sprak=so" in links


def test_robots_are_shown_the_sitemap(client):
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").text
