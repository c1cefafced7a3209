"""A tenant joins through the code on the poster: three screens, no password."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buildings.models import Consent, Organisation, Resident, User
from notifications.models import Endpoint, Message
from tests import factories as make
from tests.join.steps import (
    EMAIL,
    MOBILE,
    MOBILE_E164,
    ask_to_join,
    choose,
    code_sent,
    join,
    letters,
    show_address,
    sign_in,
    wrong,
)
from watch.join import people, services
from watch.join.addresses import read_address
from watch.join.consents import words as agreed

pytestmark = pytest.mark.django_db

CODE = "KATTHUND"
STAIRWELL = f"/t/{CODE}"


@pytest.fixture
def place():
    owner = make.OrganisationFactory(name="AB Provbostäder", phone="+46701740699")
    building = make.BuildingFactory(owner=owner, district=make.DistrictFactory(name="Norrby"))
    return make.StairwellFactory(building=building, address="Varpgatan 1 A", code=CODE)


def text(response) -> str:
    return response.content.decode()


def test_the_first_screen_says_which_stairwell_and_what_joining_means(client, place):
    page = text(client.get(STAIRWELL))
    for words in ("Varpgatan 1 A", "Borås", "Norrby", "AB Provbostäder", "112", "114 14"):
        assert words in page


@pytest.mark.parametrize(("address", "channel", "value"), [(EMAIL, "email", EMAIL), (MOBILE, "sms", MOBILE_E164)])
def test_a_tenant_joins_in_three_screens(client, place, address, channel, value):
    asked = ask_to_join(client, CODE, address)
    assert asked.headers["Location"] == f"{STAIRWELL}/kod"
    assert letters()[-1]["address"] == value
    shown = client.post(f"{STAIRWELL}/kod", {"code": code_sent()})
    assert shown.headers["Location"] == f"{STAIRWELL}/val"
    assert agreed("take_part", stairwell=place, language="sv") in text(client.get(f"{STAIRWELL}/val"))
    done = choose(client, CODE, name="Mika", wants="urgent")
    assert done.headers["Location"] == reverse("notices:mine")

    user = User.objects.get()
    assert (user.name, user.language) == ("Mika", "sv")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Resident.objects.get(user=user).stairwell == place
    endpoint = Endpoint.objects.get(user=user)
    assert (endpoint.channel, endpoint.address, endpoint.wants) == (channel, value, "urgent")
    consents = {consent.purpose: consent for consent in Consent.objects.all()}
    assert set(consents) == {"take_part", channel}
    assert consents["take_part"].text == agreed("take_part", stairwell=place, language="sv")
    assert all(consent.given and consent.version and consent.language == "sv" for consent in consents.values())
    if channel == "email":
        assert EmailAddress.objects.get(user=user).verified
    else:
        assert user.phone_verified


def test_who_has_joined_signs_in_with_the_same_address_later(client, place):
    join(client, CODE)
    other = Client()
    assert sign_in(other, EMAIL.upper()).status_code == 302
    assert other.session["_auth_user_id"] == client.session["_auth_user_id"]


def test_nothing_is_chosen_beforehand_and_a_choice_is_asked_for(client, place):
    show_address(client, CODE)
    assert "checked" not in text(client.get(f"{STAIRWELL}/val"))
    page = choose(client, CODE, wants="")
    assert page.status_code == 200
    assert "Mika" in text(page)
    assert not Resident.objects.exists()


def test_who_wants_nothing_joins_all_the_same_and_the_no_is_kept(client, place):
    join(client, CODE, wants="nothing")
    assert Resident.objects.count() == 1
    assert not Consent.objects.get(purpose="email").given


@pytest.mark.parametrize("typed", ["katthund", "KATT HUND", "katt-hund", " kattHund "])
def test_the_code_in_the_address_may_be_typed_in_many_ways(client, place, typed):
    assert client.get(f"/t/{typed}").headers["Location"] == STAIRWELL
    assert client.get("/t/", {"code": typed}).headers["Location"] == STAIRWELL


def test_an_empty_field_for_the_code_gets_a_sentence(client):
    assert "error-summary" in text(client.get("/t/", {"code": " - "}))
    assert "error-summary" not in text(client.get("/t/"))


@pytest.mark.parametrize("typed", ["", "033-13 00 00", "hej", "a@b"])
def test_an_address_that_cannot_be_used_is_shown_again_with_a_sentence(client, place, typed):
    page = ask_to_join(client, CODE, typed)
    assert page.status_code == 200
    assert "error-summary" in text(page)
    assert f'value="{typed}"' in text(page) or not typed
    assert not Message.objects.exists()


def test_a_wrong_code_is_kindly_refused_and_the_right_one_still_works(client, place):
    ask_to_join(client, CODE)
    right = code_sent()
    refused = client.post(f"{STAIRWELL}/kod", {"code": wrong(right)})
    assert refused.status_code == 200
    assert "error-summary" in text(refused)
    spaced = f" {right[:3]} {right[3:]} "
    assert client.post(f"{STAIRWELL}/kod", {"code": spaced}).headers["Location"] == f"{STAIRWELL}/val"


def test_five_wrong_codes_end_the_attempt(client, place):
    ask_to_join(client, CODE)
    right = code_sent()
    for _ in range(4):
        assert client.post(f"{STAIRWELL}/kod", {"code": wrong(right)}).status_code == 200
    assert client.post(f"{STAIRWELL}/kod", {"code": wrong(right)}).headers["Location"] == STAIRWELL
    assert client.post(f"{STAIRWELL}/kod", {"code": right}).headers["Location"] == STAIRWELL
    assert not client.get(f"{STAIRWELL}/val").content


def test_guesses_that_come_at_the_same_moment_are_all_counted(client, place):
    """Each guess reads the session before another has written it, as parallel requests do."""
    ask_to_join(client, CODE)
    right, session = code_sent(), dict(client.session)
    for _ in range(5):
        client.post(f"{STAIRWELL}/kod", {"code": wrong(right)})
        store = client.session
        store.update(session)
        store.save()
    assert client.post(f"{STAIRWELL}/kod", {"code": right}).headers["Location"] == STAIRWELL


def test_a_code_is_good_for_ten_minutes(client, place, time_machine):
    time_machine.move_to("2026-12-01 12:00", tick=False)
    ask_to_join(client, CODE)
    time_machine.shift(599)
    assert client.get(f"{STAIRWELL}/kod").status_code == 200
    time_machine.shift(2)
    assert client.post(f"{STAIRWELL}/kod", {"code": code_sent()}).headers["Location"] == STAIRWELL


def test_the_letter_is_not_sent_once_its_code_is_too_old(client, place):
    ask_to_join(client, CODE)
    message = Message.objects.get()
    assert message.purpose == Message.Purpose.CODE
    assert message.queue == "alerts"
    assert 590 < (message.expires_at - timezone.now()).total_seconds() <= 600


def test_a_new_code_can_be_asked_for_twice_and_the_old_one_stops_working(client, place):
    ask_to_join(client, CODE)
    first = code_sent()
    for _ in range(4):
        client.post(f"{STAIRWELL}/kod", {"action": "resend"})
    assert Message.objects.count() == 3
    assert 'value="resend"' not in text(client.get(f"{STAIRWELL}/kod"))
    if first != code_sent():
        assert client.post(f"{STAIRWELL}/kod", {"code": first}).status_code == 200
    assert client.post(f"{STAIRWELL}/kod", {"code": code_sent()}).headers["Location"] == f"{STAIRWELL}/val"


def test_another_address_can_be_given_instead(client, place):
    ask_to_join(client, CODE, "fel@example.org")
    assert 'value="fel@example.org"' in text(client.get(STAIRWELL))
    join(client, CODE, EMAIL)
    assert EmailAddress.objects.get().email == EMAIL


def test_the_code_lies_nowhere_in_clear(client, place):
    ask_to_join(client, CODE)
    code, session = code_sent(), client.session.session_key
    ask_to_join(client, CODE, MOBILE)
    codes = [code, code_sent()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            for digits in codes:
                # Six digits may stand inside a longer number, such as a time's microseconds.
                assert not re.search(rf"(?<!\d){digits}(?!\d)", kept), table
            assert EMAIL not in kept, table
            if session in kept:
                assert table == "django_session"


def test_reloading_going_back_and_finishing_in_another_tab_do_no_harm(client, place):
    ask_to_join(client, CODE)
    for _ in range(2):
        assert client.get(f"{STAIRWELL}/kod").status_code == 200
    assert client.get(f"{STAIRWELL}/val").headers["Location"] == STAIRWELL
    assert client.post(f"{STAIRWELL}/kod", {"code": code_sent()}).status_code == 302
    assert client.get(f"{STAIRWELL}/kod").headers["Location"] == f"{STAIRWELL}/val"
    for _ in range(2):
        assert client.get(f"{STAIRWELL}/val").status_code == 200
    choose(client, CODE)
    # The tab that stayed behind on the second and third screens.
    assert client.post(f"{STAIRWELL}/kod", {"code": "123456"}).headers["Location"] == STAIRWELL
    assert choose(client, CODE, name="Mika igen").status_code == 302
    assert "You have joined" in text(client.get(STAIRWELL)) or reverse("notices:mine") in text(client.get(STAIRWELL))
    assert (User.objects.count(), Resident.objects.count()) == (1, 1)


def test_two_stairwells_in_two_tabs_do_not_disturb_each_other(client, place):
    make.StairwellFactory(address="Varpgatan 3 A", code="HUNDKATT")
    ask_to_join(client, CODE, EMAIL)
    first = code_sent()
    ask_to_join(client, "HUNDKATT", "annan@example.org")
    assert client.post(f"{STAIRWELL}/kod", {"code": first}).headers["Location"] == f"{STAIRWELL}/val"


def test_the_session_gets_a_new_key_when_the_address_is_shown_and_at_sign_in(client, place):
    client.get(STAIRWELL)
    keys = [client.session.session_key]
    show_address(client, CODE)
    keys.append(client.session.session_key)
    choose(client, CODE)
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


def test_joining_twice_and_in_a_second_stairwell(client, place):
    second = make.StairwellFactory(address="Varpgatan 3 A", code="HUNDKATT")
    join(client, CODE)
    join(Client(), CODE)
    assert Resident.objects.count() == 1
    assert Consent.objects.filter(purpose="take_part").count() == 1
    page = client.get("/t/HUNDKATT")
    assert "Mika" in text(page)
    assert 'name="login"' not in text(page)
    assert client.post("/t/HUNDKATT").headers["Location"] == "/t/HUNDKATT/val"
    assert choose(client, "HUNDKATT").headers["Location"] == reverse("notices:mine")
    user = User.objects.get()
    assert {resident.stairwell for resident in Resident.objects.of(user)} == {place, second}
    assert Endpoint.objects.count() == 1


def test_a_signed_in_person_joins_with_the_address_they_have(client, place):
    user = make.UserFactory(name="Robin")
    client.force_login(user)
    assert "Robin" in text(client.get(STAIRWELL))
    client.post(STAIRWELL)
    assert choose(client, CODE, name="Robin").headers["Location"] == reverse("notices:mine")
    assert Resident.objects.get().user == user
    assert Endpoint.objects.get().address == user.email
    assert not Message.objects.exists()


def test_a_proof_begun_before_signing_in_never_moves_to_someone_else(client, place):
    """Tab one shows an address, tab two signs in as someone else: the person signed in is who joins."""
    show_address(client, CODE, EMAIL)
    user = make.UserFactory()
    sign_in(client, user.email)
    choose(client, CODE)
    assert Resident.objects.get().user == user
    assert not User.objects.filter(email=EMAIL).exists()


def test_someone_known_is_signed_in_by_the_code_and_then_chooses(client, place):
    user = make.UserFactory(name="Robin")
    shown = show_address(client, CODE, user.email)
    page = client.get(shown.headers["Location"], follow=True)
    assert 'value="Robin"' in text(page)
    choose(client, CODE, name="Robin")
    assert Resident.objects.get().user == user


def test_known_and_unknown_addresses_get_the_same_answers(place, django_assert_num_queries):
    user = make.UserFactory(email="k" * len(EMAIL[:-12]) + "@example.org")
    answers = []
    for address in (EMAIL, user.email):
        browser = Client()
        with django_assert_num_queries(8) as queries:
            asked = ask_to_join(browser, CODE, address)
        page = browser.get(f"{STAIRWELL}/kod")
        body = re.sub(r'value="\w{64}"|"X-CSRFToken": "\w{64}"', "", text(page)).replace(address, "")
        answers.append((asked.status_code, asked.headers["Location"], page.status_code, body, len(queries)))
    assert answers[0] == answers[1]
    known, unknown = letters()
    assert re.sub(r"\d{6}", "", known["text"]) == re.sub(r"\d{6}", "", unknown["text"])


def test_the_language_read_is_the_language_kept(client, place):
    client.cookies["sprak"] = "en"
    show_address(client, CODE)
    page = text(client.get(f"{STAIRWELL}/val"))
    assert '<input type="hidden" name="language" value="en">' in page
    choose(client, CODE, language="en")
    assert Consent.objects.get(purpose="take_part").text == agreed("take_part", stairwell=place, language="en")
    assert User.objects.get().language == "en"


def test_a_made_up_language_is_not_kept(client, place):
    client.cookies["sprak"] = "en"
    join(client, CODE, language="xx")
    assert set(Consent.objects.values_list("language", flat=True)) == {"en"}


def test_a_code_that_has_been_replaced_says_so_and_whom_to_ask(client, place):
    place.codes.update(retired_at=timezone.now())
    page = client.get(STAIRWELL)
    assert page.status_code == 404
    assert "070-174 06 99" in text(page)
    assert "Varpgatan" not in text(page)
    assert client.get(f"{STAIRWELL}/qr.svg").status_code == 404
    assert ask_to_join(client, CODE).status_code == 404
    assert not Message.objects.exists()


def test_a_code_replaced_while_someone_joins_stops_them(client, place):
    show_address(client, CODE)
    place.codes.update(retired_at=timezone.now())
    assert choose(client, CODE).status_code == 404
    assert not Resident.objects.exists()


def test_a_closed_stairwell_cannot_be_joined(client, place):
    place.closed_at = timezone.now()
    place.save()
    assert client.get(STAIRWELL).status_code == 404


def test_a_replaced_code_without_a_company_phone(client, place):
    Organisation.objects.update(phone="")
    place.codes.update(retired_at=timezone.now())
    assert client.get(STAIRWELL).status_code == 404


def test_the_qr_picture_leads_to_the_stairwell_and_has_no_inline_style(client, place, settings):
    picture = client.get(f"{STAIRWELL}/qr.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert text(picture).startswith("<svg")
    assert "style" not in text(picture)
    assert "class" not in text(picture)


def test_a_shared_number_signs_in_one_person_only(client, place):
    join(client, CODE, MOBILE)
    join(Client(), CODE, "070 174 06 12")
    assert User.objects.count() == 1


def test_an_invited_colleague_who_never_came_joins_as_the_same_person(client, place):
    invited = make.UserFactory(name="")
    EmailAddress.objects.update(verified=False)
    assert join(client, CODE, invited.email).status_code == 302
    assert Resident.objects.get().user == invited
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize("address", [EMAIL, MOBILE])
def test_two_tabs_that_finish_at_the_same_moment_make_one_person(client, place, address, monkeypatch):
    show_address(client, CODE, address)
    first = join_service(place, address)
    answers = iter([None])
    really = people.person_with
    monkeypatch.setattr(people, "person_with", lambda asked: next(answers, really(asked)))
    assert join_service(place, address) == first
    assert (User.objects.count(), Resident.objects.count()) == (1, 1)


def join_service(place, address):
    return services.join(
        stairwell=place, user=None, address=read_address(address), name="Mika", wants="all", language="sv"
    )


def test_mail_clients_that_fetch_links_change_nothing(client, place):
    for url in (STAIRWELL, f"{STAIRWELL}/kod", f"{STAIRWELL}/val", f"{STAIRWELL}/qr.svg", "/t/"):
        assert client.head(url).status_code in (200, 302)
    assert not Message.objects.exists()
