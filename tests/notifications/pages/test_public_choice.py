"""Choosing that anyone may read a notice: who can be asked, what it says before it is sent, and what is refused."""

import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from notifications.drafts import seal_of
from notifications.models import Notice
from notifications.publishing import looks_like_vma

COMPOSE = reverse("notices:compose")


def confirm_at(notice):
    return reverse("notices:confirm", args=[notice.public_id])


def test_a_notice_is_public_only_when_its_writer_says_so(as_person, typed):
    client = as_person("officer")
    client.post(COMPOSE, typed())
    client.post(COMPOSE, typed(is_public="on"))
    assert list(Notice.objects.order_by("pk").values_list("is_public", flat=True)) == [False, True]


@pytest.mark.parametrize("where", ["stairwells", "buildings"])
def test_one_to_chosen_houses_cannot_be(as_person, typed, norrby, where):
    chosen = {"stairwells": norrby.stairwells[0].pk, "buildings": norrby.building.pk}
    page = as_person("officer").post(COMPOSE, typed(is_public="on", whom="chosen", **{where: chosen[where]}))
    assert "Only a notice to everyone in the whole district can be public." in page.text
    assert 'value="Inbrott i källare"' in page.text
    assert not Notice.objects.exists()


def test_one_to_contacts_cannot_be(as_person, typed):
    page = as_person("officer").post(COMPOSE, typed(is_public="on", readers="contacts"))
    assert "Only a notice to everyone in the whole district can be public." in page.text
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("words", "is_refused"),
    [
        ("Detta är ett VMA.", True),
        ("V.M.A. i hela Norrby", True),
        ("ＶＭＡ", True),
        ("viktigt meddelande till allmänheten: stanna inne", True),
        ("Important public announcement", True),
        ("Ett viktigt meddelande till er som bor här", False),
        ("Firman Svmab byter lås", False),
    ],
)
def test_a_public_notice_cannot_call_itself_a_vma_but_others_may_speak_of_one(as_person, typed, words, is_refused):
    client = as_person("officer")
    page = client.post(COMPOSE, typed(is_public="on", body_sv=words))
    assert Notice.objects.exists() != is_refused
    if is_refused:
        assert "must not look like a VMA" in page.text
        client.post(COMPOSE, typed(body_sv=words))
        assert Notice.objects.exists()


@given(words=st.text(max_size=200))
def test_nothing_anyone_types_breaks_the_search_for_it(words):
    assert looks_like_vma(f"{words} VMA")


def test_words_that_slipped_into_a_draft_are_stopped_before_they_leave(as_person, draft):
    notice = draft(is_public=True, texts={"sv": ("VMA", "Text")})
    page = as_person("officer").post(confirm_at(notice), {"seen": seal_of(notice)})
    assert page.status_code == 409
    assert "must not look like a VMA" in page.text
    notice.refresh_from_db()
    assert notice.state == "draft"


def test_the_review_page_says_in_words_that_anyone_can_read_it(as_person, draft):
    client = as_person("officer")
    assert "Anyone can read it" in client.get(confirm_at(draft(is_public=True))).text
    assert "Anyone can read it" not in client.get(confirm_at(draft())).text


def test_made_public_by_somebody_else_meanwhile_it_must_be_read_again(as_person, draft):
    notice = draft()
    seen = seal_of(notice)
    Notice.objects.update(is_public=True)
    assert as_person("officer").post(confirm_at(notice), {"seen": seen}).status_code == 409


def test_a_draft_keeps_the_choice_and_a_copy_asks_anew(as_person, draft, told):
    client = as_person("officer")
    page = client.get(reverse("notices:edit", args=[draft(is_public=True).public_id]))
    assert re.search(r'name="is_public"[^>]* checked', page.text)
    copy = client.get(COMPOSE, {"kopia": told(is_public=True).public_id})
    assert 'name="is_public"' in copy.text
    assert not re.search(r'name="is_public"[^>]* checked', copy.text)


def test_the_sender_sees_it_as_others_do(as_person, told):
    public, other = told(is_public=True), told()
    client = as_person("officer")
    at = {notice: client.get(reverse("notices:progress", args=[notice.public_id])).text for notice in (public, other)}
    assert reverse("notices:public", args=[public.public_id]) in at[public]
    assert "See it as others do" not in at[other]
