"""A real SMTP server on a free port, that refuses, stalls or hangs up when told to."""

# ruff: noqa: N802 - aiosmtpd looks for these names

import email
import email.policy
from collections import Counter, defaultdict
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Post:
    """The server's handler: keeps what it took, and answers as the test has scripted it.

    `at_rcpt` and `at_data` map a local part to an answer, or to a list of answers used one after the other
    (the last of them, None, is a yes). An answer `DROP` cuts the connection instead; `DROP_AFTER` takes the
    mail and cuts the connection before the answer; a 421 closes as RFC 5321 says.
    """

    DROP, DROP_AFTER = "drop", "drop after"

    def __init__(self):
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.connections = 0
        self.at_mail: list[str] = []
        self.at_rcpt: dict[str, str | list[str | None]] = {}
        self.at_data: dict[str, str | list[str | None]] = {}
        self.asked: Counter[str] = Counter()

    def recipients(self) -> list[str]:
        return [mail["To"] for mail in self.taken]

    def message_ids(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for mail in self.taken:
            found[mail["Message-ID"]].append(mail["To"])
        return found

    def _next(self, script, recipient):
        answers = script.get(recipient.split("@")[0])
        if isinstance(answers, list):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return answers

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = self.at_mail.pop(0) if self.at_mail else None
        if answer:
            return await self._say(server, answer)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked[address] += 1
        answer = self._next(self.at_rcpt, address)
        if answer:
            return await self._say(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self._next(self.at_data, envelope.rcpt_tos[0])
        if answer and answer != self.DROP_AFTER:
            return await self._say(server, answer)
        self.raw.append(envelope.original_content)
        self.taken.append(email.message_from_bytes(envelope.original_content, policy=email.policy.default))
        if answer:
            server.transport.abort()
        return "250 OK"

    async def _say(self, server, answer):
        if answer == self.DROP:
            server.transport.abort()
            return "421 gone"
        if answer.startswith("421"):
            await server.push(answer)
            server.transport.close()
        return answer


class Server(Controller):
    """Runs the handler; `port` is the one the machine gave it."""

    def __init__(self, post):
        super().__init__(post, hostname="127.0.0.1", port=0, ready_timeout=20)

    def factory(self):
        return SMTP(self.handler, enable_SMTPUTF8=False, hostname="post.example.org")

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
