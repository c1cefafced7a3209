"""Nobody gets the same notice twice on one way to reach them, however many roles, stairwells or neighbours they have.

A way is one address, number or device. Somebody who gave two mail addresses has asked for the notice on both.
"""

import pytest

from notifications.models import Delivery
from notifications.outbox import expand, mend, run
from tests.factories import ContactFactory, EndpointFactory, ResidentFactory, StairwellFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sms_to_the_log(settings):
    settings.TRANSPORTS = {**settings.TRANSPORTS, "sms": "notifications.transports.console.ConsoleTransport"}


@pytest.fixture
def next_door(stairwell):
    return StairwellFactory(building=stairwell.building)


def test_two_stairwells_are_one_mail(post, neighbours, send, next_door):
    (mail,) = neighbours("a")
    ResidentFactory(user=mail.user, stairwell=next_door)
    notice = send()
    assert post.recipients() == ["a@example.org"]
    assert notice.people == 1


def test_two_stairwells_named_one_by_one_and_by_their_building_are_one_mail(
    post, neighbours, due, stairwell, next_door
):
    (mail,) = neighbours("a")
    ResidentFactory(user=mail.user, stairwell=next_door)
    notice = due(whole_district=False)
    notice.stairwells.set([stairwell, next_door])
    notice.buildings.add(stairwell.building)
    expand.start_due("notices")
    run.deliver("notices")
    assert post.recipients() == ["a@example.org"]


def test_a_tenant_who_is_contact_too_gets_one_mail_of_each_kind(post, neighbours, send, stairwell, next_door):
    (mail,) = neighbours("a")
    for place in (stairwell, next_door):
        ContactFactory(user=mail.user, stairwell=place)
    send()
    assert len(post.taken) == 1
    send(contacts_only=True)
    assert len(post.taken) == 2


def test_a_contact_who_lives_elsewhere_gets_what_is_for_contacts_once_and_nothing_else(
    post, send, stairwell, next_door
):
    mail = EndpointFactory(user=ContactFactory(stairwell=stairwell).user)
    ContactFactory(user=mail.user, stairwell=next_door)
    ResidentFactory(user=mail.user, stairwell=StairwellFactory())
    send()
    assert post.taken == []
    send(contacts_only=True)
    assert post.recipients() == [mail.address]


def test_neighbours_on_one_telephone_get_one_sms(send, stairwell, next_door):
    for place in (stairwell, next_door, next_door):
        EndpointFactory(user=ResidentFactory(stairwell=place).user, channel="sms", address="+46701740605")
    notice = send()
    assert Delivery.objects.filter(notice=notice).count() == 1
    assert notice.unreachable == 0


def test_two_addresses_a_number_and_two_stairwells_are_one_row_for_each_way(post, neighbours, send, next_door):
    (mail,) = neighbours("a")
    EndpointFactory(user=mail.user, address="work@example.org")
    EndpointFactory(user=mail.user, channel="sms", address="+46701740605")
    ResidentFactory(user=mail.user, stairwell=next_door)
    ContactFactory(user=mail.user, stairwell=next_door)
    send()
    assert sorted(post.recipients()) == ["a@example.org", "work@example.org"]
    assert Delivery.objects.count() == Delivery.objects.values("endpoint").distinct().count() == 3


def test_starting_delivering_and_mending_over_and_over_sends_nothing_again(post, neighbours, due, next_door):
    (mail,) = neighbours("a")
    ResidentFactory(user=mail.user, stairwell=next_door)
    notice = due()
    for _ in range(3):
        expand.start(notice)
        expand.start_due("notices")
        mend.reclaim()
        run.deliver("notices")
    assert len(post.taken) == 1
