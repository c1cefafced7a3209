"""A provider of SMS and push that answers after 50 ms and says how it was called: `python -m ... PORT [REST_AFTER]`.

After REST_AFTER requests it says 429 with Retry-After for REST seconds, once. `GET /count` answers what it counted:
requests taken, the most in flight, connections, and requests that came although they had been told to wait.
"""

import asyncio
import json
import sys
import time

LATENCY = 0.05
REST = 2
# Seconds in which requests that were on their way when the first 429 left still arrive.
GRACE = 0.3


class Count:
    """What came."""

    def __init__(self, rest_after: int) -> None:
        self.taken = self.in_flight = self.most_in_flight = self.connections = self.told_to_wait = self.too_early = 0
        self._rest_after, self._rests_until, self._said_at = rest_after, 0.0, 0.0

    def is_resting(self) -> bool:
        """Whether this request gets a 429; what comes against our word is counted."""
        now = time.monotonic()
        if self._rest_after and self.taken >= self._rest_after:
            self._rest_after, self._said_at, self._rests_until = 0, now, now + REST
        if now >= self._rests_until:
            return False
        self.told_to_wait += 1
        self.too_early += now > self._said_at + GRACE
        return True

    def answer(self) -> dict[str, int]:
        """As `/count` says it."""
        names = ("taken", "most_in_flight", "connections", "told_to_wait", "too_early")
        return {name: getattr(self, name) for name in names}


class Caller(asyncio.Protocol):
    """One connection: requests with a Content-Length, one after the other."""

    def __init__(self, count: Count) -> None:
        self._count, self._heard, self._asked = count, b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, gap, rest = self._heard.partition(b"\r\n\r\n")
        if not gap:
            return
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", b"0"))
        if len(rest) < length:
            return
        self._heard = rest[length:]
        if head.startswith(b"GET /count"):
            self._say(b"200 OK", json.dumps(self._count.answer()).encode())
            return
        self._count.connections += not self._asked
        self._asked += 1
        self._take(is_push=b" /push/" in head.partition(b"\r\n")[0])

    def _take(self, *, is_push: bool) -> None:
        count = self._count
        if count.is_resting():
            self._say(b"429 Too Many Requests", b"", b"Retry-After: %d\r\n" % REST)
            return
        count.taken += 1
        count.in_flight += 1
        count.most_in_flight = max(count.most_in_flight, count.in_flight)
        body = b"" if is_push else json.dumps({"id": f"s{count.taken:032x}", "parts": 1}).encode()
        asyncio.get_running_loop().call_later(LATENCY, self._done, b"201 Created" if is_push else b"200 OK", body)

    def _done(self, status: bytes, body: bytes) -> None:
        self._count.in_flight -= 1
        self._say(status, body)

    def _say(self, status: bytes, body: bytes, headers: bytes = b"") -> None:
        self._transport.write(b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, headers, len(body), body))


async def serve(port: int, rest_after: int) -> None:
    """Until it is stopped."""
    count = Count(rest_after)
    server = await asyncio.get_running_loop().create_server(lambda: Caller(count), "127.0.0.1", port, backlog=128)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
