"""Prints anyone may have: the contact's pocket card and the slides for a meeting."""

import pytest
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from tests import factories as make
from tests.pdfs import links_in, pages_of, sizes_of, text_of, title_of

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def test_the_card_says_what_one_does_and_never_does_in_every_language(client):
    made = client.get("/kontakt/fickkort/").content
    said = text_of(made)
    assert sizes_of(made) == [(210, 297)]
    for number in ("112", "114 14", "113 13"):
        assert said.count(number) == len(LANGUAGES)
    for language in LANGUAGES:
        with override(language):
            assert _("Danger or crime right now") in said
            assert _("Contact in the stairwell") in said
    assert set(links_in(made)) == {f"{settings.SITE_URL}/kontakt/"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slides_say_it_in_one_language_one_thing_a_page(client, language):
    made = client.get(f"/grannsamverkan/bilder/{language}/").content
    pages = pages_of(made)
    assert len(pages) == 10
    assert set(sizes_of(made)) == {(297, 167)}
    with override(language):
        assert title_of(made) == _("What neighbourhood watch is")
        for heading in ("In a house with flats", "How it starts", "Each household", "Contacts", "Who does what"):
            assert any(_(heading) in page for page in pages[1:6]), heading
        assert _("Does it help?") in pages[6]
        assert _("Whom to call") in pages[9]
    assert all(number in pages[9] for number in ("112", "114 14", "113 13"))
    assert "−16 %" in pages[6]
    assert links_in(made) == [f"{settings.SITE_URL}/t/"]
    assert f"/Lang({language})".encode() in made


def test_slides_in_no_language_of_the_site_are_not_found(client):
    assert client.get("/grannsamverkan/bilder/xx/").status_code == 404


@pytest.mark.django_db
def test_links_lead_to_slides_and_card(client):
    page = client.get("/grannsamverkan/").text
    assert all(f'href="/grannsamverkan/bilder/{language}/"' in page for language in LANGUAGES)
    assert 'href="/kontakt/fickkort/"' in client.get("/kontakt/").text
    contact = make.ContactFactory()
    client.force_login(contact.user)
    assert 'href="/kontakt/fickkort/"' in client.get(f"/min-trapp/kontakt/{contact.pk}/").text
