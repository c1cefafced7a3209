"""Connections to push services: only to public addresses, checked when we connect, and never waited on for long.

A name is resolved here and nowhere else, every address it has is looked at, and the connection goes to one that was
looked at; a name that answers differently the next time (DNS rebinding) gains nothing. httpcore follows no redirects
and asks no proxy.
"""

import ipaddress
import os
import socket
import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any, Final

import httpcore
from django.conf import settings

from notifications.push.services import is_test_service

IN_FLIGHT: Final = 16
# Seconds to connect, and to have the whole answer after our last word.
CONNECT, ANSWER = 4.0, 8.0
LONGEST_ANSWER: Final = 16 * 1024
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddress(httpcore.ConnectError):
    """The name leads to an address that is not on the public internet."""


def is_public(text: str) -> bool:
    """Whether an IP address is on the public internet, and so is any address hidden inside it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return all(part.is_global and not part.is_multicast for part in (address, *_inside(address)))


def _inside(address: Address) -> Iterable[Address]:
    """IPv4 addresses that an IPv6 address stands for."""
    if address.version == 4:
        return
    yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
    if address in NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host.

    Raises:
        PrivateAddress: one of them is not public.
        httpcore.ConnectError: it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("The name was not found.") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    if not addresses or not all(map(is_public, addresses)):
        raise PrivateAddress("The name does not lead to the public internet.")
    return addresses


class BoundedStream(httpcore.NetworkStream):
    """A connection whose answer must be there ANSWER seconds after our last word, however slowly it drips."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._until = monotonic() + ANSWER

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read, within the time that is left."""
        left = self._until - monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("The answer took too long.")
        return self._stream.read(max_bytes, left if timeout is None else min(left, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write; the time to answer starts again."""
        self._stream.write(buffer, timeout)
        self._until = monotonic() + ANSWER

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go over to TLS, with the certificate checked against the name we were asked to call."""
        return BoundedStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What httpcore wants to know of the connection."""
        return self._stream.get_extra_info(info)


class PublicOnly(httpcore.NetworkBackend):
    """Connects to public addresses, and to the push service of a test."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that answers; each gets half of the time that is left.

        Raises:
            httpcore.ConnectError, httpcore.ConnectTimeout: none does.
        """
        until = monotonic() + (timeout or CONNECT)
        local = is_test_service(f"http://{host}:{port}")
        trouble: Exception = httpcore.ConnectTimeout("No address answered.")
        for address in [host] if local else public_addresses(host, port):
            left = until - monotonic()
            if left <= 0:
                break
            try:
                stream = self._plain.connect_tcp(address, port, left / 2, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
            else:
                return BoundedStream(stream)
        raise trouble

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never. Raises httpcore.ConnectError."""
        raise httpcore.ConnectError("No push service is a file.")


class Kept:
    """This process's connections, kept between batches; another process, or another test service, gets its own."""

    def __init__(self) -> None:
        self._key: tuple[Any, ...] = ()
        self._pool: httpcore.ConnectionPool | None = None

    def pool(self) -> httpcore.ConnectionPool:
        """The connections."""
        key = (os.getpid(), settings.PUSH_TEST_ORIGIN)
        if self._pool is None or key != self._key:
            if self._pool is not None and self._key[0] == os.getpid():
                self._pool.close()
            self._key = key
            self._pool = httpcore.ConnectionPool(
                max_connections=IN_FLIGHT,
                max_keepalive_connections=IN_FLIGHT,
                keepalive_expiry=60.0,
                network_backend=PublicOnly(),
            )
        return self._pool


kept: Final = Kept()
TIMEOUTS: Final = {"connect": CONNECT, "read": ANSWER, "write": ANSWER, "pool": ANSWER}


def post(
    pool: httpcore.ConnectionPool, address: str, headers: dict[str, str], body: bytes
) -> tuple[int, dict[str, str]]:
    """POST, and answer with the status and the headers in small letters; the answer's body is thrown away.

    Raises:
        httpcore.ConnectError, TimeoutException, NetworkError, ProtocolError: it did not get through.
    """
    with pool.stream(
        "POST", address, headers=list(headers.items()), content=body, extensions={"timeout": TIMEOUTS}
    ) as response:
        size = 0
        for chunk in response.iter_stream():
            size += len(chunk)
            if size > LONGEST_ANSWER:
                break
        told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return response.status, told
