"""The demo's meetings: what was held, what is to come, and what somebody promised at one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from buildings.models import Building, Contact, District, Organisation, Stairwell, User
from notifications.models import Notice, NoticeText
from watch.demo import notices
from watch.demo.roles import BY_SLUG, HULTA, NORRBY, POSTER
from watch.meet import inviting, planning, reminding, words
from watch.meet.facts import Facts
from watch.meet.planning import Plan
from watch.meet.ready.kinds import KINDS
from watch.models import Action, Answer, Attendance, DoorRow, Meeting, Presence, Record, Reopening, Telling, Venue

Kind = Meeting.Kind
LASTS = timedelta(minutes=90)


def is_built() -> bool:
    """Whether any meeting has been planned."""
    return Meeting.objects.exists()


def build() -> None:
    """Places to meet, meetings of every kind, the minutes of one, and a public one in each district."""
    venue = _venues()
    police, city, landlord = (_user(slug) for slug in ("police", "city", "landlord"))
    held = _plan(Kind.INFORMATION, police, -23, venue, is_public=True)
    _tell(held, police)
    _write_down(held, police)
    training = _plan(Kind.TRAINING, police, -51, venue, contacts_only=True)
    _tell(training, police)
    _note_attendance(training)
    _walk(_plan(Kind.DOOR_KNOCK, city, -37))
    coming = _plan(Kind.INFORMATION, police, 12, venue, is_public=True, interpreter=True, seats=40)
    _tell(coming, police)
    _answer(coming)
    _tell(_plan(Kind.GATHERING, police, 26, venue, contacts_only=True), police)
    _tell(_plan(Kind.INFORMATION, city, 19, place="Provlokalen i Hulta", district=HULTA, is_public=True), city)
    cancelled = _plan(Kind.START_UP, landlord, 9, venue)
    _tell(cancelled, landlord)
    _cancel(cancelled, landlord)
    for user in (landlord, police):
        _plan(Kind.START_UP, user, 40, venue)
    _plan_series(city, venue)
    _call_neighbours(venue)


def _user(slug: str) -> User:
    return User.objects.get(email=BY_SLUG[slug].email)


def _venues() -> Venue:
    district = District.objects.get(slug=NORRBY)
    known = {"district": district, "step_free": True, "for_contacts": True}
    hall = Venue.objects.create(name="Provsalen", address="Varpgatan 2", directions="Ring på klockan.", **known)
    Venue.objects.create(name="Kvarterslokalen", address="Spolgatan 4", **known | {"step_free": False})
    return hall


def _at(days: int) -> datetime:
    """Six in the evening so many days from now, on the wall clock."""
    wall = timezone.localtime().replace(tzinfo=None, hour=18, minute=0, second=0, microsecond=0)
    return timezone.make_aware(wall + timedelta(days=days))


def _facts(kind: Kind, user: User, days: int, venue: Venue | None, **more: Any) -> Plan:
    lead = user.memberships.get().organisation
    place: dict[str, Any] = {}
    if venue:
        place = {"venue": venue, "place": venue.name, "address": venue.address, "step_free": venue.step_free}
    district = District.objects.get(slug=more.pop("district", NORRBY))
    facts: dict[str, Any] = {"starts_at": _at(days), "ends_at": _at(days) + LASTS, "languages": ["sv", "ar"]}
    words_of_kind = KINDS[kind].texts
    return Plan(kind=kind, lead=lead, organisers=[lead], district=district, texts=words_of_kind, **facts | place | more)


def _plan(kind: Kind, user: User, days: int, venue: Venue | None = None, **more: Any) -> Meeting:
    return planning.save(plan=_facts(kind, user, days, venue, **more), user=user)


def _plan_series(user: User, venue: Venue) -> None:
    plans = [_facts(Kind.INFORMATION, user, days, venue) for days in (33, 61)]
    planning.save_series(plans=plans, user=user)


def _call_neighbours(venue: Venue) -> None:
    """The demo's contact calls the neighbours, and met them once before."""
    contact = Contact.objects.get(user=_user("contact"), state=Contact.State.ACTIVE)
    met = planning.neighbour_meeting(contact=contact, venue=venue, starts_at=_at(-70))
    _tell(met, contact.user)
    _hold(met)
    Record.objects.create(meeting=met, adults=6, children=3, written_by=contact.user)
    _tell(planning.neighbour_meeting(contact=contact, venue=venue, starts_at=_at(16)), contact.user)


def _tell(meeting: Meeting, user: User) -> None:
    """What inviting and the outbox would have written: the invitation left, two weeks before or yesterday."""
    told_at = min(meeting.starts_at - timedelta(days=14), timezone.now() - timedelta(days=1))
    notice = Notice.objects.create(
        organisation=meeting.lead,
        author=user,
        kind=Notice.Kind.MEETING,
        companion=inviting.COMPANION,
        district=meeting.district,
        whole_district=meeting.whole_district,
        contacts_only=meeting.contacts_only,
        is_public=meeting.is_public,
        expires_at=meeting.ends_at,
        created_at=told_at - timedelta(minutes=12),
        confirmed_by=user,
        **notices.sent(told_at),
    )
    notice.buildings.set(meeting.buildings.all())
    notice.stairwells.set(meeting.stairwells.all())
    texts = words.invitation(meeting)
    NoticeText.objects.bulk_create(
        NoticeText(notice=notice, language=text.language, title=text.title, body=text.body) for text in texts
    )
    notices.deliver(notice)
    kept = Facts.of(meeting).kept()
    Telling.objects.create(meeting=meeting, notice=notice, what=Telling.What.INVITATION, facts=kept)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.PLANNED, planned_at=told_at)
    meeting.refresh_from_db()
    if not meeting.has_begun:
        reminding.schedule(meeting=meeting)


def _cancel(meeting: Meeting, user: User) -> None:
    """Cancelled an hour ago, and everyone who was told knows."""
    inviting.cancel(meeting=meeting, user=user)
    told_at = timezone.now() - timedelta(hours=1)
    word = Notice.objects.filter(pk__in=meeting.tellings.values("notice"), reference=Notice.Reference.CANCELS)
    word.update(created_at=told_at - timedelta(minutes=1), **notices.sent(told_at))
    notices.deliver(word.get())


def _hold(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.HELD, held_at=meeting.ends_at)


def _write_down(meeting: Meeting, user: User) -> None:
    """The published minutes of a meeting with three promises: one kept, one to come, one late."""
    _hold(meeting)
    record = Record.objects.create(
        meeting=meeting,
        adults=14,
        children=5,
        good="Många hälsar på varandra i trappan.",
        unsafe="Källargången är mörk och porten går inte i lås.",
        wishes="Laga porten först.",
        decisions="Vi träffas igen i januari.",
        minutes="Fjorton vuxna och fem barn kom. De flesta pratade om porten och om ljuset i källaren.",
        public_minutes="Vi pratade om ljus, lås och om att säga hej. Nästa träff blir i januari.",
        written_by=user,
        published_at=meeting.ends_at + timedelta(days=2),
    )
    for slug, people in (("polisen-boras", 2), ("ab-bostader", 1)):
        Presence.objects.create(record=record, organisation=Organisation.objects.get(slug=slug), people=people)
    today = timezone.localdate()
    done = {"state": Action.State.DONE, "result": "Nya lampor sitter uppe.", "closed_at": timezone.now()}
    promises: Iterable[tuple[str, str, int, dict[str, Any]]] = (
        ("Byta lamporna i källargången", "ab-bostader", -9, done),
        ("Laga låset i porten", "ab-bostader", -3, {"reminded_at": timezone.now()}),
        ("Gå en kvällsrunda i veckan", "polisen-boras", 30, {}),
    )
    for what, slug, days, state in promises:
        owner, due = Organisation.objects.get(slug=slug), today + timedelta(days=days)
        Action.objects.create(
            meeting=meeting, district=meeting.district, what=what, organisation=owner, due_on=due, **state
        )
    Reopening.objects.create(
        action=Action.objects.get(meeting=meeting, what="Laga låset i porten"),
        state=Action.State.DONE,
        result="Låset är bytt.",
        closed_at=timezone.now() - timedelta(days=12),
        word="Porten går inte i lås när det är kallt.",
        at=timezone.now() - timedelta(days=10),
    )


def _note_attendance(meeting: Meeting) -> None:
    _hold(meeting)
    shown = Contact.objects.active().filter(stairwell__building__district=meeting.district, hidden_at=None)
    Attendance.objects.bulk_create(Attendance(meeting=meeting, contact=contact) for contact in shown[:7])


def _walk(meeting: Meeting) -> None:
    """A round through one house, with a stairwell still to be written down."""
    _hold(meeting)
    building = Building.objects.get(designation=POSTER.designation)
    stairwells = Stairwell.objects.standing().filter(building=building).order_by("sort_key")
    Meeting.objects.filter(pk=meeting.pk).update(whole_district=False)
    meeting.buildings.set([building])
    rows = ((18, 9, 3), (16, 7, 2))
    for stairwell, (knocked, opened, interested) in zip(stairwells, rows, strict=False):
        DoorRow.objects.create(
            meeting=meeting, stairwell=stairwell, knocked=knocked, opened=opened, interested=interested
        )


def _answer(meeting: Meeting) -> None:
    """A few have said that they come; one wants an interpreter."""
    Answer.objects.create(meeting=meeting, user=_user("contact"), adults=1)
    for adults, children, interpreter in ((2, 1, ""), (1, 3, "so"), (2, 0, "")):
        Answer.objects.create(
            meeting=meeting, way=Answer.Way.PHONE, adults=adults, children=children, interpreter=interpreter
        )
