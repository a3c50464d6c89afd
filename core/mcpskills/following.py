"""What a tenant serves, read from its catalog and package store: a first snapshot, and then each that follows.

Servers serve these snapshots, the publisher writes checkpoints of them; both verify every version that they take in. Blocks:
callers on an event loop run it in a thread.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from mcpskills import package, skill, snapshot, trust
from mcpskills.errors import CorruptedError, McpSkillsError, NotFoundError
from mcpskills.folder import SKILL_FILE
from mcpskills.ports import Catalog, PackageStore
from mcpskills.skill import Skill
from mcpskills.snapshot import ServedSkill, Skills, Snapshot
from mcpskills.trust import Verify
from mcpskills.version import HoldKind, StandingKind, Version

_log = structlog.get_logger(__name__)

_AT_ONCE = 16
"""Skills that are read at the same time: as many as botocore has connections, which storage far away is worth."""


@dataclass(frozen=True, slots=True)
class _Found:
    """One skill as the catalog has it; see `Snapshot` for the words."""

    name: str
    revoked: Mapping[int, str]
    served: ServedSkill | None = None
    failure: str | None = None
    withdrawn: bool = False
    groups: frozenset[str] | None = frozenset()
    """None where the catalog does not say who sees it."""


class Follower:
    """Reads only what changed since the snapshot before."""

    def __init__(self, catalog: Catalog, store: PackageStore, tenant: str, verify: Verify) -> None:
        self._catalog = catalog
        self._store = store
        self._tenant = tenant
        self._verify = verify

    def follow(self, old: Snapshot | None) -> Snapshot:
        """The present snapshot; `old` itself when nothing changed. Raises `UnavailableError`.

        A skill whose content cannot be verified keeps what `old` serves, and `failed` says why.
        """
        changes = self._catalog.changes_since(self._tenant, old.generation if old else 0)
        stale = changes.skills | (old.failed.keys() | old.skills.unreadable if old else frozenset())
        if old is not None and not stale and changes.generation == old.generation:
            return old
        found = list(self._look_at_all(stale, old))
        kept = old.skills if old else Skills()
        revoked = {name: reasons for name, reasons in old.revoked.items() if name not in stale} if old else {}
        return snapshot.build(
            self._tenant,
            changes.generation,
            datetime.now(UTC),
            kept.following(stale, [each.served for each in found if each.served]),
            failed={each.name: each.failure for each in found if each.failure},
            revoked=revoked | {each.name: each.revoked for each in found if each.revoked},
            withdrawn=[
                *(name for name in (old.withdrawn if old else ()) if name not in stale),
                *(each.name for each in found if each.withdrawn),
            ],
            restricted=_restricted(old, stale, found),
            checkpoint=old.checkpoint if old else None,
        )

    def files(self, version: Version) -> Mapping[str, bytes]:
        """Raises `NotFoundError`, `CorruptedError`, `UnavailableError`."""
        return verified(version, self._store.get(version.digest))

    def _look_at_all(self, names: Collection[str], old: Snapshot | None) -> Iterator[_Found]:
        if len(names) <= 1:
            yield from (self._look(name, old) for name in names)
            return
        threads = ThreadPoolExecutor(min(_AT_ONCE, len(names)), thread_name_prefix="following")
        try:
            yield from threads.map(lambda name: self._look(name, old), names)
        finally:
            threads.shutdown(cancel_futures=True)

    def _look(self, name: str, old: Snapshot | None) -> _Found:
        """What the catalog has of a skill now. Bytes that are wrong or missing are refused; what was verified before stays."""
        revoked: dict[int, str] = {}
        groups: frozenset[str] | None = None
        try:
            record = self._catalog.skill(self._tenant, name)
            groups = record.groups
            revoked = {
                number: standing.reason
                for number, standing in self._catalog.standings(self._tenant, name).items()
                if standing.kind is StandingKind.REVOKED
            }
            if record.live is not None:
                return _Found(name, revoked=revoked, served=self._serve(name, record.live), groups=groups)
        except (CorruptedError, NotFoundError) as error:
            _log.error("skill refused", tenant=self._tenant, skill=name, reason=error.message)
            before = _served_before(old, name)
            still_good = before is not None and before.version.number not in revoked
            served = before if still_good else None
            return _Found(name, revoked=revoked, failure=error.message, served=served, groups=groups)
        offline = record.hold is not None and record.hold.kind is HoldKind.OFFLINE
        withdrawn = not record.deleted and not offline and record.wanted is not None
        return _Found(name, revoked=revoked, withdrawn=withdrawn, groups=groups)

    def _serve(self, name: str, number: int) -> ServedSkill:
        version = self._catalog.version(self._tenant, name, number)
        trust.check(self._tenant, version, self._verify)
        return served_skill(version, self.files(version)[SKILL_FILE])


def _restricted(old: Snapshot | None, stale: Collection[str], found: Iterable[_Found]) -> Mapping[str, frozenset[str]]:
    """Which groups see which skills. Where that cannot be read, it stays as it was; nobody sees what was not there before."""
    restricted = {name: groups for name, groups in old.restricted.items() if name not in stale} if old else {}
    for each in found:
        if each.groups:
            restricted[each.name] = each.groups
        elif each.groups is None and not (old and each.name in old.skills and each.name not in old.restricted):
            restricted[each.name] = old.restricted.get(each.name, frozenset()) if old else frozenset()
    return restricted


def _served_before(old: Snapshot | None, name: str) -> ServedSkill | None:
    try:
        return old.skills.get(name) if old else None
    except CorruptedError:  # it is as good as not there
        return None


def verified(version: Version, archive: bytes) -> Mapping[str, bytes]:
    """The files of an archive, held against the whole of the version's manifest. Raises `CorruptedError`."""
    entries = package.entries(archive)
    if package.manifest(entries) != version.manifest:
        raise CorruptedError(f"The package of {version.skill!r} version {version.number} does not match its manifest.")
    return {path: entry.content for path, entry in entries.items()}


def as_signed(version: Version, instructions: bytes) -> Version:
    """The version with what SKILL.md says instead of the catalog's copy of it, which nobody signed. Raises `CorruptedError`."""
    reading = _read(version, instructions)
    return replace(version, frontmatter=reading.frontmatter, label=reading.label)


def served_skill(version: Version, instructions: bytes) -> ServedSkill:
    """A live version with its typed reading. Raises `CorruptedError` when SKILL.md does not parse."""
    reading = _read(version, instructions)
    # Its envelope was verified and is not needed any more: of ten thousand skills they would take 30 MB.
    taken = replace(version, frontmatter=reading.frontmatter, label=reading.label, provenance=None)
    return ServedSkill(reading, taken, instructions)


def _read(version: Version, instructions: bytes) -> Skill:
    try:
        return skill.read(instructions)
    except (McpSkillsError, UnicodeDecodeError) as error:
        raise CorruptedError(
            f"SKILL.md of {version.skill!r} version {version.number} cannot be read: {error}."
        ) from error
