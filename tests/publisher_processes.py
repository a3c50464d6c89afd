"""Publishers in processes of their own that are killed or stopped after one of their steps."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import forking
from mcpskills.settings import SIGNING_KEY
from publisher_scene import Scene

_STANDARD_ERROR = 2


@dataclass(frozen=True)
class Answer:
    """See the program."""

    steps: list[str]
    error: str | None
    status: int | None


class Publishers:
    """One process at a time. `data` is the directory of a publisher of its own, the scene's unless said otherwise."""

    def __init__(self, scene: Scene, orders: TextIO, answers: TextIO) -> None:
        self._scene = scene
        self._orders = orders
        self._answers = answers

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
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()
        return Answer(**json.loads(self._answers.readline()))


@contextmanager
def publishers(scene: Scene) -> Iterator[Publishers]:
    (its_orders, orders), (answers, its_answers) = os.pipe(), os.pipe()
    files = forking.Files(its_answers, _STANDARD_ERROR, into=its_orders)
    process = forking.start("signalled_publisher:run", ["signalled_publisher"], files, env=os.environ)
    os.close(its_orders)
    os.close(its_answers)
    try:
        with os.fdopen(orders, "w") as written, os.fdopen(answers) as read:
            yield Publishers(scene, written, read)
    finally:
        process.wait()
