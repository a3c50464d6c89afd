"""A Valkey server that a story takes away: stopped, restarted empty, or cut off by the network."""

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from stand_ins.processes import free_port
from stand_ins.proxy import Wire, wire
from stand_ins.valkey import valkey_server


@dataclass
class UnsteadyRedis:
    """It runs at first. `url` stays the same whatever happens."""

    port: int
    wire: Wire
    _running: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.wire.port}/0"

    def start(self) -> None:
        """Empty, as nothing is kept on disk."""
        self._running.enter_context(valkey_server(self.port))

    def stop(self) -> None:
        self._running.close()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Nobody listens at its port until the block ends; then it is back, empty."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def restarted_empty(self) -> Iterator[None]:
        """It was away for a moment just before the block."""
        with self.stopped():
            pass
        yield

    @contextmanager
    def partitioned(self) -> Iterator[None]:
        """Nothing gets through until the block ends, and nobody is told."""
        self.wire.cut()
        try:
            yield
        finally:
            self.wire.mend()


@contextlib.contextmanager
def unsteady_redis() -> Iterator[UnsteadyRedis]:
    port = free_port()
    with wire(port) as between:
        made = UnsteadyRedis(port, between)
        made.start()
        try:
            yield made
        finally:
            made.stop()
