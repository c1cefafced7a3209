"""A mail server that writes down when each mail came, in seconds since 1970: `python -m ... PORT FILE`."""

# ruff: noqa: N802 - aiosmtpd looks for this name

import asyncio
import logging
import sys
import time
from typing import Any

from aiosmtpd.smtp import SMTP


class Stamping:
    """Takes everything."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "a", buffering=1)  # noqa: SIM115

    async def handle_DATA(self, *_: Any) -> str:
        """The moment, then yes."""
        self._file.write(f"{time.time()}\n")
        return "250 OK"


async def serve(port: int, path: str) -> None:
    """Until it is stopped."""
    logging.disable(logging.INFO)
    handler = Stamping(path)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
