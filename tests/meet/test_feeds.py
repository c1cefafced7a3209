"""Calendars to subscribe to: a district's open meetings, and one's own behind a secret address."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.meet.calendar_files import attendees, read
from tests.meet.guests import somewhere
from tests.meetings import at
from watch.meet import calendar_keys, inviting
from watch.meet.views import feeds
from watch.models import CalendarKey, Meeting

pytestmark = pytest.mark.django_db

URL = "/stadsdel/norrby/moten.ics"
PAGE = "/moten/kalender/"


@pytest.fixture
def place():
    return somewhere()


def events(response):
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["summary"]): event for event in read(response.content).walk("VEVENT")}


def named(title):
    return {"sv": (title, "Vi pratar."), "en": (f"{title} in English", "We talk.")}


def test_anyone_gets_open_meetings_to_come_and_those_just_past_or_cancelled(client, place):
    for title, days in (("Kommande", 9), ("Nyss", -50), ("Gammal", -61)):
        place.meeting(is_public=True, texts=named(title), starts_at=at(18, days=days))
    gone = place.meeting(is_public=True, texts=named("Inställd"))
    inviting.cancel(meeting=gone, user=place.officer)
    place.meeting(texts=named("Bara grannar"))
    place.meeting(is_public=True, is_told=False, texts=named("Utkast"))
    somewhere("hulta").meeting(is_public=True, texts=named("Hulta"))
    found = events(client.get(URL))
    assert set(found) == {"Kommande", "Nyss", "Inställd"}
    assert str(found["Inställd"]["status"]) == "CANCELLED"
    assert str(found["Kommande"]["status"]) == "CONFIRMED"
    public = Meeting.objects.get(texts__title="Kommande")
    assert str(found["Kommande"]["url"]).endswith(f"/oppet-mote/{public.public_id}/")
    assert client.get(str(found["Kommande"]["url"]).removeprefix(settings.SITE_URL)).status_code == 200
    assert all(attendees(event) == [] and "organizer" not in event for event in found.values())


@pytest.mark.parametrize(
    ("asked", "title"), [("en", "Träff in English"), ("sv", "Träff"), ("xx", "Träff"), ("\x00", "Träff")]
)
def test_it_comes_in_the_language_of_its_address(client, place, asked, title):
    place.meeting(is_public=True, texts=named("Träff"))
    assert set(events(client.get(URL, {"sprak": asked}, headers={"Accept-Language": "ar"}))) == {title}


def test_an_empty_district_is_an_empty_calendar_and_an_unknown_one_404(client, place):
    assert events(client.get(URL)) == {}
    assert client.get("/stadsdel/finns-inte/moten.ics").status_code == 404


def test_who_has_it_already_need_not_fetch_it_again(client, place):
    meeting = place.meeting(is_public=True)
    first = client.get(URL)
    assert first.headers["Cache-Control"] == f"public, max-age={feeds.KEPT_SECONDS}"
    known = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(URL).content == first.content
    assert client.get(URL, headers=known).status_code == 304
    Meeting.objects.filter(pk=meeting.pk).update(changed_at=timezone.now() + timedelta(seconds=2))
    inviting.cancel(meeting=meeting, user=place.officer)
    assert client.get(URL, headers=known).status_code == 200


def test_a_meeting_that_is_open_no_more_leaves_the_calendar_of_who_asks_by_date(client, place):
    meeting = place.meeting(is_public=True)
    first = client.get(URL)
    later = timezone.now() + timedelta(seconds=2)
    Meeting.objects.filter(pk=meeting.pk).update(is_public=False, changed_at=later)
    asked = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert events(client.get(URL, headers=asked)) == {}


def test_what_a_signed_in_browser_gets_is_kept_by_nobody_else(client, place):
    client.force_login(place.officer)
    assert "public" not in client.get(URL).headers["Cache-Control"]


@pytest.mark.parametrize("meetings", [1, 30])
def test_it_asks_the_same_for_many_meetings(client, place, meetings, django_assert_num_queries):
    for _ in range(meetings):
        place.meeting(is_public=True)
    with django_assert_num_queries(5):
        client.get(URL)


# One's own


def own_link(client, user):
    client.force_login(user)
    client.post(PAGE)
    link = client.get(PAGE).context["link"]
    assert link.startswith(settings.SITE_URL)
    return link.removeprefix(settings.SITE_URL)


def test_one_gets_an_address_and_a_calendar_without_signing_in(client, place):
    user = place.neighbour(user__language="en").user
    client.force_login(user)
    assert client.get(PAGE).context["link"] == ""
    link = own_link(client, user)
    assert link in client.get(PAGE).text
    place.meeting(texts=named("Träff"))
    somewhere("hulta").meeting(texts=named("Hulta"))
    response = Client().get(link)
    assert set(events(response)) == {"Träff in English"}
    assert "public" not in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert user.email not in response.text
    assert user.name not in response.text


def test_a_new_address_ends_the_old_one_at_once(client, place):
    user = place.neighbour().user
    old = own_link(client, user)
    new = own_link(client, user)
    assert old != new
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    assert CalendarKey.objects.count() == 1


def test_looking_at_the_page_changes_nothing(client, place):
    user = place.neighbour().user
    link = own_link(client, user)
    client.get(PAGE)
    client.head(PAGE)
    assert Client().get(link).status_code == 200


def test_the_database_alone_does_not_hold_the_address(client, place):
    key = own_link(client, place.neighbour().user).rpartition("/")[2].removesuffix(".ics")
    kept = CalendarKey.objects.get()
    assert key not in kept.digest
    assert key.encode() not in bytes(kept.sealed)


def test_a_calendar_on_a_shared_screen_does_not_tell_who_is_a_contact(client, place):
    contact = place.contact()
    training = place.meeting(
        kind=Meeting.Kind.TRAINING, contacts_only=True, texts={"sv": ("Utbildning för kontaktombud", "Rollen.")}
    )
    response = Client().get(own_link(client, contact.user))
    (event,) = events(response).values()
    assert event.decoded("dtstart") == training.starts_at
    assert "location" not in event
    assert "description" not in event
    plain = response.text.replace("\r\n ", "").lower()
    for word in ("kontakt", "contact", "utbildning", "training", "provlokalen", "rollen"):
        assert word not in plain
    neighbour = place.neighbour().user
    assert events(Client().get(own_link(client, neighbour))) == {}


def test_who_stops_being_a_contact_loses_those_meetings(client, place):
    contact = place.contact()
    place.meeting(kind=Meeting.Kind.TRAINING, contacts_only=True)
    link = own_link(client, contact.user)
    assert len(events(Client().get(link))) == 1
    type(contact).objects.update(state="resigned")
    assert events(Client().get(link)) == {}


def test_a_cancelled_meeting_stays_as_cancelled(client, place):
    link = own_link(client, place.neighbour().user)
    meeting = place.meeting(texts=named("Träff"))
    uid = str(events(Client().get(link))["Träff"]["uid"])
    inviting.cancel(meeting=meeting, user=place.officer)
    event = events(Client().get(link))["Träff"]
    assert (str(event["status"]), str(event["uid"])) == ("CANCELLED", uid)


@pytest.mark.parametrize("key", ["forged", "%00", "%ED%A0%80", "x" * 3000, "%F0%9F%90%88"])
def test_a_forged_address_opens_nothing(place, key):
    assert Client().get(f"/kalender/{key}.ics").status_code == 404


def test_somebody_who_is_erased_has_no_calendar(client, place):
    user = place.neighbour().user
    link = own_link(client, user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert Client().get(link).status_code == 404


def test_guessing_ends_and_a_calendar_that_was_fetched_here_goes_on(client, place):
    known = own_link(client, place.neighbour().user)
    other = own_link(client, place.neighbour().user)
    assert Client().get(known).status_code == 200
    for turn in range(feeds.WRONG_KEYS.limit):
        assert Client().get(f"/kalender/guess-{turn}.ics").status_code == 404
    assert Client().get("/kalender/guess.ics").status_code == 429
    assert Client().get(other).status_code == 429
    assert Client().get(known).status_code == 200


def test_an_address_goes_on_working_when_the_secret_is_changed_and_ends_when_the_old_one_is_dropped(
    client, place, settings
):
    user = place.neighbour().user
    link = own_link(client, user)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert Client().get(link).status_code == 200
    assert calendar_keys.link_of(user).endswith(link)
    settings.SECRET_KEY_FALLBACKS = []
    assert Client().get(link).status_code == 404
    assert calendar_keys.link_of(user) == ""


def test_an_address_sealed_with_a_lost_secret_can_be_made_anew(client, place):
    user = place.neighbour().user
    own_link(client, user)
    CalendarKey.objects.update(sealed=b"from another server")
    assert calendar_keys.link_of(user) == ""
    assert Client().get(own_link(client, user)).status_code == 200
