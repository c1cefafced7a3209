"""What time takes away, by purpose: settings.RETENTION says how long, RetentionRun what each night took.

Beat asks every hour; a purpose is due when no run since the last three o'clock in the night has gone well. A run goes
in batches, and running twice takes nothing more.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from buildings.models import (
    Contact,
    Disclosure,
    FlatCode,
    Invitation,
    RecoveryCode,
    Resident,
    RetentionRun,
    StaffMember,
    User,
)
from notifications.models import FINAL, Delivery, Message
from watch.join.mydata import erasure, exports, sessions
from watch.join.relay.services import purge_letters
from watch.models import Answer
from watch.track.voices.services import forget

log = structlog.get_logger(__name__)

NIGHT = time(3)
BATCH = 1000
# Kept outside the database, by whatever takes the lines from standard output.
ELSEWHERE = ("logs",)


def run_due(now: datetime | None = None) -> None:
    """Run every purpose that has not run well since the night began."""
    now = now or timezone.now()
    since = last_night(now)
    for purpose, take_away in PURPOSES.items():
        done = RetentionRun.objects.filter(purpose=purpose, at__gte=since, failed="").exists()
        if not done:
            _run(purpose, take_away, now, since)


def last_night(now: datetime) -> datetime:
    """The latest three o'clock in the night, by the wall clock."""
    local = timezone.localtime(now)
    day = local.date() if local.time() >= NIGHT else local.date() - timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, NIGHT))


def _run(purpose: str, take_away: "Callable[[datetime], int]", now: datetime, since: datetime) -> None:
    """One purpose; what goes wrong is written down for the operator and does not stop the others."""
    try:
        removed, failed = take_away(now - settings.RETENTION[purpose]), ""
    except Exception as error:  # noqa: BLE001 - any failure is told, and the next purpose still runs
        log.error("retention_failed", purpose=purpose, error=type(error).__name__)
        removed, failed = 0, type(error).__name__[:60]
    with transaction.atomic():
        RetentionRun.objects.filter(purpose=purpose, at__gte=since).exclude(failed="").delete()
        RetentionRun.objects.create(purpose=purpose, at=now, removed=removed, failed=failed)


def _delete(rows: "QuerySet[Any]") -> int:
    """Delete in batches; how many of these rows went."""
    removed = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed


def _left_residents(before: datetime) -> int:
    """People who have left everywhere are erased whole; others lose the homes and roles they left long ago."""
    gone = _erase(people_who_left(before))
    homes = Resident.objects.filter(state=Resident.State.LEFT, left_at__lt=before)
    roles = Contact.objects.filter(state__in=Contact.ENDED_STATES, ended_at__lt=before)
    return gone + _delete(homes.filter(user__erasure=None)) + _delete(roles.filter(user__erasure=None))


def _erase(people: "QuerySet[User]") -> int:
    """Begin to erase these people, without a word to them; somebody who was hired this very moment stays."""
    begun = 0
    for user in list(people.order_by("pk")):
        with suppress(erasure.StillAtWorkError):
            erasure.ask(user=user, tell=False)
            begun += 1
    return begun


def people_who_left(before: datetime) -> "QuerySet[User]":
    """People with no home, role or work left, the last of which ended before this time."""
    here = Resident.objects.filter(user=OuterRef("pk")).filter(
        ~Q(state=Resident.State.LEFT) | Q(left_at=None) | Q(left_at__gte=before)
    )
    helps = Contact.objects.filter(user=OuterRef("pk")).filter(
        ~Q(state__in=Contact.ENDED_STATES) | Q(ended_at=None) | Q(ended_at__gte=before)
    )
    members = StaffMember.objects.filter(user=OuterRef("pk"))
    works = members.filter(pk__in=StaffMember.objects.current()) | members.filter(
        Q(ended_at__gte=before) | Q(ended_at=None, invited_at__gte=before)
    )
    people = User.objects.filter(is_superuser=False, erasure=None, created_at__lt=before)
    return people.filter(~Exists(here), ~Exists(helps), ~Exists(works))


def _unfinished(before: datetime) -> int:
    """People who never came further than an address, and sessions in which an address was left."""
    nobody = User.objects.filter(
        residencies=None, contact_roles=None, memberships=None, is_superuser=False, erasure=None, created_at__lt=before
    )
    return _erase(nobody) + sessions.remove_nobodys(timezone.now(), settings.RETENTION["unfinished-sign-ups"])


def _delivery_addresses(before: datetime) -> int:
    """Whom a notice went to; that it went, and how, stays as a number."""
    old = Delivery.objects.filter(state__in=FINAL, settled_at__lt=before).filter(
        Q(endpoint__isnull=False) | ~Q(provider_id="")
    )
    removed = 0
    while keys := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        removed += Delivery.objects.filter(pk__in=keys).update(endpoint=None, provider_id="")
    return removed


def _meeting_answers(before: datetime) -> int:
    """Whose an answer was, when the meeting is over or cancelled; the number stays."""
    old = Answer.objects.filter(user__isnull=False).filter(
        Q(meeting__ends_at__lt=before) | Q(meeting__cancelled_at__lt=before)
    )
    removed = 0
    while keys := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        removed += Answer.objects.filter(pk__in=keys).update(user=None)
    return removed


def _used_codes(before: datetime) -> int:
    """Codes and invitations that open nothing any more."""
    flats = FlatCode.objects.filter(Q(used_at__lt=before) | Q(retired_at__lt=before))
    invitations = Invitation.objects.filter(
        Q(used_at__lt=before) | Q(withdrawn_at__lt=before) | Q(expires_at__lt=before)
    )
    recoveries = RecoveryCode.objects.filter(
        Q(used_at__lt=before) | Q(retired_at__lt=before) | Q(expires_at__lt=before)
    )
    return _delete(flats) + _delete(invitations) + _delete(recoveries)


PURPOSES: "dict[str, Callable[[datetime], int]]" = {
    "left-residents": _left_residents,
    "unfinished-sign-ups": _unfinished,
    "delivery-addresses": _delivery_addresses,
    "reveals": lambda before: _delete(Disclosure.objects.filter(at__lt=before)),
    "relayed-letters": lambda before: purge_letters(before + settings.RETENTION["relayed-letters"]),
    "messages": lambda before: _delete(Message.objects.filter(state__in=FINAL, settled_at__lt=before)),
    "used-codes": _used_codes,
    "suggestions": forget,
    "meeting-answers": _meeting_answers,
    "exports": lambda before: exports.wipe_old(now=before + settings.RETENTION["exports"]),
}
