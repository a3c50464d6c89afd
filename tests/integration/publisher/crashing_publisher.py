"""A program whose publishers kill themselves.

Each line of its input is a JSON list `[data, registry, N]`: a new process runs one reconcile and dies by SIGKILL right after its
Nth step, or lives when N is 0. The answer is one line, a JSON list of the steps that it took and of its exit status, which is
negative for a signal.
"""

import json
import os
import signal
import sys
from itertools import count
from pathlib import Path

from mcpskills import logs
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills_publisher.app import build
from mcpskills_publisher.settings import PublisherSettings


def main() -> None:
    for line in sys.stdin:
        data, registry, last = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            publish(Path(data), registry, last, writing)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as steps:
            taken = steps.read().splitlines()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(json.dumps([taken, status]) + "\n")
        sys.stdout.flush()


def publish(data: Path, registry: str, last: int, told: int) -> None:
    numbers = count(1)

    def observe(step: str, _: str) -> None:
        os.write(told, f"{step}\n".encode())
        if next(numbers) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    catalog = SqliteCatalog(data / "catalog.sqlite")
    store = DirectoryPackageStore(data / "packages")
    settings = PublisherSettings(data=data, registry=registry)
    build(settings, catalog, store, InProcessSignals(), observe=observe).reconcile()
    catalog.close()


if __name__ == "__main__":
    logs.to_console()
    main()
