"""A PostgreSQL cluster of its own, in a temporary folder on a free port, run by an unprivileged user."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from tests.faults.processes import Process, free_port, wait_until

UNPRIVILEGED = ("postgres", "nobody")


def binaries() -> Path | None:
    """The folder with initdb and postgres, newest version first; None when there is none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _as_whom() -> dict[str, object]:
    """PostgreSQL refuses to run as root, so root lends it to a user without rights."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("There is no user to run PostgreSQL as.")


class Cluster:
    """Started on creation; `stop()` ends it and removes its folder."""

    def __init__(self, folder_of_binaries: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="trappan-pg-"))
        self.port, self.password = free_port(), secrets.token_hex(16)
        self._whom = _as_whom()
        if self._whom:
            os.chown(self.folder, self._whom["user"], self._whom["group"])
        self._bin = folder_of_binaries
        self._init()
        self._server = self.start()

    def _init(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o600)
        if self._whom:
            os.chown(secret, self._whom["user"], self._whom["group"])
        subprocess.run(
            [
                self._bin / "initdb",
                "-D",
                self.folder / "data",
                "-U",
                "trappan",
                "-A",
                "scram-sha-256",
                f"--pwfile={secret}",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._whom,
        )

    def start(self) -> Process:
        command = [
            str(self._bin / "postgres"),
            "-D",
            str(self.folder / "data"),
            "-p",
            str(self.port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={self.folder}",
            "-c",
            "fsync=off",
            "-c",
            "full_page_writes=off",
            "-c",
            "max_connections=60",
        ]
        server = Process(command, self.folder / "log", cwd=self.folder, **self._whom)
        wait_until(self._answers, 20, "PostgreSQL answers")
        return server

    def url(self, database: str) -> str:
        return f"postgres://trappan:{self.password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)

    def create(self, database: str, *, like: str = "template1") -> None:
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{like}"')

    def restart(self, how: signal.Signals, *, pause: float = 0.0) -> None:
        """SIGINT is a fast shutdown, SIGQUIT an immediate one with crash recovery; `pause` seconds in between."""
        self._server.ask_to_stop(how, 30)
        time.sleep(pause)
        self._server = self.start()

    def _answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        self._server.stop(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)
