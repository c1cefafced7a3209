"""A mail server that writes down every Message-ID it takes before it says yes: `python -m ... PORT FILE`."""

# ruff: noqa: N802 - aiosmtpd looks for this name

import asyncio
import logging
import re
import sys

from aiosmtpd.smtp import SMTP

# Long enough that a kill hits in the middle of a notice, short enough that the test does not drag.
PAUSE = 0.002


class Counting:
    def __init__(self, path: str) -> None:
        self._file = open(path, "a", buffering=1)  # noqa: SIM115

    async def handle_DATA(self, server, session, envelope):
        found = re.search(rb"^Message-ID: (<[^>]+>)", envelope.original_content, re.MULTILINE)
        self._file.write(f"{found[1].decode()} {envelope.rcpt_tos[0]}\n")
        await asyncio.sleep(PAUSE)
        return "250 OK"


async def serve(port: int, path: str) -> None:
    logging.disable(logging.INFO)
    handler = Counting(path)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
