"""The first API key of a tenant: who has the store and the pepper makes it, asking no server, which could know nobody yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mcpskills import access
from mcpskills.access import ROLES, Role
from mcpskills.api_key import Peppers, WholeKey
from mcpskills.audit import Actor
from mcpskills.errors import ConflictError
from mcpskills.ports import Principals
from mcpskills.principal import ApiKey


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose key it is to be, said for people, and by whom and when it is made."""

    name: str
    by: Actor
    at: datetime


def make(principals: Principals, peppers: Peppers, tenant: str, wish: Wish) -> WholeKey:
    """An owner's key where there is none. Raises `ConflictError` that names the one there is.

    Of several who make the first one at once, one does; the others get `PreconditionFailedError`.
    """
    # Read before the keys: what is added meanwhile is noticed.
    revision = principals.revision(tenant)
    there = owners(principals, tenant)
    if there:
        raise ConflictError(
            f"There is an owner's key of the tenant {tenant!r} already: {there[0].id} ({there[0].name}), made by "
            f"{there[0].created_by} at {there[0].created_at:%Y-%m-%d %H:%M} UTC."
        )
    return _add(principals, peppers, tenant, wish, revision)


def make_another(principals: Principals, peppers: Peppers, tenant: str, wish: Wish) -> WholeKey:
    """An owner's key, whatever others there are: for who lost theirs."""
    return _add(principals, peppers, tenant, wish)


def owners(principals: Principals, tenant: str) -> Sequence[ApiKey]:
    """The keys that may do everything, in the order of their making."""
    keys = (key for key in principals.keys(tenant) if key.revoked_at is None)
    return [key for key in keys if access.scopes(key.roles, key.scopes) == ROLES[Role.OWNER]]


def _add(principals: Principals, peppers: Peppers, tenant: str, wish: Wish, if_revision: int | None = None) -> WholeKey:
    made = WholeKey.make(tenant)
    kept = ApiKey(
        tenant=tenant,
        id=made.id,
        digest=peppers.digest(made),
        name=wish.name,
        roles=frozenset({Role.OWNER.value}),
        created_at=wish.at,
        created_by=wish.by.name,
    )
    principals.add_key(kept, wish.by, if_revision)
    return made
