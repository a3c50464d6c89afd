"""Who may do what: scopes, the roles that give them, and who calls.

`ROLES` is the only table of it: docs and tests are generated from it. Every route and every MCP method names the scope that it
needs; see `mcpskills_server.auth`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Scope(StrEnum):
    """What a caller may do, as it stands in tokens."""

    SKILLS_READ = "skills:read"
    SKILLS_RUN = "skills:run"
    PROPOSALS_READ = "proposals:read"
    PROPOSALS_WRITE = "proposals:write"
    PROPOSALS_MERGE = "proposals:merge"
    RELEASES_READ = "releases:read"
    RELEASES_WRITE = "releases:write"
    STATISTICS_READ = "statistics:read"
    METRICS_READ = "metrics:read"
    LOGS_READ = "logs:read"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    SECRETS_WRITE = "secrets:write"
    AUDIT_READ = "audit:read"
    TENANT_WRITE = "tenant:write"


class Role(StrEnum):
    """What people and programs are; each may do all that the one before it may."""

    VIEWER = "viewer"
    DEVELOPER = "developer"
    PUBLISHER = "publisher"
    ADMIN = "admin"
    OWNER = "owner"


_MORE: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.VIEWER: frozenset({Scope.SKILLS_READ}),
    Role.DEVELOPER: frozenset(
        {
            Scope.SKILLS_RUN,
            Scope.PROPOSALS_READ,
            Scope.PROPOSALS_WRITE,
            Scope.RELEASES_READ,
            Scope.STATISTICS_READ,
        }
    ),
    Role.PUBLISHER: frozenset({Scope.PROPOSALS_MERGE, Scope.RELEASES_WRITE, Scope.METRICS_READ, Scope.LOGS_READ}),
    Role.ADMIN: frozenset({Scope.USERS_READ, Scope.USERS_WRITE, Scope.SECRETS_WRITE, Scope.AUDIT_READ}),
    Role.OWNER: frozenset({Scope.TENANT_WRITE}),
}
"""What each role may beside all that the one before it may."""


def _roles() -> Mapping[Role, frozenset[Scope]]:
    table: dict[Role, frozenset[Scope]] = {}
    scopes: frozenset[Scope] = frozenset()
    for role, more in _MORE.items():
        scopes |= more
        table[role] = scopes
    return MappingProxyType(table)


ROLES: Final = _roles()
"""The scopes of each role."""


def scopes(roles: Iterable[str], only: Iterable[str] = ()) -> frozenset[Scope]:
    """All that these roles give; with `only`, no more than is in it. Names that we do not know give nothing."""
    given = frozenset[Scope]().union(*(ROLES[role] for role in Role if role in set(roles)))
    narrowed = set(only)
    return frozenset(scope for scope in given if scope in narrowed) if narrowed else given


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as requests are concerned; made from a principal or a token once, then kept.

    `id` tells callers of a tenant apart and never changes: `key:<id>`, `user:<issuer> <subject>` or `anonymous`. `name` is for
    people and the audit trail. `groups` open skills that are restricted to them; `plan` names the rate limits, None for the
    tenant's. Nobody vouches for an `anonymous` one.
    """

    tenant: str
    id: str
    name: str
    scopes: frozenset[Scope]
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    plan: str | None = None
    anonymous: bool = False

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    @property
    def sees(self) -> frozenset[str] | None:
        """The groups whose restricted skills the caller sees; None for all skills.

        Who may say which groups see a skill, and who is in them, sees everything.
        """
        return None if Scope.USERS_WRITE in self.scopes else self.groups


def anonymous(tenant: str, role: Role) -> Caller:
    """Somebody of whom nothing is known, where the configuration lets them in."""
    return Caller(tenant, "anonymous", "anonymous", ROLES[role], frozenset({role.value}), anonymous=True)
