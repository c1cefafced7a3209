"""Two people press at the same moment: one wins, the other is told, and nobody waits for ever."""

import pytest
from django.utils import timezone

from tests import factories as make
from tests.meet.test_last_seat import at_once, only_on_postgresql
from tests.meetings import recorded
from tests.tracking import SignFactory, SignOrderFactory, WatchFactory
from watch.models import Sign, SignOrder, Watch, WatchStep
from watch.track import closing, moving, signs

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
TURNS = pytest.mark.parametrize("turn", range(3))


def errors(came):
    return sorted(str(error) for error in came if error)


def ask(here):
    return signs.ask(building=here.stairwell.building, organisation=here.police.organisation, signs=1, stickers=0)


def sleep(here, seen=1):
    return moving.move(building=here.stairwell.building, to="dormant", staff=here.police, seen=seen)


def proposed(place):
    type(place).objects.filter(pk=place.pk).update(closing_proposed_at=timezone.now())
    return place


@TURNS
@pytest.mark.parametrize("has_row", [True, False])
def test_of_four_presses_on_one_step_one_is_taken(here, has_row, turn):
    only_on_postgresql()
    recorded(here.meeting())
    if has_row:
        WatchFactory(building=here.stairwell.building, state="registered")
    press = {"building": here.stairwell.building, "to": "presented", "seen": int(has_row)}
    by = (here.police, here.city, here.police, here.city)
    came = at_once(*(lambda staff=staff: moving.move(staff=staff, **press) for staff in by))
    assert errors(came) == ["late"] * 3
    assert WatchStep.objects.count() == 1


@TURNS
def test_two_different_steps_from_one_page_are_one_step(here, turn):
    only_on_postgresql()
    recorded(here.meeting())
    press = {"building": here.stairwell.building, "staff": here.police, "seen": 0}
    came = at_once(*(lambda to=to: moving.move(to=to, **press) for to in ("presented", "dormant")))
    assert errors(came) == ["late"]
    assert Watch.objects.get().version == 2


@TURNS
def test_two_orders_at_once_are_one(here, turn):
    only_on_postgresql()
    WatchFactory(building=here.stairwell.building)
    assert errors(at_once(*[lambda: ask(here)] * 4)) == ["open"] * 3
    assert SignOrder.objects.count() == 1


@TURNS
def test_the_last_sign_of_an_order_hangs_once(here, turn):
    only_on_postgresql()
    building = here.stairwell.building
    WatchFactory(building=building)
    order = SignOrderFactory(building=building, state="delivered", answered_by=building.owner)
    facts = {"stairwell": here.stairwell, "place": "Porten", "on": timezone.localdate(), "organisation": building.owner}
    came = at_once(*[lambda: signs.put_up(order=order, **facts)] * 4)
    assert errors(came) == ["hung"] * 3
    assert Sign.objects.count() == 1


@TURNS
def test_yes_and_no_at_once_are_one_answer(here, turn):
    only_on_postgresql()
    order = SignOrderFactory(building=here.stairwell.building)
    owner = here.landlord.organisation
    answers = (lambda said=said: signs.answer(order=order, owner=owner, allowed=said) for said in (True, False))
    assert errors(at_once(*answers)) == ["late"]
    assert order.steps.count() == 1


@TURNS
def test_signs_ordered_while_the_watch_falls_asleep_are_ordered_or_called_off_never_left_waiting(here, turn):
    only_on_postgresql()
    building = here.stairwell.building
    WatchFactory(building=building)
    order = SignOrderFactory(building=building, state="approved", answered_by=building.owner)
    police = here.police.organisation
    came = at_once(lambda: sleep(here), lambda: signs.order(order=order, organisation=police))
    assert errors(came) in ([], ["asleep"], ["late"])
    order.refresh_from_db()
    assert (Watch.objects.get().state, order.state) in (("dormant", "ordered"), ("dormant", "cancelled"))


@TURNS
@pytest.mark.parametrize("whole", [True, False])
def test_closing_while_others_move_ask_and_hang_leaves_nothing_up(here, whole, turn):
    only_on_postgresql()
    building = here.stairwell.building
    WatchFactory(building=building)
    here.contact("active")
    order = SignOrderFactory(building=building, state="delivered", signs=2, answered_by=building.owner)
    SignFactory(order=order, stairwell=here.stairwell)
    facts = {"stairwell": here.stairwell, "place": "Porten", "on": timezone.localdate(), "organisation": building.owner}
    place = proposed(building if whole else here.stairwell)
    came = at_once(
        lambda: closing.close(place=place),
        lambda: closing.close(place=place),
        lambda: ask(here),
        lambda: sleep(here),
        lambda: signs.put_up(order=order, **facts),
    )
    assert {type(error).__name__ for error in came if error} <= {"SignError", "StepError"}
    assert not Sign.objects.filter(stairwell=here.stairwell, state__in=Sign.WANTED).exists()
    if whole:
        assert Watch.objects.get().state == "closed"
        assert not SignOrder.objects.filter(state="asked").exists()
    assert closing.mend() == 0


@TURNS
def test_a_sale_in_the_moment_of_the_old_owners_yes_leaves_the_new_owner_to_be_asked(here, turn):
    only_on_postgresql()
    building = here.stairwell.building
    WatchFactory(building=building)
    order, seller = SignOrderFactory(building=building), building.owner
    buyer = make.OrganisationFactory(kind="landlord", districts=[here.district])
    at_once(
        lambda: signs.answer(order=order, owner=seller, allowed=True),
        lambda: type(building).objects.filter(pk=building.pk).update(owner=buyer),
    )
    found = SignOrder.objects.select_related("building").get()
    assert found.waits_for_owner
    with pytest.raises(signs.SignError, match="late"):
        signs.order(order=found, organisation=here.police.organisation)
