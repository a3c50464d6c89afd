"""A publisher with everything around it that is real: a Git repository, a clone to push from, a catalog and a package store."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog_builders import TENANT, Clock
from git_fixtures import BRANCH, Clone, bare, clone
from mcpskills import package
from mcpskills.adapters import backends
from mcpskills.folder import SkillFolder
from mcpskills.package import unpack
from mcpskills.ports import Catalog, Deliveries, PackageStore, Principals, Signals, Signer
from mcpskills.settings import SIGNING_KEY
from mcpskills.version import SkillRecord
from mcpskills_publisher.app import Publisher, build
from mcpskills_publisher.archiving import Archive
from mcpskills_publisher.pipeline import Observe
from mcpskills_publisher.reconcile import Summary
from mcpskills_publisher.settings import PublisherSettings

PATIENCE = 60
"""Seconds after which a story that waits for something has failed."""

NEVER = 3600.0


@dataclass
class Scene:
    """`registry` is where the publisher looks; it is the path of `origin` unless a story says otherwise.

    `places` are the settings that say where everything is kept; none for one machine.
    """

    root: Path
    origin: Path
    work: Clone
    catalog: Catalog
    principals: Principals
    store: PackageStore
    signals: Signals
    registry: str
    places: Mapping[str, Any] = field(default_factory=dict)
    deliveries: Deliveries | None = None
    clock: Clock = field(default_factory=Clock)

    @property
    def data(self) -> Path:
        return self.root / "data"

    def settings(self, **changed: Any) -> PublisherSettings:
        # In the cloud a key has to be named; this is the one that a single machine would make.
        given = {"data": self.data, "registry": self.registry, "signing_key": str(self.data / SIGNING_KEY)}
        return PublisherSettings(**{**given, **self.places, **changed})

    def publisher(
        self,
        *,
        signer: Signer | None = None,
        observe: Observe | None = None,
        every: float = NEVER,
        archive: Archive | None = None,
    ) -> Publisher:
        settings = self.settings(reconcile_seconds=every)
        parts = (settings, self.catalog, self.store, self.signals)
        return build(
            *parts, signer=signer, deliveries=self.deliveries, archive=archive, observe=observe, now=self.clock
        )

    def reconcile(self, *, signer: Signer | None = None, observe: Observe | None = None) -> Summary:
        """What a publisher does that starts now, looks once and ends."""
        return self.publisher(signer=signer, observe=observe).reconcile()

    def skill(self, name: str) -> SkillRecord:
        return self.catalog.skill(TENANT, name)

    def live(self) -> dict[str, int | None]:
        """What is served: the live version of every skill."""
        return {record.name: record.live for record in self.catalog.skills(TENANT)}

    def files(self, name: str) -> dict[str, bytes]:
        """The files of a skill's live version, out of the package store."""
        live = self.skill(name).live
        assert live is not None
        return unpack(self.store.get(self.catalog.version(TENANT, name, live).digest))

    def put(self, folder: SkillFolder) -> str:
        """Keep a folder's package behind the publisher's back; gives its digest."""
        built = package.build(folder)
        self.store.put(built.digest, built.archive)
        return built.digest

    def quarantined(self) -> dict[str, str]:
        return {entry.path: entry.reason for entry in self.catalog.quarantined(TENANT)}

    @asynccontextmanager
    async def running(self, publisher: Publisher) -> AsyncIterator[Publisher]:
        """The publisher at work, after its first reconcile."""
        running = asyncio.create_task(publisher.run())
        try:
            async with asyncio.timeout(PATIENCE):
                await publisher.ready()
            yield publisher
        finally:
            running.cancel()
            await asyncio.wait([running])

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is so; looks whenever the publisher says that it changed what is served."""
        async with asyncio.timeout(PATIENCE), self.signals.listen() as events:
            while not holds():
                await anext(events)


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something is so that nobody tells of."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)


def start_process(data: Path, registry: str) -> subprocess.Popen[str]:
    """The publisher as a process of its own."""
    places = {"MCPSKILLS_DATA": str(data), "MCPSKILLS_REGISTRY": registry}
    environment = {**os.environ, **places, "MCPSKILLS_OPERATIONS_PORT": "0"}
    command = [sys.executable, "-m", "mcpskills_publisher"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


@contextmanager
def scene(root: Path, places: Mapping[str, Any] | None = None) -> Iterator[Scene]:
    """An empty registry repository, and a catalog that nothing was published to; `places` as in `Scene`."""
    origin = bare(root / "registry.git", BRANCH)
    with backends.opened(PublisherSettings(data=root / "data", **(places or {}))) as kept:
        yield Scene(
            root=root,
            origin=origin,
            work=clone(origin, root / "work"),
            catalog=kept.catalog,
            principals=kept.principals,
            store=kept.store,
            signals=kept.signals,
            registry=str(origin),
            places=places or {},
        )
