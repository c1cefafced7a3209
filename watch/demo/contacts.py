"""How the demo's contacts came to be where they are: their steps, dates, the district's officer and gatherings."""

import datetime
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from buildings.models import Contact, ContactStep, District, Organisation, Resident, StaffMember, Threat
from watch.demo.roles import BY_SLUG, HULTA, NORRBY

State, Why, By = Contact.State, Contact.EndedWhy, Contact.EndedBy
WAY = (State.APPLIED, State.CONFIRMED, State.TRAINED, State.ACTIVE)
# Where those who have newly applied have come, in turn; the first has waited for a while.
ON_THE_WAY = (State.APPLIED, State.CONFIRMED, State.TRAINED)
ENDINGS = (
    (State.DECLINED, By.LANDLORD, Why.NOT_A_TENANT),
    (State.RESIGNED, By.SELF, Why.STOPPED),
    (State.ENDED, By.POLICE, Why.NO_ANSWER),
)
WAITED = timedelta(days=23)
BETWEEN = timedelta(days=9)


def is_built() -> bool:
    """Whether any contact has taken a step."""
    return ContactStep.objects.exists()


def build() -> None:
    """Give every contact a way, end a few roles, hide one, and say when districts were gathered."""
    landlords = {owner.pk: owner for owner in Organisation.objects.landlords()}
    police, city = (Organisation.objects.get(slug=slug) for slug in ("polisen-boras", "boras-stad"))
    contacts = list(Contact.objects.select_related("stairwell__building").order_by("applied_at", "pk"))
    new = [contact for contact in contacts if contact.state == State.APPLIED]
    for number, contact in enumerate(new):
        contact.state = ON_THE_WAY[number % len(ON_THE_WAY)]
        contact.applied_at = timezone.now() - WAITED - WAY.index(State(contact.state)) * BETWEEN + number * timedelta(1)
    contacts += list(_ended())
    steps = []
    for number, contact in enumerate(contacts):
        owner = landlords[contact.stairwell.building.owner_id]
        steps += list(_steps(contact, owner, police if number % 3 else city))
    for contact in contacts:
        contact.save()
    ContactStep.objects.bulk_create(steps)
    _hide_one()
    _gather(police)


def _ended() -> Iterator[Contact]:
    """Three people who are contacts no more, or never became one."""
    taken = Contact.objects.values("user")
    free = Resident.objects.present().exclude(user__in=taken).filter(stairwell__building__district__slug=NORRBY)
    known = [role.email for role in BY_SLUG.values()]
    people = free.exclude(user__email__in=known).select_related("stairwell__building", "user").order_by("pk")
    for person, (state, by, why) in zip(people[: len(ENDINGS)], ENDINGS, strict=True):
        contact = Contact(user=person.user, stairwell=person.stairwell, state=state, ended_by=by, ended_why=why)
        contact.applied_at = timezone.now() - timedelta(days=60)
        contact.ended_at = timezone.now() - timedelta(days=12)
        contact.save()
        yield contact


def _steps(contact: Contact, owner: Organisation, trainer: Organisation) -> Iterator[ContactStep]:
    """The steps to where the contact is now, with the dates they leave on the contact."""
    ended = contact.state in Contact.ENDED_STATES
    reached = (
        WAY[:1] if contact.state == State.DECLINED else WAY if ended else WAY[: WAY.index(State(contact.state)) + 1]
    )
    between = min(BETWEEN, (timezone.now() - contact.applied_at) / (len(WAY) + 1))
    for number, state in enumerate(reached):
        at = contact.applied_at + number * between
        by = {State.APPLIED: None, State.CONFIRMED: owner}.get(state, trainer)
        if state == State.CONFIRMED:
            contact.confirmed_at = at
        elif state == State.TRAINED:
            contact.training, contact.trained_on, contact.trained_by = Contact.Training.MEETING, at.date(), trainer
        elif state == State.ACTIVE:
            contact.activated_at = at
        yield ContactStep(contact=contact, state=state, at=at, organisation=by)
    if ended and contact.ended_at:
        by = {By.LANDLORD: owner, By.POLICE: trainer}.get(By(contact.ended_by))
        yield ContactStep(
            contact=contact, state=contact.state, at=contact.ended_at, organisation=by, why=contact.ended_why
        )


def _hide_one() -> None:
    """A deputy in Norrby feels threatened and has asked for the police."""
    where = {"stairwell__building__district__slug": NORRBY, "role": Contact.Role.DEPUTY}
    contact = Contact.objects.active().filter(**where).order_by("pk").first()
    if contact:
        Contact.objects.filter(pk=contact.pk).update(hidden_at=timezone.now() - timedelta(hours=5))
        officer = StaffMember.objects.get(user__email=BY_SLUG["police"].email)
        Threat.objects.create(contact=contact, told=officer, at=timezone.now() - timedelta(hours=5))


def _gather(police: Organisation) -> None:
    """Norrby's contacts were gathered thirteen months ago, Hulta's this autumn; Norrby has a named officer."""
    today: datetime.date = timezone.localdate()
    officer = StaffMember.objects.get(user__email=BY_SLUG["police"].email, organisation=police)
    norrby = District.objects.filter(slug=NORRBY)
    norrby.update(officer=officer, contacts_gathered_on=today - timedelta(days=396))
    District.objects.filter(slug=HULTA).update(contacts_gathered_on=today - timedelta(days=70))
