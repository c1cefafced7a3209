"""A mail server that writes down every Message-ID it takes before it says yes: `python -m ... PORT FILE PAUSE`.

PAUSE is the seconds each mail takes. The name of a recipient says what befalls a mail to it, `-` and a number apart:
`hang` and `cut` are taken, and then the first answer never comes or the connection ends; `closing` is met with a 421
the first time and `busy` with a 451; `unknown` is refused with a 550.
"""

# ruff: noqa: N802 - aiosmtpd looks for these names

import asyncio
import logging
import re
import sys
from collections import Counter

from aiosmtpd.smtp import SMTP

NEVER = 3600
AT_FIRST = {"closing": "421 4.3.2 Closing", "busy": "451 4.2.1 Try again later"}


class Counting:
    def __init__(self, path: str, pause: float) -> None:
        self._file = open(path, "a", buffering=1)  # noqa: SIM115
        self._pause = pause
        self._met: Counter[str] = Counter()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_RCPT(self, server, session, envelope, address, options):
        trouble = address.split("-")[0]
        self._met[address] += 1
        if trouble == "unknown":
            return "550 5.1.1 No such person here"
        if trouble in AT_FIRST and self._met[address] == 1:
            answer = AT_FIRST[trouble]
            if answer.startswith("421"):
                await server.push(answer)
                server.transport.close()
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        found = re.search(rb"^Message-ID: (<[^>]+>)", envelope.original_content, re.MULTILINE)
        self._file.write(f"{found[1].decode()} {address}\n")
        await asyncio.sleep(self._pause)
        if self._met[address] == 1:
            if address.startswith("hang-"):
                await asyncio.sleep(NEVER)
            if address.startswith("cut-"):
                server.transport.abort()
        return "250 OK"


async def serve(port: int, path: str, pause: float) -> None:
    logging.disable(logging.INFO)
    handler = Counting(path, pause)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
