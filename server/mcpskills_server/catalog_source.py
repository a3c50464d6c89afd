"""Snapshots from the catalog and the package store: from a checkpoint at first, then one fetch for each skill that changed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

import structlog

from mcpskills import trust
from mcpskills.adapters.checkpointing import keeping
from mcpskills.adapters.checkpointing.keeping import Start
from mcpskills.errors import CorruptedError, McpSkillsError, RevokedError
from mcpskills.events import Event, EventsMissed, GenerationRaised
from mcpskills.folder import SKILL_FILE
from mcpskills.following import Follower, as_signed
from mcpskills.ports import Catalog, PackageStore, Signals
from mcpskills.snapshot import Snapshot
from mcpskills.trust import Verify
from mcpskills.version import StandingKind, Version

_log = structlog.get_logger()


class CatalogSource:
    """See `source.Source`."""

    def __init__(self, catalog: Catalog, store: PackageStore, signals: Signals, tenant: str, verify: Verify) -> None:
        self._catalog = catalog
        self._store = store
        self._signals = signals
        self._tenant = tenant
        self._verify = verify
        self._follower = Follower(catalog, store, tenant, verify)

    async def start(self) -> Start | None:
        return await asyncio.to_thread(self._start)

    async def refresh(self, old: Snapshot | None) -> Snapshot:
        return await asyncio.to_thread(self._follower.follow, old)

    async def pinned(self, name: str, number: int) -> Version:
        return await asyncio.to_thread(self._pinned, name, number)

    async def package(self, version: Version) -> Mapping[str, bytes]:
        return await asyncio.to_thread(self._follower.files, version)

    async def changed_since(self, generation: int) -> frozenset[str] | None:
        return (await asyncio.to_thread(self._catalog.changes_since, self._tenant, generation)).skills

    @contextlib.asynccontextmanager
    async def hints(self) -> AsyncIterator[AsyncIterator[object]]:
        async with self._signals.listen() as events:
            yield (event async for event in events if self._concerns(event))

    def _concerns(self, event: Event) -> bool:
        match event:
            case GenerationRaised(tenant):
                return tenant == self._tenant
            case EventsMissed():
                return True
            case _:
                return False

    def _pinned(self, name: str, number: int) -> Version:
        version = self._catalog.version(self._tenant, name, number)
        if version.standing is not None and version.standing.kind is StandingKind.REVOKED:
            raise RevokedError(f"Version {number} of {name!r} was revoked: {version.standing.reason}")
        try:
            trust.check(self._tenant, version, self._verify)
            return as_signed(version, self._follower.files(version)[SKILL_FILE])
        except CorruptedError as error:
            _log.error("version refused", tenant=self._tenant, skill=name, version=number, reason=error.message)
            raise

    def _start(self) -> Start | None:
        """A start from the publisher's checkpoint. One that cannot be used costs time, and nothing else."""
        try:
            return keeping.load(self._catalog, self._store, self._tenant, self._verify)
        except McpSkillsError as error:
            _log.error("checkpoint passed over, reading every skill", tenant=self._tenant, reason=error.message)
        except Exception:  # noqa: BLE001 whatever is wrong with a checkpoint, it must not keep a replica from starting
            _log.exception("checkpoint passed over, reading every skill", tenant=self._tenant)
        return None
