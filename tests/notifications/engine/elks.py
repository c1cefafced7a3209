"""46elks as far as we use it: a real HTTP server on a free port that keeps connections and answers as scripted."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class Elks:
    """What the provider took and how. `answers` maps a number to (status, headers, body), or a list used in turn."""

    def __init__(self):
        self.taken: list[dict[str, str]] = []
        self.asked_at: list[float] = []
        self.connections: set = set()
        self.in_flight = self.most_in_flight = 0
        self.latency = 0.0
        self.together = 0
        self.answers: dict[str, object] = {}
        self.to_all: list[tuple] = []
        self.hang_up_on: set[str] = set()
        self._changed = threading.Condition()

    def numbers(self):
        return [sms["to"] for sms in self.taken]

    def enter(self, connection):
        """Count the request; the first ones wait for each other when the test asks for that."""
        with self._changed:
            self.connections.add(connection)
            self.asked_at.append(time.monotonic())
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most_in_flight >= self.together, timeout=10)

    def leave(self):
        with self._changed:
            self.in_flight -= 1

    def answer(self, form):
        with self._changed:
            if self.to_all:
                return self.to_all.pop(0)
            scripted = self.answers.get(form["to"])
            if isinstance(scripted, list):
                scripted = scripted.pop(0) if scripted else None
            if scripted:
                return scripted
            self.taken.append(form)
            return 200, {}, json.dumps({"id": f"s{len(self.taken):032x}", "status": "created", "to": form["to"]})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave as one packet; otherwise each answer waits for the other side's ACK.
    wbufsize = -1

    def do_POST(self):
        elks = self.server.elks
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        elks.enter(self.client_address)
        try:
            time.sleep(elks.latency)
            if form["to"] in elks.hang_up_on:
                elks.taken.append(form)
                self.close_connection = True
                return
            expected = "Basic " + base64.b64encode(b"elk:moose").decode()
            good = self.path == "/a1/sms" and self.headers["Authorization"] == expected
            status, headers, body = elks.answer(form) if good else (401, {}, "Wrong password")
        finally:
            elks.leave()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body.encode())), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_args):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, elks):
        super().__init__(("127.0.0.1", 0), Handler)
        self.elks = elks

    def handle_error(self, *_args):
        """A client that went away is no news."""
