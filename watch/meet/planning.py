"""Writing down what is planned: a draft, a change, a copy, a series, a contact's neighbour meeting."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from buildings.models import Building, Contact, District, Organisation, Stairwell, User
from watch.meet.errors import Changed, TooLate
from watch.models import Meeting, MeetingText, Venue

NEIGHBOUR_MEETING = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything a form says of a meeting; `texts` are title and agenda by language, Swedish always among them."""

    kind: str
    lead: Organisation
    organisers: Iterable[Organisation]
    district: District
    whole_district: bool = True
    buildings: Iterable[Building] = ()
    stairwells: Iterable[Stairwell] = ()
    contacts_only: bool = False
    is_public: bool = False
    venue: Venue | None = None
    place: str = ""
    address: str = ""
    directions: str = ""
    step_free: bool = False
    children_welcome: bool = True
    starts_at: datetime
    ends_at: datetime
    languages: list[str] = field(default_factory=list)
    interpreter: bool = False
    seats: int | None = None
    texts: dict[str, tuple[str, str]]


FIELDS = (
    "kind",
    "district",
    "whole_district",
    "contacts_only",
    "is_public",
    "venue",
    "place",
    "address",
    "directions",
    "step_free",
    "children_welcome",
    "starts_at",
    "ends_at",
    "languages",
    "interpreter",
    "seats",
)


@transaction.atomic
def save(
    *, plan: Plan, user: User, meeting: Meeting | None = None, series: uuid.UUID | None = None, seen: str = ""
) -> Meeting:
    """A new draft, or new facts in a meeting that is a draft or planned.

    Of a planned one nobody is told here: `inviting.change` saves and tells in one step. Raises TooLate for a meeting
    that was held or cancelled meanwhile, Changed for one that is not as it was `seen`.
    """
    saved = Meeting(lead=plan.lead, created_by=user, series=series) if meeting is None else locked(meeting, seen)
    for name in FIELDS:
        setattr(saved, name, getattr(plan, name))
    saved.changed_at = timezone.now()
    saved.save()
    saved.organisers.set({plan.lead, *plan.organisers})
    saved.buildings.set([] if plan.whole_district else plan.buildings)
    saved.stairwells.set([] if plan.whole_district else plan.stairwells)
    saved.texts.exclude(language__in=plan.texts).delete()
    for language, (title, agenda) in plan.texts.items():
        words = {"title": title, "agenda": agenda}
        MeetingText.objects.update_or_create(meeting=saved, language=language, defaults=words)
    return saved


@transaction.atomic
def save_series(*, plans: Iterable[Plan], user: User) -> list[Meeting]:
    """Drafts that belong together, all or none; the same number of queries for two as for two hundred."""
    series, planned = uuid.uuid4(), list(plans)
    fields = [{name: getattr(plan, name) for name in FIELDS} for plan in planned]
    saved = Meeting.objects.bulk_create(
        Meeting(lead=plan.lead, created_by=user, series=series, **known)
        for plan, known in zip(planned, fields, strict=True)
    )
    pairs = list(zip(saved, planned, strict=True))
    organisers, houses, stairs = (
        Meeting.organisers.through,
        Meeting.buildings.through,
        Meeting.stairwells.through,
    )
    organisers.objects.bulk_create(
        organisers(meeting=meeting, organisation=one)
        for meeting, plan in pairs
        for one in {plan.lead, *plan.organisers}
    )
    chosen = [(meeting, plan) for meeting, plan in pairs if not plan.whole_district]
    houses.objects.bulk_create(
        houses(meeting=meeting, building=one) for meeting, plan in chosen for one in plan.buildings
    )
    stairs.objects.bulk_create(
        stairs(meeting=meeting, stairwell=one) for meeting, plan in chosen for one in plan.stairwells
    )
    MeetingText.objects.bulk_create(
        MeetingText(meeting=meeting, language=language, title=title, agenda=agenda)
        for meeting, plan in pairs
        for language, (title, agenda) in plan.texts.items()
    )
    return saved


@transaction.atomic
def neighbour_meeting(*, contact: Contact, venue: Venue, starts_at: datetime) -> Meeting:
    """A contact's neighbour meeting as a draft: kind, time and a shared place, nothing written by the contact."""
    stairwell = contact.stairwell
    owner = stairwell.building.owner
    meeting = Meeting.objects.create(
        kind=Meeting.Kind.NEIGHBOUR,
        lead=owner,
        called_by=contact,
        stairwell=stairwell,
        district=stairwell.building.district,
        whole_district=False,
        venue=venue,
        place=venue.name,
        address=venue.address,
        directions=venue.directions,
        step_free=venue.step_free,
        children_welcome=venue.children_welcome,
        starts_at=starts_at,
        ends_at=starts_at + NEIGHBOUR_MEETING,
        created_by=contact.user,
    )
    meeting.stairwells.set([stairwell])
    return meeting


@transaction.atomic
def delete(*, meeting: Meeting) -> None:
    """Throw a draft away. Raises TooLate when people have been invited meanwhile."""
    draft = locked(meeting)
    if not draft.is_draft:
        raise TooLate
    draft.delete()


def version_of(meeting: Meeting) -> str:
    """What tells whether the meeting is still as somebody saw it."""
    return f"{meeting.state}:{meeting.changed_at.isoformat()}"


def locked(meeting: Meeting, seen: str = "") -> Meeting:
    """The meeting, locked, while it is a draft or planned.

    Raises TooLate, and Changed when it is not as it was `seen` (its `version_of` on the person's page).
    """
    open_states = (Meeting.State.DRAFT, Meeting.State.PLANNED)
    found = Meeting.objects.select_for_update().filter(pk=meeting.pk, state__in=open_states).first()
    if found is None:
        raise TooLate
    if seen and version_of(found) != seen:
        raise Changed
    return found
