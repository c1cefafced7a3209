"""Meetings for tests: the factory, and those of the role matrix's world."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from buildings.models import Contact, Organisation, StaffMember, Stairwell, User
from notifications.models import Notice, NoticeText
from tests.factories import DistrictFactory, OrganisationFactory
from watch.meet import words
from watch.meet.facts import Facts
from watch.meet.inviting import COMPANION
from watch.models import Action, Meeting, MeetingText, Record, Telling, Venue


class VenueFactory(DjangoModelFactory[Venue]):
    class Meta:
        model = Venue

    district = factory.SubFactory(DistrictFactory)
    name = factory.Sequence(lambda n: f"Provlokalen {n}")
    address = "Provgatan 1"
    for_contacts = True


class MeetingFactory(DjangoModelFactory[Meeting]):
    """A draft of an information meeting for a whole district, twenty days from now at 18."""

    class Meta:
        model = Meeting
        skip_postgeneration_save = True

    lead = factory.SubFactory(OrganisationFactory, kind=Organisation.Kind.POLICE)
    district = factory.SubFactory(DistrictFactory)
    place = "Provlokalen"
    address = "Provgatan 1"
    starts_at = factory.LazyFunction(lambda: at(18, days=20))
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(minutes=90))

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted is not False:
            for language, (title, agenda) in (extracted or {"sv": ("Träff om trygghet", "Vi pratar om lås.")}).items():
                MeetingText.objects.create(meeting=self, language=language, title=title, agenda=agenda)

    @factory.post_generation
    def organisers(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.organisers.set(extracted or [self.lead])


def at(hour: int, *, days: int) -> Any:
    """A full hour so many days from now, on the wall clock."""
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def told(meeting: Meeting, author: User) -> Notice:
    """A meeting people have been invited to: its invitation has left the house."""
    now = timezone.now()
    notice = Notice.objects.create(
        organisation=meeting.lead,
        author=author,
        kind=Notice.Kind.MEETING,
        companion=COMPANION,
        district=meeting.district,
        whole_district=meeting.whole_district,
        contacts_only=meeting.contacts_only,
        is_public=meeting.is_public,
        expires_at=meeting.ends_at,
        state=Notice.State.SENT,
        confirmed_by=author,
        confirmed_at=now,
        send_at=now,
        started_at=now,
        finished_at=now,
    )
    notice.buildings.set(meeting.buildings.all())
    notice.stairwells.set(meeting.stairwells.all())
    for text in words.invitation(meeting):
        NoticeText.objects.create(notice=notice, language=text.language, title=text.title, body=text.body)
    facts = Facts.of(meeting).kept()
    Telling.objects.create(meeting=meeting, notice=notice, what=Telling.What.INVITATION, facts=facts)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.PLANNED, planned_at=now)
    meeting.refresh_from_db()
    return notice


def of_the_world(people: dict[str, User | None], stairwell: Stairwell, contact: Contact) -> dict[str, Any]:
    """Meetings in Norrby, for `World.extra`; those without another name are planned by the police."""
    officer = people["police"]
    police = StaffMember.objects.get(user=officer).organisation
    here = {"lead": police, "district": stairwell.building.district, "created_by": officer}
    hour_ago = timezone.now() - timedelta(hours=1)
    past = {"starts_at": hour_ago - timedelta(hours=1), "ends_at": hour_ago}
    found = {
        "meeting": MeetingFactory(**here),
        "public_meeting": MeetingFactory(**here, is_public=True),
        "draft_meeting": MeetingFactory(**here, series=uuid4()),
        "training": MeetingFactory(**here, kind=Meeting.Kind.TRAINING, contacts_only=True),
        "past_training": MeetingFactory(**here, **past, kind=Meeting.Kind.TRAINING, contacts_only=True),
        "past_meeting": MeetingFactory(**here, **past),
        "round": MeetingFactory(**here, **past, kind=Meeting.Kind.DOOR_KNOCK),
        "neighbour_meeting": MeetingFactory(
            kind=Meeting.Kind.NEIGHBOUR,
            lead=stairwell.building.owner,
            district=stairwell.building.district,
            whole_district=False,
            stairwell=stairwell,
            called_by=contact,
            created_by=contact.user,
            texts=False,
        ),
        "venue": VenueFactory(district=stairwell.building.district),
    }
    found["neighbour_meeting"].stairwells.set([stairwell])
    for name in ("meeting", "public_meeting", "training", "past_training", "past_meeting", "neighbour_meeting"):
        found[f"told_{name}"] = told(found[name], officer)
    Meeting.objects.filter(pk=found["round"].pk).update(state=Meeting.State.PLANNED)
    found["record"] = recorded(MeetingFactory(**here, **past), published_at=timezone.now())
    found["action"] = promised(found["record"].meeting)
    found["neighbours_met"] = MeetingFactory(
        kind=Meeting.Kind.NEIGHBOUR,
        lead=stairwell.building.owner,
        district=stairwell.building.district,
        whole_district=False,
        stairwell=stairwell,
        called_by=contact,
        state=Meeting.State.PLANNED,
        texts=False,
        **past,
    )
    found["neighbours_met"].stairwells.set([stairwell])
    return found


def recorded(meeting: Meeting, **fields: Any) -> Record:
    """A meeting that was held and written down."""
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.HELD, held_at=timezone.now())
    meeting.refresh_from_db()
    return Record.objects.create(meeting=meeting, **{"adults": 4, "children": 2, "minutes": "Vi pratade."} | fields)


def promised(meeting: Meeting, **fields: Any) -> Action:
    """Something the meeting's lead has promised to do within a week."""
    due = timezone.localdate() + timedelta(days=7)
    wanted = {"what": "Laga låset i porten", "organisation": meeting.lead, "due_on": due} | fields
    return Action.objects.create(meeting=meeting, district=meeting.district, **wanted)
