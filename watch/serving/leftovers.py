"""One supervisor a run folder, and nothing left of an earlier one that was killed."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from watch.serving.processes import born, end_group

STOPPING_TAKES = 10.0


class AlreadyRunningError(Exception):
    """Another supervisor holds the folder; the text says which."""


def hold(folder: Path) -> TextIO:
    """The folder's lock, held as long as the file is open; a killed holder loses it by itself.

    Waits for an earlier supervisor that is about to stop.

    Raises:
        AlreadyRunningError: it goes on running.
    """
    lock = (folder / "serve.lock").open("a+")
    until = time.monotonic() + STOPPING_TAKES
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                lock.seek(0)
                raise AlreadyRunningError(lock.read().strip()) from None
            time.sleep(0.2)
        else:
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            return lock


def remember(folder: Path, pids: Iterable[int]) -> None:
    """Write down who is running, for the next start to find if this one is killed."""
    record = folder / "serve.children"
    fresh = record.with_suffix(".part")
    fresh.write_text(json.dumps({str(pid): born(pid) for pid in pids}))
    fresh.replace(record)


def clear(folder: Path, *, patience: float = 6.0) -> int:
    """End what a killed supervisor left behind, and answer how many processes that were.

    On Linux they have had their SIGTERM from the kernel already; elsewhere this is the only end they get.
    """
    record = folder / "serve.children"
    try:
        known: dict[str, str] = json.loads(record.read_text())
    except (OSError, ValueError):
        return 0
    left = {int(pid): when for pid, when in known.items() if when and born(int(pid)) == when}
    for pid in left:
        os.kill(pid, signal.SIGTERM)
    found = len(left)
    until = time.monotonic() + patience
    while left and time.monotonic() < until:
        time.sleep(0.1)
        left = {pid: when for pid, when in left.items() if born(pid) == when}
    for pid in left:
        end_group(pid)
    record.unlink(missing_ok=True)
    return found
