"""The page behind the short link in an SMS."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from notifications.links import ALPHABET, notice_pk, notice_token


@given(pk=st.integers(0, 2**25 - 1))
def test_a_link_is_twelve_characters_and_leads_back(pk):
    token = notice_token(pk)
    assert len(token) == 12
    assert notice_pk(token) == notice_pk(token.upper()) == pk


@given(pk=st.integers(2**25, 2**63 - 1))
def test_even_the_largest_number_has_a_link(pk):
    assert notice_pk(notice_token(pk)) == pk


@given(pk=st.integers(0, 10**6), place=st.integers(0, 11), letter=st.sampled_from(ALPHABET))
def test_one_letter_wrong_is_no_link(pk, place, letter):
    token = notice_token(pk)
    wrong = token[:place] + letter + token[place + 1 :]
    assert notice_pk(wrong) == (pk if wrong == token else None)


@given(typed=st.text(max_size=40))
def test_nothing_anyone_types_breaks_it(typed):
    assert notice_pk(typed) is None


def test_links_outlive_a_new_secret_key_but_not_a_strangers(settings):
    token = notice_token(7)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert notice_pk(token) == 7
    assert notice_token(7) != token
    settings.SECRET_KEY_FALLBACKS = []
    assert notice_pk(token) is None


def at(notice):
    return f"/n/{notice_token(notice.pk)}"


def stranger(language="en"):
    return Client(headers={"accept-language": language})


def test_anyone_with_the_link_reads_that_notice_and_no_other(told):
    notice = told(texts={"sv": ("Inbrott i källare", "Lås."), "en": ("Break-ins", "Lock <the> door.")})
    told(texts={"sv": ("Något annat", "Något annat.")})
    page = stranger().get(at(notice))
    assert page.status_code == 200
    assert "Break-ins" in page.text
    assert "Lock &lt;the&gt; door." in page.text
    assert "Polisen" in page.text
    assert "112" in page.text
    assert "Något annat" not in page.text
    assert str(notice.public_id) not in page.text


def test_it_speaks_the_readers_language(told):
    notice = told(texts={"sv": ("Inbrott", "Lås."), "ar": ("سرقة", "أغلق الباب")})
    page = stranger("ar").get(at(notice)).text
    assert '<html lang="ar" dir="rtl"' in page
    assert "سرقة" in page
    other = stranger("en").get(at(notice)).text
    assert "not in your language" in other
    assert "#kind-cellar" in other
    assert "#kind-cellar" not in page
    assert "سرقة" in stranger("en").get(at(notice), {"text": "ar"}).text


def test_nobody_keeps_it_and_no_search_engine_lists_it(told):
    page = stranger().get(at(told()))
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text


def test_when_its_time_has_passed_it_is_gone(told):
    notice = told()
    assert stranger().get(at(notice)).status_code == 200
    with time_machine.travel(notice.expires_at + timedelta(seconds=1)):
        page = stranger().get(at(notice))
    assert page.status_code == 410
    assert "no longer shown" in page.text
    assert "Inbrott" not in page.text
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"contacts_only": True}, 404),
        ({"state": "draft"}, 404),
        ({"state": "awaiting"}, 404),
        ({"state": "scheduled", "send_at": timezone.now()}, 404),
        ({"state": "cancelled"}, 410),
    ],
)
def test_what_is_not_told_to_everyone_has_no_page(draft, fields, status):
    notice = draft(**{"state": "sent", "started_at": timezone.now()} | fields)
    page = stranger().get(at(notice))
    assert page.status_code == status
    assert "Inbrott" not in page.text


@pytest.mark.parametrize("token", ["%00", "aaaaaaaaaaaa", "a", "x" * 3000, "%E2%80%AE"])
def test_what_is_no_link_is_not_found(db, token):
    assert stranger().get(f"/n/{token}").status_code == 404


def test_guessing_stops_early_and_does_not_shut_out_who_has_read_it(told, cache_on_our_clock):
    opened, fresh = told(), told()
    assert stranger().get(at(opened)).status_code == 200
    answers = [stranger().get(f"/n/aaaaaaaaaa{first}{second}").status_code for first in "abcdef" for second in "abcdef"]
    assert answers == [404] * 30 + [429] * 6
    assert stranger().get(at(fresh)).status_code == 429, "a right guess must not be told from a wrong one"
    assert stranger().get(at(opened)).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert stranger().get(at(fresh)).status_code == 200


def test_it_costs_the_same_however_many_languages(told, django_assert_num_queries):
    notice = told(texts=dict.fromkeys(("sv", "en", "ar", "so"), ("Rubrik", "Text")))
    client = stranger()
    with django_assert_num_queries(2):
        client.get(at(notice))
