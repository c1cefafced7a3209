"""A contact's own page, what neighbours see, and hiding from a threat."""

import datetime
import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from buildings.models import Consent, Contact, Resident, Threat
from notifications.models import Message, Posting, Relay
from tests import factories as make
from tests.join.contacts.conftest import browser, letters, staff
from tests.pdfs import text_of
from watch.join.contacts import services

pytestmark = pytest.mark.django_db


def page_of(contact):
    return f"/min-trapp/kontakt/{contact.pk}/"


def press(contact, action, **data):
    return browser(contact.user).post(f"{page_of(contact)}gjort/", {"action": action, **data}, follow=True)


def test_anyone_can_read_what_a_contact_does(client, place):
    page = client.get("/kontakt/", headers={"accept-language": "en"}).text
    assert "Never intervene" in page
    neighbour = place.resident().user
    assert f"/bli-kontakt/{place.stairwell.pk}/" in browser(neighbour).get("/kontakt/").text
    assert f"/bli-kontakt/{place.stairwell.pk}/" in browser(neighbour).get("/min-trapp/").text
    assert f"/bli-kontakt/{place.stairwell.pk}/" in browser(neighbour).get("/t/KATTHUND").text
    assert "/kontakt" in text_of(browser(place.landlord.user).get(f"/trapp/{place.stairwell.pk}/affisch/").content)


class TestTheContactsOwnPage:
    def test_on_the_way_it_says_what_comes_next_and_nothing_of_the_neighbours(self, place):
        contact = place.contact("confirmed")
        place.resident(shows_name=True, user=make.UserFactory(name="Öppna Olle"))
        page = browser(contact.user).get(page_of(contact)).text
        assert "invite you to a short training" in page
        assert 'aria-current="step"' in page
        assert "Öppna Olle" not in page
        assert "people have joined" not in page

    def test_it_leads_to_calling_the_neighbours_together_once_one_is_ready(self, place):
        leads = f"/moten/grannmote/{place.stairwell.pk}/"
        assert leads in browser(place.contact().user).get(page_of(Contact.objects.get())).text
        waits = place.contact("confirmed")
        assert leads not in browser(waits.user).get(page_of(waits)).text

    def test_figures_name_only_who_wants_it(self, place):
        contact = place.contact()
        place.resident(shows_name=True, user=make.UserFactory(name="Öppna Olle"))
        place.resident(user=make.UserFactory(name="Stängda Siv"))
        make.FlatFactory(stairwell=place.stairwell)
        page = browser(contact.user).get(page_of(contact)).text
        assert contact.alias in page
        assert '<span class="figure-number">3</span>' in page
        assert "Öppna Olle" in page
        assert "Stängda Siv" not in page

    def test_the_checklist_nags_until_it_is_done(self, place):
        contact = place.contact(activated_at=timezone.now() - datetime.timedelta(days=3))
        place.resident()
        page = browser(contact.user).get(page_of(contact)).text
        for words in ("Welcome 1 neighbour", "look whether the figures", "meet your neighbours"):
            assert words in page
        press(contact, "welcomed")
        press(contact, "list")
        done = press(contact, "met", on=timezone.localdate().isoformat()).text
        for words in ("Welcome 1 neighbour", "look whether the figures", "meet your neighbours"):
            assert words not in done
        contact.refresh_from_db()
        assert contact.list_confirmed_on == contact.neighbours_met_on == timezone.localdate()

    def test_after_a_year_it_nags_again(self, place):
        long_ago = timezone.localdate() - datetime.timedelta(days=366)
        contact = place.contact(list_confirmed_on=long_ago, neighbours_met_on=long_ago)
        page = browser(contact.user).get(page_of(contact)).text
        assert "look whether the figures" in page
        assert "meet your neighbours" in page

    def test_a_meeting_to_come_is_no_meeting_held(self, place):
        contact = place.contact()
        tomorrow = timezone.localdate() + datetime.timedelta(days=1)
        answer = browser(contact.user).post(f"{page_of(contact)}gjort/", {"action": "met", "on": tomorrow.isoformat()})
        assert "This day has not been yet" in answer.text
        contact.refresh_from_db()
        assert contact.neighbours_met_on is None

    def test_notices_to_put_up_are_there(self, place):
        contact = place.contact()
        notice = make.NoticeFactory(district=place.norrby, state="sent", started_at=timezone.now())
        Posting.objects.create(notice=notice, stairwell=place.stairwell)
        page = browser(contact.user).get(page_of(contact)).text
        assert "It is up" in page
        assert "Every notice is up" not in page

    def test_letters_stop_and_come_again(self, place):
        contact = place.contact()
        assert "You get no letters now" in press(contact, "mute").text
        contact.refresh_from_db()
        assert contact.muted_at
        assert "You get no letters now" not in press(contact, "unmute").text

    def test_an_unknown_press_does_nothing(self, place):
        contact = place.contact()
        answer = browser(contact.user).post(f"{page_of(contact)}gjort/", {"action": "promote"})
        assert answer.status_code == 400

    @pytest.mark.parametrize("people", [1, 40])
    def test_it_costs_the_same_for_few_and_many(self, place, people, django_assert_num_queries):
        contact = place.contact()
        for _ in range(people):
            place.resident(shows_name=True)
        client = browser(contact.user)
        with django_assert_num_queries(11):
            client.get(page_of(contact))


class TestWhatNeighboursSee:
    def test_by_alias_until_the_contact_wants_more_and_the_reader_is_confirmed(self, place):
        user = make.UserFactory(name="Kim Kontakt", phone="+46701740620", phone_verified=True, language="en")
        contact = make.ContactFactory(user=user, stairwell=place.stairwell)
        place.resident(user=user)
        joined, confirmed = place.resident().user, place.resident(state=Resident.State.CONFIRMED).user
        for reader in (joined, confirmed):
            page = browser(reader).get("/min-trapp/").text
            assert "Contact, stairwell A" in page
            assert "Kim Kontakt" not in page
            assert "174 06 20" not in page
        press(contact, "show-name")
        press(contact, "show-name")
        press(contact, "show-number")
        page = browser(confirmed).get("/min-trapp/").text
        assert "Kim Kontakt" in page
        assert "174 06 20" in page
        page = browser(joined).get("/min-trapp/").text
        assert "Kim Kontakt" not in page
        assert "174 06 20" not in page
        press(contact, "hide-name")
        press(contact, "hide-number")
        page = browser(confirmed).get("/min-trapp/").text
        assert "Kim Kontakt" not in page
        assert "174 06 20" not in page
        answers = list(Consent.objects.order_by("pk").values_list("purpose", "given"))
        assert answers == [
            ("name_to_stairwell", True),
            ("number_to_stair", True),
            ("name_to_stairwell", False),
            ("number_to_stair", False),
        ]
        assert "I am a contact at" in Consent.objects.first().text

    def test_a_number_that_is_not_known_to_be_theirs_cannot_be_shown(self, place):
        user = make.UserFactory(phone="+46701740620", language="en")
        place.resident(user=user)
        contact = make.ContactFactory(user=user, stairwell=place.stairwell)
        assert "no mobile number here that we know is yours" in press(contact, "show-number").text
        assert Consent.objects.count() == 0

    def test_neither_those_on_the_way_nor_those_of_another_stairwell_show(self, place):
        reader = place.resident(state=Resident.State.CONFIRMED).user
        place.contact("trained")
        far = make.ContactFactory(shows_name=True, user=make.UserFactory(name="Fjärran Fia"))
        page = browser(reader).get("/min-trapp/").text
        assert "Contact, stairwell A" not in page
        assert "Fjärran Fia" not in page
        assert far.stairwell.name not in page

    @pytest.mark.parametrize("number", [1, 12])
    def test_few_and_many_cost_the_same(self, place, number, django_assert_num_queries):
        reader = browser(place.resident().user)
        for _ in range(number):
            place.contact()
        with django_assert_num_queries(11):
            reader.get("/min-trapp/")


def cells(answer) -> str:
    sheet = load_workbook(io.BytesIO(answer.content)).active
    return "\n".join(" ".join(str(cell) for cell in row) for row in sheet.iter_rows(values_only=True))


class TestFeelingThreatened:
    def test_one_press_hides_the_role_everywhere(self, place):
        contact = place.contact(shows_name=True)
        reader = place.resident(state=Resident.State.CONFIRMED).user
        everyone = [place.landlord.user, place.police.user, place.city.user]
        name, alias = contact.user.name, contact.alias
        letters_between = Relay.objects.create(contact=contact, neighbour=reader)
        assert alias in browser(reader).get("/min-trapp/").text
        page = browser(contact.user).post(f"{page_of(contact)}hotad/", follow=True).text
        assert "You are hidden" in page
        assert "112" in page
        assert "114 14" in page
        after = browser(reader).get("/min-trapp/").text
        assert alias not in after
        assert name not in after
        for user in everyone:
            staff_browser = browser(user)
            listed = staff_browser.get("/kontakter/").text
            assert alias not in listed
            assert "1 contact hides" in listed
            assert alias not in cells(staff_browser.get("/kontakter/kontakter.xlsx"))
            assert alias not in staff_browser.get("/att-gora/").text
            assert staff_browser.get(f"/kontakter/{contact.pk}/").status_code == 404
            assert place.stairwell.name in staff_browser.get("/kontakter/luckor/").text
            data = {"what": "name", "reason": "I need to call them"}
            assert staff_browser.post(f"/kontakter/{contact.pk}/visa/", data).status_code == 404
        letters_between.refresh_from_db()
        assert letters_between.closed_at
        assert browser(reader).get(f"/skriv/{contact.pk}/").status_code == 404
        assert letters() == []
        assert Threat.objects.get().told is None
        again = press(contact, "show-again")
        assert again.status_code == 200
        assert alias in browser(reader).get("/min-trapp/").text
        assert alias in browser(place.landlord.user).get("/kontakter/").text

    def test_one_on_the_way_leaves_the_to_do_list(self, place):
        contact = place.contact("applied")
        assert contact.alias in browser(place.landlord.user).get("/att-gora/").text
        browser(contact.user).post(f"{page_of(contact)}hotad/")
        assert contact.alias not in browser(place.landlord.user).get("/att-gora/").text

    def test_the_named_officer_is_told_when_the_contact_wants_it(self, place):
        named = staff("police", place.norrby, organisation=place.police.organisation)
        chosen = browser(place.police.user).post(
            f"/personal/kommunpolis/{place.norrby.pk}/", {"officer": named.pk}, follow=True
        )
        assert chosen.status_code == 200
        contact = place.contact()
        page = browser(contact.user).post(f"{page_of(contact)}hotad/", {"tell": "1"}, follow=True).text
        assert "The police officer of your district is told" in page
        (letter,) = letters()
        assert Message.objects.get().user == named.user
        assert "contact" not in (letter["subject"] + letter["text"]).lower()
        assert "threat" not in (letter["subject"] + letter["text"]).lower()
        officer = browser(named.user)
        listed = officer.get("/att-gora/").text
        assert "A contact in Norrby feels threatened" in listed
        assert "To do (1)" in listed
        assert officer.get(f"/kontakter/{contact.pk}/").status_code == 200
        for other in (place.landlord, place.city):
            assert "feels threatened" not in browser(other.user).get("/att-gora/").text
            assert browser(other.user).get(f"/kontakter/{contact.pk}/").status_code == 404
        browser(contact.user).post(f"{page_of(contact)}hotad/", {"tell": "1"})
        assert Threat.objects.count() == len(letters()) == 1
        address = f"/att-gora/sett/{Threat.objects.get().pk}/"
        assert "Noted that the police have seen it" in officer.post(address, follow=True).text
        assert "A colleague has seen it already" in browser(place.police.user).post(address, follow=True).text
        assert "feels threatened" not in officer.get("/att-gora/").text

    def test_without_a_named_officer_somebody_who_serves_there_is_told(self, place):
        contact = place.contact()
        browser(contact.user).post(f"{page_of(contact)}hotad/", {"tell": "1"})
        assert Threat.objects.get().told == place.police

    def test_without_any_officer_one_is_told_to_call(self, place):
        place.police.districts.clear()
        contact = place.contact()
        page = browser(contact.user).post(f"{page_of(contact)}hotad/", {"tell": "1"}, follow=True).text
        assert "Call 114 14" in page
        assert "You are hidden" in page

    def test_an_officer_elsewhere_sees_nothing(self, place):
        elsewhere = staff("police", make.DistrictFactory(), organisation=place.police.organisation)
        contact = place.contact()
        browser(contact.user).post(f"{page_of(contact)}hotad/", {"tell": "1"})
        assert "feels threatened" not in browser(elsewhere.user).get("/att-gora/").text
        assert browser(elsewhere.user).post(f"/att-gora/sett/{Threat.objects.get().pk}/").status_code == 404

    def test_who_stops_while_hidden_stays_out_of_the_lists(self, place):
        contact = place.contact()
        browser(contact.user).post(f"{page_of(contact)}hotad/")
        services.resign(contact=contact)
        assert contact.alias not in browser(place.landlord.user).get("/kontakter/?stage=resigned").text
        assert Contact.objects.get().hidden_at


def test_only_the_police_who_administer_choose_an_officer_and_only_from_their_own(place):
    stranger = staff("police", place.norrby)
    address = f"/personal/kommunpolis/{place.norrby.pk}/"
    answer = browser(place.police.user).post(address, {"officer": stranger.pk}, follow=True)
    assert "Choose somebody who works in this district" in answer.text
    helper = staff("police", place.norrby, organisation=place.police.organisation)
    assert browser(helper.user).post(address, {"officer": helper.pk}).status_code == 403
    place.norrby.refresh_from_db()
    assert place.norrby.officer is None
    assert "Named officer" in browser(place.police.user).get("/personal/").text
