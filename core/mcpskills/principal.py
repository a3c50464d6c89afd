"""Who may call, as it is stored: API keys, and the users of identity providers.

Who is who, and what a role allows, is decided elsewhere; roles, scopes, groups and plans are names here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

KeyStatus = Literal["active", "revoked"]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that calls as itself.

    Its secret is nowhere: `digest` is what whoever authenticates made of it (HMAC-SHA-256 in hex, with a word for the pepper
    where there are several), and is compared as it is. No `scopes` are all that the roles give; no `plan` is the tenant's. From
    `expires_at` on the key is gone. One that was revoked stays to be looked at. `replaces` is the id of the key that it was made
    for to take the place of. `revision` counts the changes from 1, and is 0 before it is kept; use is no change. `last_used_at`
    has whole seconds, and may be a minute late.
    """

    tenant: str
    id: str
    digest: str
    name: str
    roles: frozenset[str]
    created_at: datetime
    created_by: str
    scopes: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    plan: str | None = None
    expires_at: datetime | None = None
    replaces: str | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoked_because: str | None = None
    revision: int = 0
    last_used_at: datetime | None = None

    @property
    def status(self) -> KeyStatus:
        return "active" if self.revoked_at is None else "revoked"

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class User:
    """Somebody whom an identity provider vouches for: `issuer` and `subject` are the `iss` and `sub` of their tokens.

    Roles, groups and plan are what we know of them, beside what the tokens say; `name` is for people. Fields that an `ApiKey` has
    as well mean the same.
    """

    tenant: str
    issuer: str
    subject: str
    name: str
    roles: frozenset[str]
    created_at: datetime
    created_by: str
    groups: frozenset[str] = frozenset()
    plan: str | None = None
    disabled: bool = False
    revision: int = 0
    last_used_at: datetime | None = None


Principal = ApiKey | User
