"""The yearly question "Do you still live here?": who is asked, who is reminded, and who is quietly let go.

When it is time stands in `Resident.ask_due_at`, how often somebody has been asked this year in `asked_times`; each step
counts from when it was taken, so a worker that was away for weeks neither hurries nor skips anything. Who has no
verified way to be asked is never let go by time: such people are the housing company's to ask.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from buildings.models import Consent, Resident, StaffMember
from buildings.models.people import A_YEAR
from notifications.models import Endpoint, Message, OutboxState
from notifications.outbox import post_message
from watch.join.addresses import Address, as_e164
from watch.join.services import leave

TIMES = 3
A_FORTNIGHT = timedelta(days=14)
# Longer than it takes to ask and remind, shorter than the time between two years' questions.
HALF_A_YEAR = timedelta(days=180)
# From the first question until somebody is let go, with a few days for a worker that was away.
LINK_WORKS = timedelta(days=TIMES * 14 + 7)
BATCH = 500
# Nobody is woken by a question that can wait.
BY_DAY = range(9, 20)
SALT = "trappan.still-here"


def ask_homes() -> None:
    """Ask, remind or let go everyone whose time has come, each batch in a transaction of its own."""
    while timezone.localtime().hour in BY_DAY and _batch(timezone.now()):
        pass


def due(now: datetime) -> QuerySet[Resident]:
    """People it is time to ask or let go, the longest waiting first."""
    waiting = Resident.objects.present().filter(ask_due_at__lte=now, user__is_active=True)
    return waiting.filter(_can_be_asked()).order_by("ask_due_at", "pk")


def to_ask_by_hand(now: datetime) -> QuerySet[Resident]:
    """People whom it is time to ask and whom nothing reaches: the housing company's list."""
    return Resident.objects.present().filter(ask_due_at__lte=now).exclude(_can_be_asked()).order_by("ask_due_at", "pk")


@transaction.atomic
def stay(*, resident: Resident) -> bool:
    """Note that the person still lives there and ask again in a year; False when they had left."""
    here = Resident.objects.present().filter(pk=resident.pk)
    return bool(here.update(asked_times=0, ask_due_at=timezone.now() + A_YEAR))


@transaction.atomic
def answer_by_hand(*, resident: Resident, lives_there: bool, staff: StaffMember) -> bool:
    """Keep what somebody told a member of staff; False when a colleague was first."""
    waiting = to_ask_by_hand(timezone.now()).filter(pk=resident.pk).select_for_update(of=("self",))
    if not list(waiting.values_list("pk")):
        return False
    if lives_there:
        return stay(resident=resident)
    why, way = Resident.LeftWhy.LANDLORD, Consent.Way.HELPER
    return leave(resident=resident, language=resident.user.language, why=why, way=way, staff=staff)


def token_of(resident: Resident) -> str:
    """What the link in the question holds: it answers for this home, and for nothing else."""
    return TimestampSigner(salt=SALT).sign(str(resident.pk))


def resident_of(token: str) -> Resident | None:
    """The home a link asks about, or None when the link is not ours, is too old or the person has left."""
    try:
        pk = int(TimestampSigner(salt=SALT).unsign(token, max_age=LINK_WORKS))
    except BadSignature:
        return None
    return Resident.objects.present().select_related("user", "stairwell").filter(pk=pk).first()


def _can_be_asked() -> Q:
    verified = EmailAddress.objects.filter(user=OuterRef("user"), verified=True)
    return Q(user__phone_verified=True) | Q(Exists(verified))


@transaction.atomic
def _batch(now: datetime) -> int:
    """One batch; how many were in it. Rows another worker holds are passed over."""
    rows = due(now).select_for_update(of=("self",), skip_locked=True).select_related("user", "stairwell")
    people = list(rows[:BATCH])
    addresses = _addresses(people)
    told = _told([resident for resident in people if resident.asked_times >= TIMES])
    for resident in people:
        if resident.asked_times < TIMES:
            _ask(resident, addresses[resident.user_id], now)
        elif resident.user_id in told:
            language = resident.user.language
            leave(resident=resident, language=language, why=Resident.LeftWhy.LAPSED, way=Consent.Way.SILENCE)
        else:
            # Not one of the questions left the house: nobody has been asked.
            Resident.objects.filter(pk=resident.pk).update(asked_times=0, ask_due_at=now + A_YEAR)
    return len(people)


def _addresses(people: list[Resident]) -> dict[int, Address]:
    """Where each person is asked: by e-mail if they have shown an address is theirs, else by SMS."""
    found = {
        resident.user_id: Address(Endpoint.Channel.SMS, as_e164(resident.user.phone))
        for resident in people
        if resident.user.phone_verified
    }
    verified = EmailAddress.objects.filter(user__in=[resident.user_id for resident in people], verified=True)
    for email in verified.order_by("primary", "-pk"):
        found[email.user_id] = Address(Endpoint.Channel.EMAIL, email.email)
    return found


def _told(people: list[Resident]) -> set[int]:
    """Which of these people's questions have really been sent."""
    since = timezone.now() - HALF_A_YEAR
    sent = Message.objects.filter(
        purpose=Message.Purpose.QUESTION,
        user__in=[resident.user_id for resident in people],
        state__in=(OutboxState.SENT, OutboxState.DELIVERED),
        created_at__gt=since,
    )
    return set(sent.values_list("user_id", flat=True))


def _ask(resident: Resident, address: Address, now: datetime) -> None:
    still = Resident.objects.filter(pk=resident.pk, asked_times=resident.asked_times, ask_due_at=resident.ask_due_at)
    if not still.update(asked_times=resident.asked_times + 1, ask_due_at=now + A_FORTNIGHT):
        return
    user = resident.user
    context = {
        "stairwell": resident.stairwell.name,
        "link": settings.SITE_URL + reverse("home:still_here", args=[token_of(resident)]),
        "is_reminder": resident.asked_times > 0,
        "is_last": resident.asked_times + 1 == TIMES,
    }
    with override(user.language):
        template = "home/mail/still_here" if address.is_email else "home/sms/still_here"
        subject = render_to_string(f"{template}_subject.txt", context) if address.is_email else ""
        post_message(
            purpose=Message.Purpose.QUESTION,
            channel=address.channel,
            address=address.value,
            language=user.language,
            subject=" ".join(subject.split()),
            text=render_to_string(f"{template}_message.txt", context).strip(),
            user=user,
            expires_at=now + A_FORTNIGHT,
        )
