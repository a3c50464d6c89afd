"""All skills and refused folders as the catalog has them: read once, and from then on only what has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from mcpskills.ports import Catalog
from mcpskills.version import Quarantine, SkillRecord

_MOST_CHANGES: Final = 200
"""More changed records than these are read faster together, with all others."""


class KnownSkills:
    """Of one tenant. Used from one thread at a time."""

    def __init__(self, catalog: Catalog, tenant: str) -> None:
        self._catalog = catalog
        self._tenant = tenant
        self._generation = -1
        self._commit: str | None = None
        self._records: dict[str, SkillRecord] = {}
        self._quarantined: tuple[Quarantine, ...] = ()

    def follow(self) -> bool:
        """Take in what has changed; whether anything has. Costs what changed and what is refused. Raises `UnavailableError`."""
        catalog, tenant = self._catalog, self._tenant
        changes = catalog.changes_since(tenant, max(self._generation, 0))
        commit, quarantined = catalog.commit(tenant), tuple(catalog.quarantined(tenant))
        # A folder may move without any other change, which only its commit tells.
        is_other = changes.generation < self._generation or self._generation < 0 or commit != self._commit
        if is_other or len(changes.skills) > _MOST_CHANGES:
            self._records = {record.name: record for record in catalog.skills(tenant)}
        else:
            for name in changes.skills:
                self._records[name] = catalog.skill(tenant, name)
        changed = is_other or bool(changes.skills) or quarantined != self._quarantined
        # What changed while this was read is read once more.
        self._generation, self._commit, self._quarantined = changes.generation, commit, quarantined
        return changed

    @property
    def records(self) -> Sequence[SkillRecord]:
        """Without tombstones, each with its trouble."""
        by_path = {trouble.path: trouble.reason for trouble in self._quarantined}
        by_name = _by_name(self._quarantined)
        there = (record for record in self._records.values() if not record.deleted)
        return [_in_trouble(record, by_path.get(record.path) or by_name.get(record.name)) for record in there]

    @property
    def quarantined(self) -> Sequence[Quarantine]:
        return self._quarantined


def _in_trouble(record: SkillRecord, reason: str | None) -> SkillRecord:
    return record if record.load_error == reason else replace(record, load_error=reason)


def _by_name(troubles: Sequence[Quarantine]) -> Mapping[str, str]:
    """Of several folders that claim a name the first reason, as catalogs tell it."""
    found: dict[str, str] = {}
    for trouble in troubles:
        found[trouble.name] = min(trouble.reason, found.get(trouble.name, trouble.reason))
    return found
