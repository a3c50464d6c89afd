"""Snapshots from the catalog and the package store, one fetch for each skill that changed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from mcpskills import package, skill, snapshot, trust
from mcpskills.errors import CorruptedError, McpSkillsError, NotFoundError, RevokedError
from mcpskills.events import Event, EventsMissed, GenerationRaised
from mcpskills.folder import SKILL_FILE
from mcpskills.ports import Catalog, PackageStore, Signals
from mcpskills.snapshot import ServedSkill, Snapshot
from mcpskills.trust import Verify
from mcpskills.version import StandingKind, Version

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Found:
    """One skill as the catalog has it; see `Snapshot` for the words."""

    name: str
    revoked: Mapping[int, str]
    served: ServedSkill | None = None
    failure: str | None = None
    withdrawn: bool = False


class CatalogSource:
    """See `source.Source`."""

    def __init__(self, catalog: Catalog, store: PackageStore, signals: Signals, tenant: str, verify: Verify) -> None:
        self._catalog = catalog
        self._store = store
        self._signals = signals
        self._tenant = tenant
        self._verify = verify

    async def refresh(self, old: Snapshot | None) -> Snapshot:
        return await asyncio.to_thread(self._refresh, old)

    async def pinned(self, name: str, number: int) -> Version:
        return await asyncio.to_thread(self._pinned, name, number)

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

    def _pinned(self, name: str, number: int) -> Version:
        version = self._catalog.version(self._tenant, name, number)
        if version.standing is not None and version.standing.kind is StandingKind.REVOKED:
            raise RevokedError(f"Version {number} of {name!r} was revoked: {version.standing.reason}")
        trust.check(self._tenant, version, self._verify)
        return version

    def _refresh(self, old: Snapshot | None) -> Snapshot:
        changes = self._catalog.changes_since(self._tenant, old.generation if old else 0)
        stale = changes.skills | (old.failed.keys() if old else frozenset())
        if old is not None and not stale and changes.generation == old.generation:
            return old
        found = [self._look(name, old) for name in stale]
        kept = [entry for name, entry in old.skills.items() if name not in stale] if old else []
        revoked = {name: reasons for name, reasons in old.revoked.items() if name not in stale} if old else {}
        return snapshot.build(
            self._tenant,
            changes.generation,
            datetime.now(UTC),
            [*kept, *(each.served for each in found if each.served)],
            failed={each.name: each.failure for each in found if each.failure},
            revoked=revoked | {each.name: each.revoked for each in found if each.revoked},
            withdrawn=[
                *(name for name in (old.withdrawn if old else ()) if name not in stale),
                *(each.name for each in found if each.withdrawn),
            ],
        )

    def _look(self, name: str, old: Snapshot | None) -> _Found:
        """What the catalog has of a skill now. Bytes that are wrong or missing are refused; what was verified before stays."""
        record = self._catalog.skill(self._tenant, name)
        standings = self._catalog.standings(self._tenant, name)
        revoked = {
            number: standing.reason for number, standing in standings.items() if standing.kind is StandingKind.REVOKED
        }
        if record.live is None:
            withdrawn = not record.deleted and record.hold is None and record.wanted is not None
            return _Found(name, revoked=revoked, withdrawn=withdrawn)
        try:
            return _Found(name, revoked=revoked, served=self._serve(name, record.live))
        except (CorruptedError, NotFoundError) as error:
            _log.error("skill refused", tenant=self._tenant, skill=name, reason=error.message)
            before = old.skills.get(name) if old else None
            still_good = before is not None and before.version.number not in revoked
            return _Found(name, revoked=revoked, failure=error.message, served=before if still_good else None)

    def _serve(self, name: str, number: int) -> ServedSkill:
        version = self._catalog.version(self._tenant, name, number)
        trust.check(self._tenant, version, self._verify)
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
