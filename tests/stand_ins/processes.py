"""Starting a server on loopback, waiting until it answers, and ending it by its own process id."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

START_SECONDS = 60.0
_POLL_SECONDS = 0.02


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody listens on; all differ. Held together until all are known."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def server(command: Sequence[str], *, health: str, at: Path, env: Mapping[str, str]) -> Iterator[None]:
    """Run the command in a folder until the block ends; it begins once `http://…` of `health` answers below 500."""
    log = at / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=at,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, health, log)
        yield
    finally:
        # Nothing that a stand-in has is kept, so it need not put anything away.
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], health: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(health):
        if process.poll() is not None or time.monotonic() > deadline:
            ended = f"ended with {process.returncode}" if process.returncode is not None else "does not answer"
            said = log.read_text(errors="replace")[-4000:]
            raise AssertionError(f"the server at {health} {ended}; the end of its log:\n{said}")
        time.sleep(_POLL_SECONDS)


def _answers(health: str) -> bool:
    host, _, path = health.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=5)
    try:
        connection.request("GET", f"/{path}")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
