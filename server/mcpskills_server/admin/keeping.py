"""What all changes of keys and users share: the revision that they are decided at, who may make them, and who has to stay.

These functions block: routes call them in a thread.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from mcpskills import authority, granting
from mcpskills.access import Caller
from mcpskills.errors import InvalidInputError
from mcpskills.principal import ApiKey, Principal
from mcpskills_server.admin import unchanged
from mcpskills_server.admin.parts import Admin
from mcpskills_server.settings import ServerSettings

MOST_DAYS = 3650

P = TypeVar("P", bound=Principal)


@dataclass(frozen=True, slots=True)
class Kept(Generic[P]):
    """A principal as it is after a change, and the revision of all of them."""

    principal: P
    changed: bool
    revision: int


def change(admin: Admin, if_match: int | None, attempt: Callable[[int], tuple[P, bool]]) -> Kept[P]:
    """`attempt` decides by what it reads, writes at the revision that it takes, and says whether that changed anything."""

    def at(revision: int) -> Kept[P]:
        principal, changed = attempt(revision)
        return Kept(principal, changed, revision + 1 if changed else revision)

    return unchanged.at_one(lambda: admin.principals.revision(admin.tenant), granting.expect_revision, if_match, at)


def expect_may(who: Caller, *principals: Principal) -> None:
    """Raises `ForbiddenError` unless the caller has all that each of them has."""
    for principal in principals:
        authority.expect_entitled(who, principal)


def expect_may_shut_out(who: Caller, settings: ServerSettings, issuer: str) -> None:
    """Raises `ForbiddenError` unless the caller has all that tokens of the issuer may give, whatever is kept of their user."""
    if issuer == settings.oidc_issuer:
        by_default = () if settings.oidc_default_role is None else (settings.oidc_default_role,)
        authority.expect_vouched(who, (*settings.oidc_roles.values(), *by_default))


def expect_ruled(admin: Admin, before: Principal, after: Principal | None = None) -> None:
    """Raises `ConflictError` when the change takes away the last one that rules the tenant."""
    now = admin.now()
    if authority.rules(before, now):
        authority.expect_ruled(before, _others(admin, before), after, now)


def expiry(admin: Admin, wanted: datetime | None) -> datetime | None:
    """In UTC. Raises `InvalidInputError` for a moment that has passed, or that nobody alive plans for."""
    if wanted is None:
        return None
    now = admin.now()
    if not now < wanted <= now + timedelta(days=MOST_DAYS):
        raise InvalidInputError(
            f"expires_at must lie in the future, and at most {MOST_DAYS} days from now; got {wanted.isoformat()}."
        )
    return wanted.astimezone(UTC)


def expect_given(key: ApiKey) -> None:
    """Raises `InvalidInputError` when the key names scopes that its roles do not give."""
    beyond = key.scopes - authority.scopes(replace(key, scopes=frozenset()))
    if beyond:
        raise InvalidInputError(f"The roles do not give {', '.join(sorted(beyond))}: leave that out, or add a role.")


def _others(admin: Admin, but: Principal) -> Iterable[Principal]:
    everybody: tuple[Principal, ...] = (
        *admin.principals.keys(admin.tenant),
        *admin.principals.users(admin.tenant),
    )
    return (each for each in everybody if _identity(each) != _identity(but))


def _identity(principal: Principal) -> tuple[str, ...]:
    return ("", principal.id) if isinstance(principal, ApiKey) else (principal.issuer, principal.subject)
