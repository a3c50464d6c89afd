"""One process of a fleet, which a story may stop, kill, freeze and start again; its data directory outlives it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

import anybody
import forking

PATIENCE = 120.0
"""Seconds after which a story that waits for something has failed."""

_POLL_SECONDS = 0.02
_MOST_POLL_SECONDS = 0.2
_LONGER = 1.3
_WITH_A_WRONG_CLOCK = Path(__file__).with_name("product_with_a_wrong_clock.py")


def until(holds: Callable[[], bool], what: Callable[[], str]) -> None:
    """Poll until something is so; `what` tells how things stand when it never is.

    Ever less often, since those who are asked need the processor for what is waited for.
    """
    deadline, pause = time.monotonic() + PATIENCE, _POLL_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {PATIENCE:.0f} s still not so: {what()}")
        time.sleep(pause)
        pause = min(pause * _LONGER, _MOST_POLL_SECONDS)


@dataclass
class Member:
    """`python -m <module>` with a data directory of its own. `url` is where a server answers.

    It is forked, unless its environment asks for the library that makes it see another time.
    """

    module: str
    data: Path
    environment: Mapping[str, str]
    url: str = ""
    process: forking.Forked | subprocess.Popen[bytes] | None = field(default=None, init=False)
    paused: bool = field(default=False, init=False)

    def start(self, **more: str) -> None:
        """Start it; `more` are variables of the environment for this start."""
        self.data.mkdir(parents=True, exist_ok=True)
        own = {**self.environment, "MCPSKILLS_DATA": str(self.data), **more}
        environment = {**anybody.SETTINGS, **os.environ, **own}
        with self.console.open("ab") as console:
            if "LD_PRELOAD" in more:
                command = [sys.executable, str(_WITH_A_WRONG_CLOCK), self.module]
                self.process = subprocess.Popen(
                    command, env=environment, stdin=subprocess.DEVNULL, stdout=console, stderr=console
                )
            else:
                call, file = f"{self.module}.app:main", console.fileno()
                self.process = forking.start(call, [self.module], forking.Files(file, file), env=environment)

    @property
    def console(self) -> Path:
        """The file that it tells everything to, of all its starts."""
        return self.data.with_name(self.data.name + ".console")

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @contextlib.contextmanager
    def running(self, **more: str) -> Iterator[None]:
        """Started until the block ends."""
        self.start(**more)
        try:
            yield
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL, as the system does when memory runs out. Once more does nothing."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.paused = False

    def stop(self) -> int:
        """SIGTERM, as an operator stops it; gives the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def pause(self) -> None:
        """It stands still in the middle of what it does, as when the machine sleeps."""
        os.kill(self.pid, signal.SIGSTOP)
        self.paused = True

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)
        self.paused = False

    def work_again(self) -> None:
        """Let it go on, or start it, so that it runs in any case."""
        if self.paused:
            self.go_on()
        elif not self.runs:
            self.start()

    def answers(self, http: httpx2.Client, path: str) -> bool:
        """Whether a server says 200."""
        try:
            return http.get(self.url + path).status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False

    def until_ready(self, http: httpx2.Client) -> None:
        until(lambda: not self.runs or self.answers(http, "/ready"), self.told)
        assert self.runs, self.told()

    def told(self) -> str:
        """The end of what it told on its console."""
        return f"{self.data.name}: …{self.console.read_text(errors='replace')[-3000:]}"
