"""The demo's two registers, uploaded and applied in the way any company's is."""

import io
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from buildings.models import Building, District, Organisation, RegisterUpload, User
from buildings.register import read_register
from buildings.register.uploads import apply_upload, keep_upload
from watch.demo.roles import BY_SLUG, HULTA, NORRBY

HERE = Path(__file__).parent
REGISTERS = (
    ("register-export.csv", "ab-bostader", "landlord", NORRBY),
    ("hulta.csv", "provhus-i-hulta", "landlord-elsewhere", HULTA),
)
# Before anyone in `watch.demo.people` joined.
UPLOADED = timedelta(days=250)


def is_built() -> bool:
    """Whether each company has buildings."""
    owners = {landlord for _, landlord, _, _ in REGISTERS}
    return Building.objects.filter(owner__slug__in=owners).values("owner").distinct().count() == len(owners)


def build() -> None:
    """Upload and apply both registers; where one is applied already no place changes."""
    at = timezone.now() - UPLOADED
    for filename, landlord, role, district in REGISTERS:
        content = (HERE / filename).read_bytes()
        upload = keep_upload(
            landlord=Organisation.objects.get(slug=landlord),
            district=District.objects.get(slug=district),
            user=User.objects.get(email=BY_SLUG[role].email),
            filename=filename,
            content=content,
            register=read_register(io.BytesIO(content), filename),
        )
        apply_upload(upload=upload)
        RegisterUpload.objects.filter(pk=upload.pk).update(uploaded_at=at, applied_at=at + timedelta(minutes=3))
