"""Running somebody else's program: what it gets to know, how long it may take and how much it may say is bounded."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from mcpskills.adapters.advisers.adviser import NoOpinionError
from mcpskills.errors import UnavailableError


def find(program: str) -> Path:
    """Where a program stands that is named or has a path. Raises `UnavailableError`."""
    found = shutil.which(program)
    if found is None:
        raise UnavailableError(f"there is no program {program!r}")
    return Path(found).absolute()


def run(command: Sequence[str | Path], home: Path, *, seconds: float, most: int) -> bytes:
    """What a program prints, at most `most` bytes. `home` is an empty folder: where it works and what it may fill.

    It sees nothing of our environment, so no keys and no proxies. It is killed with everything that it started when its time
    is over. Raises `UnavailableError` when it cannot be started, and `NoOpinionError` when it fails or goes beyond a bound.
    """
    environment = {"PATH": os.defpath, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8"}
    try:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UnavailableError(f"{command[0]} cannot be started: {error.strerror}") from error
    late = threading.Event()
    with process:
        printed = _printed(process, seconds, most, late)
    if late.is_set():
        raise NoOpinionError(f"it took longer than {seconds:g} seconds")
    if len(printed) > most:
        raise NoOpinionError(f"it printed more than {most} bytes")
    if process.returncode != 0:
        raise NoOpinionError(f"it ended with exit code {process.returncode}")
    return printed


def _printed(process: subprocess.Popen[bytes], seconds: float, most: int, late: threading.Event) -> bytes:
    def stop() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        printed = cast("IO[bytes]", process.stdout).read(most + 1)
        if len(printed) > most:
            _kill(process)
        process.wait()
    finally:
        timer.cancel()
        _kill(process)
    return printed


def _kill(process: subprocess.Popen[bytes]) -> None:
    # Once the process was waited for, its number may belong to another one.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
