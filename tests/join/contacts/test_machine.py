"""Any steps in any order: no state is reached that has no way to it, and every change has one line of history."""

import contextlib
import datetime

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from buildings.models import Contact, Resident
from tests import factories as make
from tests.join.contacts.conftest import staff
from watch.join.contacts import care, services
from watch.join.contacts.services import StepError

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 1, 15)
WAYS = {
    "applied": {"confirmed", "declined", "resigned", "ended"},
    "confirmed": {"trained", "declined", "resigned", "ended"},
    "trained": {"active", "declined", "resigned", "ended"},
    "active": {"resigned", "ended"},
}
STEPS = {
    "confirm": lambda contact, who: services.confirm(contact=contact, staff=who),
    "train": lambda contact, who: services.train(contact=contact, staff=who, training="course", on=DAY),
    "activate": lambda contact, who: services.activate(contact=contact, staff=who),
    "decline": lambda contact, who: services.decline(contact=contact, staff=who, why="enough"),
    "end": lambda contact, who: services.end(contact=contact, staff=who, why="moved"),
    "resign": lambda contact, _who: services.resign(contact=contact),
    "hide": lambda contact, _who: care.feel_threatened(contact=contact, tell_officer=False),
    "leave": lambda contact, _who: services.end_roles(
        user=contact.user, stairwells=[contact.stairwell_id], state="resigned", by="self", why="moved"
    ),
    "vanish": lambda contact, _who: Resident.objects.filter(user=contact.user).update(state="left"),
    "come-back": lambda contact, _who: Resident.objects.filter(user=contact.user).update(state="joined"),
}
ONWARD = ["confirm", "train", "activate"]
a_step = some.tuples(
    some.sampled_from([*ONWARD, *ONWARD, *STEPS]), some.sampled_from(["landlord", "police", "municipality"])
)


@given(some.lists(a_step, min_size=1, max_size=14))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_presses_leads_astray(db, steps):
    home = make.ResidentFactory()
    district = home.stairwell.building.district
    people = {kind: staff(kind, district) for kind in ("landlord", "police", "municipality")}
    contact = services.apply(user=home.user, stairwell=home.stairwell)
    seen = ["applied"]
    for action, kind in steps:
        lived_there = Resident.objects.present().filter(user=home.user).exists()
        # Everybody presses on the page as it was at first, so each press is a stale one.
        stale = Contact.objects.get(pk=contact.pk)
        stale.state = "applied"
        with contextlib.suppress(StepError, PermissionDenied):
            STEPS[action](stale, people[kind])
        now = Contact.objects.get(pk=contact.pk)
        if now.state != seen[-1]:
            assert now.state in WAYS[seen[-1]]
            assert lived_there or now.state not in ("confirmed", "trained", "active")
            seen.append(now.state)
        assert list(contact.steps.values_list("state", flat=True)) == seen
        assert bool(now.ended_at) == (now.state in Contact.ENDED_STATES)
