"""Writing a promise and following it up: what is refused, what is kept, and who reads what."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from lxml import etree

from buildings.models import Building, District
from tests import factories as make
from tests.tracking import WatchFactory
from watch.meet.errors import Marked
from watch.models import Commitment, FollowUp, Promise, Situation, WatchStep
from watch.track.promises import services, shipped
from watch.track.promises.progress import progress_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def police(client, here):
    client.force_login(here.police.user)
    return client


def today():
    return timezone.localdate()


def typed(here, **changed):
    first = {
        "title_sv": "Vi lovar igen",
        "summary_sv": "Mer av allt.",
        "why_sv": "Det behövs.",
        "starts_on": today().isoformat(),
        "ends_on": (today() + timedelta(days=90)).isoformat(),
        "districts": [here.district.pk],
        "organisations": [here.police.organisation_id],
    }
    return first | changed


def test_a_promise_is_written_given_a_commitment_and_published(police, here, client):
    police.post("/folj-upp/nytt/", typed(here, title_ar="نعدكم"))
    promise = Promise.objects.get()
    assert (promise.slug, promise.published_at) == (f"vi-lovar-igen-{today().year}", None)
    assert client.get(f"/lofte/{promise.slug}/").status_code == 404
    page = police.post(f"/folj-upp/{promise.pk}/publicera/", follow=True).text
    assert "Write at least one commitment first" in page
    said = {"text_sv": "Fyra möten.", "number": 1, "measure": "counted", "target": 4}
    police.post(f"/folj-upp/{promise.pk}/atagande/", said | {"organisations": [here.police.organisation_id]})
    police.post(f"/folj-upp/{promise.pk}/publicera/")
    page = client.get(f"/lofte/{promise.slug}/").text
    assert "Fyra möten." in page
    assert "0 of 4." in page
    assert "shown in Swedish" in page
    client.logout()
    client.cookies["sprak"] = "ar"
    assert "نعدكم" in client.get(f"/lofte/{promise.slug}/").text


@pytest.mark.parametrize("target", ["0", "-1"])
def test_a_target_of_zero_is_explained_and_nothing_is_lost(police, promise, here, target):
    said = {"text_sv": "Mer av det goda", "number": 1, "measure": "counted", "target": target}
    page = police.post(
        f"/folj-upp/{promise.pk}/atagande/", said | {"organisations": [here.police.organisation_id]}
    ).text
    assert "A target is at least 1" in page
    assert "Mer av det goda" in page
    assert not Commitment.objects.exists()


@pytest.mark.parametrize("days", [61, -1])
def test_a_follow_up_outside_the_time_or_to_come_is_explained(police, promise, evenings, days):
    day = today() - timedelta(days=days)
    url = f"/atagande/{evenings.pk}/uppfoljning/"
    page = police.post(url, {"kind": "presence", "on": day.isoformat(), "number": 1, "where": "Torget"}).text
    assert "outside the promise" in page
    assert 'value="Torget"' in page
    assert not FollowUp.objects.exists()


def test_a_promise_that_would_end_before_it_starts_is_explained(police, here):
    page = police.post("/folj-upp/nytt/", typed(here, ends_on=(today() - timedelta(days=1)).isoformat())).text
    assert "It would end before it starts" in page
    assert not Promise.objects.exists()


def test_its_time_cannot_leave_out_what_was_followed_up(police, here, promise, evenings):
    services.record(commitment=evenings, organisation=here.police.organisation, publish=True, on=today())
    past = {"starts_on": promise.starts_on.isoformat(), "ends_on": (today() - timedelta(days=1)).isoformat()}
    page = police.post(f"/folj-upp/{promise.pk}/andra/", typed(here, **past)).text
    assert "followed up outside this time" in page


@pytest.mark.parametrize("link", ["http://boras.se/", "javascript:alert(1)", "ftp://x.se/"])
def test_a_link_that_is_not_https_is_refused(police, evenings, link):
    said = {"kind": "presence", "on": today().isoformat(), "number": 1, "evidence": link}
    police.post(f"/atagande/{evenings.pk}/uppfoljning/", said)
    assert not FollowUp.objects.exists()


def test_who_cancels_says_why(police, evenings):
    said = {"kind": "presence", "on": today().isoformat(), "number": 1, "is_cancelled": "on", "publish": "on"}
    assert "why it was cancelled" in police.post(f"/atagande/{evenings.pk}/uppfoljning/", said).text
    police.post(f"/atagande/{evenings.pk}/uppfoljning/", said | {"why": "Regn."})
    page = police.get("/lofte/lofte/").text
    assert "Regn." in page
    assert "cancelled" in page


def test_a_commitment_taken_away_after_publication_stays_as_withdrawn(police, promise, evenings):
    police.post(f"/atagande/{evenings.pk}/dra-tillbaka/", {"why": "Pengarna räckte inte."})
    page = police.get("/lofte/lofte/").text
    assert "Löfte nummer 1." in page
    assert "Pengarna räckte inte." in page
    with pytest.raises(services.PromiseError, match="late"):
        services.record(commitment=Commitment.objects.get(), organisation=None, publish=True, on=today())


def test_one_taken_away_from_a_draft_is_gone(promise, evenings):
    Promise.objects.update(published_at=None)
    evenings.promise.refresh_from_db()
    assert not services.withdraw(commitment=evenings, why="Skrivfel.")
    assert not Commitment.objects.exists()


def test_a_changed_commitment_shows_what_it_said_before_and_why(police, here, evenings):
    said = {"text_sv": "Sex kvällar.", "number": 1, "measure": "counted", "target": 6, "why_changed": "Vi fick fler."}
    police.post(f"/atagande/{evenings.pk}/", said | {"organisations": [here.police.organisation_id]})
    page = police.get("/lofte/lofte/").text
    for words in ("Sex kvällar.", "Löfte nummer 1. (4)", "Vi fick fler.", "0 of 6."):
        assert words in page
    without = {name: value for name, value in said.items() if name != "why_changed"}
    again = police.post(f"/atagande/{evenings.pk}/", without | {"organisations": [here.police.organisation_id]})
    assert again.status_code == 200


def test_a_corrected_follow_up_stands_beside_what_it_said(police, here, evenings):
    wrong = services.record(
        commitment=evenings, organisation=here.police.organisation, publish=True, on=today(), number=3
    )
    said = {"kind": "presence", "on": today().isoformat(), "number": 1, "why": "Fel räknat."}
    police.post(f"/uppfoljning/{wrong.pk}/ratta/", said)
    page = police.get("/lofte/lofte/").text
    assert "It said before: patrol or presence × 3" in page
    assert "1 of 4." in page


def test_of_two_who_write_at_once_the_second_reads_first(police, here, promise):
    time = {"starts_on": promise.starts_on.isoformat(), "ends_on": promise.ends_on.isoformat()}
    words = typed(here, **time) | {"seen": promise.version, "why_changed": "Ord som alla förstår."}
    police.post(f"/folj-upp/{promise.pk}/andra/", words | {"title_sv": "Den ena"})
    page = police.post(f"/folj-upp/{promise.pk}/andra/", words | {"title_sv": "Den andra"}).text
    assert "A colleague has changed it" in page
    assert "Den andra" in page
    assert Promise.objects.get().title.text == "Den ena"


def test_nobody_is_pointed_out(police, here, evenings):
    said = {"kind": "presence", "on": today().isoformat(), "number": 1, "text": "Vi såg bilen ABC 123."}
    assert "registration number" in police.post(f"/atagande/{evenings.pk}/uppfoljning/", said).text
    with pytest.raises(Marked):
        services.record(commitment=evenings, organisation=None, publish=True, on=today(), text="ABC 123 igen")


def test_a_promise_follows_its_district_into_another(here, promise, evenings):
    into = make.DistrictFactory(name="Nya Norrby")
    Commitment.objects.get().targets.create(district=here.district, target=3)
    Commitment.objects.get().targets.create(district=into, target=1)
    services.record(
        commitment=evenings, organisation=here.police.organisation, publish=True, on=today(), district=here.district
    )
    services.merge_districts(gone=here.district, into=into)
    (row,) = progress_of(promise)
    assert [(part.district, part.done, part.target) for part in row.parts] == [(into, 1, 4)]
    assert promise.title.text == "Vi lovar"


def test_on_a_phone_it_takes_two_presses_and_nothing_need_be_typed(police, here, evenings):
    assert f"/atagande/{evenings.pk}/uppfoljning/" in police.get("/folj-upp/snabbt/").text
    form = police.get(f"/atagande/{evenings.pk}/uppfoljning/").context["form"]
    filled = {name: form[name].value() for name in ("kind", "on", "number", "district")}
    police.post(f"/atagande/{evenings.pk}/uppfoljning/", filled)
    assert FollowUp.objects.get().on == today()


def test_as_it_was_on_another_day(police, here, evenings):
    made = services.record(commitment=evenings, organisation=here.police.organisation, publish=True, on=today())
    FollowUp.objects.filter(pk=made.pk).update(on=today() - timedelta(days=3))
    yesterday = today() - timedelta(days=1)
    page = police.get("/lofte/lofte/", {"datum": yesterday.isoformat()}).text
    assert "This is how it stood on" in page
    assert "0 of 4." in page
    for wrong in ("2030-01-01", "i går", "2026-02-31", "1999-01-01"):
        assert "Choose a day" in police.get("/lofte/lofte/", {"datum": wrong}).text


def test_the_feed_has_lasting_names_and_only_what_is_public(client, here, evenings):
    for publish in (True, False):
        services.record(
            commitment=evenings, organisation=here.police.organisation, publish=publish, on=today(), where="Torget"
        )
    first, second = (client.get("/lofte/lofte/atom.xml").content for _ in range(2))
    names = [
        etree.fromstring(one).xpath("//a:entry/a:id/text()", namespaces={"a": "http://www.w3.org/2005/Atom"})
        for one in (first, second)
    ]
    assert len(names[0]) == 1
    assert names[0] == names[1]
    assert "Torget" in first.decode()


def test_a_situation_picture_is_public_when_it_is_let_out(police, here, client):
    said = {"title_sv": "Hösten", "summary_sv": "Lugnt.", "district": here.district.pk, "on": today().isoformat()}
    police.post("/folj-upp/lagesbild/", said)
    picture = Situation.objects.get()
    assert client.get(f"/lagesbild/{picture.pk}/").status_code == 404
    police.post(f"/folj-upp/lagesbild/{picture.pk}/", said | {"publish": "on", "seen": 1})
    assert "Lugnt." in client.get(f"/lagesbild/{picture.pk}/").text
    assert "Hösten" in client.get("/stadsdel/norrby/lagesbilder/").text


def test_the_pages_ask_the_same_for_one_row_and_for_many(client, here, promise, evenings, django_assert_num_queries):
    for _ in range(30):
        services.record(commitment=evenings, organisation=here.police.organisation, publish=True, on=today())
    with django_assert_num_queries(15):
        client.get("/lofte/lofte/")
    with django_assert_num_queries(3):
        client.get("/lofte/")


@pytest.fixture
def promised_2018(here):
    hulta = make.DistrictFactory(name="Hulta", slug="hulta")
    for organisation in (here.police.organisation, here.city.organisation, here.landlord.organisation):
        organisation.districts.add(hulta)
    call_command("load_promise_2018", "norrby", "hulta")
    return Promise.objects.get(slug="norrby-hassleholmen-2018")


def test_the_promise_of_2018_has_its_six_commitments_and_only_outcomes_with_a_source(client, here, promised_2018):
    assert (promised_2018.starts_on, promised_2018.ends_on) == (date(2018, 2, 1), date(2019, 1, 31))
    rows = progress_of(promised_2018)
    assert [row.commitment.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.target for row in rows] == [None, None, 4, None, 4, 1]
    assert [row.done for row in rows] == [0, 0, 0, 0, 8, 0]
    assert {organisation.kind for organisation in rows[5].commitment.organisations.all()} == {
        "police",
        "municipality",
        "landlord",
    }
    assert progress_of(promised_2018, date(2019, 1, 30))[4].done == 0
    for language in ("sv", "en", "ar", "so"):
        assert promised_2018.said("title", language).language == language
        assert all(row.commitment.said("text", language).language == language for row in rows)


def test_what_happens_today_is_no_merit_of_2018(here, promised_2018):
    watch = WatchFactory(building=Building.objects.get())
    WatchStep.objects.create(watch=watch, before="forming", state="active", why="started")
    assert progress_of(promised_2018)[5].done == 0


def test_loading_it_again_changes_nothing_and_a_missing_district_is_named(here, promised_2018):
    call_command("load_promise_2018", "norrby", "hulta")
    assert Promise.objects.filter(slug=shipped.slug()).count() == 1
    with pytest.raises(CommandError, match="finns-inte"):
        call_command("load_promise_2018", "finns-inte")
    Promise.objects.all().delete()
    nowhere = District.objects.create(name="Tom", slug="tom")
    with pytest.raises(CommandError, match="organisation"):
        call_command("load_promise_2018", nowhere.slug)
