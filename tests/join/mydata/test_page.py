"""My data: all of it, one's own only, in words."""

import pytest
from django.test import Client

from notifications.models import Notice
from tests import factories as make
from tests.join.mydata import person

pytestmark = pytest.mark.django_db

URL = "/mina-uppgifter/"


@pytest.fixture
def known():
    return person.known()


def test_one_reads_everything_that_is_kept(client, known):
    client.force_login(known.user)
    page = client.get(URL).text
    for word in (
        person.NAME,
        person.EMAIL,
        "070-174 06 87",
        "Spolgatan 7 A",
        "1404",
        "Polisen i Provstad",
        "Bjuda in till träff 0",
        "Orden 0 vid Spolgatan 7 A",
        "Inbrott i källare",
        "Mitt svar 0",
        "Träff om trygghet",
    ):
        assert word in page, word


def test_it_names_no_other_person(client, known):
    client.force_login(known.user)
    page = client.get(URL).text
    for word in (person.NEIGHBOUR, known.neighbour.email, "Utredare Hemlig", known.officer.email, "Grannens ord"):
        assert word not in page, word


def test_a_device_is_told_by_its_browser_and_its_address_is_not_on_the_page(client, known):
    make.EndpointFactory(user=known.user, channel="webpush", address="https://fcm.googleapis.com/fcm/send/hemlig")
    client.force_login(known.user)
    assert "fcm/send" not in client.get(URL).text


@pytest.mark.parametrize("times", [1, 12])
def test_the_page_asks_the_same_however_much_there_is(client, times, django_assert_num_queries):
    known = person.known(times)
    client.force_login(known.user)
    client.get(URL)
    with django_assert_num_queries(51):
        assert client.get(URL).status_code == 200


def test_what_staff_have_done_is_told_as_numbers_without_the_people(client, known):
    Notice.objects.filter(pk=known.notice.pk).update(approved_by=known.officer, confirmed_at=known.user.created_at)
    client.force_login(known.officer)
    page = client.get(URL).text
    assert "Polisen i Provstad" in page
    assert "Inbrott i källare" in page
    for word in (person.NAME, person.EMAIL, "Bjuda in till träff"):
        assert word not in page, word


def test_a_newcomer_without_anything_has_a_page(client):
    client.force_login(make.UserFactory())
    assert client.get(URL).status_code == 200


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(URL).headers["Location"].startswith("/konto/login/code/")


def test_settings_and_leaving_lead_here(client, known):
    client.force_login(known.user)
    assert URL in client.get("/installningar/").text
    leaving = client.get(f"/min-trapp/lamna/{known.user.residencies.get().pk}/").text
    assert "/mina-uppgifter/radera/" in leaving
    assert "90" in leaving


def test_the_page_is_kept_by_no_browser(client, known):
    client.force_login(known.user)
    assert "no-store" in client.get(URL).headers["Cache-Control"]
    assert Client().get(URL).status_code == 302
