"""The daily mail: deliveries that wait for their person's hour become one message, and end as it ends.

A delivery to somebody with a daily mail is held in the queue DIGEST_QUEUE until that hour; no worker claims it
there. `gather` makes one Message for each endpoint whose hour has come, points the endpoint's deliveries at it and
moves them to GATHERED_QUEUE, in one transaction. `batch` claims such messages like any other, asks consent, home,
expiry and cancellation of every delivery once more, and writes the mail of what is left. `follow` ends the deliveries
with the message, in the transaction that settles it (`books`, `feedback`).

A kill at any moment leaves each delivery in exactly one place:

- before `gather` commits it is held and due, and the next beat gathers it;
- after that it is held and belongs to one message; whether this was queued, being sent or to be tried again, it is
  claimed again, with the same Message-ID, and so sent twice at most where any other mail would be;
- when the message is settled the delivery is too, in the same transaction.

Two beats at once gather an endpoint one after the other (its row is locked), so nobody gets two mails. A delivery
that falls out on the way is skipped with its own reason; a mail with nothing left is skipped as `empty`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When
from django.utils import timezone

from notifications import audience
from notifications.doorbell import ring
from notifications.models import FINAL, Delivery, Endpoint, Message, Notice, OutboxState
from notifications.models.deliveries import DIGEST_QUEUE, GATHERED_QUEUE, DeliveryQuerySet
from notifications.models.endpoints import wants_for
from notifications.outbox.claim import (
    FIELDS,
    Batch,
    Claimed,
    Letters,
    Row,
    message_id,
    notice_stopped,
    person_stopped,
    take,
)
from notifications.transports.base import Parcel

log = structlog.get_logger(__name__)

EMPTY = "empty"


def gather() -> None:
    """Make the daily mails whose hour has come."""
    now, mails = timezone.now(), 0
    _due(now).filter(endpoint=None).update(state=OutboxState.SKIPPED, reason="left", settled_at=now)
    while made := _gather(now):
        mails += made
    if mails:
        log.info("digests_gathered", mails=mails)


def _due(now: datetime) -> DeliveryQuerySet:
    return Delivery.objects.filter(queue=DIGEST_QUEUE, state=OutboxState.HELD, digest=None, due_at__lte=now)


@transaction.atomic(durable=True)
def _gather(now: datetime) -> int:
    """Gather the deliveries of some endpoints; how many mails that made, 0 when nothing more is due and free."""
    due = _due(now).exclude(endpoint=None)
    first = list(due.order_by("due_at").values_list("endpoint", flat=True)[: settings.OUTBOX_BATCH])
    free = Endpoint.objects.filter(pk__in=first).order_by("pk").select_for_update(skip_locked=True)
    owners: dict[int, int] = dict(free.values_list("pk", "user"))
    # Asked again under the lock: another beat may just have gathered them.
    there = sorted(set(due.filter(endpoint__in=owners).values_list("endpoint", flat=True)))
    if there:
        made = Message.objects.bulk_create(_message(owners[endpoint], now) for endpoint in there)
        mails = [When(endpoint=endpoint, then=Value(mail.pk)) for endpoint, mail in zip(there, made, strict=True)]
        due.filter(endpoint__in=there).update(digest=Case(*mails), queue=GATHERED_QUEUE)
        ring("notifications.deliver", queue="notices", expires=30)
    return len(there)


def _message(user: int, now: datetime) -> Message:
    return Message(
        purpose=Message.Purpose.DIGEST,
        channel=Endpoint.Channel.EMAIL,
        user_id=user,
        queue=DIGEST_QUEUE,
        due_at=now,
        created_at=now,
    )


class Part(NamedTuple):
    """A gathered delivery and the mail it belongs to."""

    mail: int
    row: Claimed


def batch(queue: str, letters: Letters) -> Batch | None:
    """A batch of daily mails, which travel with the ordinary notices; None when none is due."""
    claim = take(Message, DIGEST_QUEUE) if queue == "notices" else None
    if claim is None:
        return None
    made, mails = Batch(Message, claim, gathers=True), Message.objects.filter(claim=claim, state=OutboxState.SENDING)
    attempts: dict[int, int] = dict(mails.order_by("pk").values_list("pk", "attempts"))
    gathered = Delivery.objects.filter(digest__in=attempts, queue=GATHERED_QUEUE, state=OutboxState.HELD)
    parts = [Part(mail, Claimed(*values)) for mail, *values in gathered.order_by("pk").values_list("digest", *FIELDS)]
    told = Notice.objects.filter(pk__in={part.row.notice for part in parts})
    notices = told.select_related("organisation", "district").prefetch_related("texts").in_bulk()
    left = _left(parts, notices)
    for mail, tries in attempts.items():
        rows = left.get(mail)
        if not rows:
            made.rows[mail], made.skipped[mail] = Row(tries), EMPTY
            continue
        made.rows[mail] = Row(tries, rows[0].endpoint, rows[0].refusals or 0)
        made.parcels.setdefault(Endpoint.Channel.EMAIL, []).append(_parcel(mail, rows, notices, letters))
    made.notices.update(notices)
    return made


def _left(parts: Sequence[Part], notices: dict[int, Notice]) -> dict[int, list[Claimed]]:
    """The deliveries that may still go, by mail; the others are skipped here and now, each with its reason."""
    by_notice: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        by_notice[part.row.notice].append(part)
    left: dict[int, list[Claimed]] = defaultdict(list)
    stopped: dict[str, list[int]] = defaultdict(list)
    for pk, some in by_notice.items():
        notice, asked = notices[pk], [part.row.user for part in some if part.row.user is not None]
        meant = set(audience.meant_people(notice).filter(pk__in=asked).values_list("pk", flat=True))
        wanted = wants_for(notice.urgency)
        for mail, row in some:
            if reason := notice_stopped(notice) or person_stopped(row, meant, wanted):
                stopped[reason].append(row.pk)
            else:
                left[mail].append(row)
    for reason, rows in stopped.items():
        held = Delivery.objects.filter(pk__in=rows, state=OutboxState.HELD)
        held.update(state=OutboxState.SKIPPED, reason=reason, settled_at=timezone.now())
    return left


def _parcel(mail: int, rows: Sequence[Claimed], notices: dict[int, Notice], letters: Letters) -> Parcel:
    first = rows[0]
    chosen = sorted((notices[row.notice] for row in rows), key=_by_weight)
    letter = letters.of_many(chosen, first.language or settings.LANGUAGE_CODE, shows_words=bool(first.show_words))
    return Parcel(mail, first.address or "", letter, message_id("m", mail), first.token or "")


def _by_weight(notice: Notice) -> tuple[bool, datetime, int]:
    """What to be aware of first, then the oldest."""
    calm = notice.urgency == Notice.Urgency.INFORMATION
    return calm, notice.started_at or notice.created_at, notice.pk


def follow_left_behind() -> None:
    """Let deliveries end whose mail has; there are none unless somebody settled a mail by hand."""
    behind = Delivery.objects.filter(queue=GATHERED_QUEUE, state=OutboxState.HELD, digest__state__in=FINAL)
    follow(Message.objects.filter(pk__in=behind.values("digest")))


def follow(mails: QuerySet[Message]) -> None:
    """Let the deliveries gathered into these mails end as the mails have ended; what was skipped stays so."""
    ended = mails.filter(state__in=FINAL).values("pk")
    own = Message.objects.filter(pk=OuterRef("digest"))
    Delivery.objects.filter(digest__in=ended, queue=GATHERED_QUEUE).exclude(state=OutboxState.SKIPPED).update(
        state=Subquery(own.values("state")),
        reason=Subquery(own.values("reason")),
        settled_at=timezone.now(),
    )
