"""Snapshots from the catalog and the package store, one fetch for each skill that changed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime

import structlog

from mcpskills import package, skill, snapshot
from mcpskills.errors import CorruptedError, McpSkillsError, NotFoundError
from mcpskills.events import Event, EventsMissed, GenerationRaised
from mcpskills.folder import SKILL_FILE
from mcpskills.ports import Catalog, PackageStore, Signals
from mcpskills.snapshot import ServedSkill, Snapshot
from mcpskills.version import Version

_log = structlog.get_logger()


class CatalogSource:
    """See `source.Source`."""

    def __init__(self, catalog: Catalog, store: PackageStore, signals: Signals, tenant: str) -> None:
        self._catalog = catalog
        self._store = store
        self._signals = signals
        self._tenant = tenant

    async def refresh(self, old: Snapshot | None) -> Snapshot:
        return await asyncio.to_thread(self._refresh, old)

    async def pinned(self, name: str, number: int) -> Version:
        return await asyncio.to_thread(self._catalog.version, self._tenant, name, number)

    async def package(self, version: Version) -> Mapping[str, bytes]:
        return await asyncio.to_thread(self._unpack, version)

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

    def _refresh(self, old: Snapshot | None) -> Snapshot:
        changes = self._catalog.changes_since(self._tenant, old.generation if old else 0)
        stale = changes.skills | (old.failed.keys() if old else frozenset())
        if old is not None and not stale and changes.generation == old.generation:
            return old
        served, failed = self._load(stale, old)
        kept = [entry for name, entry in old.skills.items() if name not in stale] if old else []
        return snapshot.build(self._tenant, changes.generation, datetime.now(UTC), [*kept, *served], failed)

    def _load(self, names: Iterable[str], old: Snapshot | None) -> tuple[list[ServedSkill], dict[str, str]]:
        served: list[ServedSkill] = []
        failed: dict[str, str] = {}
        for name in names:
            try:
                loaded = self._serve(name)
            except (CorruptedError, NotFoundError) as error:
                # Wrong or missing bytes are refused and reported; what was verified before stays.
                _log.error("skill refused", tenant=self._tenant, skill=name, reason=error.message)
                failed[name] = error.message
                loaded = old.skills.get(name) if old else None
            if loaded is not None:
                served.append(loaded)
        return served, failed

    def _serve(self, name: str) -> ServedSkill | None:
        record = self._catalog.skill(self._tenant, name)
        if record.deleted or record.live is None:
            return None
        version = self._catalog.version(self._tenant, name, record.live)
        return served_skill(version, self._unpack(version)[SKILL_FILE])

    def _unpack(self, version: Version) -> Mapping[str, bytes]:
        return verified(version, self._store.get(version.digest))


def verified(version: Version, archive: bytes) -> Mapping[str, bytes]:
    """The files of an archive, each held against the version's manifest. Raises `CorruptedError`."""
    files = package.unpack(archive)
    wanted = {file.path: file.digest for file in version.manifest.files}
    if wanted != {path: package.digest(content) for path, content in files.items()}:
        raise CorruptedError(f"The package of {version.skill!r} version {version.number} does not match its manifest.")
    return files


def served_skill(version: Version, instructions: bytes) -> ServedSkill:
    """A live version with its typed reading. Raises `CorruptedError` when SKILL.md does not parse."""
    try:
        return ServedSkill(skill.read(instructions), version, instructions)
    except (McpSkillsError, UnicodeDecodeError) as error:
        raise CorruptedError(
            f"SKILL.md of {version.skill!r} version {version.number} cannot be read: {error}."
        ) from error
