"""A program whose publishers send themselves a signal.

Each line of its input is a JSON object. `{"kept": …, "publisher": …, "signal": 9, "after": N}` starts a process that opens
catalog and packages by the settings `kept`, runs one reconcile by the settings `publisher`, and sends itself the signal right
after its Nth step; never when N is 0. `{"go_on": true}` wakes one that was stopped. The answer is one line when the process has
stopped or ended, a JSON object: the `steps` since the last answer, the class of the `error` that ended it, and its exit
`status`, negative for a signal, null for one that only stopped.
"""

import json
import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

from mcpskills import logs
from mcpskills.adapters import backends
from mcpskills.errors import McpSkillsError
from mcpskills_publisher.app import build
from mcpskills_publisher.settings import PublisherSettings

_PIPE = 65536
_ERROR = "error "


@dataclass
class Child:
    """A publisher in a process of its own, and the pipe on which it tells of its steps."""

    pid: int
    told: int
    ended: bool = False

    def answer(self) -> dict[str, Any]:
        """Wait until it stops or ends."""
        status = os.waitpid(self.pid, os.WUNTRACED)[1]
        self.ended = not os.WIFSTOPPED(status)
        # It stops after a step, so there is something to read, or it has ended.
        lines = os.read(self.told, _PIPE).decode().splitlines()
        errors = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
        return {
            "steps": [line for line in lines if not line.startswith(_ERROR)],
            "error": errors[0] if errors else None,
            "status": os.waitstatus_to_exitcode(status) if self.ended else None,
        }

    def end(self) -> None:
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.told)


def main() -> None:
    with ExitStack() as children:
        child = None
        for line in sys.stdin:
            order = json.loads(line)
            if "go_on" in order:
                os.kill(child.pid, signal.SIGCONT)
            else:
                child = started(order)
                children.callback(child.end)
            sys.stdout.write(json.dumps(child.answer()) + "\n")
            sys.stdout.flush()


def started(order: dict[str, Any]) -> Child:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        publish(order, writing)
        os._exit(0)
    os.close(writing)
    return Child(pid, reading)


def publish(order: dict[str, Any], told: int) -> None:
    numbers = count(1)

    def observe(step: str, _: str) -> None:
        os.write(told, f"{step}\n".encode())
        if next(numbers) == order["after"]:
            os.kill(os.getpid(), order["signal"])

    try:
        with backends.opened(PublisherSettings(**order["kept"])) as kept:
            settings = PublisherSettings(**order["publisher"])
            build(settings, kept.catalog, kept.store, kept.signals, observe=observe).reconcile()
    except McpSkillsError as error:
        os.write(told, f"{_ERROR}{type(error).__name__}\n".encode())


def run() -> None:
    logs.to_console()
    main()
