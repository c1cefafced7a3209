"""A district's public notices as Atom, and the pages they lead to."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from lxml import etree

from notifications.models import Notice
from tests import factories as make
from tests.notifications.public.conftest import WORDS

NS = {"a": "http://www.w3.org/2005/Atom"}
FEED, CAP, LIST = (f"/stadsdel/norrby/{name}" for name in ("anslag.atom", "cap.atom", "anslag/"))


def read(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.content)


def words(tree, path):
    return [element.text for element in tree.findall(path, NS)]


def links(element, **attributes):
    return [
        link.get("href")
        for link in element.findall("a:link", NS)
        if all(link.get(name) == value for name, value in attributes.items())
    ]


def titles(client):
    return words(read(client, FEED), "a:entry/a:title")


def test_the_feed_has_all_that_atom_asks_for(stranger, publish, district):
    notice = publish()
    tree = read(stranger, FEED)
    assert words(tree, "a:title") == ["Offentliga anslag i Norrby"]
    assert words(tree, "a:id") == [f"tag:testserver,2026:anslag/{district.pk}/sv"]
    assert words(tree, "a:author/a:name") == ["Trappan"]
    assert links(tree, rel="self") == ["http://testserver/stadsdel/norrby/anslag.atom"]
    assert "http://testserver/stadsdel/norrby/anslag/" in links(tree, rel="alternate")
    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang") == "sv"
    (entry,) = tree.findall("a:entry", NS)
    assert words(entry, "a:title") == ["Inbrott i källare"]
    assert words(entry, "a:author/a:name") == ["Polisen"]
    (updated,) = words(entry, "a:updated")
    assert datetime.fromisoformat(updated) == notice.started_at
    assert links(entry, type="application/cap+xml") == [f"http://testserver/oppet/{notice.public_id}/cap.xml"]
    (summary,) = words(entry, "a:summary")
    assert "<p>Flera förråd har brutits upp.<br>Lås ordentligt.</p>" in summary
    assert "VMA" in summary


def test_each_language_has_a_feed_of_its_own_with_names_of_its_own(stranger, publish):
    publish()
    publish(texts={"sv": ("Bara svenska", "Text")})
    found = {language: read(stranger, FEED, sprak=language) for language in WORDS}
    names = [name for tree in found.values() for name in words(tree, "a:id")]
    assert len(set(names)) == 4
    for language, tree in found.items():
        assert set(words(tree, "a:entry/a:title")) == {WORDS[language][0], "Bara svenska"}
        languages = [entry.get("{http://www.w3.org/XML/1998/namespace}lang") for entry in tree.findall("a:entry", NS)]
        assert sorted(languages) == sorted(["sv", language])
        (own,) = links(tree, rel="self")
        assert own.endswith("" if language == "sv" else f"?sprak={language}")
        others = [link.get("hreflang") for link in tree.findall("a:link", NS) if link.get("hreflang")]
        assert set(others) == set(WORDS) - {language}
    entries = [name for language in ("sv", "ar") for name in words(found[language], "a:entry/a:id")]
    # The notice without Arabic is the same entry in both feeds.
    assert len(set(entries)) == 3


def test_the_feed_does_not_depend_on_who_asks(publish):
    publish()
    contents = set()
    for headers in ({"accept-language": "ar"}, {"accept-language": "en"}, {}):
        response = Client(headers=headers).get(FEED)
        assert response["Content-Language"] == "sv"
        contents.add(response.content)
    assert len(contents) == 1
    assert "sprak=ar" in Client().get(FEED, {"sprak": "ar"}).text


@pytest.mark.parametrize("language", ["xx", "", "../../etc", "sv-SE", "\x00"])
def test_a_language_nobody_has_is_swedish(stranger, publish, language):
    publish()
    assert stranger.get(FEED, {"sprak": language})["Content-Language"] == "sv"


def test_what_follows_takes_the_place_of_what_it_follows(stranger, publish):
    first = publish(minutes_ago=60, texts={"sv": ("Fel", "a")})
    publish(minutes_ago=30, texts={"sv": ("Rätt", "b")}, refers_to=first, reference="corrects")
    assert titles(stranger) == ["Rätt"]


def test_what_is_replaced_by_something_not_public_is_gone_everywhere(stranger, publish):
    first = publish(minutes_ago=60)
    assert titles(stranger) == ["Inbrott i källare"]
    publish(minutes_ago=30, refers_to=first, reference="corrects", is_public=False)
    assert titles(stranger) == []
    for name in ("public", "cap"):
        assert stranger.get(reverse(f"notices:{name}", args=[first.public_id])).status_code == 410


def test_a_correction_called_off_does_not_bring_the_wrong_notice_back(stranger, publish):
    first = publish(minutes_ago=60)
    publish(minutes_ago=30, refers_to=first, reference="corrects", state="cancelled")
    assert titles(stranger) == []


def test_a_correction_that_has_not_left_replaces_nothing(stranger, publish):
    first = publish(minutes_ago=60)
    waiting = publish(refers_to=first, reference="corrects")
    Notice.objects.filter(pk=waiting.pk).update(state="scheduled", started_at=None)
    assert titles(stranger) == ["Inbrott i källare"]


def test_the_newest_fifty_come_newest_first(stranger, publish):
    for number in range(52):
        publish(minutes_ago=100 + number, texts={"sv": (f"Nummer {number}", "Text")})
    assert titles(stranger) == [f"Nummer {number}" for number in range(50)]


def test_another_districts_are_not_here(stranger, publish):
    publish(district=make.DistrictFactory(name="Hulta", slug="hulta"))
    assert titles(stranger) == []
    assert stranger.get("/stadsdel/finns-inte/anslag.atom").status_code == 404


@pytest.mark.parametrize("address", [FEED, CAP])
def test_a_feed_that_has_not_changed_is_not_sent_again(stranger, publish, address):
    publish()
    first = stranger.get(address)
    assert first["Cache-Control"] == "public, max-age=60"
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        assert stranger.get(address, headers=headers).status_code == 304
    publish(minutes_ago=0)
    assert stranger.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_feed_changes_also_when_the_last_notice_goes(stranger, publish):
    notice = publish(minutes_ago=120, expires_at=timezone.now() + timedelta(hours=1))
    first = stranger.get(FEED)
    assert notice.started_at.strftime("%H:%M") in first["Last-Modified"]
    with time_machine.travel(notice.expires_at + timedelta(minutes=5), tick=False):
        later = stranger.get(FEED, headers={"If-Modified-Since": first["Last-Modified"]})
    assert later.status_code == 200
    assert datetime.fromisoformat(words(etree.fromstring(later.content), "a:updated")[0]) == notice.expires_at


def test_an_empty_feed_is_the_same_each_time(stranger, district):
    assert stranger.get(FEED).content == stranger.get(FEED).content
    assert words(read(stranger, FEED), "a:updated") == ["1970-01-01T01:00:00+01:00"]


def test_the_index_names_each_active_cap_message(stranger, publish, district):
    first = publish(minutes_ago=60)
    second = publish(minutes_ago=30, refers_to=first, reference="cancels")
    tree = read(stranger, CAP)
    assert words(tree, "a:entry/a:id") == [second.public_id.urn]
    assert words(tree, "a:id") == [f"tag:testserver,2026:cap/{district.pk}/sv"]
    (entry,) = tree.findall("a:entry", NS)
    (link,) = links(entry, type="application/cap+xml")
    assert second.public_id.urn in stranger.get(urlsplit(link).path).text


@pytest.mark.parametrize(("address", "queries"), [(FEED, 4), (CAP, 4), (LIST, 4)])
def test_one_notice_and_forty_cost_the_same(stranger, publish, django_assert_num_queries, address, queries):
    publish()
    for _round in range(2):
        with django_assert_num_queries(queries):
            stranger.get(address)
        for _ in range(39):
            publish()


class TestPages:
    def test_anyone_reads_it_in_any_of_its_languages(self, stranger, publish):
        notice = publish()
        page = stranger.get(reverse("notices:public", args=[notice.public_id]))
        assert "Cellar break-ins" in page.text
        assert "&lt;Lock&gt; &amp; look." in page.text
        assert "anyone can read it" in page.text
        assert f'type="application/cap+xml" href="/oppet/{notice.public_id}/cap.xml"' in page.text
        assert "/stadsdel/norrby/anslag.atom?sprak=en" in page.text
        assert "Inbrott i källare" in stranger.get(f"/oppet/{notice.public_id}/?text=sv").text

    def test_one_that_has_been_corrected_leads_to_the_newer(self, stranger, publish):
        first = publish(minutes_ago=60)
        second = publish(minutes_ago=30, refers_to=first, reference="corrects")
        page = stranger.get(reverse("notices:public", args=[first.public_id]))
        assert reverse("notices:public", args=[second.public_id]) in page.text
        assert "There is a newer notice about this" in page.text

    def test_it_is_gone_when_its_time_has_passed(self, stranger, publish):
        notice = publish(expires_at=timezone.now() - timedelta(minutes=1))
        page = stranger.get(reverse("notices:public", args=[notice.public_id]))
        assert page.status_code == 410
        assert "Inbrott" not in page.text

    def test_the_district_lists_them_and_offers_the_feeds(self, stranger, publish):
        notice = publish()
        assert stranger.get("/stadsdel/finns-inte/anslag/").status_code == 404
        page = stranger.get(LIST).text
        assert reverse("notices:public", args=[notice.public_id]) in page
        assert 'rel="alternate" type="application/atom+xml"' in page
        assert "/stadsdel/norrby/cap.atom" in page
        assert "None of them is a VMA" in page

    def test_a_signed_in_person_s_answer_is_not_kept(self, publish):
        publish()
        client = Client()
        client.force_login(make.UserFactory())
        for address in (FEED, CAP, LIST):
            assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize("wrong", [{"contacts_only": True}, {"whole_district": False}])
def test_the_database_refuses_a_public_notice_that_is_not_for_everyone(publish, wrong):
    notice = publish()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**wrong)


class EverythingElse(TestCase):
    """Whatever a notice is, only one to everyone in a district, told, still shown and marked public is anywhere."""

    @hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        state=st.sampled_from(Notice.State.values),
        whole=st.booleans(),
        contacts=st.booleans(),
        marked=st.booleans(),
        has_left=st.booleans(),
        hours_left=st.sampled_from([-1, 1]),
        urgency=st.sampled_from(Notice.Urgency.values),
    )
    def test_nothing_else_is_public_anywhere(self, state, whole, contacts, marked, has_left, hours_left, urgency):
        now = timezone.now()
        district = make.DistrictFactory(name="Norrby", slug="norrby")
        notice = make.NoticeFactory(
            district=district,
            organisation__name="Hemlig avsändare",
            urgency=urgency,
            whole_district=whole,
            contacts_only=contacts,
            # The database would refuse anything else.
            is_public=marked and whole and not contacts,
            expires_at=now + timedelta(hours=hours_left),
            texts={"sv": ("Hemlig rubrik", "Hemlig text")},
        )
        Notice.objects.filter(pk=notice.pk).update(state=state, started_at=now if has_left else None)
        is_open = marked and whole and not contacts and has_left and state in ("sending", "sent") and hours_left > 0
        client = Client()
        for name in ("feed", "cap_index", "public_list"):
            page = client.get(reverse(f"notices:{name}", args=["norrby"]))
            assert ("Hemlig rubrik" in page.text) == is_open
            assert (str(notice.public_id) in page.text) == is_open
        for name in ("public", "cap"):
            page = client.get(reverse(f"notices:{name}", args=[notice.public_id]))
            assert (page.status_code == 200) == is_open
            assert ("Hemlig" in page.text) == is_open
