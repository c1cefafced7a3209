"""Everything held about one person, in plain values: what "My data" shows and what the copy holds.

Each section is one function; `registry` says which link to the person is read by which. Nothing here names another
person: who looked is told as an organisation, letters are the person's own, and deeds say what, not to whom.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone
from django.utils.translation import gettext as _

from buildings.models import (
    Consent,
    ConsentQuestion,
    Contact,
    ContactStep,
    DataExport,
    Disclosure,
    District,
    Invitation,
    RecoveryCode,
    RegisterUpload,
    Resident,
    StaffMember,
    User,
)
from buildings.sealing import unseal
from notifications.models import Delivery, Endpoint, Message, Notice, Posting, RelayLetter, Rhythm
from notifications.push.devices import PUSH, Device
from watch.models import Action, Answer, CalendarKey, Meeting, Record, Reopening

Rows = list[dict[str, Any]]
LATELY = timedelta(days=90)


def collect(user: User) -> dict[str, Any]:
    """Every section about the person, in the language that is active."""
    return {name: section(user) for name, section in SECTIONS.items()}


def person(user: User) -> dict[str, Any]:
    """Who the person is to us."""
    return {
        "name": user.name,
        "language": user.get_language_display(),
        "e_mail": user.email,
        "mobile": str(user.phone.as_e164) if user.phone else "",
        "mobile_shown_to_be_theirs": user.phone_verified,
        "known_since": user.created_at,
        "last_signed_in": user.last_login,
        "runs_this_site": user.is_superuser,
    }


def addresses(user: User) -> Rows:
    """The e-mail addresses that sign the person in."""
    held = EmailAddress.objects.filter(user=user).order_by("-primary", "pk")
    return [{"e_mail": one.email, "shown_to_be_theirs": one.verified, "primary": one.primary} for one in held]


def homes(user: User) -> Rows:
    """Where the person has joined, and left."""
    held = Resident.objects.filter(user=user).select_related("stairwell__building__district", "flat")
    return [
        {
            "stairwell": home.stairwell.name,
            "district": home.stairwell.building.district.name,
            "flat": home.flat.number if home.flat else "",
            "state": home.get_state_display(),
            "way": home.get_way_display(),
            "joined": home.joined_at,
            "confirmed": home.confirmed_at,
            "confirmed_by": home.get_confirmed_by_display(),
            "left": home.left_at,
            "left_why": home.get_left_why_display(),
            "name_shown_to_the_contact": home.shows_name,
            "asked_next": home.ask_due_at,
            "times_asked": home.asked_times,
        }
        for home in held.order_by("-joined_at", "-pk")
    ]


def contact_roles(user: User) -> Rows:
    """The person's roles as contact, each with its steps."""
    held = Contact.objects.filter(user=user).select_related("stairwell", "trained_by").order_by("-applied_at", "-pk")
    rows = ("steps__organisation", "threats", "invitations", "attendances__meeting", "meetings")
    return [_role(role) for role in held.prefetch_related(*rows)]


def _role(role: Contact) -> dict[str, Any]:
    return {
        "stairwell": role.stairwell.name,
        "role": role.get_role_display(),
        "shown_as": role.alias,
        "state": role.get_state_display(),
        "training": role.get_training_display(),
        "trained": role.trained_on,
        "trained_by": role.trained_by.name if role.trained_by else "",
        "name_shown_to_neighbours": role.shows_name,
        "number_shown_to_neighbours": role.shows_number,
        "hidden": role.hidden_at,
        "letters_stopped": role.muted_at,
        "list_confirmed": role.list_confirmed_on,
        "met_neighbours": role.neighbours_met_on,
        "welcomed": role.welcomed_at,
        "ended": role.ended_at,
        "ended_by": role.get_ended_by_display(),
        "ended_why": role.get_ended_why_display(),
        "steps": [_step(step) for step in role.steps.all()],
        "felt_threatened": [threat.at for threat in role.threats.all()],
        "invitations": [_invitation(invitation) for invitation in role.invitations.all()],
        "came_to": [_meeting(attendance.meeting) for attendance in role.attendances.all()],
        "called_neighbours_to": [_meeting(meeting) for meeting in role.meetings.all()],
    }


def _meeting(meeting: Meeting) -> dict[str, Any]:
    return {"what": meeting.get_kind_display(), "when": meeting.starts_at}


def _step(step: ContactStep) -> dict[str, Any]:
    by = step.organisation.name if step.organisation else ""
    return {"state": step.get_state_display(), "when": step.at, "by": by, "why": step.get_why_display()}


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {"made": invitation.created_at, "used": invitation.used_at, "withdrawn": invitation.withdrawn_at}


def agreements(user: User) -> Rows:
    """The consent ledger: what was asked, in which words, and the answer."""
    held = Consent.objects.filter(user=user).select_related("stairwell").order_by("-at", "-pk")
    return [
        {
            "about": line.get_purpose_display(),
            "answer": _("yes") if line.given else _("no"),
            "given": line.given,
            "text": line.text,
            "version": line.version,
            "language": line.language,
            "way": line.get_way_display(),
            "stairwell": line.stairwell.name if line.stairwell else "",
            "typed_by_somebody_else": line.helper_id is not None,
            "when": line.at,
        }
        for line in held
    ]


def questions(user: User) -> Rows:
    """Changed texts the person was asked about."""
    held = ConsentQuestion.objects.filter(user=user).order_by("-asked_at", "-pk")
    return [
        {
            "about": asked.get_purpose_display(),
            "version": asked.version,
            "asked": asked.asked_at,
            "answered": asked.answered_at,
        }
        for asked in held
    ]


def ways(user: User) -> Rows:
    """How the person is reached, and what they want there; a device by its browser, for its address opens it."""
    return [
        {
            "way": way.get_channel_display(),
            "address": Device(way).browser if way.channel == PUSH else way.address,
            "wants": way.get_wants_display(),
            "shows_words": way.show_words,
            "shown_to_be_theirs": way.verified_at,
            "times_refused": way.refusals,
            "set_aside": way.set_aside_at,
        }
        for way in Endpoint.objects.filter(user=user).order_by("channel", "pk")
    ]


def rhythm(user: User) -> dict[str, Any] | None:
    """When the person wants to hear from us, if they have chosen."""
    chosen = Rhythm.objects.filter(user=user).first()
    if chosen is None:
        return None
    return {
        "quiet_from": chosen.quiet_from,
        "quiet_until": chosen.quiet_until,
        "one_mail_a_day": chosen.digest,
        "the_daily_mail_comes_at": chosen.digest_at,
    }


def notices(user: User) -> dict[str, Any]:
    """Notices sent to the person: how many, and each of the last 90 days."""
    held = Delivery.objects.filter(endpoint__user=user)
    lately = held.filter(created_at__gte=timezone.now() - LATELY).order_by("-created_at", "-pk")
    return {
        "number": held.count(),
        "last_90_days": [
            {
                "when": row.settled_at or row.created_at,
                "title": row.notice.text_in(user.language).title,
                "way": row.get_channel_display(),
                "state": row.get_state_display(),
            }
            for row in lately.select_related("notice").prefetch_related("notice__texts")
        ],
    }


def messages(user: User) -> Rows:
    """Messages to the person alone: what for and when. Their words are wiped when they have left."""
    held = Message.objects.filter(user=user).order_by("-created_at", "-pk")
    return [
        {
            "about": row.get_purpose_display(),
            "when": row.created_at,
            "way": row.get_channel_display(),
            "state": row.get_state_display(),
        }
        for row in held
    ]


def letters(user: User) -> Rows:
    """Letters the person has written, as a neighbour or as a contact; the other side's are not theirs to take."""
    as_neighbour = RelayLetter.objects.filter(relay__neighbour=user, from_contact=False)
    as_contact = RelayLetter.objects.filter(relay__contact__user=user, from_contact=True)
    held = (as_neighbour | as_contact).select_related("relay__contact__stairwell").order_by("-at", "-pk")
    return [
        {
            "stairwell": letter.relay.contact.stairwell.name,
            "as_contact": letter.from_contact,
            "when": letter.at,
            "text": _opened(letter),
            "read": letter.read_at,
            "passed_on_to": letter.get_passed_to_display(),
        }
        for letter in held
    ]


def _opened(letter: RelayLetter) -> str:
    try:
        content = unseal(letter.sealed)
    except SuspiciousOperation:
        return ""
    return str(content.get("text", "")) if isinstance(content, dict) else str(content)


def meeting_answers(user: User) -> Rows:
    """What the person has answered to invitations, as long as it is known whose answer it is."""
    held = Answer.objects.filter(user=user).select_related("meeting").prefetch_related("meeting__texts")
    return [
        {
            "meeting": answer.meeting.title,
            "starts": answer.meeting.starts_at,
            "coming": answer.is_coming,
            "adults": answer.adults,
            "children": answer.children,
            "interpreter": answer.interpreter,
            "way": answer.get_way_display(),
            "when": answer.at,
        }
        for answer in held.order_by("-at", "-pk")
    ]


def calendar_address(user: User) -> dict[str, Any] | None:
    """That the person has an address for their calendar; the address itself opens it, and stands on its own page."""
    key = CalendarKey.objects.filter(user=user).first()
    return {"made": key.made_at} if key else None


def looks(user: User) -> Rows:
    """Who among staff has looked at the person's name or number: the organisation, never the person."""
    return [
        {
            "organisation": look.organisation.name if look.organisation else "",
            "when": look.at,
            "what": look.get_what_display(),
            "reason": look.reason,
            "as_contact": look.as_contact,
            "stairwell": look.stairwell.name if look.stairwell else "",
        }
        for look in Disclosure.objects.of(user)
    ]


def sign_in(user: User) -> dict[str, Any]:
    """What the person signs in with besides a code."""
    factors = [
        {"kind": factor.get_type_display(), "since": factor.created_at, "last_used": factor.last_used_at}
        for factor in Authenticator.objects.filter(user=user).order_by("pk")
    ]
    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count()
    return {"passkeys": passkeys, "second_steps": factors, "other_services": _other_services(user)}


def _other_services(user: User) -> Rows:
    if not apps.is_installed("allauth.socialaccount"):
        return []
    accounts = apps.get_app_config("socialaccount").get_model("SocialAccount")
    held = accounts._default_manager.filter(user=user).order_by("pk")
    known = held.values_list("provider", "uid", "date_joined")
    return [{"service": service, "known_there_as": name, "since": since} for service, name, since in known]


def recovery_codes(user: User) -> Rows:
    """Codes a housing company has handed over, without the codes."""
    held = RecoveryCode.objects.filter(user=user).select_related("organisation").order_by("-created_at", "-pk")
    return [
        {
            "organisation": code.organisation.name if code.organisation else "",
            "made": code.created_at,
            "used": code.used_at,
            "ends": code.expires_at,
        }
        for code in held
    ]


def copies(user: User) -> Rows:
    """Copies asked for."""
    held = DataExport.objects.filter(user=user).order_by("-asked_at", "-pk")
    return [
        {
            "state": copy.get_state_display(),
            "asked": copy.asked_at,
            "ready": copy.ready_at,
            "kept_until": copy.expires_at,
        }
        for copy in held
    ]


def work(user: User) -> Rows:
    """Where the person works or has worked."""
    held = StaffMember.objects.filter(user=user).select_related("organisation").prefetch_related("districts")
    officer_of = set(District.objects.filter(officer__user=user).values_list("officer", "name"))
    return [
        {
            "organisation": member.organisation.name,
            "districts": [district.name for district in member.districts.all()],
            "administrator": member.is_administrator,
            "named_officer_of": sorted(name for officer, name in officer_of if officer == member.pk),
            "invited": member.invited_at,
            "first_signed_in": member.accepted_at,
            "ended": member.ended_at,
        }
        for member in held
    ]


def written(user: User) -> Rows:
    """Notices the person has written at work."""
    held = Notice.objects.filter(author=user).prefetch_related("texts").order_by("-created_at", "-pk")
    return [
        {"title": notice.text_in(user.language).title, "state": notice.state_words, "when": notice.created_at}
        for notice in held
    ]


def deeds(user: User) -> Rows:
    """What the person has done for others or at work: what, how often, first and last; not to whom."""
    found = sorted((what, when) for what, times in _deeds(user) for when in times if when)
    rows = [(what, [when for _what, when in some]) for what, some in groupby(found, key=lambda deed: deed[0])]
    return [{"what": what, "times": len(times), "first": times[0], "last": times[-1]} for what, times in rows]


def _deeds(user: User) -> list[tuple[str, Any]]:
    steps = ContactStep.objects.filter(by=user).exclude(contact__user=user)
    return [
        (_("confirmed that a notice is sent"), _times(Notice.objects.filter(confirmed_by=user), "confirmed_at")),
        (_("approved a colleague's notice"), _times(Notice.objects.filter(approved_by=user), "confirmed_at")),
        (_("put up a notice on a board"), _times(Posting.objects.filter(posted_by=user), "posted_at")),
        (_("planned a meeting"), _times(Meeting.objects.filter(created_by=user), "created_at")),
        (_("wrote down a meeting"), _times(Record.objects.filter(written_by=user), "saved_at")),
        (_("said what became of an agreed action"), _times(Action.objects.filter(closed_by=user), "closed_at")),
        (_("said what became of an agreed action"), _times(Reopening.objects.filter(closed_by=user), "closed_at")),
        (_("opened an agreed action again"), _times(Reopening.objects.filter(by=user), "at")),
        (_("took a step on a contact's way"), _times(steps, "at")),
        (_("looked at somebody's details"), _times(Disclosure.objects.filter(by=user), "at")),
        (_("typed in somebody's answer"), _times(Consent.objects.filter(helper=user), "at")),
        (_("handed over a recovery code"), _times(RecoveryCode.objects.filter(by=user), "created_at")),
        (_("uploaded a register"), _times(RegisterUpload.objects.filter(uploaded_by=user), "uploaded_at")),
        (_("changed something on the operator's site"), _times(LogEntry.objects.filter(user=user), "action_time")),
    ]


def _times(rows: Any, field: str) -> Any:
    return rows.order_by(field).values_list(field, flat=True)


SECTIONS: dict[str, Callable[[User], Any]] = {
    section.__name__: section
    for section in (
        person,
        addresses,
        homes,
        contact_roles,
        agreements,
        questions,
        ways,
        rhythm,
        notices,
        messages,
        letters,
        meeting_answers,
        calendar_address,
        looks,
        sign_in,
        recovery_codes,
        copies,
        work,
        written,
        deeds,
    )
}
