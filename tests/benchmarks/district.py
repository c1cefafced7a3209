"""A district of any size with years of meetings, steps and notices behind it."""

from datetime import timedelta
from itertools import cycle
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from buildings.models import (
    Building,
    Contact,
    District,
    Organisation,
    Resident,
    StaffMember,
    Stairwell,
    User,
)
from notifications.models import Notice, NoticeText, Posting
from watch.models import Action, DayCount, Meeting, Record, Snapshot, TrackingRules, Watch, WatchStep

MEETINGS_A_YEAR, NOTICES_A_YEAR = 40, 30
BATCH = 5_000


def fill(stairwells: int, residents: int, years: int, *, a_house: int) -> dict[str, User]:
    """Norrby with a company, the police and all that happened; a member of staff of each."""
    district = District.objects.create(name="Norrby", slug="norrby")
    TrackingRules.objects.create(district=district)
    staff = {kind: _staff(kind, district) for kind in ("landlord", "police")}
    owner, police = (staff[kind].memberships.get().organisation for kind in ("landlord", "police"))
    houses = Building.objects.bulk_create(
        [
            Building(owner=owner, district=district, designation=f"Varpen {n + 1}")
            for n in range(-(-stairwells // a_house))
        ],
        BATCH,
    )
    rows = [_stairwell(n, houses[n // a_house], a_house) for n in range(stairwells)]
    wells = Stairwell.objects.bulk_create(rows, BATCH)
    people = _people(residents, wells)
    _contacts(people, wells)
    _watches(houses, police, years)
    _meetings(district, police, houses, years)
    _notices(district, police, wells, years)
    _nights(district, owner, years)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return staff


def cookie_of(user: User) -> str:
    """What the browser of somebody signed in sends along."""
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _staff(kind: str, district: District) -> User:
    organisation = Organisation.objects.create(kind=kind, name=f"Prov {kind}", slug=kind)
    organisation.districts.set([district])
    user = User.objects.create(email=f"{kind}@example.org", password="!", language="sv")
    member = StaffMember.objects.create(user=user, organisation=organisation, accepted_at=timezone.now())
    member.districts.set([district])
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return user


def _stairwell(number: int, house: Building, a_house: int) -> Stairwell:
    entrance = "ABCDEFGH"[number % a_house % 8]
    name = f"Varpgatan {number // a_house + 1} {entrance}"
    key = f"50435|varpgatan {number // a_house + 1:05}|{entrance.lower()}{number % a_house:02}"
    fields = {"address": name, "entrance": entrance, "name": name, "key": key, "sort_key": key}
    return Stairwell(building=house, postcode="504 35", city="Borås", **fields)


def _people(residents: int, wells: list[Stairwell]) -> list[User]:
    users = User.objects.bulk_create(
        [User(email=f"granne{n}@example.org", password="!") for n in range(residents)], BATCH
    )
    soon = timezone.now() + timedelta(days=100)
    homes = zip(users, cycle(wells), strict=False)
    Resident.objects.bulk_create([Resident(user=user, stairwell=well, ask_due_at=soon) for user, well in homes], BATCH)
    return users


def _contacts(people: list[User], wells: list[Stairwell]) -> None:
    """A contact in two stairwells of three, some on their way, some who have ended."""
    states = cycle([Contact.State.ACTIVE, Contact.State.ACTIVE, Contact.State.ENDED, Contact.State.TRAINED])
    ago = timezone.now() - timedelta(days=500)
    Contact.objects.bulk_create(
        [
            Contact(user=user, stairwell=well, state=state, applied_at=ago, activated_at=ago)
            for n, (user, well, state) in enumerate(zip(people, wells, states, strict=False))
            if n % 6
        ],
        BATCH,
    )


def _watches(houses: list[Building], police: Organisation, years: int) -> None:
    way = list(Watch.State)[:5]
    now = timezone.now()
    watches = Watch.objects.bulk_create(
        [
            Watch(building=house, state=way[n % 5], since=now - timedelta(days=30 + n % (365 * years)))
            for n, house in enumerate(houses)
        ],
        BATCH,
    )
    WatchStep.objects.bulk_create(
        [
            WatchStep(
                watch=watch,
                before=way[step],
                state=way[step + 1],
                at=watch.since - timedelta(days=step),
                organisation=police,
                why=WatchStep.Why.OTHER,
            )
            for watch in watches
            for step in range(4)
        ],
        BATCH,
    )


def _meetings(district: District, police: Organisation, houses: list[Building], years: int) -> None:
    days = [number * 365 // MEETINGS_A_YEAR + 1 for number in range(years * MEETINGS_A_YEAR)]
    now, some = timezone.now(), cycle(houses)
    meetings = Meeting.objects.bulk_create(
        [_meeting(number, district, police, now - timedelta(days=ago)) for number, ago in enumerate(days)]
    )
    called, meant = Meeting.organisers.through, Meeting.buildings.through
    called.objects.bulk_create([called(meeting=meeting, organisation=police) for meeting in meetings])
    for_houses = [meeting for meeting in meetings if not meeting.whole_district for _ in range(5)]
    meant.objects.bulk_create([meant(meeting=meeting, building=next(some)) for meeting in for_houses])
    held = [meeting for meeting in meetings if meeting.state == Meeting.State.HELD]
    Record.objects.bulk_create([Record(meeting=meeting, adults=n % 17) for n, meeting in enumerate(held)])
    promised = {"district": district, "organisation": police, "what": "Laga låset"}
    Action.objects.bulk_create(
        [
            Action(meeting=meeting, due_on=meeting.starts_at.date(), state="done" if n % 9 else "open", **promised)
            for n, meeting in enumerate(held)
        ]
    )


def _meeting(number: int, district: District, police: Organisation, at: Any) -> Meeting:
    state = Meeting.State.HELD if number % 10 else Meeting.State.PLANNED
    times = {"starts_at": at, "ends_at": at + timedelta(hours=1)}
    return Meeting(lead=police, district=district, whole_district=number % 40 == 39, state=state, **times)


def _nights(district: District, owner: Organisation, years: int) -> None:
    """A picture of each night, and what happened on each day."""
    today = timezone.localdate()
    days = [today - timedelta(days=ago) for ago in range(1, years * 365)]
    known = {"district": district, "stairwells": 2_000, "flats": 30_000}
    Snapshot.objects.bulk_create(
        [Snapshot(day=day, owner=owner, covered=n, homes=n, **known) for n, day in enumerate(reversed(days))], BATCH
    )
    DayCount.objects.bulk_create([DayCount(day=day, district=district, meetings=1, came=9) for day in days], BATCH)


def _notices(district: District, police: Organisation, wells: list[Stairwell], years: int) -> None:
    """Each with a page for every board; the latest two hold, and a tenth of their pages wait."""
    now = timezone.now()
    for number in range(years * NOTICES_A_YEAR):
        at = now - timedelta(days=3 + number * 365 // NOTICES_A_YEAR)
        times = dict.fromkeys(("confirmed_at", "send_at", "started_at", "finished_at"), at)
        over = now + timedelta(days=5) if number < 2 else at + timedelta(days=7)
        sent = {"state": Notice.State.SENT, "kind": Notice.Kind.CELLAR, "expires_at": over, "people": 1}
        notice = Notice.objects.create(organisation=police, district=district, **sent, **times)
        NoticeText.objects.create(notice=notice, language="sv", title="Inbrott i källare", body="Lås ordentligt.")
        Posting.objects.bulk_create(
            [
                Posting(notice=notice, stairwell=well, created_at=at, posted_at=at if n % 10 else None)
                for n, well in enumerate(wells)
            ],
            BATCH,
        )
