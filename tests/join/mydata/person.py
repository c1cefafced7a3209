"""A person about whom there is something in every table."""

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.utils import timezone

from buildings.models import (
    Consent,
    ConsentQuestion,
    Contact,
    ContactStep,
    Disclosure,
    Flat,
    Invitation,
    Organisation,
    RecoveryCode,
    Resident,
    Stairwell,
    Threat,
    User,
)
from buildings.sealing import seal
from notifications.models import Delivery, Message, Notice, Posting, Relay, RelayLetter, Rhythm
from tests import factories as make
from tests.meetings import MeetingFactory
from watch.models import Action, Answer, Attendance, CalendarKey, Meeting, Record

EMAIL = "oforvaxlingsbar@example.org"
NUMBER = "+46701740687"
NAME = "Ärtsoppa Oförväxlingsbar"
NEIGHBOUR = "Grannens Hemlighet"


@dataclass
class Known:
    """The person, and what surrounds them."""

    user: User
    stairwell: Stairwell
    flat: Flat
    role: Contact
    neighbour: User
    notice: Notice
    officer: User
    more: dict = field(default_factory=dict)


def known(times: int = 1, *, user: User | None = None) -> Known:
    """The person, new unless given, with `times` rows of whatever there can be several of."""
    stairwell = make.StairwellFactory(address="Spolgatan 7 A")
    user = user or make.UserFactory(email=EMAIL, name=NAME, phone=NUMBER, phone_verified=True)
    flat = make.FlatFactory(stairwell=stairwell, number="1404")
    make.ResidentFactory(user=user, stairwell=stairwell, flat=flat, state=Resident.State.CONFIRMED)
    role = make.ContactFactory(user=user, stairwell=stairwell)
    neighbour = make.ResidentFactory(stairwell=stairwell, user__name=NEIGHBOUR).user
    police = make.OrganisationFactory(kind=Organisation.Kind.POLICE, name="Polisen i Provstad")
    officer = make.StaffFactory(organisation=police, user__name="Utredare Hemlig").user
    notice = make.NoticeFactory(
        organisation=police, district=stairwell.building.district, author=officer, state=Notice.State.SENT
    )
    Rhythm.objects.create(user=user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    mail = user.endpoints.filter(channel="email").first() or make.EndpointFactory(user=user)
    for turn in range(times):
        _again(turn, user=user, role=role, neighbour=neighbour, police=police, officer=officer)
        sent = make.NoticeFactory(organisation=police, district=stairwell.building.district) if turn else notice
        Delivery.objects.create(
            notice=sent, endpoint=mail, channel="email", state="sent", settled_at=timezone.now(), provider_id=f"p{turn}"
        )
        Posting.objects.create(notice=sent, stairwell=stairwell, posted_at=timezone.now(), posted_by=user)
    return Known(user, stairwell, flat, role, neighbour, notice, officer)


def _again(turn: int, *, user: User, role: Contact, neighbour: User, police: Organisation, officer: User) -> None:
    """One more of what there can be several of."""
    stairwell = role.stairwell
    ContactStep.objects.create(contact=role, state="trained", by=officer, organisation=police)
    Threat.objects.create(contact=role)
    Invitation.objects.create(stairwell=stairwell, by=role, fingerprint=f"i{turn}")
    RecoveryCode.objects.create(user=user, by=officer, organisation=police, fingerprint=f"r{turn}")
    Consent.objects.create(
        user=user,
        purpose="take_part",
        given=True,
        text=f"Orden {turn} vid {stairwell.name}",
        version="2026-11",
        language="sv",
        stairwell=stairwell,
        helper=officer,
    )
    ConsentQuestion.objects.create(user=user, purpose="take_part", version=f"v{turn}")
    Disclosure.objects.create(
        subject=user, by=officer, organisation=police, what="number", reason=f"Bjuda in till träff {turn}"
    )
    make.EndpointFactory(user=user, channel="sms", address=f"+4670174069{turn}" if turn else NUMBER)
    Message.objects.create(purpose="step", user=user, channel="email", state="sent", sealed=None)
    as_contact = Relay.objects.create(contact=role, neighbour=neighbour, closed_at=timezone.now())
    RelayLetter.objects.create(relay=as_contact, from_contact=True, sealed=seal({"text": f"Mitt svar {turn}"}))
    RelayLetter.objects.create(relay=as_contact, from_contact=False, sealed=seal({"text": "Grannens ord"}))
    coming = MeetingFactory(district=stairwell.building.district)
    Answer.objects.create(meeting=coming, user=user, adults=2, interpreter="ar")
    CalendarKey.objects.get_or_create(user=user, defaults={"digest": f"d{user.pk}", "sealed": seal("k")})
    make.copy_of(user, asked_at=timezone.now() - timedelta(hours=turn))
    meeting = MeetingFactory(lead=police, district=stairwell.building.district, created_by=user, called_by=role)
    Attendance.objects.create(meeting=meeting, contact=role)
    Record.objects.create(meeting=meeting, written_by=user)
    promised = {"what": "Laga låset", "due_on": timezone.localdate(), "organisation": police}
    Action.objects.create(
        meeting=meeting, district=meeting.district, closed_by=user, closed_at=timezone.now(), state="done", **promised
    )
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.HELD)
