"""CONTRIBUTING.md's channel of one class and one line of settings, exactly as it stands there."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from notifications.endpoints import verify_endpoint
from notifications.models import Delivery, Notice
from notifications.outbox import expand, run
from tests.factories import NoticeFactory, ResidentFactory

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"


@pytest.fixture
def screen(tmp_path, monkeypatch, settings):
    """The example's folder, with the example in place."""
    chapter = PAGE.read_text().split("## A channel", 1)[1].split("\n## ", 1)[0]
    module, line = re.findall(r"```python\n(.*?)```", chapter, re.DOTALL)
    (tmp_path / "further_channel.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    channel, path = re.findall(r'"([^"]+)"', line)
    settings.TRANSPORTS = settings.TRANSPORTS | {channel: f"further_channel.{path.rsplit('.', 1)[1]}"}
    folder = tmp_path / "entrance"
    folder.mkdir()
    return folder


@pytest.fixture
def sent(screen):
    """A notice to one resident, whom the screen at `address` reaches; its delivery."""

    def make(address):
        resident = ResidentFactory()
        endpoint = verify_endpoint(
            user=resident.user, channel="screen", address=str(address), wants="all", language="sv"
        )
        district = resident.stairwell.building.district
        notice = NoticeFactory(district=district, state=Notice.State.SCHEDULED, send_at="2026-01-01T12:00:00Z")
        expand.start(notice)
        run.deliver("notices")
        endpoint.refresh_from_db()
        return Delivery.objects.select_related("endpoint", "notice").get(notice=notice)

    return make


def test_a_notice_comes_up_on_the_screen_and_the_books_say_so(sent, screen):
    delivery = sent(screen)
    (shown,) = screen.iterdir()
    assert delivery.notice.text_in("sv").title in shown.read_text()
    assert (delivery.state, delivery.notice.state) == ("sent", "sent")


def test_a_screen_that_is_not_there_is_refused_for_good_and_remembered(sent, screen):
    delivery = sent(screen / "elsewhere")
    assert (delivery.state, delivery.reason) == ("failed", "no-such-screen")
    assert delivery.endpoint.refusals == 1


def test_people_read_the_channels_own_name(sent, screen):
    delivery = sent(screen)
    with override("en"):
        assert delivery.get_channel_display() == "Skärmen i entrén"
        assert "Skärmen i entrén" in delivery.endpoint.user.consents.get().text


def test_trappans_own_channels_are_named_in_the_readers_language(db):
    delivery = Delivery(channel="email")
    with override("sv"):
        assert delivery.get_channel_display() == "E-post"
