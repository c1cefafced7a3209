"""One child process: started so that it dies with its parent, ended together with everything it started."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LONGEST_PAUSE = 30.0
LIVED_WELL = 20.0

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to start: its name in the log, its command line, and what it needs from the supervisor.

    The programs after one with `is_up` are started once that says so for the first time.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    sockets: tuple[int, ...] = ()
    ends_last: bool = False
    is_up: Callable[[], bool] | None = None


def dies_with(parent: int) -> Callable[[], None]:
    """What a child runs before its program: ask the kernel for SIGTERM when `parent` is gone, however it went."""

    def prepare() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def born(pid: int) -> str:
    """When the process started, in the machine's own words; empty when there is none. A reused number differs."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        stat = ""
    if stat:
        # The command in brackets may hold spaces; the start time is field 22 and a zombie is as good as gone.
        fields = stat.rpartition(")")[2].split()
        return "" if fields[0] in {"Z", "X"} else fields[19]
    if sys.platform == "linux":
        return ""
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return answer.stdout.strip()


def end_group(leader: int) -> None:
    """SIGKILL to everything the process started and left in its group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


class Child:
    """A program that is kept running: restarted after a pause that doubles while it keeps dying young."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.early_deaths = 0
        self.due = 0.0
        self.has_been_up = program.is_up is None
        self._since = 0.0

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, in a session of its own so that Ctrl-C reaches the supervisor alone.

        Raises:
            OSError: the program cannot be run at all.
        """
        self._since = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.program.command,
            cwd=self.program.folder,
            env={**os.environ, **self.program.environment, "TRAPPAN_PROCESS": self.program.name},
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self.program.sockets,
            start_new_session=True,
            preexec_fn=dies_with(os.getpid()),  # noqa: PLW1509 (the supervisor has one thread)
        )
        return self.process

    def holds_back_others(self) -> bool:
        """Whether the programs after this one must still wait for it."""
        if not self.has_been_up and self.program.is_up is not None:
            self.has_been_up = self.program.is_up()
        return not self.has_been_up

    @property
    def alive(self) -> bool:
        """Whether it has been started and not yet been collected."""
        return self.process is not None

    def collect(self) -> int | None:
        """The exit code once it has died, with its group ended before its number can be given away; else None."""
        if self.process is None:
            return None
        pid = self.process.pid
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        end_group(pid)
        code = self.process.wait()
        self.process = None
        self.early_deaths = 0 if time.monotonic() - self._since > LIVED_WELL else self.early_deaths + 1
        self.due = time.monotonic() + self.pause
        return code

    @property
    def pause(self) -> float:
        """Seconds to wait before the next start."""
        return min(LONGEST_PAUSE, 0.5 * 2.0 ** max(0, self.early_deaths - 1))

    def ask_to_stop(self) -> None:
        """SIGTERM: finish what is in hand and go."""
        if self.process is not None:
            self.process.terminate()

    def make_stop(self) -> None:
        """SIGKILL, to the whole group."""
        if self.process is not None:
            end_group(self.process.pid)
