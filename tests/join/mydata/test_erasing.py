"""Erasing oneself: two presses, out at once, and soon nothing is left."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from buildings.models import Contact, Erasure, Flat, Resident, User
from notifications.models import Delivery, Endpoint, Message, Posting, RelayLetter
from tests import factories as make
from tests.join.mydata import person
from tests.join.steps import ask_to_sign_in, join, letters
from tests.meetings import MeetingFactory
from watch.join.mydata import erasure, registry
from watch.join.mydata.tasks import erase
from watch.models import Answer, CalendarKey

pytestmark = pytest.mark.django_db

URL = "/mina-uppgifter/radera/"


@pytest.fixture
def known():
    known = person.known()
    Message.objects.all().delete()
    return known


def press(client):
    client.post(URL, {"confirm": "ask"})
    return client.post(URL, {"confirm": "yes"}, follow=True)


def test_looking_and_the_first_press_change_nothing(client, known):
    client.force_login(known.user)
    assert "Spolgatan 7 A" in client.get(URL).text
    sure = client.post(URL, {"confirm": "ask"}).text
    assert 'value="yes"' in sure
    assert not Erasure.objects.exists()
    assert client.get("/mina-uppgifter/").status_code == 200


def test_the_second_press_ends_every_session_and_every_way_in(client, known):
    phone = Client()
    for browser in (client, phone):
        browser.force_login(known.user)
    goodbye = press(client)
    assert str(Erasure.objects.get().reference) in goodbye.text
    for browser in (client, phone):
        assert browser.get("/mina-uppgifter/").headers["Location"].startswith("/konto/login/code/")
    ask_to_sign_in(Client(), person.EMAIL)
    assert letters()[-1]["message"].purpose == "unknown"


def test_nothing_shows_or_reaches_them_although_the_job_has_not_run(client, known):
    client.force_login(known.user)
    press(client)
    assert not Resident.objects.present().filter(user=known.user).exists()
    assert not Contact.objects.open().filter(user=known.user).exists()
    assert set(Endpoint.objects.filter(user=known.user).values_list("wants", flat=True)) == {"nothing"}
    assert known.user.contact_roles.get().steps.last().state == "resigned"


def test_the_receipt_is_the_last_message_and_hangs_on_nobody(client, known):
    client.force_login(known.user)
    press(client)
    (receipt,) = letters()
    assert receipt["address"] == person.EMAIL
    assert str(Erasure.objects.get().reference) in receipt["text"]
    assert receipt["message"].user is None
    assert person.NAME not in receipt["text"] + receipt["subject"]
    erase()
    assert Message.objects.count() == 1


def test_the_job_leaves_no_row_about_them(client, known):
    client.force_login(known.user)
    press(client)
    pk = known.user.pk
    erase()
    assert not User.objects.filter(pk=pk).exists()
    for link in (*registry.MINE, *registry.DEEDS, *registry.LEFT_OUT):
        model, _dot, name = link.rpartition(".")
        if not apps.is_installed("allauth.socialaccount") and model.startswith("socialaccount"):
            continue
        found = apps.get_model(model)
        if found._meta.get_field(name).related_model is User:
            assert not found._default_manager.filter(**{name: pk}).exists(), link
    done = Erasure.objects.get()
    assert done.user is None
    assert done.done_at
    assert done.removed["buildings.User"] == 1
    assert done.removed["buildings.Consent"] == 1


def test_counts_stay_without_the_person(client, known):
    client.force_login(known.user)
    press(client)
    erase()
    delivery = Delivery.objects.get(notice=known.notice)
    assert (delivery.endpoint, delivery.provider_id, delivery.state) == (None, "", "sent")
    assert Posting.objects.get(notice=known.notice).posted_by is None
    assert Flat.objects.get(pk=known.flat.pk).number == "1404"
    assert not RelayLetter.objects.exists()


def test_they_come_to_no_meeting_and_what_they_came_to_is_still_a_number(client, known):
    hour_ago = timezone.now() - timedelta(hours=1)
    past = MeetingFactory(starts_at=hour_ago - timedelta(hours=1), ends_at=hour_ago)
    Answer.objects.create(meeting=past, user=known.user, adults=3)
    client.force_login(known.user)
    press(client)
    assert not CalendarKey.objects.exists()
    erase()
    assert [(row.meeting, row.user, row.adults) for row in Answer.objects.all()] == [(past, None, 3)]


def test_sessions_and_addresses_left_in_other_browsers_go_too(client, known):
    half_way = Client()
    ask_to_sign_in(half_way, person.EMAIL)
    bystander = Client()
    bystander.force_login(known.neighbour)
    client.force_login(known.user)
    press(client)
    erase()
    kept = {session.get_decoded().get("_auth_user_id") for session in Session.objects.all()}
    assert kept == {str(known.neighbour.pk), None}  # None: the page that says goodbye
    assert Session.objects.count() == 2


def test_running_again_is_harmless_and_a_person_who_asks_twice_is_erased_once(known):
    first = erasure.ask(user=known.user)
    assert erasure.ask(user=known.user) == first
    erase()
    erase()
    assert Erasure.objects.count() == 1
    assert Message.objects.filter(purpose="receipt").count() == 1


def test_the_only_contact_leaves_a_gap_and_nothing_breaks(client, known):
    client.force_login(known.user)
    press(client)
    erase()
    assert not Contact.objects.filter(stairwell=known.stairwell).exists()
    boards = Posting.objects.boards(known.notice, type(known.stairwell).objects.all())
    assert boards.total == 1


def test_a_new_start_with_the_same_address_is_somebody_new(client, known):
    client.force_login(known.user)
    press(client)
    code = known.stairwell.codes.get().code
    joined = Client()
    join(joined, code, person.EMAIL)
    newcomer = EmailAddress.objects.get(email=person.EMAIL).user
    assert newcomer.pk != known.user.pk
    erase()
    assert Resident.objects.present().filter(user=newcomer).exists()
    assert joined.get("/mina-uppgifter/").status_code == 200


def test_staff_and_the_operator_hear_why_not(client, known):
    for user in (known.officer, make.UserFactory(is_superuser=True)):
        client.force_login(user)
        page = client.get(URL)
        assert page.status_code == 200
        assert not re.search('name="confirm"', page.text)
        assert client.post(URL, {"confirm": "yes"}).status_code == 409
        with pytest.raises(erasure.StillAtWorkError):
            erasure.ask(user=user)
    assert not Erasure.objects.exists()


def test_someone_who_no_longer_works_here_can(client, known):
    member = known.officer.memberships.get()
    member.ended_at = member.accepted_at
    member.save()
    client.force_login(known.officer)
    press(client)
    erase()
    assert not User.objects.filter(pk=known.officer.pk).exists()
    known.notice.refresh_from_db()
    assert known.notice.author is None


def test_one_that_fails_waits_and_the_next_goes(known, monkeypatch):
    from django.db import IntegrityError

    erasure.ask(user=known.user)
    erasure.ask(user=known.neighbour)
    whole = erasure._remove

    def fails_for_one(user):
        if user == known.user:
            raise IntegrityError
        return whole(user)

    monkeypatch.setattr(erasure, "_remove", fails_for_one)
    erase()
    assert User.objects.filter(pk=known.user.pk).exists()
    assert not User.objects.filter(pk=known.neighbour.pk).exists()
    monkeypatch.undo()
    erase()
    assert not User.objects.filter(pk=known.user.pk).exists()


def test_goodbye_without_a_reference_is_the_common_one(client):
    assert client.get("/mina-uppgifter/raderad/").headers["Location"] == "/hej-da/"


def test_someone_without_any_address_is_erased_without_a_word(client):
    user = make.UserFactory(email="")
    client.force_login(user)
    press(client)
    erase()
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Message.objects.exists()
