"""The search over what is live, on which the evals of a candidate are tried before it is published."""

from collections.abc import Iterable, Iterator

import structlog

from mcpskills import package, skill
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.errors import CorruptedError, InvalidInputError, NotFoundError
from mcpskills.folder import SKILL_FILE
from mcpskills.ports import Catalog, PackageStore
from mcpskills.skill import Skill

_log = structlog.get_logger(__name__)


class LiveSearch:
    """Built when it is first asked, then only brought up to date by what changed since; one caller at a time."""

    def __init__(self, catalog: Catalog, store: PackageStore, tenant: str) -> None:
        self._catalog = catalog
        self._store = store
        self._tenant = tenant
        self._generation = 0
        self._index: SearchIndex | None = None
        self._tried: frozenset[str] = frozenset()

    def beside(self, candidate: Skill) -> SearchIndex:
        """What clients will search once the candidate is live; good until the next call. Raises `UnavailableError`."""
        changes = self._catalog.changes_since(self._tenant, self._generation)
        # The candidate before this one may have been refused, so what is live under its name is read again.
        stale = (changes.skills | self._tried) - {candidate.name}
        written = [*self._live(stale), candidate]
        removed = stale - {each.name for each in written}
        self._index = self._index.changed(written, removed) if self._index else SearchIndex.of(written)
        self._generation = changes.generation
        self._tried = frozenset({candidate.name})
        return self._index

    def _live(self, names: Iterable[str]) -> Iterator[Skill]:
        """Those of the skills that are live and can be read: replicas leave the others out as well."""
        for name in names:
            try:
                live = self._catalog.skill(self._tenant, name).live
                if live is not None:
                    version = self._catalog.version(self._tenant, name, live)
                    yield skill.read(package.unpack(self._store.get(version.digest))[SKILL_FILE])
            except (CorruptedError, InvalidInputError, NotFoundError, UnicodeDecodeError) as error:
                _log.warning("left out of the search for evals", skill=name, reason=str(error))
