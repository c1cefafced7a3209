"""What the processes say, one tidy stream: named and readable on a screen, JSON in production."""

import itertools
import json
import os
import sys
from typing import TextIO

COLOURS = ("36", "32", "33", "35", "34", "96")
WIDTH = 8


class Lines:
    """Writes whole lines, each with the name of the process it came from."""

    def __init__(self, *, readable: bool, out: TextIO | None = None) -> None:
        self.readable = readable
        self.out = out or sys.stdout
        self._tones = itertools.cycle(COLOURS)
        self._tone: dict[str, str] = {}

    def write(self, name: str, text: str) -> None:
        """One line from `name`; a line that is a JSON object already names its process itself."""
        text = text.rstrip()
        if not text:
            return
        if self.readable:
            self.print(f"{self._painted(name)} {text}")
        elif text.startswith("{"):
            self.print(text)
        else:
            self.print(json.dumps({"process": name, "event": text}, ensure_ascii=False))

    def say(self, text: str) -> None:
        """A line of the supervisor's own."""
        self.write("serve", text)

    def print(self, text: str) -> None:
        """A line as it is. Whoever read the stream may have gone; the work goes on without them."""
        try:
            print(text, file=self.out, flush=True)
        except OSError:
            self.out = open(os.devnull, "w")  # noqa: SIM115 (open for the rest of the process)

    def _painted(self, name: str) -> str:
        label = f"{name:<{WIDTH}}|"
        if not self.out.isatty():
            return label
        tone = self._tone.setdefault(name, next(self._tones))
        return f"\033[{tone}m{label}\033[0m"


class Stream:
    """The bytes of one process's output, cut into lines."""

    def __init__(self, name: str, lines: Lines) -> None:
        self.name = name
        self._lines = lines
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Write what is whole and keep what is not."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > 64 * 1024:
            whole.append(self._rest)
            self._rest = b""
        for line in whole:
            self._lines.write(self.name, line.decode(errors="replace"))

    def finish(self) -> None:
        """Write the last line even without its end."""
        self.take(b"\n" if self._rest else b"")
