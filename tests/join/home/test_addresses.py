"""A person with a number adds an e-mail address and the reverse; a code shows that it is theirs."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from buildings.models import Consent, User
from notifications.models import Endpoint, Message
from tests import factories as make
from tests.join.steps import code_sent, letters, sign_in, wrong
from watch.join.addresses import Address, person_with
from watch.join.home import addresses

pytestmark = pytest.mark.django_db

PAGE, CODE, REMOVE = "/min-sida/adress/", "/min-sida/adress/kod/", "/min-sida/adress/ta-bort/"
NEW, NUMBER, E164 = "ny@example.org", "070-174 06 12", "+46701740612"


@pytest.fixture
def by_mail(client):
    user = make.ResidentFactory(user__email="lo@example.org").user
    make.EndpointFactory(user=user)
    client.force_login(user)
    return user


@pytest.fixture
def by_number(client):
    user = make.ResidentFactory(user__email="", user__phone="+46701740699", user__phone_verified=True).user
    make.EndpointFactory(user=user, channel="sms", address="+46701740699")
    client.force_login(user)
    return user


def add(client, address, wants="all"):
    asked = client.post(PAGE, {"login": address})
    assert asked.headers["Location"] == CODE, asked
    return client.post(CODE, {"code": code_sent(), "wants": wants})


def signs_in(address):
    browser = Client()
    sign_in(browser, address)
    return browser.session.get("_auth_user_id")


def test_who_has_a_number_adds_an_address_and_signs_in_with_it(client, by_number):
    assert add(client, "Ny@Example.org", wants="urgent").headers["Location"] == PAGE
    by_number.refresh_from_db()
    assert by_number.email == NEW
    assert EmailAddress.objects.get().primary
    endpoint = Endpoint.objects.get(channel="email")
    assert (endpoint.address, endpoint.wants) == (NEW, "urgent")
    assert Consent.objects.get(purpose="email").given
    assert NEW in client.get(PAGE).text
    assert signs_in(NEW) == str(by_number.pk)


def test_who_has_an_address_adds_a_number_and_signs_in_with_it(client, by_mail):
    add(client, NUMBER, wants="nothing")
    by_mail.refresh_from_db()
    assert (str(by_mail.phone.as_e164), by_mail.phone_verified) == (E164, True)
    assert Endpoint.objects.get(channel="sms").wants == "nothing"
    assert not Consent.objects.get(purpose="sms").given
    assert signs_in(NUMBER) == str(by_mail.pk)


def test_the_address_one_had_is_told_neutrally(client, by_mail):
    make.ContactFactory(user=by_mail)
    add(client, NUMBER)
    told = letters()[-1]
    assert (told["address"], told["message"].purpose) == ("lo@example.org", Message.Purpose.ACCOUNT)
    assert E164 not in told["text"]
    assert "kontakt" not in told["text"].lower()


def test_nothing_counts_before_the_code_is_typed_and_nothing_is_chosen(client, by_mail):
    client.post(PAGE, {"login": NEW})
    page = client.get(CODE).text
    assert "checked" not in page
    right = code_sent()
    assert client.post(CODE, {"code": right}).status_code == 200
    assert client.post(CODE, {"code": wrong(right), "wants": "all"}).status_code == 200
    assert EmailAddress.objects.count() == 1
    assert client.post(CODE, {"code": right, "wants": "all"}).status_code == 302
    assert EmailAddress.objects.count() == 2


def test_five_wrong_codes_end_it(client, by_mail):
    client.post(PAGE, {"login": NEW})
    right = code_sent()
    answers = [client.post(CODE, {"code": wrong(right), "wants": "all"}) for _ in range(5)]
    assert answers[-1].headers["Location"] == PAGE
    assert client.post(CODE, {"code": right, "wants": "all"}).headers["Location"] == PAGE
    assert EmailAddress.objects.count() == 1


def test_a_code_for_one_person_adds_nothing_to_another_in_the_same_browser(client, by_mail):
    client.post(PAGE, {"login": NEW})
    right = code_sent()
    other = make.ResidentFactory().user
    client.force_login(other)
    client.post(CODE, {"code": right, "wants": "all"})
    assert not EmailAddress.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("typed", ["", "033-13 00 00", "hej", "a@b"])
def test_what_cannot_be_used_is_shown_again_with_a_sentence(client, by_mail, typed):
    page = client.post(PAGE, {"login": typed})
    assert page.status_code == 200
    assert "error-summary" in page.text
    assert not Message.objects.exists()


def test_an_address_one_has_already_needs_no_code(client, by_mail):
    assert client.post(PAGE, {"login": "lo@example.org"}).headers["Location"] == PAGE
    assert not Message.objects.exists()


class TestSomebodyElses:
    def test_known_and_unknown_addresses_are_asked_about_alike(self, by_mail, django_assert_num_queries):
        make.UserFactory(email="granne@example.org")
        answers = []
        for address in ("granne@example.org", "kalles@example.org"):
            browser = Client()
            browser.force_login(by_mail)
            with django_assert_num_queries(10) as queries:
                asked = browser.post(PAGE, {"login": address})
            page = browser.get(CODE)
            answers.append((asked.headers["Location"], page.status_code, len(queries)))
        assert answers[0] == answers[1]

    def test_an_address_somebody_signs_in_with_stays_theirs(self, client, by_mail):
        neighbour = make.UserFactory(email="granne@example.org")
        assert add(client, "granne@example.org").headers["Location"] == PAGE
        assert person_with(Address("email", "granne@example.org")) == neighbour
        assert not Endpoint.objects.filter(address="granne@example.org").exists()
        assert EmailAddress.objects.filter(user=by_mail).count() == 1

    def test_an_address_an_invited_colleague_has_not_shown_yet_stays_theirs(self, client, by_mail):
        colleague = make.UserFactory(email="kollega@example.org")
        EmailAddress.objects.filter(user=colleague).update(verified=False)
        add(client, "kollega@example.org")
        assert EmailAddress.objects.filter(email="kollega@example.org").get().user == colleague

    def test_a_shared_telephone_reaches_both_and_signs_in_one(self, client, by_mail):
        partner = make.UserFactory(phone=E164, phone_verified=True)
        add(client, NUMBER)
        assert Endpoint.objects.get(channel="sms").user == by_mail
        by_mail.refresh_from_db()
        assert not by_mail.phone_verified
        assert signs_in(NUMBER) == str(partner.pk)

    def test_two_who_show_the_same_address_at_the_same_moment(self, by_mail, monkeypatch):
        make.UserFactory(email=NEW)
        monkeypatch.setattr(addresses, "person_with", lambda address: None)
        User.objects.filter(pk=by_mail.pk).update(email="")
        with pytest.raises(addresses.TakenError):
            addresses.add(user=by_mail, address=Address("email", NEW), wants="all", language="sv")
        assert not Endpoint.objects.filter(address=NEW).exists()


class TestRemoving:
    def remove(self, client, channel, value):
        return client.post(REMOVE, {"address": f"{channel}:{value}"})

    def test_the_last_way_in_stays(self, client, by_mail):
        assert REMOVE not in client.get(PAGE).text
        self.remove(client, "email", "lo@example.org")
        assert EmailAddress.objects.exists()
        assert Endpoint.objects.get().wants == "all"

    def test_the_first_address_goes_and_the_other_takes_its_place(self, client, by_mail):
        add(client, NEW)
        self.remove(client, "email", "lo@example.org")
        by_mail.refresh_from_db()
        assert by_mail.email == NEW
        left = EmailAddress.objects.get()
        assert (left.email, left.primary) == (NEW, True)
        assert Endpoint.objects.get().address == NEW
        assert not Consent.objects.filter(purpose="email").latest("pk").given
        assert person_with(Address("email", "lo@example.org")) is None

    def test_a_number_goes(self, client, by_mail):
        add(client, NUMBER)
        self.remove(client, "sms", E164)
        by_mail.refresh_from_db()
        assert (by_mail.phone, by_mail.phone_verified) == (None, False)
        assert not Endpoint.objects.filter(channel="sms").exists()

    def test_an_address_goes_when_there_is_a_number(self, client, by_number):
        add(client, NEW)
        self.remove(client, "email", NEW)
        by_number.refresh_from_db()
        assert by_number.email == ""
        assert not EmailAddress.objects.exists()

    def test_a_new_number_takes_the_place_of_the_old_one(self, client, by_number):
        add(client, NUMBER)
        by_number.refresh_from_db()
        assert str(by_number.phone.as_e164) == E164
        assert list(Endpoint.objects.values_list("address", flat=True)) == [E164]
        assert person_with(Address("sms", "+46701740699")) is None

    def test_removing_both_at_the_same_moment_leaves_one(self, client, by_mail):
        add(client, NEW)
        for value in ("lo@example.org", NEW):
            addresses.remove(user=by_mail, address=Address("email", value), language="sv")
        assert EmailAddress.objects.count() == 1

    @pytest.mark.parametrize("key", ["", "email:granne@example.org", "sms:+46701740698", "x"])
    def test_nobody_removes_what_is_not_theirs(self, client, by_mail, key):
        make.UserFactory(email="granne@example.org")
        assert client.post(REMOVE, {"address": key}).status_code == 404
        assert EmailAddress.objects.count() == 2


def test_my_addresses_are_found_from_the_settings_and_the_agreements(client, by_mail):
    assert PAGE in client.get("/installningar/").text
    assert PAGE in client.get("/min-sida/samtycken/").text
