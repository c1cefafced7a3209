"""Saying something to a district's officer without a name, and getting an answer."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from buildings.models import District
from buildings.sealing import unseal
from notifications.models import Message
from tests import factories as make
from watch.meet.errors import Marked
from watch.models import Suggestion, TrackingRules
from watch.track.voices import services

pytestmark = pytest.mark.django_db

DAY = time_machine.travel("2026-11-25 11:00:00Z", tick=False)


@pytest.fixture(autouse=True)
def officer(here):
    District.objects.update(officer=here.police)
    here.district.refresh_from_db()
    return here.police


def anybody() -> Client:
    return Client(headers={"accept-language": "en"})


def write(**said):
    return anybody().post("/synpunkter/norrby/", {"text": "Lampan vid porten är trasig."} | said)


def code_in(page):
    return page.text.split('<output class="join-code" dir="ltr">')[1].split("<")[0]


def test_the_page_says_first_that_it_is_no_place_for_crime():
    page = anybody().get("/synpunkter/norrby/").text
    assert page.index("tel:112") < page.index("tel:11414") < page.index("<textarea")


def test_without_an_address_one_comes_back_with_a_code(client, here):
    code = code_in(write())
    assert "There is no answer yet" in anybody().post("/synpunkter/svar/", {"code": code}).text
    client.force_login(here.police.user)
    suggestion = Suggestion.objects.get()
    assert "Lampan vid porten" in client.get(f"/synpunkter/{suggestion.pk}/").text
    client.post(f"/synpunkter/{suggestion.pk}/", {"state": "answered", "answer": "Den lagas på måndag."})
    answer = anybody().post("/synpunkter/svar/", {"code": code.lower().replace(" ", "")}).text
    assert "Den lagas på måndag." in answer
    assert "Lampan" not in answer


def test_neither_words_address_nor_code_lie_readable_in_the_database():
    code = code_in(write())
    write(email="Nagon@Example.org")
    for suggestion in Suggestion.objects.all():
        kept = repr(vars(suggestion))
        assert "Lampan" not in kept
        assert "nagon@example.org" not in kept.lower()
        assert code.replace(" ", "") not in kept


def test_the_answer_comes_by_mail_with_a_subject_that_says_nothing(client, here):
    page = write(email="Nagon@Example.org")
    assert "join-code" not in page.text
    suggestion = Suggestion.objects.get()
    services.close(suggestion=suggestion, state="answered", answer="Tack för tipset.")
    letter = unseal(Message.objects.get().sealed)
    assert (letter["address"], letter["subject"]) == ("nagon@example.org", "An answer to you")
    assert "Tack för tipset." in letter["text"]
    client.force_login(here.police.user)
    assert "nagon@example.org" not in client.get(f"/synpunkter/{suggestion.pk}/").text


def test_only_the_named_officer_reads_it(client, here):
    write()
    suggestion = Suggestion.objects.get()
    colleague = make.StaffFactory(organisation=here.police.organisation, districts=[here.district])
    for who, status in ((colleague, 403), (here.city, 403), (here.landlord, 403)):
        client.force_login(who.user)
        assert client.get(f"/synpunkter/{suggestion.pk}/").status_code == status
        assert "Lampan" not in client.get("/synpunkter/").text


def test_what_is_passed_on_is_read_in_the_officers_words(client, here):
    write()
    suggestion = Suggestion.objects.get()
    client.force_login(here.police.user)
    said = {"state": "passed_on", "passed_to": here.landlord.organisation_id, "passed_words": "En lampa är trasig."}
    without = client.post(f"/synpunkter/{suggestion.pk}/", {"state": "passed_on"}).text
    assert "needed to pass it on" in without
    client.post(f"/synpunkter/{suggestion.pk}/", said)
    client.force_login(here.landlord.user)
    page = client.get("/synpunkter/").text
    assert "En lampa är trasig." in page
    assert "Lampan vid porten" not in page


@pytest.mark.parametrize("text", ["Ring 070-174 06 99", "Han heter 19121212-1212", "Bilen ABC 123"])
def test_numbers_that_point_somebody_out_are_stopped_and_the_words_stay(text):
    page = write(text=text)
    assert "Take it away" in page.text
    assert text in page.text
    assert not Suggestion.objects.exists()
    with pytest.raises(Marked):
        services.take_in(district=District.objects.get(), text=text, email="", language="sv")


def test_a_district_without_an_officer_takes_nothing_in():
    District.objects.update(officer=None)
    assert "no named officer" in anybody().get("/synpunkter/norrby/").text
    write()
    assert not Suggestion.objects.exists()


def test_it_is_answered_once():
    write(email="nagon@example.org")
    suggestion = Suggestion.objects.get()
    services.close(suggestion=suggestion, state="thanked")
    with pytest.raises(services.SuggestionError):
        services.close(suggestion=suggestion, state="answered", answer="Nej")
    assert Message.objects.count() == 1


def test_wrong_codes_are_counted_by_where_they_come_from():
    for _ in range(20):
        assert "No answer has this code" in anybody().post("/synpunkter/svar/", {"code": "A" * 12}).text
    assert anybody().post("/synpunkter/svar/", {"code": "A" * 12}).status_code == 429


@DAY
def test_the_officer_is_reminded_once_when_the_districts_time_has_passed(here):
    TrackingRules.objects.create(district=here.district, answer_within_days=3)
    write()
    assert services.remind() == 0
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert services.remind() == 1
        assert services.remind() == 0
        letter = unseal(Message.objects.get().sealed)
    assert letter["address"] == here.police.user.email
    assert "Lampan" not in letter["text"]


@time_machine.travel("2026-11-25 22:00:00Z", tick=False)
def test_nobody_is_reminded_at_night():
    write()
    Suggestion.objects.update(due_on="2026-11-01")
    assert services.remind() == 0


def test_time_takes_the_words_away_and_leaves_the_number():
    write()
    write(email="nagon@example.org")
    answered, waiting = Suggestion.objects.order_by("pk")
    services.close(suggestion=answered, state="answered", answer="Ja.")
    now = timezone.now()
    kept = settings.RETENTION["suggestions"]
    assert services.forget(now - timedelta(seconds=1)) == 0
    assert services.forget(now + timedelta(seconds=5)) == 1
    answered.refresh_from_db()
    assert (services.words_of(answered), answered.answer, answered.fingerprint) == ("", "", "")
    assert services.forget(now + timedelta(days=366) - kept) == 1
    waiting.refresh_from_db()
    assert waiting.sealed is None
    assert Suggestion.objects.count() == 2


@pytest.mark.parametrize(
    ("received", "answered", "told"),
    [(4, 4, None), (5, 5, (5, 5)), (9, 5, None), (10, 5, (10, 5)), (6, 1, None), (6, 0, (6, 0)), (0, 0, None)],
)
def test_counts_are_told_only_when_nobody_stands_alone_behind_them(here, received, answered, told):
    for number in range(received):
        suggestion = services.take_in(district=here.district, text="Hej", email="", language="sv").suggestion
        if number < answered:
            services.close(suggestion=suggestion, state="thanked")
    today = timezone.localdate()
    assert services.counts([here.district], today, today) == told
