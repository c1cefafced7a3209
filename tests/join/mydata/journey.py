"""What a person does before asking to be forgotten: over the site itself, and in every table besides."""

import contextlib
from typing import Any

from django.test import Client
from django.urls import reverse

from buildings.models import District, Organisation, User
from notifications import sending
from notifications.endpoints import verify_endpoint
from notifications.models import Notice
from tests import factories as make
from tests.join.mydata import person
from tests.join.steps import ask_to_join, ask_to_sign_in, choose, code_sent, join, sign_in, wrong
from watch.join.relay.services import Outcome, write

ELSEWHERE = "Spolgatan 9 A"


def live(client: Client) -> person.Known:
    """Join with the e-mail, get the number, be in every table, read pages, ask for a copy."""
    place = make.StairwellFactory(address=ELSEWHERE, code="KATTHUND")
    join(client, "KATTHUND", person.EMAIL, name=person.NAME)
    user = User.objects.get(email=person.EMAIL)
    _guess_wrongly()
    known = person.known(2, user=user)
    User.objects.filter(pk=user.pk).update(phone=person.NUMBER, phone_verified=True)
    verify_endpoint(user=user, channel="sms", address=person.NUMBER, wants="all", language="sv")
    helper = make.ContactFactory(stairwell=known.stairwell)
    make.ResidentFactory(user=helper.user, stairwell=known.stairwell, state="confirmed")
    letter = f"Hej, {person.NAME} här. Svara gärna till {person.EMAIL}."
    assert write(contact=helper, user=user, text=letter) is Outcome.SENT
    _be_told(known.officer, {place.building.district: False, known.stairwell.building.district: True})
    again = Client()
    # Both end at the second step, a passkey.
    sign_in(again, person.NUMBER)
    sign_in(Client(), person.EMAIL)
    again.force_login(user)
    for page in ("notices:mine", "notices:preferences", "mydata:mine", "present:home"):
        again.get(reverse(page))
    user.exports.all().delete()
    again.post(reverse("mydata:copy"))
    assert user.exports.get().state == "waiting"
    user.refresh_from_db()
    return known


def forget(client: Client) -> Any:
    """Two presses."""
    client.post(reverse("mydata:erase"), {"confirm": "ask"})
    return client.post(reverse("mydata:erase"), {"confirm": "yes"}, follow=True)


def _guess_wrongly() -> None:
    """Somebody else tries the address at the poster and at the sign-in page."""
    other = Client()
    for _turn in range(2):
        ask_to_join(other, "KATTHUND", person.EMAIL)
        other.post(reverse("join:verify", args=["KATTHUND"]), {"code": wrong(code_sent())})
    ask_to_sign_in(other, person.EMAIL)
    other.post(reverse("account_confirm_login_code"), {"code": wrong(code_sent())})
    ask_to_join(Client(), "KATTHUND", person.NUMBER)
    with contextlib.suppress(AssertionError):
        choose(other, "KATTHUND", name=person.NAME)


def _be_told(officer: User, districts: dict[District, bool]) -> None:
    """A notice to each district is confirmed, to contacts alone where it says so."""
    police = Organisation.objects.get(staff__user=officer)
    for district, contacts_only in districts.items():
        police.districts.add(district)
        notice = make.NoticeFactory(
            organisation=police, district=district, author=officer, contacts_only=contacts_only, urgency="be_aware"
        )
        sending.confirm(notice=Notice.objects.get(pk=notice.pk), user=officer)
