"""A neighbour writes to a contact and gets an answer; neither learns who the other is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from buildings.models import Contact, Resident, StaffMember
from notifications.models import Message, Relay, RelayLetter
from tests import factories as make
from watch.join.relay import services
from watch.join.relay.services import Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["sprak"] = "en"


def write_page(contact):
    return reverse("relay:write", args=[contact.pk])


def thread_page(relay):
    return reverse("relay:thread", args=[relay.pk])


def send(client, contact, text="Porten går inte i lås."):
    return client.post(write_page(contact), {"text": text})


def test_from_my_stairwell_to_the_contacts_mailbox(client, neighbour, contact, sent):
    client.force_login(neighbour)
    mine = client.get(reverse("notices:mine")).text
    assert "Contact, stairwell B" in mine
    assert f'href="{write_page(contact)}"' in mine
    page = client.get(write_page(contact)).text
    for words in ("112", "114 14", "no place to report a crime", "30 days", "Neither of you sees"):
        assert words in page
    assert send(client, contact).headers["Location"] == reverse("relay:inbox")
    (letter,) = sent()
    assert letter["address"] == "ombud@example.org"
    assert letter["row"].purpose == Message.Purpose.RELAY
    assert "Porten går inte i lås." in letter["text"]
    assert "Contact, stairwell B" in client.get(reverse("relay:inbox")).text


def test_neither_side_sees_the_others_name_or_address(client, neighbour, contact, sent):
    client.force_login(neighbour)
    send(client, contact)
    relay = Relay.objects.get()
    seen = client.get(thread_page(relay)).text + client.get(reverse("relay:inbox")).text + sent()[0]["text"]
    assert "ombud@example.org" not in seen
    assert "Kim Karlsson" not in seen
    client.force_login(contact.user)
    client.post(thread_page(relay), {"text": "Jag ringer vaktmästaren."})
    seen = client.get(thread_page(relay)).text + client.get(reverse("relay:inbox")).text + str(sent())
    assert "Lo Lind" not in seen.replace(str(sent()[0]), "")
    assert "granne@example.org" not in client.get(thread_page(relay)).text + sent()[0]["text"] + sent()[1]["text"]
    assert "Kim" not in sent()[1]["text"] + sent()[1]["subject"]
    assert sent()[1]["address"] == "granne@example.org"


def test_the_answer_reaches_the_neighbour_under_the_contacts_alias_in_the_neighbours_language(
    client, relay, neighbour, contact, sent
):
    neighbour.language = "en"
    neighbour.save()
    client.force_login(contact.user)
    assert client.post(thread_page(relay), {"text": "Jag ringer."}).status_code == 302
    letter = sent()[-1]
    assert (letter["address"], letter["language"]) == ("granne@example.org", "en")
    assert letter["subject"] == "A message for you in Trappan"
    assert "Contact, stairwell B writes to you through Trappan" in letter["text"]
    assert Relay.objects.count() == 1


def test_somebody_with_a_number_only_gets_an_sms_that_says_nothing(client, contact, neighbour, sent):
    contact.user.emailaddress_set.all().delete()
    contact.user.phone, contact.user.phone_verified, contact.user.language = "+46701740612", True, "en"
    contact.user.save()
    client.force_login(neighbour)
    send(client, contact)
    (letter,) = sent()
    assert letter["row"].channel == "sms"
    assert letter["text"] == (
        "There is a message for you in Trappan. Sign in to read it: http://testserver/brev-till-mig/"
    )
    assert letter["reply_to"] == ""


def test_somebody_who_is_not_online_still_has_the_letter(client, contact, neighbour):
    contact.user.emailaddress_set.all().delete()
    client.force_login(neighbour)
    assert send(client, contact).status_code == 302
    assert not Message.objects.exists()
    assert RelayLetter.objects.count() == 1


def test_the_words_lie_sealed_in_the_database(client, relay):
    letter = RelayLetter.objects.get()
    assert b"Porten" not in bytes(letter.sealed)
    assert letter.text == "Porten går inte i lås."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write a few words."),
        ("  \n ", "Write a few words."),
        ("x" * 1001, "This is too long."),
        ("Ring mig på 070-174 06 12", "This looks like a phone number"),
        ("Det var 19121212-1212", "This looks like an identity number"),
        ("Bilen ABC 123 igen", "This looks like a registration number"),
        ("a\x00b", "Null characters"),
    ],
)
def test_a_letter_that_cannot_go_says_why_and_keeps_what_was_typed(client, neighbour, contact, text, says):
    client.force_login(neighbour)
    page = send(client, contact, text)
    assert page.status_code == 200
    assert says in page.text
    if text.strip() and "\x00" not in text:
        assert text in page.text
    assert not RelayLetter.objects.exists()


def test_a_letter_of_a_thousand_characters_with_line_breaks_goes(client, neighbour, contact):
    client.force_login(neighbour)
    assert send(client, contact, "rad\r\n" * 250).status_code == 302


def test_numbers_everybody_may_call_may_stand_in_a_letter(client, neighbour, contact):
    client.force_login(neighbour)
    assert send(client, contact, "Ring 114 14 eller 112.").status_code == 302


@pytest.mark.parametrize("change", [{"hidden_at": timezone.now()}, {"state": "resigned"}, {"state": "applied"}])
def test_a_contact_nobody_may_know_of_is_not_there(client, neighbour, contact, change):
    Contact.objects.update(**change)
    client.force_login(neighbour)
    assert client.get(write_page(contact)).status_code == 404
    assert send(client, contact).status_code == 404
    assert "Contact, stairwell B" not in client.get(reverse("notices:mine")).text


@pytest.mark.parametrize("state", ["waiting", "left"])
def test_only_who_lives_there_writes(client, neighbour, contact, state):
    Resident.objects.filter(user=neighbour).update(state=state)
    client.force_login(neighbour)
    assert send(client, contact).status_code == 404


def test_a_contact_does_not_write_to_themselves(client, contact):
    client.force_login(contact.user)
    assert client.get(write_page(contact)).status_code == 404


def test_the_sixth_letter_of_a_day_waits_until_tomorrow(client, neighbour, contact, cache_on_our_clock, time_machine):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    client.force_login(neighbour)
    for _ in range(5):
        assert send(client, contact).status_code == 302
    refused = send(client, contact, "Sjätte")
    assert "many letters today" in refused.text
    assert "Sjätte" in refused.text
    assert RelayLetter.objects.count() == 5
    time_machine.shift(24 * 3600 + 1)
    client.force_login(neighbour)
    assert send(client, contact).status_code == 302


def test_a_whole_stairwell_cannot_flood_its_contact(client, stairwell, contact):
    for number in range(20):
        user = make.ResidentFactory(stairwell=stairwell).user
        assert services.write(contact=contact, user=user, text=str(number)) is Outcome.SENT
    late = make.ResidentFactory(stairwell=stairwell).user
    assert services.write(contact=contact, user=late, text="sen") is Outcome.TOO_MANY
    assert RelayLetter.objects.count() == 20


def test_a_muted_contact_takes_no_letters_and_the_neighbour_is_told_where_to_turn(client, relay, neighbour, contact):
    client.force_login(contact.user)
    client.post(reverse("relay:mute", args=[contact.pk]), {"muted": "yes"})
    client.force_login(neighbour)
    page = client.get(write_page(contact)).text
    assert "takes no letters just now" in page
    assert "114 14" in page
    assert "AB Bostäder" in page
    assert "<textarea" not in page
    send(client, contact)
    client.post(thread_page(relay), {"text": "Är du där?"})
    assert RelayLetter.objects.count() == 1
    client.force_login(contact.user)
    assert client.post(thread_page(relay), {"text": "Jag svarar ändå."}).status_code == 302
    client.post(reverse("relay:mute", args=[contact.pk]), {"muted": "no"})
    client.force_login(neighbour)
    assert send(client, contact).status_code == 302


@pytest.mark.parametrize("change", [{"hidden_at": timezone.now()}, {"state": "resigned"}])
def test_when_the_contact_stops_or_hides_the_writer_sees_that_nobody_is_reached(
    client, relay, neighbour, contact, change
):
    Contact.objects.update(**change)
    client.force_login(neighbour)
    page = client.get(thread_page(relay)).text
    assert "cannot be reached here any more" in page
    assert "114 14" in page
    assert "<textarea" not in page
    refused = client.post(thread_page(relay), {"text": "Hallå?"})
    assert refused.status_code == 200
    assert RelayLetter.objects.count() == 1


def test_who_has_stopped_opens_none_of_the_letters_they_got(client, relay, contact):
    client.force_login(contact.user)
    assert client.get(thread_page(relay)).status_code == 200
    Contact.objects.update(state="resigned")
    assert client.get(thread_page(relay)).status_code == 404
    letter = RelayLetter.objects.get()
    assert client.post(reverse("relay:pass_on", args=[letter.pk]), {"to": "police"}).status_code == 404
    assert "A neighbour at" not in client.get(reverse("relay:inbox")).text


def test_a_neighbour_who_moved_out_gets_no_more_letters(client, relay, neighbour, contact, sent):
    Resident.objects.filter(user=neighbour).update(state="left")
    client.force_login(contact.user)
    assert client.post(thread_page(relay), {"text": "Hej"}).status_code == 200
    assert len(sent()) == 1


@pytest.mark.parametrize("who", ["neighbour", "contact"])
def test_either_side_ends_a_conversation_and_a_new_one_can_begin(client, relay, neighbour, contact, who):
    client.force_login(neighbour if who == "neighbour" else contact.user)
    client.post(reverse("relay:close", args=[relay.pk]))
    assert services.answer(relay=relay, from_contact=True, text="Hej") is Outcome.CLOSED
    client.force_login(neighbour)
    assert "This conversation has ended." in client.get(thread_page(relay)).text
    assert send(client, contact).status_code == 302
    assert Relay.objects.count() == 2


def test_the_contact_sees_what_is_new_until_it_has_been_opened(client, relay, contact):
    client.force_login(contact.user)
    assert "1 new letter" in client.get(reverse("relay:inbox")).text
    client.get(thread_page(relay))
    assert "1 new letter" not in client.get(reverse("relay:inbox")).text


def test_a_letter_is_passed_on_without_its_writer_to_those_who_answer_for_the_place(
    client, relay, contact, neighbour, officer, landlord
):
    letter, page = RelayLetter.objects.get(), reverse("relay:passed_on")
    client.force_login(contact.user)
    assert "Pass on to the police" in client.get(thread_page(relay)).text
    client.post(reverse("relay:pass_on", args=[letter.pk]), {"to": "police"})
    assert "Passed on to the police" in client.get(thread_page(relay)).text
    again = client.post(reverse("relay:pass_on", args=[letter.pk]), {"to": "landlord"}, follow=True).text
    assert "passed on already" in again
    client.force_login(officer)
    seen = client.get(page).text
    assert "Porten går inte i lås." in seen
    assert letter.relay.contact.stairwell.name in seen
    for name in ("Lo Lind", "Kim Karlsson", "granne@example.org", "ombud@example.org"):
        assert name not in seen
    client.force_login(landlord)
    assert "Porten" not in client.get(page).text


def test_another_district_and_another_company_see_nothing_passed_on(client, relay, officer, landlord):
    elsewhere = make.DistrictFactory()
    RelayLetter.objects.update(passed_to="police", passed_at=timezone.now())
    colleague = make.StaffFactory(
        organisation=StaffMember.objects.get(user=officer).organisation, districts=[elsewhere]
    ).user
    client.force_login(colleague)
    assert "Porten" not in client.get(reverse("relay:passed_on")).text
    RelayLetter.objects.update(passed_to="landlord")
    client.force_login(make.StaffFactory(organisation__districts=[elsewhere]).user)
    assert "Porten" not in client.get(reverse("relay:passed_on")).text
    client.force_login(landlord)
    assert "Porten" in client.get(reverse("relay:passed_on")).text


def test_passing_on_to_nobody_known_changes_nothing(client, relay, contact):
    client.force_login(contact.user)
    letter = RelayLetter.objects.get()
    assert client.post(reverse("relay:pass_on", args=[letter.pk]), {"to": "press"}).status_code == 302
    letter.refresh_from_db()
    assert letter.passed_to == ""


def test_the_contacts_own_letters_are_not_passed_on(client, relay, contact):
    services.answer(relay=relay, from_contact=True, text="Mitt svar")
    client.force_login(contact.user)
    own = RelayLetter.objects.get(from_contact=True)
    assert client.post(reverse("relay:pass_on", args=[own.pk]), {"to": "police"}).status_code == 403


def test_letters_are_gone_after_thirty_days_passed_on_or_not(client, relay, neighbour, contact, officer, time_machine):
    RelayLetter.objects.update(passed_to="police", passed_at=timezone.now())
    time_machine.move_to(timezone.now() + timedelta(days=29))
    services.purge_letters(timezone.now())
    assert RelayLetter.objects.count() == 1
    time_machine.shift(timedelta(days=2))
    client.force_login(officer)
    assert "Porten" not in client.get(reverse("relay:passed_on")).text, "also before the hourly clean-up"
    services.purge_letters(timezone.now())
    services.purge_letters(timezone.now())
    assert not RelayLetter.objects.exists()
    assert not Relay.objects.exists()


def test_the_clean_up_ends_conversations_with_contacts_who_are_gone(relay):
    Contact.objects.update(state="ended")
    services.purge_letters(timezone.now())
    relay.refresh_from_db()
    assert relay.closed_at


@pytest.mark.parametrize(("name", "queries"), [("relay:inbox", 6), ("relay:passed_on", 8)])
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_a_list_costs_the_same_for_one_letter_and_for_many(
    client, stairwell, contact, relay, officer, name, queries, many, django_assert_num_queries
):
    for _ in range(6 if many else 0):
        services.write(contact=contact, user=make.ResidentFactory(stairwell=stairwell).user, text="Hej")
    RelayLetter.objects.update(passed_to="police", passed_at=timezone.now())
    client.force_login(contact.user if name == "relay:inbox" else officer)
    with django_assert_num_queries(queries):
        client.get(reverse(name))


def test_mail_with_a_letter_is_a_real_mail_with_its_own_reply_address(settings, relay, contact, sent):
    settings.RELAY_INBOUND, settings.RELAY_DOMAIN = True, "svar.example.org"
    services.answer(relay=relay, from_contact=True, text="Hej")
    letter = sent()[-1]
    assert letter["reply_to"] == f"svar+{relay.neighbour_token}@svar.example.org"
    assert letter["text"].startswith("~ ~ ~")
    assert "/svar/" not in letter["text"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_letters_at_once_are_one_conversation(contact, neighbour):
    def write(text):
        try:
            return services.write(contact=contact, user=neighbour, text=text)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(write, "ab")) == [Outcome.SENT, Outcome.SENT]
    assert (Relay.objects.count(), RelayLetter.objects.count()) == (1, 2)
