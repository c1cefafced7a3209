"""A mail server written out by hand, so that it can do what no proper one does, and sees how commands are grouped."""

import contextlib
import select
import socket
import threading
import time
from collections import Counter

DROP, HANG = "drop", "hang"
# Takes the text and hangs up before the answer.
DROP_AFTER = "drop after"


class Postman:
    """Answers each command as `script` says: {(verb, local part): [answer, ...]}, the last answer for ever.

    Verbs are MAIL, RCPT, DATA and TEXT; at MAIL the local part is that of the mail before (or ""). `closes_after`
    ends a connection after so many mails, with a 421 or (`is_rude`) without a word. `pause` is seconds before
    the answer to a text.
    """

    def __init__(self, *, pipelining=True, script=None, closes_after=None, is_rude=False, pause=0.0):
        self.pipelining, self.script, self.pause = pipelining, script or {}, pause
        self.closes_after, self.is_rude = closes_after, is_rude
        self.taken: list[tuple[str, bytes]] = []
        self.empty = 0
        self.connections = 0
        self.waits = 0
        self.too_early = 0
        self.verbs: Counter[str] = Counter()
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._done.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.hang_up()
        self._thread.join(5)

    def hang_up(self):
        """End every connection there is."""
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def names(self):
        return [to.split("@")[0] for to, _ in self.taken]

    def _serve(self):
        while not self._done.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, contextlib.suppress(OSError, EOFError):
            _Conversation(self, connection).hold()

    def answer(self, verb, name, usual):
        answers = self.script.get((verb, name))
        if not answers:
            return usual
        return (answers.pop(0) if len(answers) > 1 else answers[0]) or usual


class _Conversation:
    def __init__(self, postman, connection):
        self.postman, self.connection = postman, connection
        self.buffer = b""
        self.to = ""
        self.name = ""
        self.in_mail = False
        self.carried = 0

    def line(self):
        while b"\r\n" not in self.buffer:
            self.postman.waits += 1
            more = self.connection.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        assert b"\n" not in line
        return line

    def say(self, words):
        if words == DROP:
            raise EOFError
        if words == HANG:
            self.postman._done.wait()
            raise EOFError
        self.connection.sendall(words.encode() + b"\r\n")
        if words.startswith("421"):
            raise EOFError
        return words

    def hold(self):
        self.say("220 post.example.org")
        while True:
            line = self.line()
            verb = line.split(b" ")[0].split(b":")[0].decode().upper()
            self.postman.verbs[verb] += 1
            getattr(self, f"on_{verb.lower()}")(line)

    def on_ehlo(self, line):
        self.say("250-post.example.org\r\n250-PIPELINING\r\n250 SIZE" if self.postman.pipelining else "250 post")

    def on_noop(self, line):
        self.say("250 ok")

    def on_rset(self, line):
        self.in_mail, self.to = False, ""
        self.say("250 ok")

    def on_quit(self, line):
        self.say("221 bye")
        raise EOFError

    def on_mail(self, line):
        if self.in_mail:
            self.say("503 nested MAIL")
            return
        if self.postman.closes_after is not None and self.carried >= self.postman.closes_after:
            self.say(DROP if self.postman.is_rude else "421 enough mails")
        self.in_mail = self.say(self.postman.answer("MAIL", self.name, "250 ok")).startswith("2")

    def on_rcpt(self, line):
        to = line[len(b"RCPT TO:<") : -1].decode()
        self.name = to.split("@")[0]
        if not self.in_mail:
            self.say("503 MAIL first")
        elif self.say(self.postman.answer("RCPT", self.name, "250 ok")).startswith("2"):
            self.to = to

    def on_data(self, line):
        usual = "354 go on" if self.to else "554 no valid recipients"
        # RFC 2920: nothing may follow DATA before it is answered.
        if self.buffer or select.select([self.connection], [], [], 0.005)[0]:
            self.postman.too_early += 1
        if self.say(self.postman.answer("DATA", self.name, usual)).startswith("354"):
            self.on_text()

    def on_text(self):
        lines = []
        while (line := self.line()) != b".":
            lines.append(line.removeprefix(b"."))
        answer = self.postman.answer("TEXT", self.name, "250 taken")
        time.sleep(self.postman.pause)
        if not self.to:
            self.postman.empty += 1
            assert not lines
            answer = "554 no valid recipients"
        elif answer.startswith("250") or answer == DROP_AFTER:
            self.postman.taken.append((self.to, b"\r\n".join(lines) + b"\r\n"))
        self.carried += 1
        self.in_mail, self.to = False, ""
        self.say(DROP if answer == DROP_AFTER else answer)
