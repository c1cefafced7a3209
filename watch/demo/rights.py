"""What the demo's tenant finds on My data besides the rest: a copy; and the operator's nights."""

import json
from datetime import timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import override

from buildings.models import DataExport, RetentionRun, User
from buildings.sealing import seal
from watch.demo.roles import BY_SLUG
from watch.join.mydata.collecting import collect
from watch.join.mydata.retention import PURPOSES, last_night

NIGHTS = 2


def build() -> None:
    """A copy the tenant asked for yesterday, and two nights in which little was taken away."""
    now = timezone.now()
    tenant = User.objects.get(email=BY_SLUG["tenant"].email)
    made = now - timedelta(days=1)
    with override(tenant.language):
        content = json.dumps(collect(tenant), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    DataExport.objects.create(
        user=tenant,
        state=DataExport.State.READY,
        asked_at=made,
        ready_at=made,
        expires_at=made + settings.RETENTION["exports"],
        sealed=seal(content),
    )
    RetentionRun.objects.bulk_create(
        RetentionRun(purpose=purpose, at=last_night(now) - timedelta(days=night), removed=(len(purpose) * night) % 7)
        for night in range(NIGHTS)
        for purpose in PURPOSES
    )
