"""A stairwell, a city that calls meetings there, and the clock's work."""

from datetime import timedelta

import pytest

from notifications.models import Delivery
from notifications.outbox import claim, expand, mend, run
from notifications.transports.base import Outcome, Transport, Verdict
from tests import factories as make
from tests.meetings import at
from watch.meet import inviting, planning
from watch.meet.planning import Plan

SENT: list[tuple[str, str]] = []


class Postman(Transport):
    """Writes down the address and the subject of every letter."""

    def deliver(self, batch):
        for parcel in batch:
            SENT.append((parcel.address, parcel.letter.subject))
            yield Outcome(parcel.row, Verdict.SENT)


@pytest.fixture
def postbox(settings):
    """What has been delivered, as (address, subject); mails leave at once, whatever the hour."""
    settings.TRANSPORTS = settings.TRANSPORTS | {"email": f"{__name__}.Postman"}
    settings.TAKE_BACK_SECONDS = 0
    SENT.clear()
    return SENT


@pytest.fixture
def stairwell(db):
    return make.StairwellFactory()


@pytest.fixture
def city(stairwell):
    return make.OrganisationFactory(kind="municipality", name="Borås Stad", districts=[stairwell.building.district])


@pytest.fixture
def officer(city):
    return make.StaffFactory(organisation=city).user


@pytest.fixture
def neighbours(stairwell):
    """Makes neighbours with a mail address each."""

    def make_them(*names):
        made = []
        for name in names:
            user = make.ResidentFactory(stairwell=stairwell, user__email=f"{name}@example.org").user
            made.append(make.EndpointFactory(user=user))
        return made

    return make_them


@pytest.fixture
def plan(stairwell, city):
    """Makes a plan for a meeting at 18 in twenty days; give other facts by name."""

    def make_it(**facts):
        starts = facts.pop("starts_at", None) or at(18, days=20)
        known = {
            "kind": "information",
            "lead": city,
            "organisers": [city],
            "district": stairwell.building.district,
            "place": "Provlokalen",
            "address": "Provgatan 1",
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=1),
            "texts": {"sv": ("Träff om trygghet", "Vi pratar om lås.")},
        }
        return Plan(**known | facts)

    return make_it


@pytest.fixture
def invited(plan, officer, work):
    """A meeting people have been invited to; give other facts by name."""

    def make_it(**facts):
        meeting = planning.save(plan=plan(**facts), user=officer)
        inviting.invite(meeting=meeting, user=officer)
        work()
        meeting.refresh_from_db()
        return meeting

    return make_it


@pytest.fixture
def work():
    """Lets the outbox do what is due."""

    def do():
        expand.start_due("notices")
        while batch := claim.deliveries("notices", claim.Letters()):
            run.send(batch, run.Run())
        mend.reclaim()
        return Delivery.objects.filter(state="sent").count()

    return do
