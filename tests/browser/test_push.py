"""Notices on a device, in a real Chromium: asking, getting, reading, stopping.

Two things a browser without internet cannot do are done for it. `PushManager.subscribe` would ask Google for an
address: a stub answers with one at the test's own push service, and with keys the test holds. And no push service can
reach the browser: what ours was sent by the workers is decrypted and handed to the service worker through the DevTools
protocol. Everything between is real: page, worker, server, outbox, encryption.
"""

import json
import re
import time
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_every_page import sign_in
from tests.notifications.push.service import Push, Receiver
from tests.serving.site import until

STUB = """(fields) => {
  const KEPT = "the-browsers-own-subscription";
  const kept = () => JSON.parse(localStorage.getItem(KEPT) || "null");
  const made = () => kept() && {
    endpoint: fields.endpoint,
    options: { applicationServerKey: Uint8Array.from(kept()).buffer },
    toJSON: () => ({ endpoint: fields.endpoint, keys: { p256dh: fields.p256dh, auth: fields.auth } }),
    unsubscribe: async () => { localStorage.removeItem(KEPT); return true; },
  };
  PushManager.prototype.getSubscription = async () => made();
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly) throw new DOMException("", "NotAllowedError");
    localStorage.setItem(KEPT, JSON.stringify(Array.from(options.applicationServerKey)));
    return made();
  };
}"""
GET, STOP = "Get notices on this device", "Stop notices on this device"


class Phone:
    """A person's browser whose push service is the test's."""

    def __init__(self, page: Page, receiver: Receiver) -> None:
        self.page, self.receiver = page, receiver
        page.add_init_script(f"({STUB})({json.dumps(receiver.fields)})")
        page.context.grant_permissions(["notifications"])
        self.tools = page.context.new_cdp_session(page)
        self.registrations: list[dict] = []
        self.tools.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: self.registrations.extend(event["registrations"]),
        )
        self.tools.send("ServiceWorker.enable")

    def subscribe(self) -> None:
        self.page.goto("/min-trapp/")
        self.page.get_by_role("button", name=GET).click()
        expect(self.page.get_by_role("button", name=STOP)).to_be_visible()

    def gets(self, clear: str) -> None:
        """The browser's push service hands it a message."""
        until(lambda: self.page.wait_for_timeout(50) or self.registrations, 10)
        self.page.wait_for_function("navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')")
        before = self.worker().evaluate(COUNT_SHOWN)
        self.tools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self.page.evaluate("location.origin"),
                "registrationId": self.registrations[-1]["registrationId"],
                "data": clear,
            },
        )
        # Asked for notifications between storing one and showing it, Chromium forgets the one not yet on screen.
        until(lambda: self.page.wait_for_timeout(50) or self.worker().evaluate("self.shownForTest") > before, 30)

    def shown(self) -> list[dict]:
        """Notifications on the screen."""
        return self.page.evaluate("""async () => {
          const registration = await navigator.serviceWorker.getRegistration("/");
          const all = registration ? await registration.getNotifications() : [];
          return all.map(({ title, body, tag, lang, dir, requireInteraction, data }) =>
            ({ title, body, tag, lang, dir, requireInteraction, url: data.url }));
        }""")

    def shows(self, count: int = 1) -> list[dict]:
        end = time.monotonic() + 30
        while len(shown := self.shown()) != count:
            assert time.monotonic() < end, f"{shown}, not {count}"
            self.page.wait_for_timeout(50)
        return shown

    def worker(self):
        return until(lambda: self.page.wait_for_timeout(50) or self.page.context.service_workers, 10)[0]


COUNT_SHOWN = """() => {
  if (self.shownForTest === undefined) {
    self.shownForTest = 0;
    const show = ServiceWorkerRegistration.prototype.showNotification;
    ServiceWorkerRegistration.prototype.showNotification = async function (...words) {
      await show.apply(this, words);
      self.shownForTest += 1;
    };
  }
  return self.shownForTest;
}"""
FORGET = """
from notifications.models import Endpoint
Endpoint.objects.filter(channel="webpush").delete()
"""


@pytest.fixture
def phone(visit, demo_site, push_service: Push):
    """Makes the tenant's phone; nobody has a device afterwards."""

    def make(*, language: str = "en", screen: dict[str, int] = PHONE) -> Phone:
        page = visit("/demo/", language=language, screen=screen)
        sign_in(page, "tenant")
        page.context.add_cookies([{"name": "sprak", "value": language, "url": urljoin(page.url, "/")}])
        return Phone(page, push_service.receiver())

    yield make
    demo_site.manage("shell", "-v0", "-c", FORGET)


@pytest.fixture
def tell(visit):
    """The police tell the district something."""

    def send(title: str) -> None:
        page = visit("/demo/", language="en")
        sign_in(page, "police")
        page.goto("/utskick/nytt/")
        page.select_option("#id_kind", "other")
        page.fill("#id_title_sv", title)
        page.fill("#id_body_sv", "Det här är ett prov.")
        page.locator("main .btn-main").first.click()
        page.wait_for_url("**/granska/")
        page.locator("main .btn-main").first.click()
        page.wait_for_url("**/lage/")
        page.context.close()

    return send


def test_a_notice_reaches_the_screen_neutral_and_then_with_its_title(phone, tell, push_service):
    one = phone()
    one.subscribe()
    expect(one.page.locator("#ways")).to_contain_text("A device, since today")
    tell("Ett prov med push")
    got = until(lambda: one.receiver.got, 40, f"nothing was sent: {push_service.complaints}")[0]
    one.gets(got["clear"].decode())
    (notification,) = one.shows()
    assert notification["title"] == "Nytt anslag för din trapp", "the tenant's own language"
    assert "prov" not in json.dumps(notification)
    assert re.search("/anslag/[0-9a-f-]{36}/$", notification["url"])
    assert (notification["lang"], notification["dir"], notification["requireInteraction"]) == ("sv", "ltr", False)
    one.gets(got["clear"].decode())
    assert one.shows() == [notification], "the same notice again replaces it"

    one.page.goto("/installningar/")
    device = one.page.locator("#devices [data-device]").last
    expect(device.get_by_text("This device", exact=True)).to_be_visible()
    one.page.fill("#id_name", "Halvskrivet")
    device.get_by_label("Show the notice's title").check()
    device.get_by_role("button", name="Save for this device").click()
    expect(one.page.locator("#devices")).to_contain_text("Your choices for the device are saved.")
    expect(device.get_by_text("This device", exact=True)).to_be_visible()
    assert one.page.input_value("#id_name") == "Halvskrivet", "what was typed beside it is not lost"
    tell("Ett andra prov")
    got = until(lambda: one.receiver.got[1:], 40, f"nothing was sent: {push_service.complaints}")[0]
    one.gets(got["clear"].decode())
    titles = {notification["title"] for notification in one.shows(2)}
    assert titles == {"Nytt anslag för din trapp", "Ett andra prov"}
    assert not push_service.complaints


def test_a_press_on_it_opens_the_notice(phone):
    """A script may not open windows unasked, so `openWindow` is looked at instead of done."""
    one = phone()
    one.subscribe()
    message = {"title": "Nytt", "body": "", "url": "/anslag/1/", "tag": "t", "lang": "sv"}
    press = """async () => {
      const opened = [];
      self.clients.openWindow = async (address) => { opened.push(address); return null; };
      for (const notification of await self.registration.getNotifications()) {
        const waits = [];
        const event = new NotificationEvent("notificationclick", { notification });
        event.waitUntil = (promise) => waits.push(promise);
        self.dispatchEvent(event);
        await Promise.all(waits);
      }
      return opened;
    }"""
    for url, expected in (
        ("/anslag/1/", "/anslag/1/"),
        ("https://example.org/", "/min-trapp/"),
        ("//example.org/", "/min-trapp/"),
        ("javascript:alert(1)", "/min-trapp/"),
        (None, "/min-trapp/"),
    ):
        # The page the person is on is not the one to open, so that a window is asked for.
        one.page.goto("/installningar/")
        one.gets(json.dumps(message | {"url": url}))
        one.shows()
        opened = one.worker().evaluate(press)
        assert opened == [urljoin(one.page.url, expected)], url
        one.shows(0)


@pytest.mark.parametrize("sent", ["", "not json", "null", "[]", "7", '{"title": 7}', '{"title": ""}', "\x00"])
def test_whatever_comes_something_neutral_is_shown(phone, sent):
    one = phone()
    one.subscribe()
    one.gets(sent)
    (notification,) = one.shows()
    assert (notification["title"], notification["lang"]) == ("New notice for your stairwell", "en")
    assert notification["url"] == urljoin(one.page.url, "/min-trapp/")


def test_one_whose_time_has_passed_says_nothing_more(phone):
    one = phone(language="ar")
    one.page.goto("/min-trapp/")
    one.page.locator("[data-push] button[type=submit]").click()
    expect(one.page.locator("[data-push-do=stop]")).to_be_visible()
    old = {
        "title": "Inbrott",
        "body": "Polisen",
        "url": "/anslag/1/",
        "tag": "t",
        "lang": "ar",
        "until": 1,
        "insist": True,
    }
    one.gets(json.dumps(old))
    (notification,) = one.shows()
    assert notification["title"] == "إعلان جديد لمدخلك"
    assert (notification["dir"], notification["requireInteraction"]) == ("rtl", False)


def test_an_alert_stays_on_the_screen(phone):
    one = phone()
    one.subscribe()
    one.gets(json.dumps({"title": "Nytt", "tag": "t", "lang": "sv", "insist": True, "until": 4_000_000_000}))
    assert one.shows()[0]["requireInteraction"] is True


def test_a_device_can_be_stopped_and_asked_for_again(phone):
    one = phone()
    one.subscribe()
    one.page.get_by_role("button", name=STOP).click()
    expect(one.page.get_by_role("button", name=GET)).to_be_visible()
    expect(one.page.get_by_role("button", name=GET)).to_be_focused()
    one.page.reload()
    expect(one.page.get_by_role("button", name=GET)).to_be_visible()
    one.subscribe()
    one.page.reload()
    expect(one.page.get_by_role("button", name=STOP)).to_be_visible()


def test_a_device_removed_in_the_list_is_offered_again(phone):
    one = phone()
    one.subscribe()
    one.page.goto("/installningar/")
    expect(one.page.get_by_text("Notices come to this device.")).to_be_visible()
    one.page.get_by_role("button", name="Remove the device").click()
    expect(one.page.get_by_text("The device gets no more notices.")).to_be_visible()
    expect(one.page.get_by_role("button", name=GET)).to_be_visible()
    one.page.get_by_role("button", name=GET).click()
    expect(one.page.locator("[data-device]").get_by_text("This device", exact=True)).to_be_visible()


def test_signing_out_stops_the_device_and_clears_the_screen(phone):
    """A phone lies about; the next one to sign in may be somebody else."""
    one = phone()
    one.subscribe()
    one.gets(json.dumps({"title": "Nytt", "tag": "t", "lang": "sv"}))
    one.shows()
    one.page.locator("form[data-sign-out] button:visible, .menu-pages summary:visible").first.click()
    if one.page.locator(".menu-pages[open]").count():
        one.page.locator(".menu-panel form[data-sign-out] button").click()
    expect(one.page).to_have_url(urljoin(one.page.url, "/"))
    assert one.shown() == []
    sign_in_again = one.page
    sign_in_again.goto("/demo/")
    sign_in(sign_in_again, "tenant")
    sign_in_again.goto("/min-trapp/")
    expect(sign_in_again.get_by_role("button", name=re.compile("Få anslag|Get notices"))).to_be_visible()


def test_a_neighbour_on_the_same_phone_is_asked_and_takes_it_over(phone):
    one = phone()
    one.subscribe()
    # Signed out elsewhere: the browser still has its subscription, and the session is gone.
    one.page.context.clear_cookies()
    one.page.goto("/demo/")
    sign_in(one.page, "contact")
    one.page.context.add_cookies([{"name": "sprak", "value": "en", "url": urljoin(one.page.url, "/")}])
    one.page.goto("/min-trapp/")
    expect(one.page.get_by_role("button", name=GET)).to_be_visible()
    one.subscribe()
    one.page.context.clear_cookies()
    one.page.goto("/demo/")
    sign_in(one.page, "tenant")
    one.page.context.add_cookies([{"name": "sprak", "value": "en", "url": urljoin(one.page.url, "/")}])
    one.page.goto("/min-trapp/")
    expect(one.page.get_by_role("button", name=GET)).to_be_visible()
    expect(one.page.locator("#ways")).not_to_contain_text("A device")


def test_a_new_address_of_the_browsers_is_told_by_the_worker(phone, tell, push_service):
    one = phone()
    one.subscribe()
    fresh = push_service.receiver()
    answer = one.worker().evaluate(
        """async (fields) => {
          const { endpoint, ...keys } = fields;
          const waits = [];
          const event = new ExtendableEvent("pushsubscriptionchange");
          event.newSubscription = { toJSON: () => ({ endpoint, keys }) };
          event.waitUntil = (promise) => waits.push(promise);
          self.dispatchEvent(event);
          await Promise.all(waits);
          return (await (await caches.open("trappan-push")).match("/push")).json();
        }""",
        fresh.fields,
    )
    assert answer["subscription"]["endpoint"] == fresh.address
    tell("Till den nya adressen")
    until(lambda: fresh.got, 40, "nothing came to the new address")
    assert not one.receiver.got


def test_a_push_service_out_of_reach_is_said_in_words(phone):
    one = phone()
    one.page.add_init_script(
        "PushManager.prototype.subscribe = async () => { throw new DOMException('', 'AbortError'); };"
    )
    one.page.goto("/min-trapp/")
    one.page.get_by_role("button", name=GET).click()
    expect(one.page.get_by_text("It did not work just now.")).to_be_visible()
    expect(one.page.get_by_role("button", name=GET)).to_be_enabled()


def test_a_browser_that_asks_its_service_for_ever_is_not_waited_for(phone):
    """What Chromium does without internet."""
    one = phone()
    one.page.add_init_script("PushManager.prototype.subscribe = () => new Promise(() => {});")
    one.page.clock.install()
    one.page.goto("/min-trapp/")
    one.page.get_by_role("button", name=GET).click()
    expect(one.page.get_by_text("One moment.")).to_be_visible()
    sorry = one.page.get_by_text("It did not work just now.")
    until(lambda: one.page.clock.run_for(5_000) or sorry.is_visible(), 20)
    expect(one.page.get_by_role("button", name=GET)).to_be_enabled()


def test_a_browser_that_says_no_is_told_how_to_say_yes(phone):
    one = phone()
    one.page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' });")
    one.page.goto("/min-trapp/")
    expect(one.page.get_by_text("Allow it in the browser's settings")).to_be_visible()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15", "Add to Home Screen"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "This browser cannot show notices"),
    ],
)
def test_a_browser_that_cannot_says_why_and_offers_nothing(visit, agent, words):
    page = visit("/demo/", language="en", screen=PHONE, user_agent=agent)
    sign_in(page, "tenant")
    page.context.add_cookies([{"name": "sprak", "value": "en", "url": urljoin(page.url, "/")}])
    page.add_init_script("delete window.PushManager;")
    page.goto("/min-trapp/")
    expect(page.get_by_text(words)).to_be_visible()
    assert page.locator("[data-push] button:visible").count() == 0


@pytest.mark.parametrize(("language", "screen"), [("ar", PHONE), ("sv", DESKTOP)], ids=["phone-ar", "desktop-sv"])
def test_with_a_device_the_pages_are_accessible_and_fit(phone, axe, fits, language, screen):
    one = phone(language=language, screen=screen)
    one.page.goto("/min-trapp/")
    one.page.locator("[data-push] button[type=submit]").click()
    expect(one.page.locator("[data-push-do=stop]")).to_be_visible()
    for address in ("/min-trapp/", "/installningar/"):
        one.page.goto(address)
        expect(one.page.locator("[data-push-when=on]").first).to_be_visible()
        axe(one.page)
        fits(one.page)
