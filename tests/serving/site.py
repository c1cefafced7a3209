"""A whole Trappan of its own for a test: `manage.py serve` in a folder of its own, on a free port."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
NEVER_PASSED_ON = ("REDIS_URL", "DATABASE_URL", "SMTP_URL", "REDIS_DATABASE", "SITE_URL", "ALLOWED_HOSTS", "TEST_DEMO")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what: Callable[[], T], seconds: float = 30, why: str = "it did not happen in time") -> T:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, why
        time.sleep(0.1)
    return found


class Site:
    """Starts, watches and ends one `manage.py serve`; everything it starts carries its RUN_DIR."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = int(environment.pop("PORT", "0")) or free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in NEVER_PASSED_ON},
            "DJANGO_SETTINGS_MODULE": "watch.settings",
            "ENV_FILE": os.devnull,
            "RUN_DIR": str(folder),
            "PORT": str(self.port),
            "DEBUG": "1",
            "DEMO": "1",
            "QUIET_HOURS_DEFAULT": "",
            "SECRET_KEY": secrets.token_urlsafe(50),
            **environment,
        }
        self.log = folder.parent / f"{folder.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=check,
            timeout=180,
        )

    def prepare(self, template: Path | None = None) -> "Site":
        self.folder.mkdir(parents=True, exist_ok=True)
        if template:
            shutil.copy(template, self.folder / "trappan.sqlite3")
        else:
            self.manage("migrate", "-v0")
        return self

    def start(self, *options: str) -> "Site":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *options], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        return self

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def status(self, path: str) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": "localhost"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code
        except OSError:
            return 0

    def wait_ready(self, seconds: float = 60) -> "Site":
        until(lambda: self.status("/readyz") == 200, seconds, f"not ready:\n{self.text}")
        return self

    def wait_announced(self, seconds: float = 60) -> "Site":
        until(lambda: self.url in self.text, seconds, f"no address was printed:\n{self.text}")
        return self

    def processes(self) -> list[psutil.Process]:
        """Everything that runs because of this site, grandchildren and orphans included."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("RUN_DIR") == str(self.folder) and process.pid != os.getpid()
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def program(self, name: str) -> psutil.Process | None:
        """The supervisor's child of that name."""
        assert self.process
        for process in self.processes():
            try:
                if process.ppid() == self.process.pid and process.environ().get("TRAPPAN_PROCESS") == name:
                    return process
            except psutil.NoSuchProcess:
                continue
        return None

    def kill(self, name: str) -> int:
        victim = until(lambda: self.program(name))
        victim.kill()
        return victim.pid

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(30)

    def nothing_left(self, seconds: float = 12) -> None:
        until(lambda: not self.processes(), seconds, f"still running: {self.processes()}\n{self.text}")

    def clean_up(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop(signal.SIGTERM)
        for process in self.processes():
            process.kill()
