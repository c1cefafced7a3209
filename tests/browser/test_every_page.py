"""Every page anybody can click their way to, in four looks that together are every language, theme and width."""

import os
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from lxml.html import document_fromstring
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.role_matrix import MATRIX
from tests.serving.site import Site
from watch.demo.roles import ROLES as DEMO_ROLES

# Reached by a mail, a code or a file rather than by a link, and opened in a test of their own (or no page at all).
NOT_BY_LINK = {
    "track:everything",
    "track:public_figures_data",
    "track:public_figures_description",
    "account_confirm_login_code",
    "account_inactive",
    "account_reauthenticate",
    "buildings:export",
    "buildings:plan",
    "contacts:export",
    "demo:mail",
    "demo:mail_html",
    "home:address_code",
    "home:still_here",
    "meet:calendar",
    "meet:feed",
    "meet:workbook",
    "doors:invited",
    "doors:invited_choose",
    "doors:invited_verify",
    "doors:letter",
    "doors:recover_verify",
    "doors:recovery",
    "doors:slip_address",
    "doors:letter_choose",
    "doors:letter_verify",
    "doors:place",
    "doors:place_choose",
    "doors:place_verify",
    "join:choose",
    "join:goodbye",
    "join:qr",
    "join:verify",
    "meet:answer",
    "meet:private_feed",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mydata:fetch",
    "notices:cap",
    "notices:cap_index",
    "notices:feed",
    "notices:outcome_file",
    "notices:approve",
    "notices:short",
    "notices:stop",
    "notices:take_back",
    "notices:unsubscribe",
    "notices:worker",
    "operator:jsi18n",
    "present:healthz",
    "present:manifest",
    "present:offline",
    "present:readyz",
    "present:robots",
    "present:sitemap",
    "relay:reply",
    "track:survey_answer",
    "track:survey_data",
    "track:survey_description",
    "track:promise_feed",
}

# Opened after something was pressed, so no link leads there; asked for by address.
BY_ADDRESS = ("mfa_list_webauthn", "mfa_generate_recovery_codes", "account_logout")
# Pages that lead to other steps for each object; one is looked at, all are followed, but not month after month.
FORKS = {"meet:list", "meet:meeting"}
DOWNLOADS = {
    "track:everything",
    "track:public_figures_data",
    "track:public_figures_description",
    "track:promise_feed",
    "track:survey_data",
    "track:survey_description",
    "buildings:export",
    "contacts:export",
    "meet:calendar",
    "meet:feed",
    "meet:workbook",
    "mfa_download_recovery_codes",
    "mydata:fetch",
    "notices:cap_index",
    "notices:feed",
    "notices:outcome_file",
}


def route(path: str) -> str:
    """The name of the route an address belongs to, or an empty text."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    return found.view_name


def sign_in(page: Page, role: str) -> None:
    """One press on the demo's first page."""
    page.goto("/demo/")
    page.locator(f'form[action$="/logga-in/{role}/"] button').first.click()


@dataclass(frozen=True)
class Found:
    """A page somebody can click their way to: who, where, and how much it says to them."""

    route: str
    role: str
    path: str
    size: int
    is_pdf: bool = False


def crawl(page: Page, role: str) -> tuple[dict[str, Found], list[str]]:
    """Follow every link to a route not seen yet, as the person signed in on `page`; and what was not there."""
    waiting = ["/hem/", *map(reverse, BY_ADDRESS)] if role else ["/"]
    found: dict[str, Found] = {}
    wrong: list[str] = []
    followed: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        name = route(path)
        again = name in FORKS and path not in followed and "manad=" not in path
        if not name or name in DOWNLOADS or (name in found and not again):
            continue
        followed.add(path)
        answer = page.context.request.get(path)
        if answer.status != 200:
            wrong.append(f"{role} at {path}: {answer.status}")
        elif "pdf" in answer.headers["content-type"]:
            found[name] = Found(name, role, path, len(answer.body()), is_pdf=True)
        elif "html" in answer.headers["content-type"]:
            text = answer.text()
            for reached in {name, route(answer.url)} - found.keys():
                found[reached] = Found(reached, role, answer.url, len(text))
            waiting += links_on(answer.url, text)
            if name == "notices:edit":
                waiting += [f"{urlsplit(answer.url).path}granska/", f"{urlsplit(answer.url).path}slang/"]
    return found, wrong


def links_on(address: str, text: str) -> list[str]:
    """Where the page leads on this site."""
    links = (urljoin(address, link) for link in document_fromstring(text).xpath("//a/@href"))
    return [urldefrag(link).url for link in links if urlsplit(link).netloc == urlsplit(address).netloc]


@pytest.fixture(scope="module")
def pages(browser: Browser, demo_site: Site) -> list[Found]:
    """Every page of the demo in its richest role: the one to whom it says most. With ALL_PAGES=1, in every role."""
    everywhere: list[Found] = []
    wrong: list[str] = []
    for role in ("", *(role.slug for role in DEMO_ROLES)):
        context = browser.new_context(base_url=demo_site.url, locale="sv")
        page = context.new_page()
        if role:
            sign_in(page, role)
        found, missed = crawl(page, role)
        wrong += missed
        everywhere += found.values()
        context.close()
    assert not wrong, "\n".join(wrong)
    richest = {one.route: one for one in sorted(everywhere, key=lambda one: one.size)}
    readable = {name.split("#")[0] for name, row in MATRIX.items() if "200" in row.get}
    operators = {name for name in readable if name.startswith("operator:")}
    assert readable - operators - NOT_BY_LINK - richest.keys() == set(), "no link leads there"
    looked_at = everywhere if os.environ.get("ALL_PAGES") else richest.values()
    return [one for one in looked_at if not one.is_pdf]


# Together every language, theme and width.
LOOKS = [
    pytest.param("ar", PHONE, "light", id="phone-ar"),
    pytest.param("sv", DESKTOP, "dark", id="desktop-sv-dark"),
    pytest.param("so", PHONE, "dark", id="phone-so-dark"),
    pytest.param("en", TABLET, "light", id="tablet-en"),
]


@pytest.mark.parametrize(("language", "screen", "theme"), LOOKS)
def test_every_page_is_accessible_and_fits_the_screen(visit, demo_site, axe, fits, pages, language, screen, theme):
    wrong: list[str] = []
    for role, own in groupby(sorted(pages, key=lambda one: one.role), key=lambda one: one.role):
        page = visit("/", language=language, screen=screen, color_scheme=theme)
        if role:
            sign_in(page, role)
            page.context.add_cookies([{"name": "sprak", "value": language, "url": demo_site.url}])
        for one in own:
            page.goto(one.path)
            try:
                assert page.locator("html").get_attribute("lang") == language, page.url
                axe(page)
                fits(page)
            except AssertionError as error:
                wrong.append(f"{role}: {error}")
        page.context.close()
    assert not wrong, "\n".join(wrong)


LINKS = """
from django.urls import reverse
from notifications.links import notice_token
from notifications.models import Endpoint, Notice
from buildings.models import Resident
from watch.join.home.yearly import token_of
notice = Notice.objects.told().filter(contacts_only=False).order_by("-pk").first()
mail = Endpoint.objects.filter(channel="email").first()
sms = Endpoint.objects.filter(channel="sms").first()
print(reverse("relay:reply", args=["0" * 32]))
print(reverse("notices:short", args=[notice_token(notice.pk)]))
print(reverse("notices:unsubscribe", args=[mail.token]))
print(reverse("notices:stop", args=[sms.token]))
home = Resident.objects.filter(asked_times__gt=0).first()
print(reverse("home:still_here", args=[token_of(home)]))
from watch.meet.companion import ANSWERS
from watch.models import Meeting
meeting = Meeting.objects.coming().filter(is_public=True).first()
print(reverse("meet:answer", args=[notice_token(meeting.pk, ANSWERS), mail.token]))
"""


@pytest.mark.parametrize(("language", "screen"), [("ar", PHONE), ("sv", DESKTOP)], ids=["phone-ar", "desktop-sv"])
def test_the_pages_a_message_leads_to_are_accessible_and_fit(visit, demo_site, axe, fits, language, screen):
    links = demo_site.manage("shell", "-v0", "-c", LINKS).stdout.split()
    assert len(links) == 6
    for link in links:
        page = visit(link, language=language, screen=screen)
        axe(page)
        fits(page)


# What a colleague has asked for: the demo's people work alone in their districts, so one is hired here.
ASKED = """
from django.urls import reverse
from datetime import timedelta
from django.utils import timezone
from buildings.models import Organisation, StaffMember, User
from notifications.models import Notice
city = Organisation.objects.get(slug="boras-stad")
Organisation.objects.filter(pk=city.pk).update(approval_above=10)
clerk, _ = User.objects.get_or_create(email="kollega@example.org", defaults={"name": "Alva (demo)"})
member, _ = StaffMember.objects.get_or_create(user=clerk, organisation=city, defaults={"accepted_at": timezone.now()})
member.districts.set(city.districts.all())
now = timezone.now()
notice = Notice.objects.create(
    organisation=city, author=clerk, confirmed_by=clerk, confirmed_at=now, kind="meeting", state="awaiting",
    district=city.districts.get(slug="norrby"), expires_at=now + timedelta(days=5),
    not_before=now + timedelta(days=2),
)
words = {
    "sv": ("Trappmöte på torsdag", "Vi ses i Norrbyhuset klockan 18.00."),
    "ar": ("اجتماع يوم الخميس", "نلتقي في Norrbyhuset."),
}
for language, (title, body) in words.items():
    notice.texts.create(language=language, title=title, body=body)
print(reverse("notices:approve", args=[notice.public_id]))
"""


@pytest.mark.parametrize(("language", "screen"), [("ar", PHONE), ("sv", DESKTOP)], ids=["phone-ar", "desktop-sv"])
def test_the_page_of_the_second_pair_of_eyes_is_accessible_and_fits(visit, demo_site, axe, fits, language, screen):
    (link,) = demo_site.manage("shell", "-v0", "-c", ASKED).stdout.split()
    page = visit("/", language=language, screen=screen)
    sign_in(page, "city")
    page.context.add_cookies([{"name": "sprak", "value": language, "url": demo_site.url}])
    for path in (link, "/utskick/", link.replace("godkann", "lage")):
        page.goto(path)
        axe(page)
        fits(page)
    page.goto(link)
    page.locator('button[value="yes"]').click()
    page.wait_for_url("**/lage/")
    axe(page)
    fits(page)
