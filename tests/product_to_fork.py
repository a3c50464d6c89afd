"""A program that has imported the product once, and forks itself into one of its commands each time that it is told to.

Its standard input is a Unix socket. Each order is a line, a JSON object with `call` (`module:function`), `argv`, `cwd` and `env`,
and brings four files: what the command takes for its standard input, output and error, and where to tell of its end. The answer
is a line with the id of the process; its exit status, negative for a signal, comes on the fourth file once it has ended.
"""

import atexit
import gc
import json
import os
import signal
import socket
import sys
from importlib import import_module
from typing import Any

# By name, because the processes of a pool run this file as well, and need none of it.
_PRODUCT = (
    "mcpskills.adapters.aws.clock",
    "mcpskills.adapters.aws.packages",
    "mcpskills.adapters.dynamodb.catalog",
    "mcpskills.adapters.redis.deliveries",
    "mcpskills.adapters.redis.replicas",
    "mcpskills.adapters.redis.signals",
    "mcpskills.adapters.sqlite.deliveries",
    "mcpskills.cli.one_machine",
    "mcpskills.validation.rules.python.bandit_run",
    "mcpskills.validation.rules.secrets.detectors",
    "mcpskills_dashboard.app",
    "mcpskills_publisher.app",
    "mcpskills_server.app",
)
_PART = 65536

_status: list[int] = []
"""Of the command, once it has ended by itself."""


class Children:
    """Who was forked and has not ended yet, each with the file on which to tell of it."""

    def __init__(self) -> None:
        self._ends: dict[int, int] = {}
        signal.signal(signal.SIGCHLD, self._tell)

    def fork(self, end: int) -> int:
        """As `os.fork`; the child has nothing of the others."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in (*self._ends.values(), end):
                os.close(other)
        else:
            self._ends[pid] = end
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        return pid

    def kill(self) -> None:
        for pid in self._ends:
            os.kill(pid, signal.SIGKILL)

    def _tell(self, *_: object) -> None:
        for pid, end in list(self._ends.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._ends[pid]
                os.write(end, f"{os.waitstatus_to_exitcode(status)}\n".encode())
                os.close(end)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests
    commands = import_module("mcpskills.cli.main").COMMANDS.values()
    for module in (*_PRODUCT, *(command.partition(":")[0] for command in commands)):
        import_module(module)
    gc.collect()
    gc.freeze()
    children = Children()
    control = socket.socket(fileno=os.dup(0))
    while received := _received(control):
        order, (*standard, end) = received
        pid = children.fork(end)
        if pid == 0:
            control.close()
            _become(order, standard)
            return
        for file in standard:
            os.close(file)
        control.sendall(f"{pid}\n".encode())
    children.kill()


def _received(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next order and its files; None when nobody gives orders any more."""
    line, files, _, _ = socket.recv_fds(control, _PART, 4)
    while line and not line.endswith(b"\n"):
        line += control.recv(_PART)
    return (json.loads(line), files) if line else None


def _become(order: dict[str, Any], standard: list[int]) -> None:
    """Run the command; it ends as Python ends."""
    for number, file in enumerate(standard):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 open until the end
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = order["argv"]
    module, _, function = order["call"].partition(":")
    try:
        getattr(import_module(module), function)()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        _status.append(end.code)
    else:
        _status.append(0)


def _leave() -> None:
    """Spare a process that ends well the taking apart of all modules, which takes longer than most commands."""
    if _status:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_status[0])


if __name__ == "__main__":
    atexit.register(_leave)  # first, so that it comes last
    main()
