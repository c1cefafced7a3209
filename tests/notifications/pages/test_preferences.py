"""What a person wants to get, in which language, under which name."""

import pytest
from django.urls import reverse
from django.utils import timezone

from buildings.models import Consent
from notifications.models import Endpoint
from tests import factories as make

SETTINGS = reverse("notices:preferences")


@pytest.fixture
def endpoint(norrby):
    return Endpoint.objects.get(user=norrby.tenant)


def choices(*endpoints, name="Granne", language="sv", **wants):
    data = {"name": name, "language": language}
    for endpoint in endpoints:
        data[f"way-{endpoint.pk}-wants"] = wants.get("wants", endpoint.wants)
    return data


@pytest.mark.parametrize(("wants", "given"), [("urgent", True), ("nothing", False)])
def test_each_change_is_saved_with_a_line_in_the_ledger(as_person, norrby, endpoint, wants, given):
    page = as_person("tenant").post(SETTINGS, choices(endpoint, language="en", wants=wants), follow=True)
    assert "Your choices are saved." in page.text
    endpoint.refresh_from_db()
    assert endpoint.wants == wants
    line = Consent.objects.get(user=norrby.tenant)
    assert (line.purpose, line.given, line.language, line.way) == ("email", given, "en", "web")
    assert "e-mail" in line.text.lower()


def test_saving_the_same_twice_adds_one_line(as_person, norrby, endpoint):
    client = as_person("tenant")
    for _press in range(2):
        client.post(SETTINGS, choices(endpoint, wants="urgent"))
    assert Consent.objects.filter(user=norrby.tenant).count() == 1


def test_language_is_kept_on_the_person_and_in_the_browser(as_person, norrby, endpoint):
    client = as_person("tenant", "en")
    page = client.post(SETTINGS, choices(endpoint, language="ar"), follow=True)
    norrby.tenant.refresh_from_db()
    assert norrby.tenant.language == "ar"
    assert client.cookies["sprak"].value == "ar"
    assert 'dir="rtl"' in page.text


def test_any_name_or_none_will_do(as_person, norrby, endpoint):
    client = as_person("tenant")
    client.post(SETTINGS, choices(endpoint, name="  Den  på tvåan "))
    norrby.tenant.refresh_from_db()
    assert norrby.tenant.name == "Den på tvåan"
    client.post(SETTINGS, choices(endpoint, name=""))
    norrby.tenant.refresh_from_db()
    assert norrby.tenant.name == ""


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"name": "x" * 61}, {"wants": "allt"}])
def test_something_wrong_saves_nothing_and_loses_nothing(as_person, norrby, endpoint, wrong):
    data = choices(endpoint, **({"name": "Ny", "wants": "nothing"} | wrong))
    page = as_person("tenant").post(SETTINGS, data)
    assert page.status_code == 200
    endpoint.refresh_from_db()
    norrby.tenant.refresh_from_db()
    assert endpoint.wants == "all"
    assert norrby.tenant.name != "Ny"
    assert not Consent.objects.exists()
    assert f'value="{data["name"]}"' in page.text


def test_other_peoples_choices_cannot_be_touched(as_person, norrby, endpoint):
    theirs = Endpoint.objects.get(user=norrby.contact)
    as_person("tenant").post(SETTINGS, choices(endpoint, theirs, wants="nothing"))
    theirs.refresh_from_db()
    assert theirs.wants == "all"
    assert theirs.address not in as_person("tenant").get(SETTINGS).text


def test_an_address_that_bounced_is_told_about_and_can_be_used_again(as_person, norrby, endpoint):
    Endpoint.objects.filter(pk=endpoint.pk).update(set_aside_at=timezone.now(), refusals=3)
    client = as_person("tenant")
    assert "Mail came back" in client.get(SETTINGS).text
    assert "Stopped, because mail came back" in client.get(reverse("notices:mine")).text
    page = client.post(SETTINGS, {"again": endpoint.pk}, follow=True)
    assert "We use the address again from now on." in page.text
    assert "Mail came back" not in page.text
    endpoint.refresh_from_db()
    assert (endpoint.set_aside_at, endpoint.refusals, endpoint.wants) == (None, 0, "all")


@pytest.mark.parametrize("again", ["x", "", "999999", "9" * 40])
def test_somebody_elses_set_aside_address_stays_set_aside(as_person, norrby, again):
    theirs = Endpoint.objects.get(user=norrby.contact)
    Endpoint.objects.filter(pk=theirs.pk).update(set_aside_at=timezone.now())
    client = as_person("tenant")
    for typed in (again, theirs.pk):
        assert "We use the address again" not in client.post(SETTINGS, {"again": typed}, follow=True).text
    theirs.refresh_from_db()
    assert theirs.set_aside_at


def test_somebody_without_an_address_can_choose_name_and_language(as_person):
    person = make.UserFactory()
    client = as_person(person)
    assert "You are not reached by mail or SMS." in client.get(SETTINGS).text
    client.post(SETTINGS, {"name": "Ny", "language": "so"})
    person.refresh_from_db()
    assert (person.name, person.language) == ("Ny", "so")


def test_numbers_are_shown_as_people_write_them(as_person, norrby):
    make.EndpointFactory(user=norrby.tenant, channel="sms", address="+46701740605")
    assert "070-174 06 05" in as_person("tenant").get(SETTINGS).text


def test_one_way_and_twenty_cost_the_same(as_person, norrby, endpoint, django_assert_num_queries):
    client = as_person("tenant")
    client.get(SETTINGS)
    with django_assert_num_queries(6):
        client.get(SETTINGS)
    for number in range(20):
        make.EndpointFactory(user=norrby.tenant, channel="sms", address=f"+467017406{number:02}")
    with django_assert_num_queries(6):
        client.get(SETTINGS)
