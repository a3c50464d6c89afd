"""Publishers in processes of their own that are killed or stopped after one of their steps."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any

from mcpskills.settings import SIGNING_KEY
from publisher_scene import Scene

_PROGRAM = Path(__file__).parent / "integration" / "failures" / "signalled_publisher.py"


@dataclass(frozen=True)
class Answer:
    """See the program."""

    steps: list[str]
    error: str | None
    status: int | None


class Publishers:
    """One process at a time. `data` is the directory of a publisher of its own, the scene's unless said otherwise."""

    def __init__(self, scene: Scene, process: "subprocess.Popen[str]") -> None:
        self._scene = scene
        self._process = process

    def run(self, data: Path | None = None, *, kept: Path | None = None, **settings: Any) -> Answer:
        """A reconcile that nobody disturbs."""
        return self._start(data, kept, 0, 0, settings)

    def killed(self, after: int, data: Path | None = None, *, kept: Path | None = None, **settings: Any) -> Answer:
        """A reconcile that is killed right after this step, counted from 1; it lives when it takes fewer."""
        return self._start(data, kept, signal.SIGKILL, after, settings)

    def stopped(self, after: int, data: Path | None = None, *, kept: Path | None = None, **settings: Any) -> Answer:
        """A reconcile that stands still after this step until `go_on`."""
        return self._start(data, kept, signal.SIGSTOP, after, settings)

    def go_on(self) -> Answer:
        return self._ask(go_on=True)

    def _start(self, data: Path | None, kept: Path | None, number: int, after: int, settings: dict[str, Any]) -> Answer:
        places = self._scene.places
        return self._ask(
            kept={**places, "data": str(kept or data or self._scene.data)},
            publisher={
                **places,
                "data": str(data or self._scene.data),
                "registry": self._scene.registry,
                # In the cloud all publishers share a key; on one machine each data directory has its own.
                **({"signing_key": str(self._scene.data / SIGNING_KEY)} if places else {}),
                **settings,
            },
            signal=int(number),
            after=after,
        )

    def _ask(self, **order: Any) -> Answer:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Answer(**json.loads(self._process.stdout.readline()))


@contextmanager
def publishers(scene: Scene) -> Iterator[Publishers]:
    with subprocess.Popen([sys.executable, _PROGRAM], stdin=PIPE, stdout=PIPE, text=True) as process:
        yield Publishers(scene, process)
        process.stdin.close()
