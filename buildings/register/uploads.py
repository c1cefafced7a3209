"""An uploaded register's way: kept with its plan, then applied, refused, or forgotten after a day."""

import io
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from buildings.models import District, Organisation, RegisterUpload, User
from buildings.register.apply import apply_register
from buildings.register.plan import Plan, plan_register
from buildings.register.rows import Register, read_register
from buildings.register.summary import summarise

KEPT_FOR = timedelta(days=1)


class NotWaitingError(Exception):
    """The upload has been applied, refused or forgotten already."""


@transaction.atomic
def keep_upload(
    *, landlord: Organisation, district: District, user: User, filename: str, content: bytes, register: Register
) -> RegisterUpload:
    """Keep a file that could be read, and what it would change, until its company says yes or no."""
    plan = plan_register(register=register, landlord=landlord, district=district)
    return RegisterUpload.objects.create(
        organisation=landlord,
        district=district,
        uploaded_by=user,
        filename=filename[-200:],
        content=content,
        summary=summarise(plan),
    )


def apply_upload(*, upload: RegisterUpload) -> Plan:
    """Apply the file as things stand now and forget it. Raises NotWaitingError when somebody was quicker."""
    content, district = upload.content, upload.district
    if content is None or district is None:
        raise NotWaitingError
    register = read_register(io.BytesIO(bytes(content)), upload.filename)
    with transaction.atomic():
        waiting = RegisterUpload.objects.select_for_update().filter(
            pk=upload.pk, applied_at=None, content__isnull=False
        )
        if not waiting.exists():
            raise NotWaitingError
        plan = apply_register(register=register, landlord=upload.organisation, district=district)
        waiting.update(applied_at=timezone.now(), content=None, summary=summarise(plan))
    return plan


def discard_upload(*, upload: RegisterUpload) -> None:
    """Forget the file without applying it. Raises NotWaitingError when it has been applied."""
    with transaction.atomic():
        if RegisterUpload.objects.select_for_update().get(pk=upload.pk).applied_at:
            raise NotWaitingError
        RegisterUpload.objects.filter(pk=upload.pk).update(content=None, summary={**upload.summary, "discarded": True})


def purge_uploads() -> int:
    """Forget files nobody said yes or no to within a day; how many. Safe to run at any time and again."""
    old = RegisterUpload.objects.filter(content__isnull=False, uploaded_at__lt=timezone.now() - KEPT_FOR)
    return old.update(content=None)
