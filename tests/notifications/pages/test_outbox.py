"""The list of an organisation's notices."""

import pytest
from django.urls import reverse

from tests import factories as make

OUTBOX = reverse("notices:outbox")


def titles(page):
    return [notice.text_in("sv").title for notice in page.context["page"]]


def named(title, **fields):
    return {"texts": {"sv": (title, "Text om gården")}} | fields


def test_newest_first_and_only_the_own_organisations(as_person, draft, told, norrby):
    draft(**named("Första"))
    told(**named("Andra"))
    draft(**named("Värdens", organisation=norrby.company))
    page = as_person("officer").get(OUTBOX)
    assert titles(page) == ["Andra", "Första"]
    assert "draft" in page.text
    assert "sent" in page.text
    assert titles(as_person("landlord").get(OUTBOX)) == ["Värdens"]


def test_a_draft_opens_to_be_written_and_a_sent_one_to_be_followed(as_person, draft, told):
    waiting, sent = draft(), told()
    page = as_person("officer").get(OUTBOX).text
    assert reverse("notices:edit", args=[waiting.public_id]) in page
    assert reverse("notices:progress", args=[sent.public_id]) in page
    assert f'href="{reverse("notices:edit", args=[sent.public_id])}"' not in page


def test_an_empty_list_says_what_to_do(as_person):
    page = as_person("officer").get(OUTBOX).text
    assert "No notices yet" in page
    assert reverse("notices:compose") in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "draft"}, ["Cykel"]),
        ({"state": "sent"}, ["Källare"]),
        ({"kind": "bicycle"}, ["Cykel"]),
        ({"text": "källare"}, ["Källare"]),
        ({"text": "gården CYKEL"}, ["Cykel"]),
        ({"text": "finns inte"}, []),
        ({"state": "sent", "kind": "bicycle"}, []),
        ({"state": "", "text": " "}, ["Källare", "Cykel"]),
    ],
)
def test_it_can_be_narrowed(as_person, draft, told, query, found):
    draft(**named("Cykel", kind="bicycle"))
    told(**named("Källare"))
    page = as_person("officer").get(OUTBOX, query)
    assert titles(page) == found
    if not found:
        assert "No notice fits" in page.text
        assert "finns inte" in page.text or "text" not in query


def test_nonsense_in_the_address_is_no_trouble(as_person, draft):
    draft()
    page = as_person("officer").get(OUTBOX, {"state": "påhittad", "page": "sist"})
    assert page.status_code == 200


def test_twenty_five_a_page_and_the_filter_stays(as_person, draft):
    for number in range(26):
        draft(**named(f"Anslag {number}"))
    client = as_person("officer")
    first = client.get(OUTBOX, {"state": "draft"})
    assert len(titles(first)) == 25
    assert "state=draft&amp;page=2" in first.text
    assert titles(client.get(OUTBOX, {"state": "draft", "page": 2})) == ["Anslag 0"]


def test_one_notice_and_a_hundred_cost_the_same(as_person, draft, django_assert_num_queries):
    client = as_person("officer")
    draft()
    client.get(OUTBOX)
    with django_assert_num_queries(11):
        client.get(OUTBOX)
    for _ in range(99):
        draft(texts={"sv": ("a", "b"), "ar": ("c", "d")})
    with django_assert_num_queries(11):
        assert len(titles(client.get(OUTBOX))) == 25


def test_the_title_is_in_the_readers_language(as_person, draft):
    draft(texts={"sv": ("Svensk rubrik", "a"), "en": ("English title", "b")})
    assert "English title" in as_person("officer", "en").get(OUTBOX).text
    assert "Svensk rubrik" in as_person("officer", "so").get(OUTBOX).text


def test_nobody_but_colleagues_in_the_same_district_sees_it(as_person, draft, norrby):
    draft(**named("Hemligt utkast"))
    colleague = make.StaffFactory(organisation=norrby.police, districts=[make.DistrictFactory()]).user
    assert titles(as_person(colleague).get(OUTBOX)) == []
