"""Letters to the flats: one code a flat, shown once, and whoever types it is known to live there."""

import re

import pytest
from django.utils import timezone

from buildings.models import Consent, FlatCode, Resident, User
from buildings.sealing import fingerprint
from notifications.models import Endpoint
from tests import factories as make
from tests.join.doors.steps import (
    KIND_PAGE,
    choose,
    codes_on,
    in_english,
    join,
    letter_to,
    main_of,
    show_address,
    signed_in,
    waits_at,
)
from tests.pdfs import is_accessible, pages_of, sizes_of, text_of
from watch.join import services as joining
from watch.join.doors.codes import make_letters
from watch.join.entering import UsedError, come_in

pytestmark = pytest.mark.django_db

CODE = "BREVKOD2"
DOOR = f"/brev/{CODE}"
State = Resident.State


@pytest.fixture
def letter(flat):
    return letter_to(flat, CODE)


class TestMaking:
    def test_each_flat_gets_its_own_code_and_only_fingerprints_are_kept(self, landlord, place):
        page = landlord.post(f"/trapp/{place.pk}/brev/")
        codes = codes_on(page)
        assert len(set(codes)) == 3
        said = text_of(page.content)
        assert all(number in said for number in ("1001", "1002", "1003"))
        assert all(f"{code[:4]} {code[4:]}" in said for code in codes)
        kept = FlatCode.objects.all()
        assert {row.fingerprint for row in kept} == {fingerprint("flat-code", code) for code in codes}
        for row in FlatCode.objects.values():
            assert not any(code in str(row) for code in codes)

    def test_the_codes_are_shown_once(self, landlord, place):
        made = landlord.post(f"/trapp/{place.pk}/brev/")
        assert "no-store" in made.headers["Cache-Control"]
        again = landlord.get(f"/trapp/{place.pk}/brev/")
        assert again.status_code == 200
        assert not codes_on(again)
        assert not any(code in again.text for code in codes_on(made))

    def test_what_is_printed_opens_the_door_of_its_flat(self, landlord, place):
        page = landlord.post(f"/trapp/{place.pk}/brev/")
        join(in_english(), f"/brev/{codes_on(page)[0]}")
        assert Resident.objects.get().flat == FlatCode.objects.exclude(used_at=None).get().flat

    def test_an_earlier_unused_code_of_the_flat_stops_working(self, landlord, place, flat, letter):
        other = letter_to(place.flats.get(number="1002"), "GRANNKOD")
        fresh = codes_on(landlord.post(f"/trapp/{place.pk}/brev/", {"flat": flat.pk}))
        assert len(fresh) == 1
        assert in_english().get(DOOR).status_code == 404
        assert in_english().get(f"/brev/{fresh[0]}").status_code == 200
        assert in_english().get("/brev/GRANNKOD").status_code == 200
        other.refresh_from_db()
        assert other.retired_at is None

    def test_a_used_code_stays_used_when_a_new_letter_is_made(self, landlord, place, flat):
        used = letter_to(flat, CODE, used_at=timezone.now())
        landlord.post(f"/trapp/{place.pk}/brev/", {"flat": flat.pk})
        used.refresh_from_db()
        assert used.used_at
        assert used.retired_at is None

    def test_households_that_want_no_part_and_closed_flats_get_none(self, landlord, place, flat):
        flat.declined_at = timezone.now()
        flat.save()
        place.flats.filter(number="1002").update(closed_at=timezone.now())
        assert len(codes_on(landlord.post(f"/trapp/{place.pk}/brev/"))) == 1
        assert FlatCode.objects.get().flat.number == "1003"

    def test_a_household_that_has_changed_its_mind_gets_one_when_its_flat_is_chosen(self, landlord, place, flat):
        flat.declined_at = timezone.now()
        flat.save()
        assert len(codes_on(landlord.post(f"/trapp/{place.pk}/brev/", {"flat": flat.pk}))) == 1
        assert FlatCode.objects.get().flat == flat

    def test_where_no_flat_is_left_to_write_to_one_is_told(self, landlord, place):
        place.flats.update(declined_at=timezone.now())
        page = landlord.post(f"/trapp/{place.pk}/brev/", follow=True)
        assert "There is no flat here to write to." in page.text
        assert not FlatCode.objects.exists()

    def test_a_flat_of_another_stairwell_is_refused(self, landlord, place, company):
        elsewhere = make.FlatFactory(stairwell__building__owner=company)
        page = landlord.post(f"/trapp/{place.pk}/brev/", {"flat": elsewhere.pk})
        assert "error-summary" in page.text
        assert not FlatCode.objects.exists()

    def test_another_company_finds_no_such_page(self, rival, place):
        url = f"/trapp/{place.pk}/brev/"
        assert (rival.get(url).status_code, rival.post(url).status_code) == (404, 404)
        assert not FlatCode.objects.exists()

    def test_neither_a_contact_nor_the_police_make_letters(self, contact, place):
        police = make.OrganisationFactory(kind="police", districts=[place.building.district])
        officer = signed_in(make.StaffFactory(organisation=police).user)
        for client in (contact, officer):
            assert client.post(f"/trapp/{place.pk}/brev/").status_code == 403
        assert not FlatCode.objects.exists()

    def test_a_code_is_never_drawn_twice(self, place, monkeypatch, flat, letter):
        drawn = iter([CODE, "NYKODEN2"])
        monkeypatch.setattr("watch.join.doors.codes.new_code", lambda: next(drawn))
        assert [made.code for made in make_letters(stairwell=place, flats=[flat])] == ["NYKODEN2"]

    def test_one_letter_and_thirty_cost_the_same(self, landlord, place, flat, django_assert_num_queries):
        place.flats.exclude(pk=flat.pk).delete()
        for number in (1, 30):
            for _ in range(number - 1):
                make.FlatFactory(stairwell=place)
            FlatCode.objects.all().delete()
            with django_assert_num_queries(13):
                assert len(codes_on(landlord.post(f"/trapp/{place.pk}/brev/"))) == number


class TestTyping:
    def test_the_field_leads_to_the_letters_door_however_it_is_typed(self, letter):
        client = in_english()
        assert client.get("/brev/").status_code == 200
        for typed in ("brevkod2", "BREV KOD2", "brev-kod2"):
            assert client.get("/brev/", {"code": typed}).headers["Location"] == DOOR
            assert client.get(f"/brev/{typed}").headers["Location"] == DOOR
        assert "Write the code that is in the letter." in client.get("/brev/", {"code": " - "}).text

    def test_a_tenant_joins_in_three_screens_and_is_confirmed_with_the_flat(self, place, flat, letter):
        client = in_english()
        first = client.get(DOOR)
        assert "Varpgatan 1 A" in first.text
        assert "we know that you live here" in first.text
        assert "1001" not in first.text, "a letter that went wrong must not say more than its finder knows"
        assert show_address(client, DOOR).headers["Location"] == f"{DOOR}/val"
        done = choose(client, DOOR)
        assert done.headers["Location"] == "/min-trapp/"
        home = Resident.objects.get()
        assert (home.stairwell, home.flat) == (place, flat)
        assert (home.state, home.way, home.confirmed_by) == (State.CONFIRMED, "letter", "letter")
        assert home.confirmed_at
        assert {line.purpose for line in Consent.objects.all()} == {"take_part", "email"}
        assert Endpoint.objects.get().wants == "all"
        letter.refresh_from_db()
        assert letter.used_at
        assert "Welcome" in client.get("/min-trapp/").text

    def test_the_name_is_shown_to_the_contact_only_with_a_tick(self, letter):
        join(in_english(), DOOR, shows_name="on")
        assert Resident.objects.get().shows_name
        assert Consent.objects.filter(purpose="name_to_contact", given=True).exists()

    def test_looking_at_the_first_screen_uses_nothing_up(self, letter):
        for _ in range(3):
            assert in_english().get(DOOR).status_code == 200
        show_address(in_english(), DOOR)
        letter.refresh_from_db()
        assert letter.used_at is None

    def test_somebody_known_without_a_home_joins_with_the_address_they_have(self, letter, flat):
        user = make.UserFactory()
        client = signed_in(user)
        assert client.post(DOOR).headers["Location"] == f"{DOOR}/val"
        choose(client, DOOR)
        assert Resident.objects.get(user=user).flat == flat

    def test_who_has_joined_is_confirmed_by_one_press(self, place, flat, letter):
        home = make.ResidentFactory(stairwell=place)
        client = signed_in(home.user)
        assert "Yes, I live here" in client.get(DOOR).text
        home.refresh_from_db()
        assert home.state == State.JOINED
        assert client.post(DOOR).headers["Location"] == "/min-trapp/"
        home.refresh_from_db()
        assert (home.state, home.flat, home.confirmed_by) == (State.CONFIRMED, flat, "letter")
        assert Resident.objects.count() == 1
        assert not Consent.objects.exists(), "nothing new is agreed to"

    def test_who_waits_is_let_in_by_one_press(self, place, flat, letter):
        home = waits_at(place)
        signed_in(home.user).post(DOOR)
        home.refresh_from_db()
        assert (home.state, home.way, home.flat) == (State.CONFIRMED, "letter", flat)

    def test_a_neighbours_word_is_replaced_by_the_letters_and_the_flat_is_noted(self, place, flat, letter):
        home = make.ResidentFactory(stairwell=place, state=State.CONFIRMED, confirmed_by="contact")
        signed_in(home.user).post(DOOR)
        home.refresh_from_db()
        assert (home.confirmed_by, home.flat) == ("letter", flat)

    def test_who_is_confirmed_in_that_flat_does_not_use_the_letter_up(self, place, flat, letter):
        home = make.ResidentFactory(stairwell=place, state=State.CONFIRMED, flat=flat)
        client = signed_in(home.user)
        assert "You have joined" in client.post(DOOR).text
        letter.refresh_from_db()
        assert letter.used_at is None

    def test_who_has_joined_and_comes_signed_out_is_confirmed_too(self, place, flat, letter):
        home = make.ResidentFactory(stairwell=place)
        client = in_english()
        show_address(client, DOOR, home.user.email)
        client.get(f"{DOOR}/val", follow=True)
        assert choose(client, DOOR).headers["Location"] == "/min-trapp/"
        home.refresh_from_db()
        assert (home.state, home.flat) == (State.CONFIRMED, flat)
        assert Resident.objects.count() == 1


class TestWhatOpensNothing:
    def test_used_replaced_and_unknown_codes_are_answered_alike(self, place):
        now = timezone.now()
        flats = list(place.flats.order_by("number"))
        letter_to(flats[0], "USEDCODE", used_at=now)
        letter_to(flats[1], "OLDCODE2", retired_at=now)
        letter_to(flats[2], "GONECODE")
        flats[2].closed_at = now
        flats[2].save()
        for screen in ("", "/kod", "/val"):
            codes = ("USEDCODE", "OLDCODE2", "GONECODE", "NEVERWAS")
            pages = [in_english().get(f"/brev/{code}{screen}") for code in codes]
            assert [page.status_code for page in pages] == [404] * 4
            texts = {main_of(page, code) for page, code in zip(pages, codes, strict=True)}
            assert len(texts) == 1
            assert KIND_PAGE in texts.pop()

    @pytest.mark.parametrize("closes", ["stairwell", "building"])
    def test_a_letter_to_what_is_closed_opens_nothing(self, place, letter, closes):
        closed = place if closes == "stairwell" else place.building
        closed.closed_at = timezone.now()
        closed.save()
        assert KIND_PAGE in in_english().get(DOOR).text

    def test_a_letter_in_the_mailbox_opens_after_the_secret_is_changed(self, letter, settings):
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
        assert in_english().get(DOOR).status_code == 200

    def test_a_letter_works_once(self, letter):
        join(in_english(), DOOR)
        late = in_english()
        assert late.get(DOOR).status_code == 404
        assert late.post(DOOR, {"login": "sen@example.org"}).status_code == 404
        assert Resident.objects.count() == 1

    def test_who_was_half_way_in_when_it_was_used_gets_the_kind_page(self, letter):
        slow = in_english()
        show_address(slow, DOOR, "sen@example.org")
        join(in_english(), DOOR)
        late = choose(slow, DOOR)
        assert late.status_code == 404
        assert KIND_PAGE in late.text
        assert Resident.objects.count() == 1

    def test_of_two_at_the_same_moment_one_wins_and_nothing_is_left_of_the_other(self, letter, monkeypatch):
        def a_moment_later(**fields):
            FlatCode.objects.update(used_at=timezone.now())
            return come_in(**fields)

        monkeypatch.setattr(joining, "come_in", a_moment_later)
        late = join(in_english(), DOOR)
        assert late.status_code == 404
        assert KIND_PAGE in late.text
        assert not User.objects.exists()
        assert not Consent.objects.exists()

    def test_of_two_presses_at_the_same_moment_one_wins(self, place, flat, letter):
        first, second = (make.ResidentFactory(stairwell=place).user for _ in range(2))
        same = {"stairwell": place, "language": "en", "way": "letter"}
        rows = [FlatCode.objects.get(), FlatCode.objects.get()]
        come_in(user=first, once=rows[0], **same)
        with pytest.raises(UsedError):
            come_in(user=second, once=rows[1], **same)
        assert Resident.objects.get(user=first).state == State.CONFIRMED
        assert Resident.objects.get(user=second).state == State.JOINED

    def test_pressing_twice_shows_that_one_is_in(self, place, letter):
        browser = in_english()
        join(browser, DOOR)
        home = Resident.objects.get()
        for again in (browser.get(DOOR), browser.post(DOOR), browser.post(f"{DOOR}/val", {"name": "Sam"})):
            assert again.status_code == 200
            assert KIND_PAGE not in again.text
            assert place.name in again.text
        home.refresh_from_db()
        assert home.state == State.CONFIRMED
        assert signed_in(make.UserFactory()).get(DOOR).status_code == 404

    def test_a_press_that_comes_too_late_gets_the_kind_page(self, place, letter, monkeypatch):
        home = make.ResidentFactory(stairwell=place)

        def a_moment_later(**fields):
            FlatCode.objects.update(retired_at=timezone.now())
            return come_in(**fields)

        monkeypatch.setattr("watch.join.screens.entering.come_in", a_moment_later)
        late = signed_in(home.user).post(DOOR)
        assert late.status_code == 404
        assert KIND_PAGE in late.text
        home.refresh_from_db()
        assert home.state == State.JOINED


def test_a_tick_for_the_name_counts_for_somebody_who_only_comes_further_in(place, letter):
    waiting = waits_at(place)
    come_in(user=waiting.user, stairwell=place, language="en", way="letter", once=letter, shows_name=True)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.shows_name) == (State.CONFIRMED, True)
    assert Consent.objects.get(user=waiting.user, purpose="name_to_contact").given


class TestWholeHouse:
    def test_every_flat_of_the_house_gets_its_own_page_and_code_in_one_file(self, landlord, place):
        other = make.StairwellFactory(building=place.building, address="Varpgatan 2 B")
        make.FlatFactory(stairwell=other, number="1101")
        make.FlatFactory(stairwell=other, number="1102", declined_at=timezone.now())
        make.FlatFactory(number="9999")
        assert "4 flats" in landlord.get(f"/hus/{place.building_id}/brev/").text
        made = landlord.post(f"/hus/{place.building_id}/brev/")
        assert "attachment" in made.headers["Content-Disposition"]
        assert "no-store" in made.headers["Cache-Control"]
        pages = pages_of(made.content)
        assert [number for page in pages for number in re.findall(r"lägenhet (\d+)", page)] == [
            "1001", "1002", "1003", "1101",
        ]  # fmt: skip
        codes = codes_on(made)
        assert len(set(codes)) == 4
        assert {row.fingerprint for row in FlatCode.objects.all()} == {fingerprint("flat-code", code) for code in codes}
        assert is_accessible(made.content)
        assert sizes_of(made.content) == [(210, 297)] * 4
        join(in_english(), f"/brev/{codes[3]}")
        assert Resident.objects.get().stairwell == other

    def test_earlier_unused_codes_stop_working(self, landlord, place, letter):
        landlord.post(f"/hus/{place.building_id}/brev/")
        assert in_english().get(DOOR).status_code == 404

    def test_three_flats_and_sixty_cost_the_same(self, landlord, place, django_assert_num_queries):
        address = f"/hus/{place.building_id}/brev/"
        landlord.post(address)
        with django_assert_num_queries(14):
            landlord.post(address)
        make.FlatFactory.create_batch(57, stairwell=make.StairwellFactory(building=place.building))
        with django_assert_num_queries(14):
            landlord.post(address)

    def test_a_house_without_flats_says_so(self, landlord, place):
        place.flats.update(closed_at=timezone.now())
        assert "No flat to write to" in landlord.get(f"/hus/{place.building_id}/brev/").text
        assert "no flat here to write to" in landlord.post(f"/hus/{place.building_id}/brev/", follow=True).text

    def test_other_companies_and_the_police_make_none(self, rival, place):
        address = f"/hus/{place.building_id}/brev/"
        police = make.OrganisationFactory(kind="police", districts=[place.building.district])
        assert (rival.get(address).status_code, rival.post(address).status_code) == (404, 404)
        assert signed_in(make.StaffFactory(organisation=police).user).post(address).status_code == 403
        assert not FlatCode.objects.exists()
