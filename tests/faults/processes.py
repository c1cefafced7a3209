"""Processes of a test's own: started in a group of their own, killed or stopped together, never anyone else's."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def wait_until(true: Callable[[], object], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {what}"
        time.sleep(0.05)


class Process:
    """A program and everything it starts."""

    def __init__(self, command: list[str], log: Path, **options) -> None:
        self._log = log.open("ab")
        self.command = command
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
        )

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL the program and its children, with no chance to say goodbye."""
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: everything in hand stays in hand."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.is_running:
            self._signal(how)

    def ask_to_stop(self, how: signal.Signals, seconds: float) -> None:
        """Signal the program alone and let it see to its children."""
        self.process.send_signal(how)
        self.process.wait(seconds)
        self._log.close()

    def _signal(self, how: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, how)
        except ProcessLookupError:
            return
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
        self._log.close()
