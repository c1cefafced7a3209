"""Signs: only for an active watch, only with the owner's yes, never more than there are entrances."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories as make
from tests.tracking import SignOrderFactory, WatchFactory
from watch.meet.errors import Marked
from watch.models import Sign, SignOrder
from watch.track import signs
from watch.track.signs import SignError

pytestmark = pytest.mark.django_db


@pytest.fixture
def building(here):
    WatchFactory(building=here.stairwell.building)
    return here.stairwell.building


def ask(here, **fields):
    known = {"building": here.stairwell.building, "organisation": here.police.organisation}
    return signs.ask(**known | {"signs": 1, "stickers": 10} | fields)


@pytest.mark.parametrize("state", ["registered", "presented", "forming", "dormant", "closed"])
def test_nothing_is_ordered_for_a_watch_that_is_not_active(here, state):
    if state != "registered":
        WatchFactory(building=here.stairwell.building, state=state)
    with pytest.raises(SignError, match="asleep"):
        ask(here)


def test_an_order_goes_from_asked_to_hanging_and_no_further_than_its_number(here, building):
    order = ask(here)
    with pytest.raises(SignError, match="late"):
        signs.order(order=order)
    signs.answer(order=order, owner=building.owner, allowed=True)
    signs.order(order=order)
    with pytest.raises(SignError, match="late"):
        signs.put_up(order=order, place="Porten", on=timezone.localdate(), organisation=building.owner)
    signs.deliver(order=order)
    sign = signs.put_up(order=order, place="Porten", on=timezone.localdate(), organisation=building.owner)
    with pytest.raises(SignError, match="hung"):
        signs.put_up(order=order, place="Porten", on=timezone.localdate(), organisation=building.owner)
    for state in ("damaged", "replaced"):
        signs.become(sign=sign, state=state, organisation=building.owner)
    with pytest.raises(SignError, match="late"):
        signs.become(sign=sign, state="damaged", organisation=building.owner)


def test_there_is_no_stock_and_one_order_at_a_time(here, building):
    with pytest.raises(SignError, match="many"):
        ask(here, signs=2)
    ask(here)
    with pytest.raises(SignError, match="open"):
        ask(here, signs=0)


def test_a_hanging_sign_takes_a_place_and_one_taken_down_gives_it_back(here, building):
    sign = Sign.objects.create(
        building=building,
        order=SignOrderFactory(building=building, state="delivered"),
        place="A",
        put_up_on=timezone.localdate(),
    )
    assert signs.most(building) == 0
    signs.become(sign=sign, state="retired", organisation=building.owner)
    assert signs.most(building) == 1


def test_the_owners_no_is_a_no_and_another_company_says_nothing(here, building):
    order = ask(here)
    with pytest.raises(SignError, match="late"):
        signs.answer(order=order, owner=make.OrganisationFactory(kind="landlord"), allowed=True)
    signs.answer(order=order, owner=building.owner, allowed=False)
    assert SignOrder.objects.get().state == "refused"
    with pytest.raises(SignError, match="late"):
        signs.answer(order=order, owner=building.owner, allowed=True)


def test_nobody_is_pointed_out_in_where_a_sign_hangs(here, building):
    order = SignOrderFactory(building=building, state="delivered")
    with pytest.raises(Marked):
        signs.put_up(order=order, place="Ring 070-174 06 99", on=timezone.localdate(), organisation=building.owner)


def test_the_form_explains_and_keeps_what_was_typed(client, here, building):
    client.force_login(here.police.user)
    page = client.post(f"/hus/{building.pk}/skyltar/", {"signs": 7, "stickers": 5}).text
    assert "The building has room for 1." in page
    assert 'value="7"' in page
    assert "Write how many" in client.post(f"/hus/{building.pk}/skyltar/", {"signs": 0, "stickers": 0}).text
    client.post(f"/hus/{building.pk}/skyltar/", {"signs": 1, "stickers": 5})
    client.force_login(here.landlord.user)
    page = client.get(f"/hus/{building.pk}/skyltar/").text
    order = SignOrder.objects.get()
    assert "Allow" in page
    client.post(f"/skyltar/{order.pk}/ja/")
    client.force_login(here.police.user)
    for step in ("bestalld", "levererad"):
        client.post(f"/skyltar/{order.pk}/{step}/")
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = client.post(f"/skyltar/{order.pk}/hanger/", {"place": "Porten", "on": tomorrow.isoformat()}).text
    assert "That day has not come yet" in page
    client.post(f"/skyltar/{order.pk}/hanger/", {"place": "Porten", "on": timezone.localdate().isoformat()})
    assert Sign.objects.get().place == "Porten"
    assert "Order of signs" in client.get(f"/skyltar/{order.pk}/blad/").text
