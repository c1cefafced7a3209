"""Asks the site whether it is ready, without ever making the supervisor wait."""

import socket
import time

TOO_LONG = 8.0
BETWEEN = 0.4


class Probe:
    """One question at a time to /readyz of a listening socket; `ready` once the answer was 200."""

    def __init__(self, listener: socket.socket, host: str) -> None:
        """`host` is a name the site answers to, for the Host header."""
        self.ready = False
        self.answer = "no answer yet"
        self.line: socket.socket | None = None
        self._listener = listener
        self._request = f"GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode("ascii", "replace")
        self._asked_at = 0.0
        self._read = b""

    def ask(self) -> socket.socket | None:
        """Ask when it is time to, and answer the connection to watch; None when there is nothing new to watch."""
        now = time.monotonic()
        if self.ready or now - self._asked_at < (TOO_LONG if self.line else BETWEEN):
            return None
        self.hang_up()
        self._asked_at, self._read = now, b""
        address = self._listener.getsockname()
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104 (compared, not bound)
        line = socket.socket(self._listener.family)
        try:
            # Our own listening socket takes the call at once, whether or not the web process is up yet.
            line.settimeout(1)
            line.connect((here, *address[1:]))
            line.sendall(self._request)
            line.settimeout(0)
        except OSError as error:
            line.close()
            self.answer = str(error)
            return None
        self.line = line
        return line

    def listen(self) -> bool:
        """Take what has come; True when the answer is complete and the connection is done with."""
        if self.line is None:
            return True
        try:
            data = self.line.recv(64 * 1024)
        except BlockingIOError:
            return False
        except OSError as error:
            self.answer = str(error)
            return True
        self._read += data
        if data:
            return False
        head, _, body = self._read.partition(b"\r\n\r\n")
        words = head.split(None, 2)
        self.ready = len(words) > 1 and words[1] == b"200"
        self.answer = body.decode(errors="replace").strip()[:300] or head.decode(errors="replace")[:80]
        return True

    def hang_up(self) -> None:
        """Close the connection, if one is open."""
        if self.line is not None:
            self.line.close()
            self.line = None
