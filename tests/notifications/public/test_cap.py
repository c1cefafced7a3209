"""Public notices as CAP 1.2, valid against the official schema, and never like a VMA."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from capvalidator import check_schema
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from notifications import cap, publishing
from notifications.models import Notice, NoticeText
from tests import factories as make
from tests.notifications.public.conftest import WORDS

NS = {"cap": cap.NAMESPACE}


def at(notice):
    return reverse("notices:cap", args=[notice.public_id])


def read(stranger, notice):
    response = stranger.get(at(notice))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/cap+xml; charset=utf-8"
    result = check_schema(response.content)
    assert result.passed, result.message
    return etree.fromstring(response.content)


def words(tree, name):
    return [element.text for element in tree.findall(f".//cap:{name}", NS)]


def one(tree, name):
    (found,) = words(tree, name)
    return found


@pytest.mark.parametrize("urgency", Notice.Urgency.values)
@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_every_kind_and_urgency_is_valid_in_all_languages(stranger, publish, kind, urgency):
    tree = read(stranger, publish(kind=kind, urgency=urgency))
    assert words(tree, "language") == ["sv", "ar", "en", "so"]
    assert words(tree, "headline")[1] == WORDS["ar"][0]
    assert (one(tree, "msgType"), one(tree, "scope")) == ("Alert", "Public")
    assert "Extreme" not in words(tree, "severity")


def test_it_says_what_the_notice_says_in_each_language(stranger, publish):
    notice = publish(kind="fire", urgency="act_now")
    tree = read(stranger, notice)
    infos = dict(zip(words(tree, "language"), tree.findall("cap:info", NS), strict=True))
    english = infos["en"]
    assert one(english, "event") == "Fire"
    assert one(infos["sv"], "event") == "Brand"
    assert one(english, "category") == "Fire"
    assert (one(english, "urgency"), one(english, "severity"), one(english, "certainty")) == (
        "Immediate",
        "Severe",
        "Observed",
    )
    assert one(english, "headline") == "Cellar break-ins"
    assert one(english, "description").startswith(
        "Several store rooms were broken into. <Lock> & look.\n\nFrom Polisen"
    )
    assert "112" in one(english, "instruction")
    assert one(english, "senderName") == "Polisen"
    assert one(english, "areaDesc") == "Norrby"
    assert one(english, "web") == f"http://testserver/oppet/{notice.public_id}/?text=en"
    assert one(tree, "identifier") == f"urn:uuid:{notice.public_id}"
    assert one(tree, "sender") == "polisen@testserver"


def test_a_housing_company_speaks_for_its_own_houses_only(stranger, publish, district):
    company = make.OrganisationFactory(name="AB Bostäder", slug="bostader", districts=[district])
    tree = read(stranger, publish(organisation=company))
    assert words(tree, "areaDesc")[2] == "AB Bostäder's houses in Norrby"
    assert all("Norrby" in area and "AB Bostäder" in area for area in words(tree, "areaDesc"))


@pytest.mark.parametrize(("month", "offset"), [(1, "+01:00"), (7, "+02:00")])
def test_times_have_a_numeric_offset_and_whole_seconds(stranger, publish, month, offset):
    notice = publish()
    when = datetime(2026, month, 5, 11, 30, 15, 999_999, tzinfo=UTC)
    Notice.objects.filter(pk=notice.pk).update(started_at=when)
    assert one(read(stranger, notice), "sent") == f"2026-0{month}-05T1{1 + int(offset[2])}:30:15{offset}"


def test_the_demo_only_tests(stranger, publish, settings):
    assert one(read(stranger, publish()), "status") == "Test"
    settings.DEMO = False
    assert one(read(stranger, publish()), "status") == "Actual"


@pytest.mark.parametrize(("reference", "kind"), [("corrects", "Update"), ("cancels", "Cancel")])
def test_update_and_cancel_refer_to_every_earlier_one(stranger, publish, reference, kind):
    first = publish(minutes_ago=60)
    second = publish(minutes_ago=50, refers_to=first, reference="corrects")
    third = publish(minutes_ago=40, refers_to=second, reference=reference)
    publish(minutes_ago=30, refers_to=third, reference="corrects")
    publish(minutes_ago=55)
    tree = read(stranger, third)
    assert one(tree, "msgType") == kind
    assert one(tree, "references").split() == [
        f"polisen@testserver,urn:uuid:{each.public_id},{cap.moment(each.started_at)}" for each in (first, second)
    ]
    assert one(read(stranger, first), "msgType") == "Alert"


def test_a_cancel_asks_nobody_to_do_anything(stranger, publish):
    first = publish(minutes_ago=60, urgency="act_now", state="cancelled")
    tree = read(stranger, publish(refers_to=first, reference="cancels", urgency="act_now", minutes_ago=5))
    assert set(words(tree, "urgency")) == {"Past"}
    assert words(tree, "instruction") == []
    assert str(first.public_id) in one(tree, "references")


def test_one_that_was_never_public_is_not_named(stranger, publish):
    secret = publish(minutes_ago=60, is_public=False)
    unsent = publish(minutes_ago=60)
    Notice.objects.filter(pk=unsent.pk).update(started_at=None, state="cancelled")
    for earlier in (secret, unsent):
        notice = publish(minutes_ago=5, refers_to=earlier, reference="corrects")
        response = stranger.get(at(notice))
        assert str(earlier.public_id) not in response.text
        tree = read(stranger, notice)
        assert (one(tree, "msgType"), words(tree, "references")) == ("Alert", [])


def test_a_ring_of_references_ends(publish):
    first = publish(minutes_ago=60)
    second = publish(minutes_ago=50, refers_to=first, reference="corrects")
    Notice.objects.filter(pk=first.pk).update(refers_to=second, reference="corrects")
    assert publishing.earlier(second) == [first]


def test_a_long_chain_costs_one_question(publish, django_assert_num_queries):
    last = publish(minutes_ago=90)
    for minutes in range(80, 20, -3):
        last = publish(minutes_ago=minutes, refers_to=last, reference="corrects")
    with django_assert_num_queries(1):
        assert len(publishing.earlier(last)) == 20


def test_gone_when_its_time_has_passed_or_it_was_called_off(stranger, publish):
    over = publish(expires_at=timezone.now() - timedelta(minutes=1))
    stopped = publish(state="cancelled")
    assert [stranger.get(at(notice)).status_code for notice in (over, stopped)] == [410, 410]


def test_every_message_says_that_it_is_no_vma_and_never_looks_like_one(stranger, publish):
    for urgency in Notice.Urgency.values:
        notice = publish(urgency=urgency)
        tree = read(stranger, notice)
        for description in words(tree, "description"):
            body, _blank, origin = description.rpartition("\n\n")
            assert "VMA" in origin
            assert "VMA" not in body
            assert "Trappan" in origin
        text = re.sub(r"<description>.*?</description>", "", etree.tostring(tree, encoding="unicode"), flags=re.DOTALL)
        assert not publishing.looks_like_vma(text)
        for name in ("eventCode", "code", "parameter", "resource", "geocode"):
            assert words(tree, name) == []


def test_the_same_message_is_not_sent_twice(stranger, publish):
    notice = publish()
    first = stranger.get(at(notice))
    assert first["Cache-Control"] == "public, max-age=60"
    again = stranger.get(at(notice), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


signs = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)


@given(title=signs, body=signs, slug=st.from_regex(r"\A[-a-zA-Z0-9_]{1,50}\Z"))
def test_whatever_is_written_the_message_is_valid(title, body, slug):
    organisation = make.OrganisationFactory.build(name=title, slug=slug, kind="police")
    notice = make.NoticeFactory.build(
        pk=1, organisation=organisation, district=make.DistrictFactory.build(name=body), started_at=timezone.now()
    )
    texts = [NoticeText(language=language, title=title, body=body) for language in ("sv", "ar")]
    notice._prefetched_objects_cache = {"texts": texts}
    content = cap.message(notice)
    result = check_schema(content)
    assert result.passed, result.message
    tree = etree.fromstring(content)
    for name in ("identifier", "sender"):
        assert not set(" ,<&") & set(one(tree, name))
    assert publishing.xml_safe(title) in (words(tree, "headline")[0] or "")
