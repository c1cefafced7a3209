"""Which addresses are called: what strangers may type, and what they may not make us do."""

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from notifications.push.services import LONGEST, UnknownService, browser, origin
from watch.checks import push_calls_known_services_only

REAL = {
    "https://fcm.googleapis.com/fcm/send/dqMhKLt8Lqs:APA91bFk7qwc4wjTz3nIy39fsaYa8T7cES-DEGp_Rca": "Chrome",
    "https://jmt17.google.com/fcm/send/dqMhKLt8Lqs:APA91bFk7qwc4wjTz3nIy39f": "Chrome",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABnQ0": "Firefox",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2bXfL47iAmlWXkcn%3d": "Edge",
    "https://web.push.apple.com/QK8lhjEvHZbFgHvKcJ4Xq": "Safari",
}


@pytest.mark.parametrize("address", REAL)
def test_the_browsers_own_services_are_called(address):
    assert origin(address) == f"https://{urlsplit(address).netloc}"
    assert browser(address) == REAL[address]


def test_an_address_as_long_as_edges_longest_is_taken():
    address = f"https://wns2-par02p.notify.windows.com/w/?token={'x' * 700}"
    assert origin(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://",
        "http://fcm.googleapis.com/fcm/send/x",
        "HTTPS://fcm.googleapis.com/fcm/send/x",
        "ftp://fcm.googleapis.com/",
        "https://fcm.googleapis.com:443/x",
        "https://fcm.googleapis.com:22/x",
        "https://fcm.googleapis.com./x",
        "https://FCM.googleapis.com/x",
        "https://me@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://fcm.googleapis.com\\@127.0.0.1/x",
        "https://127.0.0.1#fcm.googleapis.com/x",
        "https://127.0.0.1?fcm.googleapis.com/x",
        "https://fcm.googleapis.com.example.org/x",
        "https://evilfcm.googleapis.com/x",
        "https://googleapis.com/x",
        "https://notify.windows.com/x",
        "https://evilnotify.windows.com/x",
        "https://.notify.windows.com/x",
        "https://a..notify.windows.com/x",
        "https://-.push.apple.com/x",
        "https://[::1]/x",
        "https://[::1].push.apple.com/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://localhost/x",
        "https://%31%32%37.push.apple.com/x",
        "https://fcm.googleapis.com /x",
        "https://fcm.googleapis.com/x\r\nHost: localhost",
        "https://fcm.googleapis.com/\tx",
        "https://fcm.googleapis.com/å",
        "https://fcm。googleapis。com/x",
        f"https://fcm.googleapis.com/{'x' * LONGEST}",
        "//fcm.googleapis.com/x",
        "javascript:alert(1)//fcm.googleapis.com",
    ],
)
def test_nothing_else_is(address):
    with pytest.raises(UnknownService):
        origin(address)


hosts = st.text(string.ascii_letters + string.digits + ".-_@:[]%\\/#? \t\n", max_size=60)


@given(hosts, st.text(max_size=30))
@example("fcm.googleapis.com@localhost", "")
@example("localhost\\fcm.googleapis.com", "")
def test_whatever_is_typed_leads_to_a_known_host_or_nowhere(host, path):
    address = f"https://{host}/{path}"
    try:
        found = origin(address)
    except UnknownService:
        return
    name = found.removeprefix("https://")
    known = ("fcm.googleapis.com", "jmt17.google.com")
    assert name in known or name.endswith((".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com"))
    assert urlsplit(address).hostname == name
    assert urlsplit(address).port is None


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True))
def test_every_host_below_a_name_with_a_star_counts_and_the_name_itself_does_not(label):
    assume(not label.startswith("xn--"))
    assert origin(f"https://{label}.push.apple.com/x") == f"https://{label}.push.apple.com"
    with pytest.raises(UnknownService):
        origin(f"https://{label}push.apple.com/x")


class TestTheTestService:
    """A push service on this machine, for tests alone."""

    def test_only_exactly_that_one_is_called(self, settings):
        settings.PUSH_TEST_ORIGIN = "http://127.0.0.1:9000"
        assert origin("http://127.0.0.1:9000/push/1") == "http://127.0.0.1:9000"
        for other in (
            "http://127.0.0.1:9001/push/1",
            "https://127.0.0.1:9000/x",
            "http://localhost:9000/x",
            "http://127.0.0.1:9000@example.org/x",
            "http://127.0.0.1:90000/x",
        ):
            with pytest.raises(UnknownService):
                origin(other)

    def test_it_stops_the_start_in_earnest(self, settings):
        settings.PUSH_TEST_ORIGIN = "http://127.0.0.1:9000"
        settings.DEBUG = True
        assert push_calls_known_services_only(None) == []
        settings.DEBUG = False
        assert [problem.id for problem in push_calls_known_services_only(None)] == ["watch.E007"]


@pytest.mark.parametrize(
    "host", ["*", "*.com", "*.example.org", "127.0.0.1", "[::1]", "a.org:8", "https://a.org", "a", ""]
)
def test_a_list_that_would_let_anybody_in_stops_the_start(settings, host):
    settings.PUSH_HOSTS = ["fcm.googleapis.com", host]
    assert [problem.id for problem in push_calls_known_services_only(None)] == ["watch.E007"]


@pytest.mark.parametrize("host", ["push.example.org", "ntfy.example", "*.push.example.org"])
def test_a_service_of_ones_own_may_be_named(settings, host):
    settings.PUSH_HOSTS = [host]
    assert push_calls_known_services_only(None) == []
    assert origin(f"https://{host.replace('*', 'a')}/x")
