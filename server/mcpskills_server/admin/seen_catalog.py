"""The catalog as somebody works with it who does not see every skill: what is hidden from them is not there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Union

from mcpskills.audit import Actor, AuditEntry, Head
from mcpskills.errors import NotFoundError
from mcpskills.ports import Catalog
from mcpskills.restricting import Restriction
from mcpskills.version import Hold, Quarantine, SkillRecord, Standing, Status, Version

_WORD: Final = re.compile("[a-z0-9-]+")
_LEFT_OUT: Final = "Refused; `mcpskills validate` says why."
"""Stands for a reason that names what is hidden."""


def told(reason: str, hidden: frozenset[str]) -> str:
    """The reason, unless it names what is hidden."""
    return reason if not hidden or hidden.isdisjoint(_WORD.findall(reason)) else _LEFT_OUT


class SeenCatalog:
    """What the admin API uses of `ports.Catalog`; for a hidden name each method does what it does for an unknown one.

    The audit trail is whole: nobody could check the chain of a part. Who may read it learns the names of all skills.
    """

    def __init__(self, catalog: Union[Catalog, "SeenCatalog"], hidden: frozenset[str]) -> None:
        self._catalog = catalog
        self._hidden = hidden

    def frozen(self, tenant: str) -> str | None:
        return self._catalog.frozen(tenant)

    def commit(self, tenant: str) -> str | None:
        return self._catalog.commit(tenant)

    def generation(self, tenant: str) -> int:
        return self._catalog.generation(tenant)

    def skills(self, tenant: str, status: Status | None = None) -> Sequence[SkillRecord]:
        found = self._catalog.skills(tenant, status)
        return [self._recorded(record) for record in found if record.name not in self._hidden]

    def skill(self, tenant: str, name: str) -> SkillRecord:
        self._expect(name)
        return self._recorded(self._catalog.skill(tenant, name))

    def versions(self, tenant: str, name: str) -> Sequence[Version]:
        return () if name in self._hidden else self._catalog.versions(tenant, name)

    def version(self, tenant: str, name: str, number: int) -> Version:
        if name in self._hidden:
            raise NotFoundError(f"The skill {name!r} has no version {number}.")
        return self._catalog.version(tenant, name, number)

    def standings(self, tenant: str, name: str) -> Mapping[int, Standing]:
        return {} if name in self._hidden else self._catalog.standings(tenant, name)

    def quarantined(self, tenant: str, name: str | None = None) -> Sequence[Quarantine]:
        found = self._catalog.quarantined(tenant, name)
        return [replace(entry, reason=self._told(entry.reason)) for entry in found if entry.name not in self._hidden]

    def hold(self, tenant: str, name: str, hold: Hold, by: Actor, if_generation: int | None = None) -> SkillRecord:
        self._expect(name)
        return self._recorded(self._catalog.hold(tenant, name, hold, by, if_generation))

    def lift(
        self, tenant: str, name: str, by: Actor, only: Hold | None = None, if_generation: int | None = None
    ) -> SkillRecord:
        self._expect(name)
        return self._recorded(self._catalog.lift(tenant, name, by, only, if_generation))

    def stand(
        self,
        tenant: str,
        name: str,
        number: int,
        standing: Standing | None,
        *,
        by: Actor,
        if_generation: int | None = None,
    ) -> SkillRecord:
        self._expect(name)
        return self._recorded(self._catalog.stand(tenant, name, number, standing, by=by, if_generation=if_generation))

    def restrict(
        self, tenant: str, name: str, restriction: Restriction, *, if_generation: int | None = None
    ) -> SkillRecord:
        self._expect(name)
        return self._recorded(self._catalog.restrict(tenant, name, restriction, if_generation=if_generation))

    def accept_history(self, tenant: str, commit: str, *, reason: str, by: Actor) -> bool:
        return self._catalog.accept_history(tenant, commit, reason=reason, by=by)

    def audit_after(self, tenant: str, sequence: int, limit: int) -> Sequence[AuditEntry]:
        return self._catalog.audit_after(tenant, sequence, limit)

    def releases(self, tenant: str, first: int, last: int) -> Sequence[AuditEntry]:
        return [entry for entry in self._catalog.releases(tenant, first, last) if entry.skill not in self._hidden]

    def audit_head(self, tenant: str) -> Head:
        return self._catalog.audit_head(tenant)

    def _recorded(self, record: SkillRecord) -> SkillRecord:
        return record if record.load_error is None else replace(record, load_error=self._told(record.load_error))

    def _told(self, reason: str) -> str:
        return told(reason, self._hidden)

    def _expect(self, name: str) -> None:
        if name in self._hidden:
            raise NotFoundError(f"There is no skill {name!r}.")
