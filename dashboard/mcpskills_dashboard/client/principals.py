"""Who may call: API keys, users of identity providers, and what roles give."""

from collections.abc import Mapping
from typing import Any

from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.rows import Moment, Row, Texts, read


class Key(Row):
    """An API key without its secret. `status` is active or revoked; `scopes` are empty for all that the roles give."""

    id: str
    name: str
    status: str
    roles: Texts
    scopes: Texts
    groups: Texts
    plan: str | None
    expires_at: Moment | None
    created_at: Moment
    created_by: str
    replaces: str | None
    revoked_at: Moment | None
    revoked_by: str | None
    revoked_because: str | None
    last_used_at: Moment | None


class KeyPage(Row):
    """In the order of their making. `revision` is of all keys and users, and may be the condition of a change."""

    keys: tuple[Key, ...]
    total: int
    next_cursor: str | None
    revision: int


class NewKey(Row):
    """A key, and the only time that its `secret` is told."""

    key: Key
    secret: str


class User(Row):
    """Somebody whom an identity provider vouches for, and what is known of them beside what their tokens say."""

    issuer: str
    subject: str
    name: str
    roles: Texts
    groups: Texts
    plan: str | None
    disabled: bool
    created_at: Moment
    created_by: str
    last_used_at: Moment | None


class UserPage(Row):
    """In the order of their making; `revision` as for keys."""

    users: tuple[User, ...]
    total: int
    next_cursor: str | None
    revision: int


class Role(Row):
    name: str
    scopes: frozenset[str]


class Roles(Row):
    """From the one that may least to the one that may most."""

    roles: tuple[Role, ...]


def keys(api: Api, *, cursor: str | None = None, limit: int | None = None) -> KeyPage:
    return read(KeyPage, api.get("/keys", cursor=cursor, limit=limit))


def make_key(api: Api, wanted: Mapping[str, Any]) -> NewKey:
    """`wanted` has name, roles, and perhaps scopes, groups, plan and expires_at."""
    return read(NewKey, api.send("POST", "/keys", wanted))


def change_key(api: Api, which: str, wanted: Mapping[str, Any], revision: int) -> None:
    """What is left out stays. Refused when the revision is another by now."""
    api.send("PATCH", f"/keys/{segment(which)}", wanted, if_match=revision)


def rotate_key(api: Api, which: str, overlap_seconds: int, expires_at: str | None) -> NewKey:
    """A key like this one, which is good beside it for so long; `expires_at` is the new one's end."""
    wanted = {"overlap_seconds": overlap_seconds, "expires_at": expires_at}
    return read(NewKey, api.send("POST", f"/keys/{segment(which)}/rotate", wanted))


def revoke_key(api: Api, which: str, reason: str) -> None:
    api.send("DELETE", f"/keys/{segment(which)}", reason=reason)


def users(api: Api, *, cursor: str | None = None, limit: int | None = None) -> UserPage:
    return read(UserPage, api.get("/users", cursor=cursor, limit=limit))


def put_user(api: Api, issuer: str, subject: str, wanted: Mapping[str, Any], revision: int) -> None:
    """`wanted` is all that is to be known of the user. Refused when the revision is another by now."""
    api.send("PUT", f"/users/{segment(subject)}", wanted, if_match=revision, issuer=issuer)


def forget_user(api: Api, issuer: str, subject: str) -> None:
    api.send("DELETE", f"/users/{segment(subject)}", issuer=issuer)


def roles(api: Api) -> Roles:
    return read(Roles, api.get("/roles"))
