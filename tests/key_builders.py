"""API keys that are known to a store, as their holders have them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from catalog_builders import TENANT
from mcpskills.access import Role
from mcpskills.api_key import Peppers, WholeKey
from mcpskills.ports import Principals
from mcpskills.principal import ApiKey
from principal_builders import ADA


def keep_key(
    principals: Principals,
    peppers: Peppers,
    role: Role = Role.OWNER,
    *,
    tenant: str = TENANT,
    groups: Iterable[str] = (),
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
    plan: str | None = None,
    name: str | None = None,
    key: WholeKey | None = None,
) -> WholeKey:
    """Make one, unless it is given, and have the store know it."""
    key = key or WholeKey.make(tenant)
    kept = ApiKey(
        tenant=tenant,
        id=key.id,
        digest=peppers.digest(key),
        name=name or f"Ada's {role}",
        roles=frozenset({role.value}),
        groups=frozenset(groups),
        scopes=frozenset(scopes),
        created_at=datetime.now(UTC),
        created_by="ada",
        expires_at=expires_at,
        plan=plan,
    )
    principals.add_key(kept, ADA)
    return key


def bearing(key: WholeKey | str) -> dict[str, str]:
    """The header that says who calls."""
    return {"authorization": f"Bearer {key if isinstance(key, str) else key.text}"}
