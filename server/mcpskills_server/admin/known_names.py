"""The names of all skills, deleted ones left out: read once, and from then on only what has changed."""

from collections import Counter
from collections.abc import Collection, Mapping
from threading import Lock

from mcpskills import claims
from mcpskills.ports import Catalog

_MOST_CHANGES = 200
"""More changed records than these are read faster together, with all others."""


class KnownNames:
    """Of one tenant, as the catalog has them when it is asked. May be used from any thread."""

    def __init__(self, catalog: Catalog, tenant: str) -> None:
        self._catalog = catalog
        self._tenant = tenant
        self._lock = Lock()
        self._generation = -1
        self._names: frozenset[str] = frozenset()

    def all(self) -> frozenset[str]:
        """Raises `UnavailableError`."""
        with self._lock:
            changes = self._catalog.changes_since(self._tenant, max(self._generation, 0))
            if changes.generation < self._generation or self._generation < 0 or len(changes.skills) > _MOST_CHANGES:
                records = self._catalog.skills(self._tenant)
                self._names = frozenset(record.name for record in records)
            else:
                changed = [self._catalog.skill(self._tenant, name) for name in changes.skills]
                there = frozenset(record.name for record in changed if not record.deleted)
                self._names = self._names - changes.skills | there
            # What changed while this was read is read once more.
            self._generation = changes.generation
            return self._names

    def live(self, paths: Collection[str], folders: Collection[str]) -> Mapping[str, str]:
        """All names with their folders, as `neighbours` takes them for `paths`.

        The folder is told of a name that several of `folders` claim, because only there it decides; of others it is empty.
        """
        names = self.all()
        asked = {claims.name_of(path) for path in paths}
        claimed = Counter(name for name in map(claims.name_of, set(folders)) if name in asked)
        contested = [name for name, folders_of in claimed.items() if folders_of > 1 and name in names]
        at = {name: self._catalog.skill(self._tenant, name).path for name in contested}
        return dict.fromkeys(names, "") | at
