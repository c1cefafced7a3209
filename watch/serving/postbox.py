"""The demo's mail server: a real SMTP conversation, and every message kept as a file instead of being sent on.

Run as a script, apart from Django: `python postbox.py FOLDER FD`, FD an inherited listening socket. Each message
becomes `FOLDER/<unix ms>-<number>.eml`, with Return-Path and one Delivered-To a recipient on top; 2 000 stay.
So that a demo can show failures, an address that starts with `finns-inte` does not exist (550) and one that starts
with `upptagen` is busy (451).
"""

import asyncio
import itertools
import signal
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 2_000
REFUSED = {"finns-inte": "550 5.1.1 No such person here", "upptagen": "451 4.2.1 Mailbox busy, try again later"}


class Postbox:
    """What aiosmtpd asks for each recipient and each message."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self.folder = folder
        self.kept = kept
        self.names = sorted(path.name for path in folder.glob("*.eml"))
        self.number = itertools.count(1)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take every recipient but the two kinds that show a failure."""
        for start, answer in REFUSED.items():
            if address.lower().startswith(start):
                return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.keep(raw, sender=envelope.mail_from or "", recipients=envelope.rcpt_tos)
        return "250 2.0.0 Kept"

    def keep(self, message: bytes, *, sender: str, recipients: list[str]) -> Path:
        """Write one message whole or not at all, and drop the oldest beyond the limit."""
        head = f"Return-Path: <{sender}>\r\n" + "".join(f"Delivered-To: {address}\r\n" for address in recipients)
        name = f"{time.time_ns() // 1_000_000}-{next(self.number):06d}.eml"
        part = self.folder / f"{name}.part"
        part.write_bytes(head.encode() + message)
        path = part.rename(self.folder / name)
        self.names.append(name)
        while len(self.names) > self.kept:
            (self.folder / self.names.pop(0)).unlink(missing_ok=True)
        return path


async def serve(folder: Path, listener: socket.socket) -> None:
    """Answer until SIGTERM."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for half in folder.glob("*.part"):
        half.unlink()
    box = Postbox(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(box, hostname="localhost", ident="Trappan's demo postbox", enable_SMTPUTF8=True),
        sock=listener,
    )
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))))
