"""The whole main job, by hand in a real browser: an operator, a housing company, a new tenant and the police.

Everything is real: `manage.py serve` with its workers, broker and mail server. The demo waives the second factor.
"""

import re
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_every_page import sign_in as sign_in_by_card
from tests.pdfs import is_accessible, text_of
from tests.serving.site import Site, until

REGISTER = Path(__file__).resolve().parents[2] / "watch" / "demo" / "register-export.csv"


def mails_to(site: Site, address: str) -> list[EmailMessage | Message]:
    """What the mail server took for this address, oldest first."""
    files = sorted((site.folder / "mail").glob("*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [mail for mail in mails if address in str(mail["To"])]


def newest(site: Site, address: str, subject: str = "") -> str:
    """The text of the newest mail to this address with these words in its subject."""

    def found() -> EmailMessage | Message | None:
        return next((mail for mail in reversed(mails_to(site, address)) if subject in str(mail["Subject"])), None)

    mail = until(found, 30, f"no mail with “{subject}” reached {address}")
    body = mail.get_body(("plain",))
    return body.get_content()


def sign_in(page: Page, role: str) -> None:
    """One press on a card; the person's own language is Swedish, so the one chosen here is kept in the cookie."""
    page.context.add_cookies([{"name": "sprak", "value": "en", "url": urljoin(page.url, "/")}])
    sign_in_by_card(page, role)


def type_the_code(page: Page, site: Site, address: str, known: int) -> None:
    """Wait for one more mail than before and type the code in it."""
    until(lambda: len(mails_to(site, address)) > known, 30, f"no code reached {address}")
    code = re.search(r"\b\d{6}\b", newest(site, address))
    assert code
    page.fill('input[name="code"]', code[0])
    page.click('button[name="action"][value="check"]')


def sign_in_by_code(page: Page, site: Site, address: str) -> None:
    """The sign-in page and the code in the mail."""
    known = len(mails_to(site, address))
    page.goto("/konto/login/code/")
    page.fill('input[name="login"]', address)
    page.locator("main form").first.locator("button[type=submit]").click()
    type_the_code(page, site, address, known)


def main_button(page: Page) -> None:
    """Press the page's one main button."""
    page.locator("main .btn-main").first.click()


@pytest.fixture
def own_register(tmp_path: Path) -> Path:
    """The register with streets of its own, so that the demo's company does not hold them already."""
    text = REGISTER.read_bytes().decode("cp1252")
    for street in (
        "Varpgatan",
        "Spolgatan",
        "Skyttelgatan",
        "Garnvägen",
        "Inslagsgatan",
        "Vävaregränd",
        "Färgerigatan",
    ):
        text = text.replace(street, f"Ny{street.lower()}")
    file = tmp_path / "egen-export.csv"
    file.write_bytes(text.replace("Åsa Väverskas gata", "Nya Åsas gata").encode("cp1252"))
    return file


def test_a_notice_travels_from_the_police_to_a_new_tenants_mailbox(visit, demo_site, axe, fits, own_register):
    site = demo_site
    tenant, registrar = "resan@example.org", "registrator@example.org"

    # 0. The operator sets up a district and a housing company with its first administrator.
    operator = visit("/demo/", language="en")
    sign_in(operator, "operator")
    operator.goto("/operator/buildings/district/add/")
    operator.fill("#id_name", "Provstaden")
    operator.fill("#id_slug", "provstaden")
    operator.click('input[name="_save"]')
    operator.goto("/operator/buildings/organisation/add/")
    operator.select_option("#id_kind", "landlord")
    operator.fill("#id_name", "Resans hus AB")
    operator.fill("#id_slug", "resans-hus")
    operator.get_by_label("Provstaden").check()
    operator.get_by_label("Norrby").check()
    operator.fill("#id_first_administrator", registrar)
    operator.click('input[name="_save"]')
    expect(operator.locator(".messagelist")).to_contain_text("Resans hus AB")
    assert registrar not in operator.content()
    assert "http" in newest(site, registrar)

    # 1. Its staff sign in by a code and read the register in: a plan first, then everything or nothing.
    office = visit("/", language="en", screen=DESKTOP)
    sign_in_by_code(office, site, registrar)
    expect(office).to_have_url(re.compile("/hus/$"))
    office.goto("/register/")
    office.set_input_files('input[type="file"]', own_register)
    office.select_option("#id_district", label="Norrby")
    main_button(office)
    expect(office.locator("main")).to_contain_text("Nothing is saved yet")
    expect(office.locator("main")).to_contain_text("Not a home: Tvättstuga.")
    axe(office)
    expect(office.locator("main .btn-main").first).to_contain_text("86 stairwells")
    main_button(office)
    expect(office.locator("main")).to_contain_text("This is what it changed")
    office.goto("/register/")
    office.set_input_files('input[type="file"]', own_register)
    office.select_option("#id_district", label="Norrby")
    main_button(office)
    expect(office.get_by_role("row", name=re.compile("Unchanged"))).to_contain_text(re.compile(r"35\D+86\D+1.387"))

    # 2. A tenant opens the poster's code on a phone and has joined three screens later.
    office.goto("/hus/")
    office.get_by_role("link", name="Varpen 1", exact=True).click()
    office.get_by_role("link", name="Nyvarpgatan 1 A", exact=True).first.click()
    code = office.locator(".join-code").inner_text().replace(" ", "")
    assert re.fullmatch("[A-HJ-NP-Z2-9]{8}", code)
    phone = visit(f"/t/{code[:4].lower()} {code[4:].lower()}", language="sv", screen=PHONE)
    expect(phone).to_have_url(re.compile(f"/t/{code}$"))
    expect(phone.locator("h1")).to_contain_text("Nyvarpgatan 1 A")
    phone.fill('input[name="login"]', tenant)
    main_button(phone)
    axe(phone)
    fits(phone)
    type_the_code(phone, site, tenant, 0)
    phone.fill('input[name="name"]', "Resenären")
    phone.check('input[name="wants"][value="all"]')
    axe(phone)
    fits(phone)
    main_button(phone)
    expect(phone).to_have_url(re.compile("/min-trapp/$"))
    expect(phone.locator("main")).to_contain_text("Nyvarpgatan 1 A")

    # 3. The police write a notice to that stairwell; the count and the preview follow what they type.
    officer = visit("/demo/", language="en")
    sign_in(officer, "police")
    officer.goto("/utskick/nytt/")
    officer.select_option("#id_kind", "cellar")
    officer.fill("#id_title_sv", "Inbrott i källaren")
    officer.fill("#id_body_sv", "Någon har brutit upp förråd. Ring Lo på 070-174 06 50 om du såg något.")
    officer.check('input[name="whom"][value="chosen"]')
    officer.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
    officer.get_by_label("Nyvarpgatan 1 A").check()
    expect(officer.locator("#reach mark").first).to_contain_text("070-174 06 50")
    expect(officer.locator("#reach")).to_contain_text("cannot find names")
    main_button(officer)
    expect(officer.locator("main")).to_contain_text("Change this before the notice can be sent")
    assert officer.locator('main form button:has-text("Send to")').count() == 0
    officer.get_by_role("link", name="Change it").click()
    officer.fill("#id_body_sv", "Någon har brutit upp förråd i källaren. Lås ordentligt. Såg du något? Ring 114 14.")
    expect(officer.locator("#reach")).to_contain_text("Inbrott i källaren")
    main_button(officer)
    send = officer.get_by_role("button", name="Send to 1 person")
    expect(send).to_be_visible()
    axe(officer)
    send.click()

    # 4. Celery delivers after the take-back window; the police see it arrive.
    expect(officer.locator("#progress")).to_contain_text("Sent", timeout=30_000)
    expect(officer.locator(".figure", has_text="delivered")).to_contain_text("1")
    axe(officer)
    mail = newest(site, tenant, "Inbrott i källaren")
    assert "Lås ordentligt." in mail
    headers = mails_to(site, tenant)[-1]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    # 5. The tenant reads it on the phone; the board gets its page.
    phone.reload()
    phone.get_by_role("link", name=re.compile("Inbrott i källaren")).click()
    expect(phone.locator("main")).to_contain_text("Lås ordentligt.")
    axe(phone)
    fits(phone)
    board = officer.locator('a[href*="/tavla/"]').first.get_attribute("href")
    page = officer.context.request.get(board).body()
    assert "Inbrott i källaren" in text_of(page)
    assert is_accessible(page)


def test_a_notice_can_be_taken_back_in_time(visit, demo_site):
    officer = visit("/demo/", language="en")
    sign_in(officer, "police")
    officer.goto("/utskick/nytt/")
    officer.select_option("#id_kind", "other")
    officer.fill("#id_title_sv", "Ett anslag som ångras")
    officer.fill("#id_body_sv", "Det här kommer aldrig fram.")
    main_button(officer)
    officer.locator('main form button:has-text("Send to")').click()
    officer.click("#take-back")
    expect(officer.locator("#progress")).to_contain_text("Taken back")
    assert not [mail for mail in mails_to(demo_site, "") if "ångras" in str(mail["Subject"])]
