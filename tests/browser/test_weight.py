"""What a public page weighs for a stranger with a cheap phone, served as in earnest and measured by Chromium itself."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE
from tests.serving.site import Site

PAGES = ("/", "/grannsamverkan/", "/rad/telefon/", "/stadsdel/norrby/", "/stadsdel/norrby/moten/")
FIRST_BYTES, AGAIN_BYTES, REQUESTS = 120_000, 20_000, 12

# A district with an open meeting to come.
PLACE = """
from datetime import timedelta
from django.utils import timezone
from buildings.models import District, Organisation
from watch.models import Meeting, MeetingText
norrby = District.objects.create(name="Norrby", slug="norrby")
police = Organisation.objects.create(kind="police", name="Polisen", slug="polisen")
police.districts.add(norrby)
start = timezone.now() + timedelta(days=9)
meeting = Meeting.objects.create(
    lead=police, district=norrby, state="planned", is_public=True, place="Provsalen", address="Varpgatan 2",
    starts_at=start, ends_at=start + timedelta(hours=1),
)
meeting.organisers.add(police)
MeetingText.objects.create(meeting=meeting, language="sv", title="Öppet hus", agenda="Vi pratar om lås.")
"""


@dataclass
class Wire:
    """What went over it for one page, headers included."""

    page: Page
    asked: list[str] = field(default_factory=list)
    total: float = 0

    def __post_init__(self) -> None:
        tools = self.page.context.new_cdp_session(self.page)
        tools.on("Network.requestWillBeSent", lambda event: self.asked.append(event["request"]["url"]))
        tools.on("Network.loadingFinished", lambda event: self._count(event["encodedDataLength"]))
        tools.send("Network.enable")

    def _count(self, length: float) -> None:
        self.total += length

    def visit(self, path: str) -> "Wire":
        """Open the page with nothing counted yet, and wait until it is silent."""
        self.asked.clear()
        self.total = 0
        self.page.goto(path, wait_until="networkidle")
        return self


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Trappan as in earnest: hashed and compressed files, no demo."""
    found = Site(
        tmp_path_factory.mktemp("weight") / "run",
        DEBUG="0",
        DEMO="0",
        SECRET_KEY=secrets.token_urlsafe(60),
        ALLOWED_HOSTS="localhost",
        SSL_REDIRECT="0",
        SMTP_URL="smtp://127.0.0.1:1",
    )
    found.environment["DATABASE_URL"] = f"sqlite:///{found.folder / 'trappan.sqlite3'}"
    try:
        found.prepare()
        found.manage("collectstatic", "--no-input", "-v0")
        found.manage("shell", "-v0", "-c", PLACE)
        found.start()
        yield found.wait_ready()
    finally:
        found.clean_up()


@pytest.fixture
def wire(site, new_context):
    def opened(language: str = "sv") -> Wire:
        return Wire(new_context(base_url=site.url, locale=language, viewport=PHONE).new_page())

    return opened


@pytest.mark.parametrize("language", ["sv", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_the_first_visit_is_light_and_the_next_one_lighter(site, wire, path, language):
    first = wire(language).visit(path)
    # Less than the smallest style sheet could weigh would mean that nothing was counted.
    assert 20_000 < first.total <= FIRST_BYTES
    assert len(first.asked) <= REQUESTS, first.asked
    assert {urlsplit(address).netloc for address in first.asked if not address.startswith("data:")} == {
        urlsplit(site.url).netloc
    }
    again = first.visit(path)
    assert again.total <= AGAIN_BYTES


def test_the_next_page_costs_no_more_than_a_repeat(wire):
    first = wire().visit("/")
    for path in PAGES[1:]:
        assert first.visit(path).total <= AGAIN_BYTES


def test_the_strict_policy_has_nothing_to_refuse_on_a_page_that_tells_machines_of_a_meeting(wire):
    complaints = []
    page = wire().page
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/stadsdel/norrby/", wait_until="networkidle")
    assert page.locator('script[type="application/ld+json"]').count() == 1
    assert complaints == []
