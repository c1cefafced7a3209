"""A meeting on a phone from the plan to the headcount: the police invite, tenants answer from the mail."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_journey import mails_to, main_button, sign_in
from tests.serving.site import Site, until

TITLE = "Prov av en träff"


def plan(page: Page) -> None:
    """Fill in the form; what it starts with stays."""
    page.goto("/moten/nytt/")
    page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
    page.fill("#id_title_sv", TITLE)
    page.fill("#id_day", (timezone.localdate() + timedelta(days=20)).isoformat())
    page.fill("#id_starts", "18:00")
    page.fill("#id_ends", "19:30")
    page.fill("#id_place", "Provlokalen")
    page.fill("#id_address", "Provgatan 1")


def links(site: Site) -> list[str]:
    """The answer links of the invitations in Swedish, as paths with a yes."""
    texts = [mail.get_body(("plain",)).get_content() for mail in mails_to(site, "") if TITLE in str(mail["Subject"])]
    return [found[0] for text in texts if (found := re.search(r"/m/\S+?\?svar=ja", text))]


def figure(page: Page, words: str, number: int) -> None:
    expect(page.locator(".figure", has_text=words).first.locator(".figure-number")).to_have_text(str(number))


def test_from_the_plan_to_the_headcount(visit, demo_site, axe, fits):
    officer = visit("/demo/", language="en", screen=PHONE)
    sign_in(officer, "police")
    plan(officer)
    axe(officer)
    fits(officer)
    main_button(officer)
    expect(officer.locator("h1")).to_contain_text("Read through and invite")
    expect(officer.locator("main")).to_contain_text(TITLE)
    axe(officer)
    fits(officer)
    invite = officer.get_by_role("button", name=re.compile(r"^Invite .* (person|people)$"))
    assert links(demo_site) == []
    invite.click()
    expect(officer).to_have_url(re.compile("/moten/[0-9a-f-]{36}/"))
    meeting = officer.url
    until(lambda: len(links(demo_site)) > 1, 60, "no invitation with a link reached two tenants")
    for count, (path, script) in enumerate(zip(links(demo_site), (True, False), strict=False), start=1):
        tenant = visit(path, screen=PHONE, java_script_enabled=script)
        if script:
            axe(tenant)
            fits(tenant)
        main_button(tenant)
        expect(tenant.locator("h1")).to_contain_text("Tack, du är med i räkningen")
        officer.goto(meeting)
        figure(officer, "adults coming", count)
    fits(officer)
