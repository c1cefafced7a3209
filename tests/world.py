"""Two companies, two police districts, a city and people in all roles: the world the role matrix walks through."""

from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from buildings.models import (
    Contact,
    Flat,
    FlatCode,
    Invitation,
    JoinCode,
    Organisation,
    PublishedNumber,
    RegisterUpload,
    Resident,
    RetentionRun,
    Stairwell,
    Threat,
    User,
)
from buildings.sealing import fingerprint, seal
from notifications.models import Endpoint, Notice, Posting, Relay, RelayLetter
from notifications.sending import confirm
from tests import factories as make
from tests.meetings import of_the_world
from tests.tracking import watch_for

LETTER = "BREVKOD2"
INVITED = "inbjudan-av-en-granne"

ROLES = (
    "anonymous",
    "tenant",
    "other_tenant",
    "contact",
    "landlord",
    "other_landlord",
    "police",
    "other_police",
    "city",
    "operator",
)


@dataclass
class World:
    """Everything stands in Norrby unless it is called `other`."""

    people: dict[str, User | None]
    stairwell: Stairwell
    residency: Resident
    code: JoinCode
    upload: RegisterUpload
    drafts: dict[str, Notice]
    told: Notice
    told_to_contacts: Notice
    extra: dict[str, Any] = field(default_factory=dict)


def notice_by(organisation: Organisation, author: User, **fields: Any) -> Notice:
    """A draft of the organisation's."""
    return make.NoticeFactory(organisation=organisation, author=author, **fields)


def told_by(organisation: Organisation, author: User, **fields: Any) -> Notice:
    """A notice that has left the house."""
    notice = notice_by(organisation, author, **fields)
    now = timezone.now()
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.SENT, confirmed_at=now, send_at=now, started_at=now, finished_at=now, people=1
    )
    notice.refresh_from_db()
    return notice


def scheduled_by(organisation: Organisation, author: User, **fields: Any) -> Notice:
    """A notice that can still be taken back."""
    notice = notice_by(organisation, author, **fields)
    confirm(notice=notice, user=author)
    return notice


def awaiting_by(organisation: Organisation, author: User, **fields: Any) -> Notice:
    """A notice that waits for a colleague's yes."""
    now = timezone.now()
    return notice_by(organisation, author, state=Notice.State.AWAITING, confirmed_by=author, confirmed_at=now, **fields)


def build() -> World:
    """Make the world."""
    norrby = make.DistrictFactory(name="Norrby", slug="norrby")
    hulta = make.DistrictFactory(name="Hulta", slug="hulta")
    company = make.OrganisationFactory(name="AB Bostäder", slug="ab-bostader", districts=[norrby])
    rival = make.OrganisationFactory(name="Provhus AB", slug="provhus", districts=[norrby, hulta])
    police = make.OrganisationFactory(
        kind=Organisation.Kind.POLICE, name="Polisen", slug="polisen", districts=[norrby, hulta]
    )
    city = make.OrganisationFactory(kind=Organisation.Kind.MUNICIPALITY, name="Borås Stad", districts=[norrby])
    building = make.BuildingFactory(owner=company, district=norrby, designation="Varpen 1")
    stairwell = make.StairwellFactory(building=building, address="Spolgatan 1 A", code="KATTHUND")
    make.FlatFactory(stairwell=stairwell, number="1001")
    far = make.StairwellFactory(building=make.BuildingFactory(owner=rival, district=hulta))

    people: dict[str, User | None] = {"anonymous": None}
    residency = make.ResidentFactory(stairwell=stairwell)
    people["tenant"] = residency.user
    people["other_tenant"] = make.ResidentFactory(stairwell=far).user
    people["contact"] = make.ResidentFactory(stairwell=stairwell, state=Resident.State.CONFIRMED).user
    contact = make.ContactFactory(user=people["contact"], stairwell=stairwell)
    relay = Relay.objects.create(contact=contact, neighbour=people["tenant"])
    sealed = seal({"text": "Porten går inte i lås."})
    letter = RelayLetter.objects.create(relay=relay, from_contact=False, sealed=sealed)
    for to in RelayLetter.PassedTo:
        passed = {"passed_to": to, "passed_at": timezone.now()}
        RelayLetter.objects.create(relay=relay, from_contact=False, sealed=sealed, **passed)
    applied = make.ContactFactory(
        user=make.ResidentFactory(stairwell=stairwell).user, stairwell=stairwell, state="applied"
    )
    afraid = make.ContactFactory(
        user=make.ResidentFactory(stairwell=stairwell).user, stairwell=stairwell, hidden_at=timezone.now()
    )
    for role in ("tenant", "other_tenant", "contact"):
        make.EndpointFactory(user=people[role])
    device = make.EndpointFactory(
        user=people["tenant"], channel="webpush", address="https://fcm.googleapis.com/fcm/send/of-the-tenant"
    )
    staff = {
        "landlord": (company, [norrby]),
        "other_landlord": (rival, [hulta]),
        "police": (police, [norrby]),
        "other_police": (police, [hulta]),
        "city": (city, [norrby]),
    }
    colleagues = {}
    for role, (organisation, districts) in staff.items():
        member = make.StaffFactory(organisation=organisation, districts=districts, is_administrator=True)
        people[role] = member.user
        colleagues[role] = make.StaffFactory(organisation=organisation, districts=districts)
    people["operator"] = make.UserFactory(is_superuser=True)
    Authenticator.objects.create(user=people["operator"], type=Authenticator.Type.TOTP, data={"secret": "x"})

    officer = people["police"]
    upload = RegisterUpload.objects.create(
        organisation=company,
        district=norrby,
        uploaded_by=people["landlord"],
        filename="register.csv",
        content=(
            "Fastighetsbeteckning;Objektsnr;Adress;Postnr;Postort;Trapphus;Lägenhetsnr;Våning;Objektstyp\n"
            "Varpen 1;1;Spolgatan 1 A;504 35;Borås;A;1001;BV;Bostad\n"
        ).encode("cp1252"),
    )
    told = told_by(police, officer, district=norrby)
    waiting = make.ResidentFactory(stairwell=stairwell, state=Resident.State.WAITING, way=Resident.Way.PUBLIC)
    own_flat = Flat.objects.get(stairwell=stairwell, number="1001")
    FlatCode.objects.create(flat=own_flat, fingerprint=fingerprint("flat-code", LETTER))
    invitation = Invitation.objects.create(
        stairwell=stairwell,
        by=Contact.objects.get(stairwell=stairwell, user=people["contact"]),
        fingerprint=fingerprint("neighbours-invitation", INVITED),
    )
    world = World(
        people=people,
        stairwell=stairwell,
        residency=residency,
        code=stairwell.codes.get(),
        upload=upload,
        drafts={
            "police": notice_by(police, officer, district=norrby),
            "landlord": notice_by(company, people["landlord"], district=norrby),
        },
        told=told,
        told_to_contacts=told_by(police, officer, district=norrby, contacts_only=True),
        extra={
            "colleagues": colleagues,
            "norrby": norrby,
            "waiting": waiting,
            "invitation": invitation,
            "flat": own_flat,
            "hulta": hulta,
            "company": company,
            "police": police,
            "far": far,
            "next_door": make.StairwellFactory(building=building, address="Spolgatan 1 B", entrance="B"),
            "applied": applied,
            "afraid": afraid,
            "threat": Threat.objects.create(contact=afraid, told=officer.memberships.get()),
            "public": told_by(police, officer, district=norrby, is_public=True),
            "scheduled": scheduled_by(police, officer, district=norrby),
            "awaiting": awaiting_by(police, colleagues["police"].user, district=norrby),
            "own_awaiting": awaiting_by(company, people["landlord"], district=norrby),
            "token": Endpoint.objects.get(user=people["tenant"], channel="email").token,
            "device": device,
            "posting": Posting.objects.create(notice=told, stairwell=stairwell),
            "contact": contact,
            "relay": relay,
            "letter": letter,
            "proposed": make.FlatFactory(stairwell=stairwell, number="1002", closing_proposed_at=timezone.now()),
            "template": make.TemplateFactory(organisation=company),
            "everyones": make.TemplateFactory(texts={"sv": ("Hej [plats]", "Text."), "ar": ("عنوان [plats]", "نص")}),
            "run": RetentionRun.objects.create(purpose="messages", removed=3),
            "copy": make.copy_of(people["tenant"]),
            "number": PublishedNumber.objects.create(label="AB Bostäder", number="070-174 06 05"),
            **of_the_world(people, stairwell, contact),
        },
    )
    world.extra |= watch_for(world)
    return world
