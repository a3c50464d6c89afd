"""Reading files of versions: instructions come from the snapshot, other files from packages kept in a bounded cache."""

from collections.abc import Mapping

from cachetools import LRUCache

from mcpskills.errors import NotFoundError, RevokedError, UnavailableError
from mcpskills.folder import SKILL_FILE
from mcpskills.snapshot import Snapshot
from mcpskills.version import Version
from mcpskills_server.source import Source
from mcpskills_server.thinking import Thinking

_VERSIONS = 10_000


class Library:
    """Files by version and path. Everything it gives was verified against the version's manifest.

    `thinking` is for answers that take longer to make than to read.
    """

    def __init__(self, source: Source, cache_bytes: int) -> None:
        self._source = source
        self.thinking = Thinking()
        self._packages: LRUCache[str, Mapping[str, bytes]] = LRUCache(cache_bytes, getsizeof=_size)
        self._versions: LRUCache[tuple[str, int], Version] = LRUCache(_VERSIONS)

    async def version(self, snapshot: Snapshot, name: str, number: int | None = None) -> Version:
        """The live version of a skill, or the numbered one. Raises `NotFoundError`, `RevokedError`."""
        served = snapshot.skills.get(name)
        if served is not None and number in {None, served.version.number}:
            return served.version
        if number is None or (served is None and name not in snapshot.withdrawn):
            raise NotFoundError(f"There is no skill {name!r}.")
        reason = snapshot.revoked.get(name, {}).get(number)
        if reason is not None:
            raise RevokedError(f"Version {number} of {name!r} was revoked: {reason}")
        return await self._numbered(name, number)

    async def envelope(self, version: Version) -> str | None:
        """The signed envelope of a version, which the snapshot leaves out; None while the catalog cannot be asked for it."""
        try:
            return (await self._numbered(version.skill, version.number)).provenance
        except (NotFoundError, UnavailableError):
            return None

    async def read(self, snapshot: Snapshot, version: Version, path: str) -> bytes:
        """A file's raw bytes. Raises `NotFoundError`, `CorruptedError`, `UnavailableError`."""
        if version.manifest.get(path) is None:
            raise NotFoundError(f"The skill {version.skill!r} version {version.number} has no file {path!r}.")
        served = snapshot.skills.get(version.skill)
        if path == SKILL_FILE and served is not None and served.version.digest == version.digest:
            return served.instructions
        return (await self._package(version))[path]

    async def _numbered(self, name: str, number: int) -> Version:
        key = (name, number)
        if key not in self._versions:
            # What is signed of a version never changes. Its standing may, and is asked of the snapshot.
            self._versions[key] = await self._source.pinned(name, number)
        return self._versions[key]

    async def _package(self, version: Version) -> Mapping[str, bytes]:
        files = self._packages.get(version.digest)
        if files is None:
            files = await self._source.package(version)
            if _size(files) <= self._packages.maxsize:
                self._packages[version.digest] = files
        return files


def _size(files: Mapping[str, bytes]) -> int:
    return sum(map(len, files.values())) + 1
