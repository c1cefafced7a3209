"""Starts the programs, passes on what they say, restarts what dies, and ends all of them together.

One thread and one loop on purpose: the kernel ties a child's life to the thread that started it.
"""

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from watch.serving import leftovers
from watch.serving.lines import Lines, Stream
from watch.serving.probe import Probe
from watch.serving.processes import Child, Program

TICK = 0.5
GENTLY = 10.0
STORES_GENTLY = 4.0
EARLY_DEATHS_ALLOWED = 5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STILL_WAITING_EVERY = 20.0


class Supervisor:
    """`run` returns the exit code: 0 when asked to stop, 1 when a program would not stay up from the beginning."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        folder: Path,
        lines: Lines,
        probe: Probe,
        when_ready: Callable[[], None],
        parent: int | None = None,
    ) -> None:
        """`parent`: stop when this process is gone (None: never mind)."""
        self.children = [Child(program) for program in programs]
        self.folder = folder
        self.lines = lines
        self.probe = probe
        self.when_ready = when_ready
        self.parent = parent
        self.selector = selectors.DefaultSelector()
        self.stops_asked = 0
        self.gave_up = False
        self._told_at = time.monotonic()

    def run(self) -> int:
        """Keep everything running until a stop signal."""
        with self._signals():
            try:
                while not self._should_stop():
                    self._start_due()
                    self._ask_whether_ready()
                    self._wait(self._until_next())
                    self._collect()
            finally:
                self.probe.hang_up()
                self._stop()
        return 1 if self.gave_up else 0

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)

        def asked(number: int, frame: FrameType | None) -> None:
            if number != signal.SIGCHLD:
                self.stops_asked += 1

        before = {number: signal.signal(number, asked) for number in (*STOP_SIGNALS, signal.SIGCHLD)}
        woken = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ, lambda: os.read(reader, 4096))
        try:
            yield
        finally:
            self.selector.unregister(reader)
            signal.set_wakeup_fd(woken)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reader)
            os.close(writer)

    def _should_stop(self) -> bool:
        if self.parent is not None and os.getppid() != self.parent:
            self.lines.say("The command that started this is gone, so this stops too.")
            return True
        return self.gave_up or self.stops_asked > 0

    def _start_due(self) -> None:
        now = time.monotonic()
        started = False
        for child in self.children:
            if not child.alive and now >= child.due:
                self._start(child)
                started = True
            if child.holds_back_others():
                break
        if started:
            leftovers.remember(self.folder, [child.process.pid for child in self.children if child.process])

    def _start(self, child: Child) -> None:
        process = child.start()
        output = process.stdout
        if output is None:
            return
        os.set_blocking(output.fileno(), False)
        stream = Stream(child.program.name, self.lines)

        def take() -> None:
            data = output.read(64 * 1024)
            if data:
                stream.take(data)
            elif data == b"":
                self.selector.unregister(output)
                output.close()
                stream.finish()

        self.selector.register(output, selectors.EVENT_READ, take)

    def _ask_whether_ready(self) -> None:
        if self.probe.ready:
            return
        if time.monotonic() - self._told_at > STILL_WAITING_EVERY:
            self._told_at = time.monotonic()
            self.lines.say(f"Not ready yet: {self.probe.answer}")
        old = self.probe.line
        line = self.probe.ask()
        if old is not None and self.probe.line is not old:
            self._forget(old)
        if line is not None:
            self.selector.register(line, selectors.EVENT_READ, lambda: self._heard(line))

    def _forget(self, line: socket.socket) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(line)

    def _heard(self, line: socket.socket) -> None:
        if not self.probe.listen():
            return
        self._forget(line)
        self.probe.hang_up()
        if self.probe.ready:
            self.when_ready()

    def _until_next(self) -> float:
        if not all(child.has_been_up for child in self.children):
            return TICK / 10
        now = time.monotonic()
        return max(0.0, min([TICK, *(child.due - now for child in self.children if not child.alive)]))

    def _wait(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            key.data()

    def _collect(self) -> None:
        for child in self.children:
            code = child.collect()
            if code is None:
                continue
            self._wait(0)
            how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            if not self.probe.ready and child.early_deaths >= EARLY_DEATHS_ALLOWED:
                self.lines.say(f"{child.program.name} does not stay up ({how}); see its lines above.")
                self.gave_up = True
            else:
                self.lines.say(f"{child.program.name} ended ({how}); starting it again in {child.pause:g} s.")

    def _stop(self) -> None:
        """The workers first, while what they write to is still there; then the stores."""
        self.lines.say("Stopping. One moment.")
        for last, patience in ((False, GENTLY), (True, STORES_GENTLY)):
            self._end([child for child in self.children if child.program.ends_last is last], patience)
        leftovers.remember(self.folder, [])
        self.lines.say("Stopped.")

    def _end(self, children: list[Child], patience: float) -> None:
        until = time.monotonic() + patience
        asked_before = self.stops_asked
        for child in children:
            child.ask_to_stop()
        while any(child.alive for child in children):
            if time.monotonic() > until or self.stops_asked > max(1, asked_before):
                for child in children:
                    child.make_stop()
            self._wait(0.1)
            for child in children:
                child.collect()
        self._wait(0)
