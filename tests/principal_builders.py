"""Builders of what is kept of principals. Each yields the simplest valid thing; a test names only what its story is about."""

from datetime import datetime

from catalog_builders import NOON, TENANT
from mcpskills.audit import Actor
from mcpskills.principal import ApiKey, User

ADA = Actor("ada", source="192.0.2.7", request="req-1")
ISSUER = "https://login.example.com/pool"


def a_key(
    which: str = "k1",
    *,
    tenant: str = TENANT,
    roles: frozenset[str] = frozenset({"developer"}),
    expires_at: datetime | None = None,
    replaces: str | None = None,
) -> ApiKey:
    return ApiKey(
        tenant=tenant,
        id=which,
        digest=f"{which}-digest",
        name=f"Key {which}",
        roles=roles,
        created_at=NOON,
        created_by="ada",
        scopes=frozenset({"skills:read", "skills:run"}),
        groups=frozenset({"office"}),
        plan="pro",
        expires_at=expires_at,
        replaces=replaces,
    )


def a_user(subject: str = "u1", *, issuer: str = ISSUER, tenant: str = TENANT) -> User:
    return User(
        tenant=tenant,
        issuer=issuer,
        subject=subject,
        name="Grace",
        roles=frozenset({"viewer"}),
        created_at=NOON,
        created_by="ada",
        groups=frozenset({"office"}),
    )
