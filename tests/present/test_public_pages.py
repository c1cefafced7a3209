"""Front page, about page, languages and the pages one meets when something is wrong."""

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from tests import factories as make

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def words(response):
    return response.content.decode()


@pytest.mark.parametrize("address", ["/", "/om/"])
def test_anyone_reads_the_public_pages_and_finds_the_emergency_numbers(client, address):
    text = words(client.get(address, headers=ENGLISH))
    assert {"tel:112", "tel:11414", "tel:11313"} <= set(re.findall(r'href="(tel:\d+)"', text))
    assert "cannot report a crime" in text


def test_the_front_page_takes_the_code_of_a_stairwell(client):
    code = make.StairwellFactory(code="K7QM3XWP").codes.get()
    assert f'action="{reverse("join:enter")}"' in words(client.get("/"))
    answer = client.get(reverse("join:enter"), {"code": "k7qm 3xwp"})
    assert answer.url == reverse("join:stairwell", args=[code.code])


def test_the_front_page_costs_a_stranger_no_question_to_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/")


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so"])
def test_the_browser_s_language_is_respected(client, language):
    text = words(client.get("/", headers={"accept-language": language}))
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in text
    assert ("bootstrap.rtl.min.css" in text) == (language == "ar")


def test_every_language_is_offered_under_its_own_name(client):
    text = words(client.get("/", headers={"accept-language": "ar"}))
    offered = dict(re.findall(r'hreflang="(\w\w)" lang="\1"[^>]*>\s*<span dir="auto">([^<]+)<', text))
    assert offered.keys() == dict(django_settings.LANGUAGES).keys()
    assert (offered["sv"], offered["en"], offered["so"]) == ("Svenska", "English", "Soomaali")


def test_choosing_a_language_brings_one_back_to_the_same_page_in_it(client):
    answer = client.post("/sprak/", {"language": "en", "next": "/om/?a=1"})
    assert answer.url == "/om/?a=1"
    assert '<html lang="en"' in words(client.get("/om/", headers={"accept-language": "ar"}))


def test_a_signed_in_person_s_choice_is_kept(client):
    person = make.UserFactory(language="sv")
    client.force_login(person)
    client.post("/sprak/", {"language": "so", "next": "/"})
    person.refresh_from_db()
    assert person.language == "so"


@pytest.mark.parametrize("language", ["", "xx", "svenska", "../etc"])
def test_an_unknown_language_changes_nothing(client, language):
    person = make.UserFactory(language="sv")
    client.force_login(person)
    assert client.post("/sprak/", {"language": language, "next": "/"}).status_code == 302
    person.refresh_from_db()
    assert person.language == "sv"


@pytest.mark.parametrize("away", ["https://elsewhere.test/", "//elsewhere.test", "javascript:alert(1)"])
def test_the_language_switch_never_leads_away_from_the_site(client, away):
    answer = client.post("/sprak/", {"language": "en", "next": away}, headers={"referer": away})
    assert answer.url == "/"


def test_the_language_switch_is_no_link(client):
    assert client.get("/sprak/").status_code == 405


def test_a_missing_page_says_what_to_do(client):
    answer = client.get("/finns-inte/", headers=ENGLISH)
    assert answer.status_code == 404
    assert "We cannot find that page" in words(answer)


def test_a_form_that_was_open_too_long_says_so():
    answer = Client(enforce_csrf_checks=True).post("/sprak/", {"language": "en"}, headers=ENGLISH)
    assert answer.status_code == 403
    assert "open too long" in words(answer)


def test_a_file_too_large_is_refused_with_the_limit(client, settings):
    settings.UPLOAD_LIMIT = 3 * 1024 * 1024
    answer = client.post("/register/", CONTENT_LENGTH=str(200 * 1024 * 1024), headers=ENGLISH)
    assert answer.status_code == 413
    assert "at most 3 MB" in words(answer)


def test_a_fault_of_ours_needs_no_database_and_no_request(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = defaults.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "tel:112" in words(answer)


def test_a_broken_request_gets_a_kind_page():
    answer = defaults.bad_request(RequestFactory().get("/"), ValueError())
    assert answer.status_code == 400
    assert "<h1>" in words(answer)


def test_pages_send_the_strict_policy(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_an_address_that_is_not_there_gets_our_own_page_even_in_the_demo(client, settings):
    settings.DEBUG = True
    for path in ("/finns-inte/", "/t/AAAA2222"):
        response = client.get(path)
        assert response.status_code == 404
        assert "DEBUG = True" not in response.text
        assert "114 14" in response.text
