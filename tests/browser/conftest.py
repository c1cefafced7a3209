"""A real Chromium on a real site: the demo under `manage.py serve`, visited at phone and desktop size."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.environment import missing
from tests.notifications.push.service import Push
from tests.notifications.push.service import Server as PushServer
from tests.serving.site import Site

PHONE = {"width": 360, "height": 740}
TABLET = {"width": 768, "height": 1024}
DESKTOP = {"width": 1280, "height": 800}
AXE_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives the browser."""
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, quiet and without the services that call home."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        missing("there is no Chromium on this machine; Debian: apt-get install chromium")
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def push_service() -> Iterator[Push]:
    """A push service on this machine, for the demo to send to."""
    with PushServer(Push()) as service:
        yield service


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory, push_service: Push) -> Iterator[Site]:
    """The demo as `make run` starts it, with a take-back window short enough to wait for."""
    folder = tmp_path_factory.mktemp("demo") / "run"
    site = Site(folder, TAKE_BACK_SECONDS="4", PUSH_TEST_ORIGIN=push_service.origin).prepare()
    site.manage("demo")
    site.start()
    try:
        yield site.wait_ready()
    finally:
        site.clean_up()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def screen(request: pytest.FixtureRequest) -> dict[str, int]:
    """The test runs at both sizes."""
    return request.param


Visit = Callable[..., Page]


@pytest.fixture
def visit(demo_site: Site, new_context: Callable[..., BrowserContext]) -> Iterator[Visit]:
    """Opens a browser of its own for one person: `visit("/", language="ar", screen=PHONE)`.

    Fails at the end when a page wrote an error to the console (a CSP violation is one) or asked another host.
    """
    complaints: list[str] = []
    own = urlsplit(demo_site.url).netloc

    def heard(message: ConsoleMessage) -> None:
        # Chromium logs every 4xx page as an error; the test that visits one has seen it itself. What axe, which has
        # no address of its own, tries on a page is no fault of the page.
        source = message.location.get("url")
        by_axe = not source and "inline style" in message.text
        if message.type == "error" and "Failed to load resource" not in message.text and not by_axe:
            complaints.append(f"{source}: {message.text}")

    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc not in {own, ""}:
            complaints.append(f"asked another host: {request.url}")

    def open_page(path: str = "/", *, language: str = "sv", screen: dict[str, int] = DESKTOP, **context: Any) -> Page:
        page = new_context(
            base_url=demo_site.url, locale=language, viewport=screen, timezone_id="Europe/Stockholm", **context
        ).new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", asked)
        page.goto(path)
        return page

    yield open_page
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Asserts that the page as it stands has no accessibility violation axe can find, WCAG 2.2 AA and best practice."""
    runner = Axe()

    def check(page: Page) -> None:
        # A page that is still coming has neither its main part nor its heading.
        page.wait_for_load_state()
        results = runner.run(page, options=AXE_RULES)
        found = [
            f"{violation['id']}: {violation['help']}\n    " + "\n    ".join(node["html"] for node in violation["nodes"])
            for violation in results.response["violations"]
        ]
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check


@pytest.fixture(scope="session")
def fits() -> Callable[[Page], None]:
    """Asserts that nothing makes the page scroll sideways, whatever is folded out."""

    def check(page: Page) -> None:
        wide, room = page.evaluate(
            """() => {
                const folded = document.querySelectorAll("main details:not([open])")
                folded.forEach(part => { part.open = true })
                const found = [document.documentElement.scrollWidth, document.documentElement.clientWidth]
                folded.forEach(part => { part.open = false })
                return found
            }"""
        )
        assert wide <= room, f"{page.url} is {wide - room} px wider than the screen"

    return check
