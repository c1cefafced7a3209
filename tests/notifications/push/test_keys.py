"""Our key, the signatures made with it, and what a device may give us as keys."""

import base64
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from time import time

import pytest
import time_machine
from django.core.exceptions import SuspiciousOperation
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from notifications.push.keys import DeviceKeys, Signatures, decoded, new_key, problem, public_key
from tests.notifications.push.service import Push, Receiver
from watch.checks import push_has_a_key, push_is_on
from watch.keeping import kept_secret


def claims(header):
    middle = header.split("t=")[1].split(",")[0].split(".")[1]
    return json.loads(decoded(middle))


@pytest.fixture
def fields():
    return Receiver(Push()).fields


class TestSignatures:
    """RFC 8292."""

    def test_one_is_used_for_some_hours_and_then_made_anew(self, settings):
        signatures, first = Signatures(), "https://fcm.googleapis.com"
        with time_machine.travel(1_800_000_000, tick=False) as clock:
            header = signatures.to(first)
            clock.shift(5.9 * 3600)
            assert signatures.to(first) == header
            clock.shift(0.2 * 3600)
            assert signatures.to(first) != header

    @pytest.mark.parametrize("hours", range(0, 40, 3))
    def test_it_is_never_valid_for_more_than_a_day_and_never_over(self, hours):
        signatures = Signatures()
        with time_machine.travel(1_800_000_000, tick=False) as clock:
            signatures.to("https://fcm.googleapis.com")
            clock.shift(hours * 3600)
            left = claims(signatures.to("https://fcm.googleapis.com"))["exp"] - time()
            assert 3600 < left <= 24 * 3600

    def test_a_clock_set_back_a_week_does_not_keep_an_old_one(self):
        signatures = Signatures()
        with time_machine.travel(1_800_000_000, tick=False) as clock:
            signatures.to("https://fcm.googleapis.com")
            clock.shift(-7 * 24 * 3600)
            assert claims(signatures.to("https://fcm.googleapis.com"))["exp"] - time() <= 24 * 3600

    def test_each_service_another_key_and_another_subject_have_their_own(self, settings):
        signatures = Signatures()
        one = signatures.to("https://fcm.googleapis.com")
        assert claims(one)["aud"] == "https://fcm.googleapis.com"
        assert claims(signatures.to("https://web.push.apple.com"))["aud"] == "https://web.push.apple.com"
        settings.VAPID_SUBJECT = "https://trappan.example.org"
        assert claims(signatures.to("https://fcm.googleapis.com"))["sub"] == "https://trappan.example.org"
        settings.VAPID_PRIVATE_KEY = new_key()[0]
        assert public_key() in signatures.to("https://fcm.googleapis.com")


class TestOurKey:
    """From the settings."""

    def test_the_command_prints_a_key_that_works(self, settings):
        out = StringIO()
        call_command("make_vapid_keys", stdout=out)
        comment, line = out.getvalue().splitlines()
        settings.VAPID_PRIVATE_KEY = line.removeprefix("VAPID_PRIVATE_KEY=")
        assert problem() == ""
        assert comment.endswith(public_key())
        assert len(decoded(public_key())) == 65

    def test_without_one_there_is_a_warning_and_no_public_key(self, settings):
        settings.VAPID_PRIVATE_KEY = ""
        assert public_key() == ""
        assert [found.id for found in push_is_on(None)] == ["watch.W008"]
        assert not push_is_on(None)[0].is_serious()

    @pytest.mark.parametrize("key", ["nonsense", "AAAA", "!", "A" * 43, "x" * 500])
    def test_one_that_is_none_stops_the_start(self, settings, key):
        settings.VAPID_PRIVATE_KEY = key
        assert [found.id for found in push_has_a_key(None)] == ["watch.E008"]

    @pytest.mark.parametrize("subject", ["", "drift@example.org", "http://example.org", "mailto:", "https://"])
    def test_a_subject_nobody_can_write_to_does_too(self, settings, subject):
        settings.VAPID_SUBJECT = subject
        assert [found.id for found in push_has_a_key(None)] == ["watch.E008"]

    @pytest.mark.parametrize("subject", ["mailto:drift@example.org", "https://trappan.example.org"])
    def test_a_good_one_does_not(self, settings, subject):
        settings.VAPID_SUBJECT = subject
        assert push_has_a_key(None) == []

    def test_a_try_out_makes_its_own_once_and_keeps_it_to_itself(self, tmp_path):
        file = tmp_path / "vapid"
        with ThreadPoolExecutor(8) as threads:
            made = set(threads.map(lambda _: kept_secret(file), range(32)))
        assert len(made) == 1
        assert kept_secret(file) in made
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert os.listdir(tmp_path) == ["vapid"]

    @pytest.mark.parametrize(("debug", "expected"), [("1", "True"), ("0", "False")])
    def test_in_earnest_nothing_is_made_up(self, tmp_path, debug, expected):
        show = "from watch import settings as s; print(bool(s.VAPID_PRIVATE_KEY), (s.RUN_DIR / 'vapid').exists())"
        environment = {
            "PATH": "/usr/bin:/bin",
            "ENV_FILE": "/dev/null",
            "DEBUG": debug,
            "RUN_DIR": str(tmp_path),
            "SECRET_KEY": "x",
            "ALLOWED_HOSTS": "trappan.example.org",
            "DATABASE_URL": "sqlite:///:memory:",
            "SMTP_URL": "smtp://127.0.0.1:1",
        }
        answer = subprocess.run(
            [sys.executable, "-c", show], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        assert answer.stdout.split() == [expected, expected]


class TestDeviceKeys:
    """From strangers."""

    def test_they_are_kept_sealed_and_come_back_the_same(self, fields):
        keys = DeviceKeys.read(fields["p256dh"], fields["auth"])
        sealed = keys.sealed()
        assert fields["auth"].encode() not in sealed
        assert DeviceKeys.unsealed(sealed) == keys
        with pytest.raises(SuspiciousOperation):
            DeviceKeys.unsealed(b"forged")

    def test_with_padding_or_without(self, fields):
        padded = {name: value + "=" * (-len(value) % 4) for name, value in fields.items()}
        assert DeviceKeys.read(padded["p256dh"], padded["auth"]) == DeviceKeys.read(fields["p256dh"], fields["auth"])

    @given(st.binary(max_size=80), st.binary(max_size=20))
    def test_whatever_comes_is_a_point_and_a_secret_or_refused(self, point, secret):
        with pytest.raises(ValueError):  # noqa: PT011 - a point at random is on the curve less often than never
            DeviceKeys.read(base64.urlsafe_b64encode(point).decode(), base64.urlsafe_b64encode(secret).decode())

    @given(st.text(max_size=100), st.text(max_size=30))
    def test_whatever_is_typed_is_a_value_error_at_worst(self, p256dh, auth):
        with pytest.raises(ValueError):  # noqa: PT011
            DeviceKeys.read(p256dh, auth)
