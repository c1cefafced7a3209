"""A push service that is really there: it checks what RFC 8030, 8291 and 8292 ask for, and reads what it was sent.

It holds the devices' private keys, so it decrypts every message; a real one could not.
"""

import base64
import json
import re
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import jwt


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Receiver:
    """A device: its keys, and what came for it."""

    def __init__(self, service):
        self.name = secrets.token_urlsafe(12)
        self.private_key = generate_private_key(SECP256R1())
        self.secret = secrets.token_bytes(16)
        self.address = f"{service.origin}/push/{self.name}"
        self.got = []

    @property
    def fields(self):
        """What its browser posts."""
        point = self.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.address, "p256dh": b64(point), "auth": b64(self.secret)}

    def read(self, body):
        return http_ece.decrypt(body, private_key=self.private_key, auth_secret=self.secret, version="aes128gcm")


class Push:
    """What the service took. `answers` maps a device's name to (status, headers) or a list used in turn."""

    def __init__(self):
        self.origin = ""
        self.receivers = {}
        self.complaints = []
        self.keys = set()
        self.tokens = set()
        self.asked = []
        self.connections = set()
        self.in_flight = self.most_in_flight = self.together = 0
        self.latency = 0.0
        self.answers = {}
        self.to_all = []
        self.hangs = set()
        self.drips = set()
        self.over = threading.Event()
        self._changed = threading.Condition()

    def receiver(self):
        made = Receiver(self)
        self.receivers[made.name] = made
        return made

    def enter(self, connection, path):
        with self._changed:
            self.connections.add(connection)
            self.asked.append(path)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most_in_flight >= self.together, timeout=10)

    def leave(self):
        with self._changed:
            self.in_flight -= 1

    def answer(self, name, headers, body):
        with self._changed:
            if self.to_all:
                return self.to_all.pop(0)
            scripted = self.answers.get(name)
            if isinstance(scripted, list):
                scripted = scripted.pop(0) if scripted else None
            if scripted:
                return scripted
        receiver = self.receivers.get(name)
        if not receiver:
            return 404, {}
        try:
            message = self.check(receiver, headers, body)
        except Exception as error:  # noqa: BLE001 - whatever was wrong with it, the test is told
            self.complaints.append(repr(error))
            return 400, {}
        with self._changed:
            receiver.got.append(message)
        return 201, {"Location": f"/message/{secrets.token_urlsafe(8)}"}

    def check(self, receiver, headers, body):
        """The message, once it and its headers are what the standards ask for."""
        scheme, _, values = headers["Authorization"].partition(" ")
        assert scheme == "vapid"
        parts = dict(part.strip().split("=", 1) for part in values.split(","))
        claims = jwt.decode(parts["t"], parts["k"])
        self.keys.add(parts["k"])
        self.tokens.add(parts["t"])
        assert claims["aud"] == self.origin
        assert time.time() < claims["exp"] <= time.time() + 24 * 3600
        assert re.match("mailto:|https:", claims["sub"])
        assert headers["Content-Encoding"] == "aes128gcm"
        assert len(body) <= 4096
        assert headers["Urgency"] in {"very-low", "low", "normal", "high"}
        assert re.fullmatch("[A-Za-z0-9_-]{1,32}", headers["Topic"])
        assert "Cookie" not in headers
        clear = receiver.read(body)
        return {
            "ttl": int(headers["TTL"]),
            "urgency": headers["Urgency"],
            "topic": headers["Topic"],
            "size": len(body),
            "clear": clear,
            "message": json.loads(clear),
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_POST(self):
        push = self.server.push
        name = self.path.removeprefix("/push/")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        push.enter(self.client_address, self.path)
        try:
            time.sleep(push.latency)
            if name in push.hangs:
                push.over.wait(30)
                self.close_connection = True
                return
            if name in push.drips:
                self.drip(push)
                return
            status, headers = push.answer(name, self.headers, body)
        finally:
            push.leave()
        self.send_response(status)
        for header, value in {"Content-Length": "0", **headers}.items():
            self.send_header(header, value)
        self.end_headers()

    def drip(self, push):
        """An answer that never ends, one header at a time."""
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 201 Created\r\n")
        while not push.over.wait(0.05):
            try:
                self.wfile.write(b"X-More: yes\r\n")
                self.wfile.flush()
            except OSError:
                return

    def log_message(self, *_args):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, push):
        super().__init__(("127.0.0.1", 0), Handler)
        self.push = push
        push.origin = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_args):
        """A client that went away is no news."""

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self.push

    def __exit__(self, *_exception):
        self.push.over.set()
        self.shutdown()
        self.server_close()
