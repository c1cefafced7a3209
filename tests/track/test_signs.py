"""Signs: only for an active watch, only with the owner's yes, never more than there are entrances."""

from datetime import timedelta

import pytest
from django.utils import timezone

from buildings.models import Building
from tests import factories as make
from tests.pdfs import is_accessible, sizes_of, text_of
from tests.tracking import SignOrderFactory, WatchFactory
from watch.meet.errors import Marked
from watch.models import Sign, SignOrder, TrackingRules, Watch
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


def hang(here, order, **fields):
    known = {"stairwell": here.stairwell, "place": "Vid porten", "on": timezone.localdate()}
    return signs.put_up(order=order, **known | {"organisation": here.landlord.organisation} | fields)


def come(here, **fields):
    """A delivered order the owner has allowed."""
    building = here.stairwell.building
    return SignOrderFactory(**{"building": building, "state": "delivered", "answered_by": building.owner} | fields)


def test_an_order_goes_from_asked_to_hanging_and_no_further_than_its_number(here, building):
    order, police = ask(here), here.police.organisation
    with pytest.raises(SignError, match="late"):
        signs.order(order=order, organisation=police)
    signs.answer(order=order, owner=building.owner, allowed=True)
    signs.order(order=order, organisation=police)
    with pytest.raises(SignError, match="late"):
        hang(here, order)
    with pytest.raises(SignError, match="late"):
        signs.take_back(order=order, organisation=police)
    signs.deliver(order=order, organisation=here.city.organisation)
    hang(here, order)
    with pytest.raises(SignError, match="hung"):
        hang(here, order)
    told = [(step.state, step.organisation) for step in order.steps.order_by("pk")]
    owner, city = building.owner, here.city.organisation
    assert told == [("asked", police), ("approved", owner), ("ordered", police), ("delivered", city)]
    assert [step.state for step in Sign.objects.get().steps.all()] == ["up"]


def test_a_damaged_sign_is_replaced_by_hanging_another_and_makes_room_for_it(here, building):
    old = hang(here, come(here))
    assert signs.most(building) == 0
    signs.become(sign=old, state="damaged", organisation=here.police.organisation)
    assert signs.most(building) == 1
    new = hang(here, come(here), replaces=old)
    old.refresh_from_db()
    assert (old.state, new.state, signs.most(building)) == ("replaced", "up", 0)
    with pytest.raises(SignError, match="late"):
        signs.become(sign=old, state="damaged", organisation=building.owner)
    with pytest.raises(SignError, match="late"):
        hang(here, come(here), replaces=old)


def test_what_has_come_and_does_not_hang_is_stock_so_no_more_is_ordered(here, building):
    come(here)
    assert signs.most(building) == 0
    with pytest.raises(SignError, match="many"):
        ask(here)


def test_the_district_may_allow_more_signs_a_stairwell(here, building):
    TrackingRules.objects.create(district=here.district, signs_a_stairwell=2)
    assert signs.most(building) == 2


@pytest.mark.parametrize("state", ["dormant", "closed", "forming"])
def test_nothing_is_put_up_or_ordered_unless_the_watch_is_active(here, building, state):
    waiting = SignOrderFactory(building=building, state="approved", answered_by=building.owner)
    Watch.objects.update(state=state)
    with pytest.raises(SignError, match="asleep"):
        hang(here, come(here))
    with pytest.raises(SignError, match="asleep"):
        signs.order(order=waiting, organisation=here.police.organisation)


def test_a_sign_hangs_at_a_stairwell_of_its_own_house_that_stands(here, building):
    other = make.StairwellFactory(building__district=here.district)
    closed = make.StairwellFactory(building=building, closed_at=timezone.now())
    for stairwell in (other, closed):
        with pytest.raises(SignError, match="late"):
            hang(here, come(here), stairwell=stairwell)


class TestASoldHouse:
    @pytest.fixture
    def sell(self, here, building):
        def sold():
            buyer = make.OrganisationFactory(kind="landlord", districts=[here.district])
            Building.objects.filter(pk=building.pk).update(owner=buyer)
            return buyer

        return sold

    def test_waits_for_the_new_owner_before_anything_more_is_put_up(self, here, building, sell):
        order, seller = come(here), building.owner
        buyer = sell()
        with pytest.raises(SignError, match="unasked"):
            hang(here, order)
        with pytest.raises(SignError, match="late"):
            signs.answer(order=order, owner=seller, allowed=True)
        signs.answer(order=order, owner=buyer, allowed=True)
        assert SignOrder.objects.get().state == "delivered"
        assert hang(here, order).state == "up"
        with pytest.raises(SignError, match="late"):
            signs.answer(order=order, owner=buyer, allowed=False)

    def test_takes_signs_down_when_the_new_owner_says_no(self, here, building, sell):
        order = come(here, signs=2)
        sign = hang(here, order)
        signs.answer(order=order, owner=sell(), allowed=False)
        sign.refresh_from_db()
        assert (SignOrder.objects.get().state, sign.state) == ("refused", "retiring")
        with pytest.raises(SignError, match="late"):
            hang(here, order)

    def test_signs_without_the_new_owners_yes_do_not_stay_when_the_watch_wakes(self, here, building, sell):
        sign = hang(here, come(here))
        signs.retire(building=building, organisation=here.police.organisation)
        sell()
        building.refresh_from_db()
        signs.keep(building=building, organisation=here.police.organisation)
        sign.refresh_from_db()
        assert sign.state == "retiring"

    def test_says_so_on_the_page_and_on_the_order_sheet(self, client, here, building, sell):
        order = come(here)
        buyer = sell()
        client.force_login(here.police.user)
        page = client.get(f"/hus/{building.pk}/skyltar/", headers={"accept-language": "en"}).text
        assert f"The house was sold: {buyer.name} is to say yes anew." in page
        sheet = client.get(f"/skyltar/{order.pk}/blad/", headers={"accept-language": "en"})
        assert "Not yet" in text_of(sheet.content)
        client.force_login(here.landlord.user)
        assert client.get(f"/hus/{building.pk}/skyltar/").status_code == 404
        assert client.post(f"/skyltar/{order.pk}/ja/").status_code == 404


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_for_one_order_and_for_many(client, here, building, number, django_assert_num_queries):
    for _ in range(number):
        hang(here, come(here))
    client.force_login(here.police.user)
    client.get(f"/hus/{building.pk}/skyltar/")
    with django_assert_num_queries(20):
        client.get(f"/hus/{building.pk}/skyltar/")


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
    with pytest.raises(Marked):
        hang(here, come(here), place="Ring 070-174 06 99")


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
    typed = {"stairwell": here.stairwell.pk, "place": "Porten", "on": tomorrow.isoformat()}
    page = client.post(f"/skyltar/{order.pk}/hanger/", typed).text
    assert "That day has not come yet" in page
    elsewhere = make.StairwellFactory(building__district=here.district)
    page = client.post(f"/skyltar/{order.pk}/hanger/", typed | {"stairwell": elsewhere.pk}).text
    assert "Select a valid choice" in page
    client.post(f"/skyltar/{order.pk}/hanger/", typed | {"on": timezone.localdate().isoformat()})
    assert Sign.objects.get().where == "Spolgatan 1 A, Porten"
    sheet = client.get(f"/skyltar/{order.pk}/blad/").content
    assert "Order of signs" in text_of(sheet)
    assert is_accessible(sheet)
    assert sizes_of(sheet) == [(210, 297)]
