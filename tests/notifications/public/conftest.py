"""A district with an organisation that publishes, and a stranger's browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Notice
from tests import factories as make

WORDS = {
    "sv": ("Inbrott i källare", "Flera förråd har brutits upp.\nLås ordentligt."),
    "en": ("Cellar break-ins", "Several store rooms were broken into. <Lock> & look."),
    "ar": ("اقتحام أقبية", "فُتحت عدة مخازن بالقوة."),
    "so": ("Jebinta qolalka", "Dhowr qol ayaa la jebiyay."),
}


@pytest.fixture
def district(db):
    return make.DistrictFactory(name="Norrby", slug="norrby")


@pytest.fixture
def police(district):
    return make.OrganisationFactory(kind="police", name="Polisen", slug="polisen", districts=[district])


@pytest.fixture
def publish(district, police):
    """Makes a public notice that left an hour ago."""

    def told(*, minutes_ago=60, **fields):
        when = timezone.now() - timedelta(minutes=minutes_ago)
        fields = {"organisation": police, "district": district, "is_public": True, "texts": WORDS} | fields
        state = fields.pop("state", "sent")
        notice = make.NoticeFactory(**fields)
        Notice.objects.filter(pk=notice.pk).update(state=state, started_at=when, send_at=when, finished_at=when)
        notice.refresh_from_db()
        return notice

    return told


@pytest.fixture
def stranger():
    return Client(headers={"accept-language": "en"})
