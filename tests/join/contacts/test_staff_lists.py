"""What staff see of contacts: the list, the file, the gaps, the to-do list, and a reveal for a reason."""

import datetime
import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from buildings.models import Contact, ContactStep, Disclosure, Resident
from notifications.models import Message
from tests import factories as make
from tests.join.contacts.conftest import browser, letters, staff
from watch.join.contacts import gathering, services
from watch.join.contacts.reveal import RevealError, reveal
from watch.tasks import remind_gathering

pytestmark = pytest.mark.django_db
REASON = "The door does not close"


def rows(answer):
    return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


class TestTheList:
    def test_holds_aliases_and_stages_of_ones_own_places_only(self, place):
        contact = place.contact("applied")
        far = make.ContactFactory(user=make.UserFactory(name="Fjärran Fia"))
        for member in (place.landlord, place.police, place.city):
            page = browser(member.user).get("/kontakter/").text
            assert contact.alias in page
            assert place.stairwell.name in page
            assert contact.user.name not in page
            assert contact.user.email not in page
            assert far.stairwell.name not in page
            assert browser(member.user).get(f"/kontakter/{far.pk}/").status_code == 404

    def test_is_narrowed_by_stage_district_and_building(self, place):
        applied, active = place.contact("applied"), place.contact(role="deputy")
        ended = place.contact("ended", role="lead")
        client = browser(place.police.user)
        everyone = client.get("/kontakter/").text
        assert applied.alias in everyone
        assert active.alias in everyone
        assert ended.alias not in everyone
        only = client.get("/kontakter/?stage=active").text
        assert active.alias in only
        assert f"/kontakter/{applied.pk}/" not in only
        assert ended.alias in client.get("/kontakter/?stage=ended").text
        here = client.get(f"/kontakter/?building={place.stairwell.building_id}&district={place.norrby.pk}").text
        assert active.alias in here
        far = make.BuildingFactory()
        assert client.get(f"/kontakter/?building={far.pk}").status_code == 200

    @pytest.mark.parametrize("number", [1, 30])
    def test_one_and_many_cost_the_same(self, place, number, django_assert_num_queries):
        for _ in range(number):
            services.apply(user=place.resident().user, stairwell=place.stairwell)
        client = browser(place.police.user)
        with django_assert_num_queries(11):
            client.get("/kontakter/")

    def test_the_file_holds_the_same_without_names(self, place):
        contact = place.contact("trained", trained_on=datetime.date(2026, 1, 15), training="course")
        contact.trained_by = place.police.organisation
        contact.save()
        place.stairwell.name = "=cmd()"
        place.stairwell.save()
        answer = browser(place.police.user).get("/kontakter/kontakter.xlsx")
        assert answer.headers["Content-Disposition"].endswith('.xlsx"')
        headings, row = rows(answer)
        told = dict(zip(headings, row, strict=True))
        assert told["Contact"] == "Contact, stairwell A"
        assert told["Stairwell"] == "'=cmd()"
        assert told["Stage"] == "trained"
        assert told["Trained"].date() == datetime.date(2026, 1, 15)
        assert told["Trained by"] == place.police.organisation.name
        everything = str(rows(answer))
        assert contact.user.name not in everything
        assert contact.user.email not in everything

    @pytest.mark.parametrize("number", [1, 30])
    def test_the_file_costs_the_same_for_one_and_many(self, place, number, django_assert_num_queries):
        for _ in range(number):
            place.contact()
        client = browser(place.police.user)
        with django_assert_num_queries(5):
            client.get("/kontakter/kontakter.xlsx")


class TestGaps:
    def test_stairwells_where_nobody_is_active(self, place):
        helped = make.StairwellFactory(building=place.stairwell.building)
        make.ContactFactory(stairwell=helped)
        place.contact("trained")
        closed = make.StairwellFactory(building=place.stairwell.building, closed_at=timezone.now())
        far = make.StairwellFactory()
        page = browser(place.landlord.user).get("/kontakter/luckor/").text
        assert place.stairwell.name in page
        for other in (helped, closed, far):
            assert other.name not in page

    @pytest.mark.parametrize("number", [1, 30])
    def test_one_and_many_cost_the_same(self, place, number, django_assert_num_queries):
        for _ in range(number):
            make.StairwellFactory(building=place.stairwell.building)
        client = browser(place.police.user)
        with django_assert_num_queries(10):
            client.get("/kontakter/luckor/")


class TestToDo:
    def test_each_organisation_sees_what_waits_for_it_with_its_age_oldest_first(self, place):
        old, new = place.contact("applied", role="deputy"), place.contact("applied")
        confirmed, trained = place.contact("confirmed", role="lead"), place.contact("trained")
        ago = timezone.now() - datetime.timedelta(days=23)
        ContactStep.objects.create(contact=old, state="applied", at=ago)
        ContactStep.objects.create(contact=confirmed, state="confirmed", at=ago)
        page = browser(place.landlord.user).get("/att-gora/").text
        assert page.index(f"/kontakter/{old.pk}/") < page.index(f"/kontakter/{new.pk}/")
        assert "waits for 23 days" in page
        assert "since today" in page
        assert f"/kontakter/{confirmed.pk}/" not in page
        assert "To do (2)" in page
        for member in (place.police, place.city):
            page = browser(member.user).get("/att-gora/").text
            assert "Invite to training" in page
            assert "Say the last yes" in page
            assert f"/kontakter/{trained.pk}/" in page
            assert f"/kontakter/{old.pk}/" not in page
            assert "To do (2)" in page

    def test_people_to_be_let_in_are_the_landlords(self, place):
        place.resident(state=Resident.State.WAITING)
        place.resident(state=Resident.State.WAITING)
        page = browser(place.landlord.user).get("/att-gora/").text
        assert "People who wait to be let in" in page
        assert "2 people" in page
        assert "To do (2)" in page
        assert "let in" not in browser(place.police.user).get("/att-gora/").text

    def test_nothing_waits(self, place):
        page = browser(place.landlord.user).get("/att-gora/").text
        assert "Nobody waits for you" in page
        assert 'Stairwells without a contact <span class="todo-number">(1)' in page
        assert "To do (" not in page

    @pytest.mark.parametrize("number", [1, 30])
    def test_one_and_many_cost_the_same(self, place, number, django_assert_num_queries):
        for _ in range(number):
            place.contact("confirmed")
        client = browser(place.police.user)
        with django_assert_num_queries(20):
            client.get("/att-gora/")


class TestGathering:
    def gathered(self, place, days):
        place.norrby.contacts_gathered_on = timezone.localdate() - datetime.timedelta(days=days)
        place.norrby.save()

    def test_a_district_not_gathered_for_a_year_is_to_do_until_the_day_is_noted(self, place):
        place.contact()
        self.gathered(place, 395)
        client = browser(place.city.user)
        assert "Gather the contacts" in client.get("/att-gora/").text
        address = f"/att-gora/samlade/{place.norrby.pk}/"
        wrong = client.post(address, {"on": "2999-01-01"})
        assert "This day has not been yet" in wrong.text
        done = client.post(address, {"on": timezone.localdate().isoformat()}, follow=True).text
        assert "We remind you in a year" in done
        assert "Gather the contacts" not in done
        assert "Gather the contacts" not in browser(place.police.user).get("/att-gora/").text

    def test_not_where_nobody_is_a_contact_and_not_for_landlords(self, place):
        assert "Gather the contacts" not in browser(place.police.user).get("/att-gora/").text
        place.contact()
        assert "Not gathered yet" in browser(place.police.user).get("/att-gora/").text
        assert "Gather the contacts" not in browser(place.landlord.user).get("/att-gora/").text

    def test_staff_of_the_district_are_reminded_once_a_year(self, place):
        elsewhere = staff("police", make.DistrictFactory(), organisation=place.police.organisation)
        self.gathered(place, 366)
        remind_gathering()
        remind_gathering()
        assert Message.objects.count() == 2
        assert set(Message.objects.values_list("user", flat=True)) == {place.police.user_id, place.city.user_id}
        assert elsewhere.user_id not in Message.objects.values_list("user", flat=True)
        assert "Norrby" in letters()[0]["subject"]
        gathering.note_gathered(district=place.norrby, on=timezone.localdate())
        remind_gathering()
        assert Message.objects.count() == 2

    def test_the_next_year_they_are_reminded_again(self, place):
        self.gathered(place, 366)
        place.norrby.gathering_reminded_on = timezone.localdate() - datetime.timedelta(days=400)
        place.norrby.save()
        remind_gathering()
        assert Message.objects.count() == 2

    def test_not_before_the_year_is_over(self, place):
        self.gathered(place, 300)
        remind_gathering()
        assert Message.objects.count() == 0

    def test_an_earlier_day_does_not_undo_a_later_one(self, place):
        self.gathered(place, 10)
        before = place.norrby.contacts_gathered_on
        gathering.note_gathered(district=place.norrby, on=before - datetime.timedelta(days=5))
        place.norrby.refresh_from_db()
        assert place.norrby.contacts_gathered_on == before


class TestReveal:
    def test_a_name_is_shown_once_written_down_and_told(self, place):
        contact = place.contact()
        client, address = browser(place.landlord.user), f"/kontakter/{contact.pk}/"
        assert contact.user.name not in client.get(address).text
        shown = client.post(f"{address}visa/", {"what": "name", "reason": REASON})
        assert contact.user.name in shown.text
        assert contact.user.name not in client.get(address).text
        look = Disclosure.objects.get()
        assert (look.subject, look.by, look.what, look.reason) == (contact.user, place.landlord.user, "name", REASON)
        assert (look.organisation, look.stairwell) == (place.landlord.organisation, place.stairwell)
        assert look.as_contact
        (letter,) = letters(contact.user)
        assert Message.objects.get().purpose == "revealed"
        words = letter["subject"] + letter["text"]
        assert "contact" not in words.lower()
        assert REASON not in words

    def test_a_number_is_shown_only_if_it_is_known_to_be_theirs(self, place):
        user = make.UserFactory(phone="+46701740620", language="en")
        place.resident(user=user)
        contact = make.ContactFactory(user=user, stairwell=place.stairwell)
        data = {"what": "number", "reason": REASON}
        client, address = browser(place.city.user), f"/kontakter/{contact.pk}/visa/"
        assert "There is none to show" in client.post(address, data, follow=True).text
        assert Disclosure.objects.count() == len(letters()) == 0
        user.phone_verified = True
        user.save()
        assert "070-174 06 20" in client.post(address, data).text

    @pytest.mark.parametrize(
        "data", [{}, {"what": "name"}, {"what": "name", "reason": "x"}, {"what": "flat", "reason": REASON}]
    )
    def test_without_a_real_reason_nothing_is_shown(self, place, data):
        contact = place.contact()
        page = browser(place.police.user).post(f"/kontakter/{contact.pk}/visa/", data)
        assert page.status_code == 200
        assert contact.user.name not in page.text
        assert Disclosure.objects.count() == 0

    def test_the_sixth_in_a_day_is_stopped_and_the_operator_told_once(self, place):
        operator = make.UserFactory(is_superuser=True, language="en")
        contact = place.contact()
        client, address = browser(place.police.user), f"/kontakter/{contact.pk}/visa/"
        for _ in range(5):
            assert contact.user.name in client.post(address, {"what": "name", "reason": REASON}).text
        for _ in range(2):
            stopped = client.post(address, {"what": "name", "reason": REASON}, follow=True).text
            assert "That is enough" in stopped
            assert contact.user.name not in stopped
        assert Disclosure.objects.count() == 5
        assert Message.objects.filter(purpose="report").count() == 1
        (report,) = letters(operator)
        assert place.police.organisation.name in report["text"]
        assert contact.user.name not in report["text"]
        assert browser(place.city.user).post(address, {"what": "name", "reason": REASON}).status_code == 200
        Disclosure.objects.update(at=timezone.now() - datetime.timedelta(hours=25))
        assert contact.user.name in client.post(address, {"what": "name", "reason": REASON}).text

    def test_a_contact_who_hides_is_revealed_to_nobody_but_the_police_they_asked(self, place):
        contact = place.contact()
        browser(contact.user).post(f"/min-trapp/kontakt/{contact.pk}/hotad/", {"tell": "1"})
        data = {"what": "name", "reason": REASON}
        for member in (place.landlord, place.city):
            assert browser(member.user).post(f"/kontakter/{contact.pk}/visa/", data).status_code == 404
        assert contact.user.name in browser(place.police.user).post(f"/kontakter/{contact.pk}/visa/", data).text

    def test_nobody_is_revealed_after_the_role(self, place):
        contact = place.contact("resigned")
        page = browser(place.police.user).post(
            f"/kontakter/{contact.pk}/visa/", {"what": "name", "reason": REASON}, follow=True
        )
        assert contact.user.name not in page.text
        assert Disclosure.objects.count() == 0

    def test_a_residents_name_goes_the_same_way(self, place):
        resident = place.resident()
        asked = {"subject": resident.user, "what": "name", "reason": REASON, "stairwell": place.stairwell}
        assert reveal(by=place.landlord, **asked) == resident.user.name
        assert not Disclosure.objects.get().as_contact
        resident.user.name = ""
        with pytest.raises(RevealError, match="nothing"):
            reveal(by=place.landlord, **asked)


def test_a_contact_page_shows_the_training_as_a_dated_record(place):
    contact = place.contact("confirmed")
    services.train(contact=contact, staff=place.police, training="meeting", on=datetime.date(2026, 1, 15))
    page = browser(place.landlord.user).get(f"/kontakter/{contact.pk}/").text
    assert "at a training meeting" in page
    assert "15 January" in page
    assert place.police.organisation.name in page
    assert Contact.objects.get().state == "trained"
