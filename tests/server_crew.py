"""A server of several worker processes over a registry on this machine."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from fleet_member import Member, until
from git_fixtures import bare
from registry import Registry, opened
from stand_ins.processes import free_port

WORKERS = 2


@dataclass(frozen=True)
class Crew:
    """A server of several workers over a registry."""

    registry: Registry
    parent: Member

    def told(self, connections: int = 8 * WORKERS) -> dict[int, int | None]:
        """What workers serve, by their process ids, as far as connections meet them."""
        met: dict[int, int | None] = {}
        for _ in range(connections):
            with contextlib.suppress(httpx2.TransportError):
                info = httpx2.get(self.parent.url + "/info", timeout=30).json()
                met[info["pid"]] = info["generation"]
        return met

    def until_at(self, generation: int) -> None:
        """Wait until whoever answers next serves the generation."""
        until(lambda: max([each or 0 for each in self.told(1).values()], default=0) >= generation, self.parent.told)

    def all(self) -> set[int]:
        """The ids of all workers, once each has answered."""
        met: set[int] = set()

        def are_all() -> bool:
            met.clear()
            met.update(self.told())
            return len(met) == WORKERS

        until(are_all, self.parent.told)
        return met


@contextlib.contextmanager
def crew(root: Path, **more: str) -> Iterator[Crew]:
    port = free_port()
    settings = {"MCPSKILLS_PORT": str(port), "MCPSKILLS_WORKERS": str(WORKERS), "MCPSKILLS_POLL_SECONDS": "0.1", **more}
    bare(root / "data" / "registry.git")
    with opened(root / "data") as registry:
        parent = Member("mcpskills_server", root / "data", settings, f"http://127.0.0.1:{port}")
        with parent.running():
            yield Crew(registry, parent)
