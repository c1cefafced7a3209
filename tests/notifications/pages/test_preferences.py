"""What a person wants to get, in which language, under which name."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from buildings.models import Consent
from notifications import feedback
from notifications.models import Delivery, Endpoint, Message, Rhythm
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
    with django_assert_num_queries(5):
        client.get(SETTINGS)
    for number in range(20):
        make.EndpointFactory(user=norrby.tenant, channel="sms", address=f"+467017406{number:02}")
    with django_assert_num_queries(5):
        client.get(SETTINGS)


def rhythm(**changes):
    usual = {"quiet": "quiet", "quiet_from": "22:00", "quiet_until": "07:30", "digest": "each", "digest_at": "17:00"}
    return {f"rhythm-{name}": value for name, value in (usual | changes).items()}


def test_somebody_who_has_not_chosen_sees_the_usual_hours_and_gets_no_row_by_saving_them(
    as_person, norrby, endpoint, settings
):
    settings.QUIET_HOURS = (time(21), time(8))
    client = as_person("tenant")
    page = client.get(SETTINGS)
    assert 'value="21:00"' in page.text
    assert page.context["rhythm"].initial["quiet"] == "quiet"
    client.post(SETTINGS, choices(endpoint) | rhythm(quiet_from="21:00", quiet_until="08:00"))
    assert not Rhythm.objects.exists()


def test_quiet_hours_and_a_daily_mail_are_saved_and_shown(as_person, norrby, endpoint):
    client = as_person("tenant")
    page = client.post(
        SETTINGS, choices(endpoint, language="en") | rhythm(digest="daily", digest_at="6.15"), follow=True
    )
    assert "Your choices are saved." in page.text
    saved = Rhythm.objects.get(user=norrby.tenant)
    assert (saved.quiet_from, saved.quiet_until) == (time(22), time(7, 30))
    assert (saved.digest, saved.digest_at) == (True, time(6, 15))
    for shown in ("22:00", "07:30", "06:15"):
        assert f'value="{shown}"' in page.text
    client.post(SETTINGS, choices(endpoint) | rhythm(quiet="any-hour"))
    saved.refresh_from_db()
    assert saved.quiet_from == saved.quiet_until
    assert not saved.digest


def test_a_page_from_before_there_were_hours_changes_none(as_person, norrby, endpoint):
    Rhythm.objects.create(user=norrby.tenant, quiet_from=time(20), quiet_until=time(6), digest=True)
    Endpoint.objects.filter(pk=endpoint.pk).update(show_words=False)
    as_person("tenant").post(SETTINGS, choices(endpoint, wants="urgent"))
    saved = Rhythm.objects.get(user=norrby.tenant)
    endpoint.refresh_from_db()
    assert (saved.quiet_from, saved.quiet_until, saved.digest) == (time(20), time(6), True)
    assert (endpoint.wants, endpoint.show_words) == ("urgent", False)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"quiet_from": "kvart över"}, "Write a time of day"),
        ({"quiet_from": ""}, "Write a time of day"),
        ({"quiet_from": "07:30"}, "begin and end at the same time"),
        ({"digest": "daily", "digest_at": ""}, "Write a time of day"),
        ({"digest": "daily", "digest_at": "25:00"}, "Write a time of day"),
        ({"quiet": "sometimes"}, "Select a valid choice"),
    ],
)
def test_hours_that_are_none_save_nothing_and_lose_nothing(as_person, norrby, endpoint, wrong, words):
    data = choices(endpoint, wants="nothing", name="Ny") | rhythm(**wrong)
    page = as_person("tenant").post(SETTINGS, data)
    assert page.status_code == 200
    assert words in page.text
    assert "Something is missing or not right yet" in page.text
    assert not Rhythm.objects.exists()
    endpoint.refresh_from_db()
    assert endpoint.wants == "all"
    assert data["rhythm-quiet_from"] in page.text
    assert 'value="Ny"' in page.text


def test_what_others_may_see_is_chosen_for_each_way(as_person, norrby, endpoint):
    number = make.EndpointFactory(user=norrby.tenant, channel="sms", address="+46701740605")
    data = choices(endpoint, number, language="en") | {
        f"way-{endpoint.pk}-shown": "words",
        f"way-{number.pk}-shown": "neutral",
    }
    page = as_person("tenant").post(SETTINGS, data, follow=True)
    shown = dict(Endpoint.objects.filter(user=norrby.tenant).values_list("channel", "show_words"))
    assert shown == {"email": True, "sms": False}
    assert "Only that there is a new notice" in page.text
    assert Consent.objects.filter(user=norrby.tenant).count() == 2, "how it looks is no question of consent"


def test_only_somebody_with_mail_is_offered_a_daily_one(as_person, norrby, endpoint):
    assert "One mail a day with everything" in as_person("tenant").get(SETTINGS).text
    Endpoint.objects.filter(pk=endpoint.pk).update(channel="sms", address="+46701740605")
    page = as_person("tenant").get(SETTINGS).text
    assert "One mail a day with everything" not in page
    assert "Do you want quiet hours?" in page
    assert "Do you want quiet hours?" not in as_person(make.UserFactory()).get(SETTINGS).text


def test_new_hours_let_go_what_waits_for_the_old_ones(as_person, norrby, endpoint, told):
    later = timezone.now() + timedelta(hours=9)
    theirs = Endpoint.objects.get(user=norrby.contact)
    waiting = {
        name: Delivery.objects.create(
            notice=told(), endpoint=whose, channel="email", state="held", reason=reason, queue=queue, due_at=later
        )
        for name, whose, reason, queue in (
            ("night", endpoint, "quiet-hours", "notices"),
            ("daily", endpoint, "digest", "digest"),
            ("ceiling", endpoint, "sms-ceiling", "notices"),
            ("theirs", theirs, "quiet-hours", "notices"),
        )
    }
    gathered = Message.objects.create(purpose="digest", channel="email", user=norrby.tenant, queue="digest")
    waiting["gathered"] = Delivery.objects.create(
        notice=told(),
        endpoint=endpoint,
        channel="email",
        state="held",
        reason="digest",
        queue="digest",
        due_at=later,
        digest=gathered,
    )
    client = as_person("tenant")
    client.post(SETTINGS, choices(endpoint))
    assert not Delivery.objects.exclude(due_at=later).exists(), "nothing about hours was changed"
    client.post(SETTINGS, choices(endpoint) | rhythm())
    freed = Delivery.objects.filter(queue="notices", due_at__lte=timezone.now())
    assert {row.pk for row in freed} == {waiting["night"].pk, waiting["daily"].pk}


def test_a_bounce_is_told_to_the_person_and_to_nobody_else(as_person, norrby, endpoint, told):
    make.ContactFactory(user=norrby.contact, stairwell=norrby.stairwells[0])
    delivery = Delivery.objects.create(notice=told(), endpoint=endpoint, channel="email", state="sent")
    assert feedback.bounced(row=feedback.Row(Delivery, delivery.pk), hard=True)
    own = as_person("tenant")
    assert "Mail came back" in own.get(SETTINGS).text
    assert "Stopped, because mail came back" in own.get(reverse("notices:mine")).text
    for role in ("contact", "landlord", "clerk"):
        for address in (SETTINGS, reverse("notices:mine")):
            page = as_person(role).get(address).text
            assert "came back" not in page
            assert endpoint.address not in page
    assert not Message.objects.exists(), "no mail tells of it either"
