"""Notices on a device: asking for them, choosing, and one browser never showing two people's notices."""

import json
from unittest.mock import patch

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from buildings.models import Consent
from notifications.models import Endpoint
from notifications.push import devices
from notifications.push.devices import MOST, mark_of
from notifications.push.keys import DeviceKeys, public_key
from tests.notifications.push.service import Push, Receiver

MINE, SETTINGS = reverse("notices:mine"), reverse("notices:preferences")
ADD, STOP, RENEW = (reverse(f"notices:device_{verb}") for verb in ("add", "stop", "renew"))


@pytest.fixture
def new_browser():
    """Makes what a browser posts when it has subscribed."""
    service = Push()
    service.origin = "https://fcm.googleapis.com"
    return lambda: Receiver(service).fields


@pytest.fixture
def device(as_person, new_browser):
    """The tenant's own device."""
    as_person("tenant").post(ADD, new_browser())
    return Endpoint.objects.get(channel="webpush")


def ledger(user):
    return list(Consent.objects.filter(user=user, purpose="webpush").values_list("given", flat=True))


def choices(device, **fields):
    return {f"device-{device.pk}-{name}": value for name, value in fields.items()}


class TestAdding:
    """ "Get notices on this device"."""

    def test_a_device_gets_everything_and_a_line_in_the_ledger(self, as_person, norrby, new_browser):
        fields = new_browser()
        answer = as_person("tenant").post(ADD, fields)
        assert answer.status_code == 201
        device = Endpoint.objects.get(user=norrby.tenant, channel="webpush")
        assert (device.address, device.wants, device.show_words) == (fields["endpoint"], "all", False)
        assert fields["auth"].encode() not in bytes(device.sealed_keys)
        assert DeviceKeys.unsealed(device.sealed_keys).ours == public_key()
        assert answer.json() == {"device": mark_of(fields["endpoint"])}
        line = Consent.objects.get(user=norrby.tenant)
        assert (line.purpose, line.given, line.language) == ("webpush", True, "en")

    def test_the_same_browser_twice_is_one_device_and_keeps_its_choices(self, as_person, norrby, new_browser):
        fields = new_browser()
        client = as_person("tenant")
        client.post(ADD, fields)
        Endpoint.objects.filter(channel="webpush").update(wants="urgent", show_words=True)
        client.post(ADD, fields)
        device = Endpoint.objects.get(channel="webpush")
        assert (device.wants, device.show_words) == ("urgent", True)
        assert ledger(norrby.tenant) == [True]

    def test_asking_again_after_nothing_means_everything(self, as_person, norrby, new_browser, device):
        as_person("tenant").post(reverse("notices:device_save", args=[device.pk]), choices(device, wants="nothing"))
        as_person("tenant").post(ADD, new_browser() | {"endpoint": device.address})
        device.refresh_from_db()
        assert device.wants == "all"
        assert ledger(norrby.tenant) == [True, False, True]

    def test_somebody_else_in_the_same_browser_takes_it_over(self, as_person, norrby, new_browser, device):
        Endpoint.objects.filter(pk=device.pk).update(show_words=True)
        as_person("contact").post(ADD, new_browser() | {"endpoint": device.address})
        moved = Endpoint.objects.get(channel="webpush")
        assert (moved.user, moved.show_words) == (norrby.contact, False)
        assert moved.token != device.token
        assert ledger(norrby.tenant) == [True, False]
        assert ledger(norrby.contact) == [True]

    def test_two_people_at_the_same_moment_leave_one_device(self, as_person, norrby, new_browser):
        """The second INSERT meets the first's; what was read before it no longer holds."""
        fields = new_browser()
        real, calls = devices._add, []

        def overtaken(user, subscription, language):
            if not calls:
                calls.append(1)
                real(norrby.contact, subscription, language)
                raise IntegrityError
            return real(user, subscription, language)

        with patch.object(devices, "_add", overtaken):
            assert as_person("tenant").post(ADD, fields).status_code == 201
        assert Endpoint.objects.get(channel="webpush").user == norrby.tenant

    @pytest.mark.parametrize(
        "change",
        [
            {"endpoint": "https://example.org/push"},
            {"endpoint": "http://fcm.googleapis.com/push"},
            {"endpoint": "https://127.0.0.1/push"},
            {"endpoint": "https://fcm.googleapis.com/" + "x" * 1000},
            {"endpoint": ""},
            {"p256dh": ""},
            {"p256dh": "AAAA"},
            {"p256dh": "not base64"},
            {"auth": "AAAA"},
            {"auth": "\x00" * 10},
        ],
    )
    def test_what_we_cannot_call_is_refused_in_words(self, as_person, new_browser, change):
        answer = as_person("tenant").post(ADD, new_browser() | change)
        assert answer.status_code == 400
        assert len(answer.json()["error"]) > 10
        assert not Endpoint.objects.filter(channel="webpush").exists()

    def test_nobody_has_more_than_a_drawerful(self, as_person, norrby, new_browser):
        client = as_person("tenant")
        for _ in range(MOST):
            assert client.post(ADD, new_browser()).status_code == 201
        answer = client.post(ADD, new_browser())
        assert answer.status_code == 400
        assert "many devices" in answer.json()["error"]
        assert Endpoint.objects.filter(channel="webpush").count() == MOST

    def test_another_site_cannot_add_one(self, norrby, new_browser):
        client = Client(enforce_csrf_checks=True)
        client.force_login(norrby.tenant)
        assert client.post(ADD, new_browser()).status_code == 403
        assert client.post(STOP, {"device": "1"}).status_code == 403

    def test_without_a_key_it_is_not_offered(self, as_person, new_browser, settings):
        settings.VAPID_PRIVATE_KEY = ""
        client = as_person("tenant")
        assert client.post(ADD, new_browser()).status_code == 404
        assert "data-push" not in client.get(MINE).text
        assert "on your devices" not in client.get(SETTINGS).text


class TestPages:
    """What the pages hold for the script, and for people."""

    def test_the_button_is_there_with_all_its_words(self, as_person):
        for address in (MINE, SETTINGS):
            page = as_person("tenant").get(address).text
            assert "Get notices on this device" in page
            assert f'data-push-key="{public_key()}"' in page
            assert "Add to Home Screen" in page

    def test_a_device_is_known_by_a_digest_and_its_address_is_nowhere(self, as_person, device):
        for address in (MINE, SETTINGS):
            page = as_person("tenant").get(address).text
            assert mark_of(device.address) in page
            assert device.address not in page
            assert "Chrome, since today" in page
        assert mark_of(device.address) not in as_person("contact").get(SETTINGS).text

    def test_one_that_stopped_working_says_so(self, as_person, device, norrby):
        Endpoint.objects.filter(pk=device.pk).update(set_aside_at=device.verified_at)
        assert "notices did not arrive" in as_person("tenant").get(MINE).text
        page = as_person("tenant").get(SETTINGS).text
        assert "notices did not arrive" in page
        assert "Mail came back" not in page

    def test_one_device_and_twenty_cost_the_same(self, as_person, device, new_browser, django_assert_num_queries):
        client = as_person("tenant")
        for address, count in ((MINE, 11), (SETTINGS, 5)):
            client.get(address)
            with django_assert_num_queries(count):
                client.get(address)
        for _ in range(MOST - 1):
            client.post(ADD, new_browser())
        for address, count in ((MINE, 11), (SETTINGS, 5)):
            with django_assert_num_queries(count):
                client.get(address)


class TestChoosing:
    """Wants and previews, device by device."""

    def test_each_change_is_saved_with_a_line_in_the_ledger(self, as_person, norrby, device):
        address = reverse("notices:device_save", args=[device.pk])
        page = as_person("tenant").post(address, choices(device, wants="urgent", show_words="on"), follow=True)
        assert "Your choices for the device are saved." in page.text
        device.refresh_from_db()
        assert (device.wants, device.show_words) == ("urgent", True)
        assert ledger(norrby.tenant) == [True, True]

    def test_htmx_gets_the_list_alone(self, as_person, device):
        address = reverse("notices:device_save", args=[device.pk])
        answer = as_person("tenant").post(address, choices(device, wants="urgent"), headers={"hx-request": "true"})
        assert answer.status_code == 200
        assert "Your choices for the device are saved." in answer.text
        assert 'id="devices"' in answer.text
        assert "<html" not in answer.text

    def test_something_forged_changes_nothing(self, as_person, norrby, device):
        address = reverse("notices:device_save", args=[device.pk])
        as_person("tenant").post(address, choices(device, wants="allt", show_words="on"))
        device.refresh_from_db()
        assert (device.wants, device.show_words) == ("all", False)
        assert ledger(norrby.tenant) == [True]

    def test_saving_the_other_settings_leaves_devices_alone(self, as_person, norrby, device):
        as_person("tenant").post(SETTINGS, {"name": "Ny", "language": "sv"})
        device.refresh_from_db()
        assert device.wants == "all"

    def test_an_address_that_is_no_device_cannot_be_set_here(self, as_person, norrby):
        mail = Endpoint.objects.get(user=norrby.tenant, channel="email")
        client = as_person("tenant")
        save = reverse("notices:device_save", args=[mail.pk])
        assert client.post(save, choices(mail, wants="nothing")).status_code == 404
        assert client.post(STOP, {"device": mail.pk}).status_code == 404
        assert client.post(STOP, {"endpoint": mail.address}).json() == {"stopped": False}
        mail.refresh_from_db()
        assert mail.wants == "all"


class TestStopping:
    """ "Stop notices on this device", "Remove the device", signing out."""

    def test_by_the_list(self, as_person, norrby, device):
        page = as_person("tenant").post(STOP, {"device": device.pk}, follow=True)
        assert "The device gets no more notices." in page.text
        assert not Endpoint.objects.filter(channel="webpush").exists()
        assert ledger(norrby.tenant) == [True, False]

    def test_by_the_browser_itself(self, as_person, norrby, device):
        client = as_person("tenant")
        assert client.post(STOP, {"endpoint": device.address}).json() == {"stopped": True}
        assert client.post(STOP, {"endpoint": device.address}).json() == {"stopped": False}
        assert ledger(norrby.tenant) == [True, False]

    def test_somebody_elses_stays(self, as_person, norrby, device):
        client = as_person("contact")
        assert client.post(STOP, {"endpoint": device.address}).json() == {"stopped": False}
        assert client.post(STOP, {"device": device.pk}).status_code == 404
        assert Endpoint.objects.filter(pk=device.pk).exists()

    @pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 40, "1e3"])
    def test_nonsense_is_not_found(self, as_person, device, typed):
        assert as_person("tenant").post(STOP, {"device": typed}).status_code == 404


class TestRenewal:
    """The browser gets a new address by itself; its worker has no session."""

    @pytest.fixture
    def old(self, as_person, new_browser):
        fields = new_browser()
        as_person("tenant").post(ADD, fields)
        Endpoint.objects.filter(channel="webpush").update(wants="urgent", show_words=True, refusals=2)
        return {"old": fields["endpoint"], "old_auth": fields["auth"]}

    def test_the_device_keeps_its_person_and_choices(self, client, norrby, new_browser, old):
        new = new_browser()
        assert client.post(RENEW, new | old).status_code == 204
        device = Endpoint.objects.get(channel="webpush")
        assert (device.user, device.address) == (norrby.tenant, new["endpoint"])
        assert (device.wants, device.show_words, device.refusals) == ("urgent", True, 0)
        assert DeviceKeys.unsealed(device.sealed_keys) == DeviceKeys.read(new["p256dh"], new["auth"])
        assert ledger(norrby.tenant) == [True], "nothing about what is wanted has changed"

    def test_only_with_the_old_secret(self, client, new_browser, old):
        for proof in (
            {"old_auth": new_browser()["auth"]},
            {"old_auth": "AAAA"},
            {"old": "https://fcm.googleapis.com/x"},
        ):
            assert client.post(RENEW, new_browser() | old | proof).status_code == 404
        for wrong in ({"old_auth": "é"}, {"old": ""}, {"endpoint": "https://example.org/x"}):
            assert client.post(RENEW, new_browser() | old | wrong).status_code == 400
        assert Endpoint.objects.get(channel="webpush").address == old["old"]

    def test_it_never_takes_anothers_address(self, client, as_person, norrby, new_browser, old):
        theirs = new_browser()
        as_person("contact").post(ADD, theirs)
        client.post(RENEW, theirs | old)
        assert Endpoint.objects.get(channel="webpush", address=theirs["endpoint"]).user == norrby.contact
        assert Endpoint.objects.filter(channel="webpush").count() == 1

    def test_twice_is_as_good_as_once(self, client, new_browser, old):
        new = new_browser()
        assert client.post(RENEW, new | old).status_code == 204
        assert client.post(RENEW, new | old).status_code == 404
        assert Endpoint.objects.get(channel="webpush").address == new["endpoint"]


class TestWorker:
    """/sw.js."""

    def test_it_is_at_the_root_fresh_and_the_same_for_everyone(self, client, as_person):
        assert reverse("notices:worker") == "/sw.js"
        answer = client.get("/sw.js")
        assert answer["Content-Type"].startswith("text/javascript")
        assert "no-cache" in answer["Cache-Control"]
        assert as_person("tenant", "ar").get("/sw.js").text == answer.text

    def test_it_knows_the_neutral_words_in_every_language(self, client):
        first, _, second = client.get("/sw.js").text.partition(";\n")
        facts = json.loads(first.removeprefix("self.TRAPPAN = "))
        assert facts["neutral"].keys() == {"sv", "en", "ar", "so"}
        assert len({words["title"] for words in facts["neutral"].values()}) == 4
        assert facts["neutral"]["sv"]["title"] == "Nytt anslag för din trapp"
        assert facts["rightToLeft"] == ["ar"]
        assert "push-worker.js" in second
        assert "offline-worker.js" in second


@pytest.mark.parametrize(("language", "direction"), [("sv", "ltr"), ("ar", "rtl")])
def test_a_phone_can_keep_the_site_on_its_home_screen(client, language, direction):
    answer = client.get("/trappan.webmanifest", headers={"accept-language": language})
    assert answer["Content-Type"] == "application/manifest+json"
    facts = answer.json()
    assert (facts["lang"], facts["dir"], facts["display"]) == (language, direction, "standalone")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in facts["icons"]}
    assert 'rel="manifest"' in client.get("/").text
