"""Starting the product's own commands as processes, the way a user does, and stopping them."""

import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import anybody
import forking

MCPSKILLS = str(Path(sys.executable).with_name("mcpskills"))
START_SECONDS = 60


@dataclass
class Running:
    """A started command. `lines` is what it printed so far on standard output; `url` the address that it printed."""

    process: forking.Forked | subprocess.Popen[bytes]
    output: TextIO
    lines: list[str] = field(default_factory=list)
    _new: queue.Queue[str | None] = field(default_factory=queue.Queue)

    @property
    def base_url(self) -> str:
        return next(found[1] for line in self.lines if (found := re.search(r"(http://[\d.]+:\d+)/mcp", line)))

    @property
    def url(self) -> str:
        return self.base_url + "/mcp"

    def wait_for(self, pattern: str, seconds: float = START_SECONDS) -> str:
        """The first line printed from now on that matches."""
        deadline = time.monotonic() + seconds
        while (line := self._new.get(timeout=max(0.01, deadline - time.monotonic()))) is not None:
            if re.search(pattern, line):
                return line
        raise AssertionError(f"the command ended without printing {pattern!r}: " + "".join(self.lines))

    def stop(self, number: int = signal.SIGINT) -> int:
        """Press Ctrl-C and wait for the end; gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def read(self) -> None:
        for line in self.output:
            self.lines.append(line)
            self._new.put(line)
        self._new.put(None)


@contextlib.contextmanager
def running(
    *arguments: str, until: str, cwd: Path, env: dict[str, str] | None = None, installed: bool = False
) -> Iterator[Running]:
    """`mcpskills ARGUMENTS`, once it has printed a line that matches `until`; killed at the end if it still runs.

    It is forked; `installed` takes the command as it was installed instead.
    """
    environment = {**anybody.SETTINGS, **os.environ, "COLUMNS": "200", **(env or {})}
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as output, (cwd / "stderr.txt").open("a+") as errors:
        try:
            if installed:
                command = [MCPSKILLS, *arguments]
                process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=writing, stderr=errors)
            else:
                files = forking.Files(writing, errors.fileno())
                process = forking.start(forking.COMMAND, ["mcpskills", *arguments], files, env=environment, cwd=cwd)
        finally:
            os.close(writing)
        started = Running(process, output)
        reader = threading.Thread(target=started.read)
        reader.start()
        try:
            started.wait_for(until)
            yield started
        finally:
            process.kill()
            process.wait()
            reader.join()
