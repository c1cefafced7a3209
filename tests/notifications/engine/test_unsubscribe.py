"""Leaving by the link in a mail (RFC 8058)."""

import pytest
from django.test import Client
from django.urls import reverse

from buildings.models import Consent
from notifications.models import Endpoint
from tests.factories import EndpointFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint():
    return EndpointFactory(user__language="en")


@pytest.fixture
def stranger():
    """A mail program: no session, no cookie, no CSRF token."""
    return Client(enforce_csrf_checks=True)


def link(endpoint):
    return reverse("notices:unsubscribe", args=[endpoint.token])


def wants(endpoint):
    endpoint.refresh_from_db()
    return endpoint.wants


def test_one_press_in_the_mail_program_is_enough(stranger, endpoint):
    answer = stranger.post(link(endpoint), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert wants(endpoint) == Endpoint.Wants.NOTHING
    (line,) = Consent.objects.filter(user=endpoint.user)
    assert (line.purpose, line.given, line.way, line.language) == ("email", False, Consent.Way.ONE_CLICK, "en")


def test_a_form_posted_as_multipart_counts_too(stranger, endpoint):
    body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    answer = stranger.post(link(endpoint), body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 200
    assert wants(endpoint) == Endpoint.Wants.NOTHING


def test_opening_the_link_changes_nothing(stranger, endpoint):
    # Mail scanners open every link.
    answer = stranger.get(link(endpoint))
    assert answer.status_code == 200
    assert "Do you want fewer mails?" in answer.text
    assert wants(endpoint) == Endpoint.Wants.ALL
    assert stranger.head(link(endpoint)).status_code == 405
    assert stranger.post(link(endpoint), {"something": "else"}).status_code == 200
    assert stranger.post(link(endpoint), {"wants": "all"}).status_code == 200
    assert wants(endpoint) == Endpoint.Wants.ALL
    assert not Consent.objects.exists()


@pytest.mark.parametrize("choice", ["nothing", "urgent"])
def test_the_page_has_one_button_for_nothing_and_one_for_only_urgent(stranger, endpoint, choice):
    assert f'value="{choice}"' in stranger.get(link(endpoint)).text
    answer = stranger.post(link(endpoint), {"wants": choice})
    assert answer.status_code == 200
    assert "You get" in answer.text
    assert wants(endpoint) == choice
    assert Consent.objects.get().way == Consent.Way.ONE_CLICK
    stranger.post(link(endpoint), {"wants": choice})
    assert Consent.objects.count() == 1


def test_the_page_speaks_the_language_of_the_mails(stranger, endpoint):
    assert stranger.get(link(endpoint), HTTP_ACCEPT_LANGUAGE="sv").headers["Content-Language"]
    assert '<html lang="en"' in stranger.get(link(endpoint), HTTP_ACCEPT_LANGUAGE="sv").text
    stranger.cookies["sprak"] = "ar"
    assert '<html lang="ar" dir="rtl"' in stranger.get(link(endpoint)).text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_none_gets_a_kind_page(stranger, method):
    answer = getattr(stranger, method)(reverse("notices:unsubscribe", args=["nothing-like-it"]))
    assert answer.status_code == 404
    assert "/hem/" in answer.text


@pytest.mark.parametrize("token", ["%00", "a%00b", "%E2%80%AE", "a" * 5000])
def test_a_link_that_is_none_gets_the_kind_page_on_every_database(stranger, token):
    assert stranger.get(f"/avsluta/{token}/").status_code == 404
