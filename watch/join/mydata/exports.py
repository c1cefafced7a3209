"""A person's copy of everything held about them: asked for, made by a job, fetched for a week, then wiped."""

import json
from datetime import datetime

import structlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from buildings.models import DataExport, User
from buildings.sealing import seal
from buildings.throttle import Throttle
from notifications.doorbell import ring
from notifications.models import Message
from notifications.outbox import post_message
from watch.join.addresses import Address, address_of
from watch.join.mydata import sessions
from watch.join.mydata.collecting import collect

log = structlog.get_logger(__name__)

TASK = "join.make_exports"
A_DAY = Throttle("copies-of-my-data", limit=5, seconds=24 * 3600)
State = DataExport.State


class TooOftenError(Exception):
    """The person has asked for more copies today than anyone needs."""


def ask(*, user: User) -> DataExport:
    """Ask for a copy; one that is being made is answered with itself. Raises TooOftenError."""
    waiting = DataExport.objects.filter(user=user, state=State.WAITING).first()
    if waiting:
        return waiting
    if not A_DAY.count(str(user.pk)):
        raise TooOftenError
    try:
        with transaction.atomic():
            made = DataExport.objects.create(user=user)
            ring(TASK, queue="default", expires=60)
            return made
    except IntegrityError:
        return DataExport.objects.get(user=user, state=State.WAITING)


def make_waiting() -> int:
    """Make every copy that is waited for, one transaction each; one that fails waits for the next time."""
    made, failed = 0, set[int]()
    while True:
        try:
            pk = _make_next(failed)
        except _FailedError as error:
            log.error("copy_failed", export=error.pk, error=type(error.__cause__).__name__)
            failed.add(error.pk)
            continue
        if pk is None:
            return made
        made += 1


class _FailedError(Exception):
    def __init__(self, pk: int) -> None:
        self.pk = pk


@transaction.atomic
def _make_next(failed: set[int]) -> int | None:
    waiting = DataExport.objects.filter(state=State.WAITING, user__is_active=True).exclude(pk__in=failed)
    locked = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    export = locked.order_by("pk").first()
    if export is None:
        return None
    try:
        _make(export)
    except Exception as error:
        raise _FailedError(export.pk) from error
    return export.pk


def _make(export: DataExport) -> None:
    user, now = export.user, timezone.now()
    with override(user.language):
        content = collect(user)
    content["sign_in"]["sessions"] = sessions.count_of(user)
    file = {"made": now, "from": settings.SITE_URL, **content}
    export.sealed = seal(json.dumps(file, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
    export.state, export.ready_at, export.expires_at = State.READY, now, now + settings.RETENTION["exports"]
    export.save(update_fields=["sealed", "state", "ready_at", "expires_at"])
    if address := address_of(user):
        _tell(user, address)


def _tell(user: User, address: Address) -> None:
    """Word that the copy is there; the file itself is never mailed."""
    context = {
        "url": settings.SITE_URL + reverse("mydata:mine"),
        "days": settings.RETENTION["exports"].days,
    }
    with override(user.language):
        template = "mydata/mail/ready" if address.is_email else "mydata/sms/ready"
        subject = render_to_string("mydata/mail/ready_subject.txt", context).strip() if address.is_email else ""
        post_message(
            purpose=Message.Purpose.RECEIPT,
            channel=address.channel,
            address=address.value,
            language=user.language,
            subject=subject,
            text=render_to_string(f"{template}_message.txt", context).strip(),
            user=user,
            expires_at=timezone.now() + settings.RETENTION["exports"],
        )


def wipe_old(*, now: datetime) -> int:
    """Wipe copies whose week has passed; that they were asked for stays until the person goes."""
    old = DataExport.objects.filter(state=State.READY, expires_at__lte=now)
    return old.update(state=State.GONE, sealed=None)
