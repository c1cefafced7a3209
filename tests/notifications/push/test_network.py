"""Where a name may lead: the public internet, at the address that was looked at, and nowhere else."""

import ipaddress
import socket
import threading

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.push import network
from notifications.push.network import PrivateAddress, PublicOnly, is_public, public_addresses


def answers(*addresses):
    """What a name server would say."""
    families = {4: socket.AF_INET, 6: socket.AF_INET6}
    return [
        (families[ipaddress.ip_address(text.split("%")[0]).version], socket.SOCK_STREAM, 6, "", (text, 443))
        for text in addresses
    ]


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2002:c0a8:101::1", "2001:0:7f00:1::", "", "localhost", "1.2.3", "0x7f000001",
    ],
)  # fmt: skip
def test_an_address_that_is_not_on_the_internet_is_not_public(text):
    assert not is_public(text)


@pytest.mark.parametrize("text", ["8.8.8.8", "142.250.74.10", "2a00:1450:400f:80c::200a", "64:ff9b::808:808"])
def test_one_on_the_internet_is(text):
    assert is_public(text)


private = st.sampled_from(
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8"]
).flatmap(lambda network: st.ip_addresses(v=4, network=network))


@given(private)
def test_no_way_of_writing_a_private_address_makes_it_public(address):
    number = int(address)
    for written in (
        str(address),
        f"::ffff:{address}",
        str(ipaddress.IPv6Address((0x64FF9B << 96) | number)),
        str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1)),
    ):
        assert not is_public(written), written


@given(st.lists(st.ip_addresses().map(str), min_size=1, max_size=5))
def test_one_private_address_among_many_is_enough_to_refuse(found):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network.socket, "getaddrinfo", lambda *args, **kwargs: answers(*found))
        if all(map(is_public, found)):
            assert public_addresses("push.example.org", 443) == list(dict.fromkeys(found))
        else:
            with pytest.raises(PrivateAddress):
                public_addresses("push.example.org", 443)


class TestConnecting:
    """The connection itself."""

    @pytest.fixture
    def dialled(self, monkeypatch):
        """Addresses a connection was opened to."""
        asked = []

        def connect(backend, host, port, *rest):
            asked.append((host, port))
            raise httpcore.ConnectError

        monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
        return asked

    def test_it_goes_to_the_address_that_was_checked_and_asks_the_name_only_once(self, monkeypatch, dialled):
        """DNS rebinding: the second answer would be private."""
        says = iter([answers("8.8.8.8"), answers("127.0.0.1")])
        monkeypatch.setattr(network.socket, "getaddrinfo", lambda *args, **kwargs: next(says))
        with pytest.raises(httpcore.ConnectError):
            PublicOnly().connect_tcp("push.example.org", 443, 1.0)
        assert dialled == [("8.8.8.8", 443)]
        with pytest.raises(PrivateAddress):
            PublicOnly().connect_tcp("push.example.org", 443, 1.0)
        assert dialled == [("8.8.8.8", 443)]

    def test_the_next_address_is_tried(self, monkeypatch, dialled):
        both = answers("2a00:1450:400f:80c::200a", "8.8.8.8")
        monkeypatch.setattr(network.socket, "getaddrinfo", lambda *args, **kwargs: both)
        with pytest.raises(httpcore.ConnectError):
            PublicOnly().connect_tcp("push.example.org", 443, 1.0)
        assert [host for host, _port in dialled] == ["2a00:1450:400f:80c::200a", "8.8.8.8"]

    @pytest.mark.parametrize("error", [socket.gaierror, UnicodeError, OSError])
    def test_a_name_nobody_knows_is_no_connection(self, monkeypatch, error):
        def nothing(*args, **kwargs):
            raise error

        monkeypatch.setattr(network.socket, "getaddrinfo", nothing)
        with pytest.raises(httpcore.ConnectError):
            PublicOnly().connect_tcp("push.example.org", 443, 1.0)

    def test_no_file_is_a_push_service(self):
        with pytest.raises(httpcore.ConnectError):
            PublicOnly().connect_unix_socket("/run/something.sock")

    def test_tls_is_checked_against_the_name_and_not_the_address(self, monkeypatch):
        """A server that answers at the right address without the right certificate is refused."""
        with socket.create_server(("127.0.0.1", 0)) as server:

            def serve():
                connection, _ = server.accept()
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 201 Created\r\n\r\n")
                connection.close()

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            port = server.getsockname()[1]
            real = httpcore.SyncBackend.connect_tcp
            monkeypatch.setattr(network.socket, "getaddrinfo", lambda *args, **kwargs: answers("8.8.8.8"))
            monkeypatch.setattr(
                httpcore.SyncBackend,
                "connect_tcp",
                lambda backend, host, _port, *rest: real(backend, "127.0.0.1", port),
            )
            monkeypatch.setattr(network.socket, "create_connection", self.plain)
            with network.Kept().pool() as pool, pytest.raises(httpcore.ConnectError):
                network.post(pool, "https://fcm.googleapis.com/x", {}, b"x")
            thread.join(5)

    @staticmethod
    def plain(address, timeout=None, **_options):
        made = socket.socket()
        made.settimeout(timeout)
        made.connect(address)
        return made
