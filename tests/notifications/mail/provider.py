"""A mail provider's edge (Postmark's interface) on a free port, that refuses, stalls or limits when told to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeProvider:
    """Keeps what it took; `script` maps a local part to (HTTP status, answer), the answer's usual form when None."""

    def __init__(self, script=None, pause=0.0):
        self.script, self.pause = script or {}, pause
        self.taken: list[dict] = []
        self.connections: set[int] = set()
        self.in_flight = self.most_in_flight = 0
        self._lock = threading.Lock()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                provider.connections.add(self.client_address[1])
                with provider._lock:
                    provider.in_flight += 1
                    provider.most_in_flight = max(provider.most_in_flight, provider.in_flight)
                mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(provider.pause)
                status, answer = provider.answer(mail)
                with provider._lock:
                    provider.in_flight -= 1
                if status == "drop":
                    self.close_connection = True
                    return
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Nothing to say."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, mail):
        name = mail["To"].split("@")[0]
        status, answer = self.script.get(name, (200, None))
        if status == 200 and answer is None:
            self.taken.append(mail)
            answer = {"ErrorCode": 0, "Message": "OK", "To": mail["To"], "MessageID": f"pm-{name}"}
        return status, answer

    def close(self):
        self._server.shutdown()
        self._server.server_close()
