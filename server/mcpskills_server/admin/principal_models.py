"""What the admin API says and hears about who calls: API keys, users, and the caller."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

from mcpskills.access import Role, Scope
from mcpskills.principal import KeyStatus
from mcpskills_server.admin import principal_examples as examples
from mcpskills_server.admin.model import Line, Model

MOST_OVERLAP_SECONDS = 30 * 24 * 3600
DAY_SECONDS = 24 * 3600

Name = Annotated[Line, StringConstraints(max_length=200)]
Group = Annotated[Line, StringConstraints(max_length=128)]
Plan = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Roles = Annotated[frozenset[Role], Field(min_length=1, description="What it is; each role gives its scopes.")]
Names = Annotated[tuple[str, ...], BeforeValidator(sorted)]
"""A set of them, in order."""

Scopes = Annotated[
    frozenset[Scope], Field(description="Of the scopes that the roles give, only these; all of them when empty.")
]
Groups = Annotated[frozenset[Group], Field(max_length=100, description="They open skills that are restricted to them.")]
Expiry = Annotated[
    AwareDatetime | None, Field(description="From when on the key is gone; null for never. At most ten years away.")
]


class KeyView(Model):
    """An API key without its secret, which nobody keeps."""

    id: str
    name: str
    status: KeyStatus
    roles: Names
    scopes: Names
    groups: Names
    plan: str | None
    expires_at: datetime | None
    created_at: datetime
    created_by: str
    replaces: str | None
    revoked_at: datetime | None
    revoked_by: str | None
    revoked_because: str | None
    last_used_at: datetime | None


class KeyPage(Model):
    """Keys in the order of their making. `revision` may be a condition of a change."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.KEYS})

    keys: tuple[KeyView, ...]
    total: int
    next_cursor: str | None
    revision: int


class KeyDetail(KeyView):
    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.KEY})


class KeyRequest(Model):
    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": examples.KEY_REQUEST})

    name: Name
    roles: Roles
    scopes: Scopes = frozenset()
    groups: Groups = frozenset()
    plan: Plan | None = None
    expires_at: Expiry = None


class KeyChange(Model):
    """What is left out stays as it is, and what is null as well; but null takes plan and expiry away."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": examples.KEY_CHANGE})

    name: Name | None = None
    roles: Roles | None = None
    scopes: Scopes | None = None
    groups: Groups | None = None
    plan: Plan | None = None
    expires_at: Expiry = None


class Rotation(Model):
    """`overlap_seconds` is how long the old key is good for beside the new one; at most 30 days."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": examples.ROTATION})

    overlap_seconds: Annotated[int, Field(ge=0, le=MOST_OVERLAP_SECONDS)] = DAY_SECONDS
    expires_at: Expiry = None


class NewKey(Model):
    """A key, and the only time that its `secret` is said."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.NEW_KEY})

    key: KeyView
    secret: str
    revision: int


class KeyOutcome(Model):
    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.KEY_OUTCOME})

    changed: bool
    key: KeyView
    revision: int


class UserView(Model):
    """Somebody whom an identity provider vouches for, and what is known of them beside what their tokens say."""

    issuer: str
    subject: str
    name: str
    roles: Names
    groups: Names
    plan: str | None
    disabled: bool
    created_at: datetime
    created_by: str
    last_used_at: datetime | None


class UserDetail(UserView):
    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.USER})


class UserPage(Model):
    """Users in the order of their making. `revision` may be a condition of a change."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.USERS})

    users: tuple[UserView, ...]
    total: int
    next_cursor: str | None
    revision: int


class UserRequest(Model):
    """All that is to be known of a user; what is left out is nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": examples.USER_REQUEST})

    name: Name
    roles: Annotated[frozenset[Role], Field(description="Beside those that their tokens give.")] = frozenset()
    groups: Groups = frozenset()
    plan: Plan | None = None
    disabled: bool = False


class UserOutcome(Model):
    """The user as they are, or as they were when they are gone."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.USER_OUTCOME})

    changed: bool
    user: UserView
    revision: int


class Me(Model):
    """Who calls, as the server takes them."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.ME})

    tenant: str
    id: str
    name: str
    anonymous: bool
    roles: Names
    scopes: Names
    groups: Names
    plan: str | None


class RoleView(Model):
    name: str
    scopes: Names


class RoleList(Model):
    """The roles there are, and the scopes that each gives."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.ROLES})

    roles: tuple[RoleView, ...]
