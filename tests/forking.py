"""Processes of the product that are forked from one that has imported it already, which saves each a second of processor time.

They are what `mcpskills …` or `python -m …` start in everything but that: processes with a working directory, an environment and
files of their own. What Python itself reads from the environment, such as `PYTHONIOENCODING`, it has read before.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TextIO

COMMAND = "mcpskills.cli.main:run"
SERVER = "mcpskills_server.app:main"
PUBLISHER = "mcpskills_publisher.app:main"
DASHBOARD = "mcpskills_dashboard.app:main"

_PROGRAM = Path(__file__).with_name("product_to_fork.py")
_LINE = 64
_turn = Lock()


class Forked:
    """A process that was started, as `subprocess.Popen` shows one."""

    stderr: TextIO

    def __init__(self, argv: Sequence[str], pid: int, end: socket.socket) -> None:
        self.args = argv
        self.pid = pid
        self.returncode: int | None = None
        self._end = end

    def poll(self) -> int | None:
        try:
            return self._wait(0)
        except BlockingIOError:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises `subprocess.TimeoutExpired`."""
        try:
            return self._wait(timeout)
        except (BlockingIOError, TimeoutError) as error:
            raise subprocess.TimeoutExpired(self.args, timeout or 0) from error

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def ended(self, timeout: float) -> tuple[int, str]:
        """Its exit status, and what it told until its end."""
        rest = self.stderr.read()
        return self.wait(timeout), rest

    def _wait(self, seconds: float | None) -> int:
        if self.returncode is None:
            self._end.settimeout(seconds)
            told = self._end.recv(_LINE)
            self._end.close()
            self.returncode = int(told)
        return self.returncode


@dataclass(frozen=True)
class Files:
    """What a process takes for its standard input, output and error. Without an input there is nothing to read."""

    out: int
    error: int
    into: int | None = None


def start(call: str, argv: Sequence[str], files: Files, *, env: Mapping[str, str], cwd: Path | None = None) -> Forked:
    """Call `module:function` in a new process."""
    mine, its = socket.socketpair()
    order = {"call": call, "argv": list(argv), "cwd": str(cwd or Path.cwd()), "env": dict(env)}
    with its, _turn, Path(os.devnull).open("rb") as nothing:
        control, _ = _source()
        line = json.dumps(order).encode() + b"\n"
        into = nothing.fileno() if files.into is None else files.into
        sent = socket.send_fds(control, [line], [into, files.out, files.error, its.fileno()])
        control.sendall(line[sent:])
        pid = int(control.recv(_LINE))
    return Forked(argv, pid, mine)


@contextmanager
def telling(call: str, *argv: str, env: Mapping[str, str]) -> Iterator[Forked]:
    """`module:function` in a process whose `stderr` can be read, with `env` beside what it inherits; killed at the end."""
    reading, writing = os.pipe()
    process = start(call, [call, *argv], Files(writing, writing), env={**os.environ, **env})
    os.close(writing)
    with os.fdopen(reading) as process.stderr:
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def run(*argv: str, env: Mapping[str, str], cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """`mcpskills` with arguments, to its end, and what it wrote."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as error:
        process = start(COMMAND, ["mcpskills", *argv], Files(out.fileno(), error.fileno()), env=env, cwd=cwd)
        process.wait()
        out.seek(0)
        error.seek(0)
        return subprocess.CompletedProcess(process.args, process.wait(), out.read(), error.read())


def end() -> None:
    """End the one that is forked, and whom it forked that still runs. For the end of the tests."""
    if _source.cache_info().currsize:
        control, process = _source()
        control.close()
        process.wait()
        _source.cache_clear()


@cache
def _source() -> "tuple[socket.socket, subprocess.Popen[bytes]]":
    mine, its = socket.socketpair()
    with its:
        # Consoles that are made when a module is imported take their width from here.
        environment = {**os.environ, "COLUMNS": "200"}
        return mine, subprocess.Popen([sys.executable, _PROGRAM], stdin=its, env=environment)
