"""The demo's ready-made notices: some languages approved, some waiting, and one of the housing company's own."""

from pathlib import Path

from django.db.models import Q
from django.utils import timezone

from buildings.models import Organisation
from notifications.models import NoticeTemplate, NoticeTemplateText
from notifications.ready import services, shipped

OWN = Path(__file__).with_name("cellar-doors.toml")
READ_IN_ARABIC = ("cellar-break-ins", "fraud-by-phone", "fire-now", "entrance-door", "meeting")
READ_IN_SOMALI = ("cellar-break-ins", "fire-now")


def is_built() -> bool:
    """Whether any organisation has a ready-made notice of its own."""
    return NoticeTemplate.objects.exclude(organisation=None).exists()


def build() -> None:
    """Let readers approve some of those everyone has, and write one of the company's own."""
    own = shipped.Shipped.read(OWN)
    services.save_template(
        organisation=Organisation.objects.get(slug="ab-bostader"), kind=own.kind, urgency=own.urgency, texts=own.texts
    )
    approved = Q(language="en")
    approved |= Q(language="ar", template__slug__in=READ_IN_ARABIC)
    approved |= Q(language="so", template__slug__in=READ_IN_SOMALI)
    NoticeTemplateText.objects.filter(approved).update(reviewed_at=timezone.now())
