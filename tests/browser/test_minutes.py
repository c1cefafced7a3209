"""Minutes on a phone whose network goes while somebody writes: nothing typed is lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_page import sign_in
from tests.serving.site import Site

HELD = """
from datetime import timedelta
from django.utils import timezone
from buildings.models import District, Organisation
from watch.models import Meeting, MeetingText
now = timezone.now()
norrby = District.objects.get(slug="norrby")
police = Organisation.objects.filter(kind="police", districts=norrby).first()
meeting = Meeting.objects.create(
    lead=police, district=norrby, state="planned", place="Norrbyhuset", starts_at=now - timedelta(hours=1),
    ends_at=now + timedelta(hours=1),
)
meeting.organisers.set([police])
MeetingText.objects.create(meeting=meeting, language="sv", title="Prov av protokoll", agenda="")
print(meeting.public_id)
"""
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('trappan-kept:')).length"


def write(page: Page, site: Site) -> str:
    """Open the minutes of a meeting that is going on and type something."""
    meeting = site.manage("shell", "-v0", "-c", HELD).stdout.split()[-1]
    page.context.add_cookies([{"name": "sprak", "value": "en", "url": site.url}])
    sign_in(page, "police")
    page.goto(f"/moten/{meeting}/protokoll/")
    page.fill("#id_adults", "7")
    page.fill("#id_children", "0")
    page.fill("#id_good", "Gården är fin.")
    page.get_by_role("button", name="One more action").click()
    page.fill("#id_action_1-what", "Byt lampan i porten")
    expect(page.get_by_text("Saved on this phone.")).to_be_visible()
    return meeting


def test_what_is_written_survives_a_reload_and_a_lost_network_and_is_sent_when_it_is_back(visit, demo_site, axe, fits):
    page = visit("/", language="en", screen=PHONE)
    meeting = write(page, demo_site)
    axe(page)
    fits(page)
    page.reload()
    expect(page.locator("#id_good")).to_have_value("Gården är fin.")
    expect(page.locator("#id_action_1-what")).to_have_value("Byt lampan i porten")
    page.fill("#id_action_1-what", "")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("No network.")).to_be_visible()
    expect(page.locator("#id_good")).to_have_value("Gården är fin.")
    assert page.evaluate(KEPT) == 1
    page.context.set_offline(False)
    expect(page).to_have_url(re.compile(f"/moten/{meeting}/$"))
    expect(page.get_by_text("Gården är fin.")).to_be_visible()
    assert page.evaluate(KEPT) == 0


def test_what_is_kept_on_the_phone_goes_when_the_person_signs_out(visit, demo_site):
    page = visit("/", language="en", screen=PHONE)
    write(page, demo_site)
    assert page.evaluate(KEPT) == 1
    page.goto("/konto/logout/")
    page.locator("main form[data-sign-out] button").click()
    page.wait_for_load_state()
    assert page.evaluate(KEPT) == 0
