"""Between what is kept of principals and the domain's types: one row with the record as JSON, and beside it what is asked for."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from mcpskills.adapters.catalog_rows import Row, reads
from mcpskills.principal import ApiKey, Principal, User

KEY, USER = "key#", "user#"
"""How the places of keys and of users begin."""

_BESIDE = {"tenant", "revision", "last_used_at"}
_TIMES = {"created_at", "expires_at", "revoked_at"}
_SETS = {"roles", "scopes", "groups"}


def key_place(which: str) -> str:
    return KEY + which


def user_place(issuer: str, subject: str) -> str:
    """The issuer without the sign that parts a place, so that no two users share one."""
    quoted = issuer.replace("%", "%25").replace("#", "%23")
    return f"{USER}{quoted}#{subject}"


def place(principal: Principal) -> str:
    if isinstance(principal, ApiKey):
        return key_place(principal.id)
    return user_place(principal.issuer, principal.subject)


def values(principal: Principal) -> dict[str, Any]:
    """`expires_at` and `last_used_at` are seconds since 1970."""
    record = {name: _written(value) for name, value in asdict(principal).items() if name not in _BESIDE}
    expires_at = principal.expires_at if isinstance(principal, ApiKey) else None
    used = principal.last_used_at
    return {
        "tenant": principal.tenant,
        "principal": place(principal),
        "record": json.dumps(record, ensure_ascii=False),
        "revision": principal.revision,
        "expires_at": expires_at and expires_at.timestamp(),
        "last_used_at": used and int(used.timestamp()),
    }


@reads("record of an API key")
def api_key(row: Row) -> ApiKey:
    return ApiKey(**_fields(row))


@reads("record of a user")
def user(row: Row) -> User:
    return User(**_fields(row))


def _fields(row: Row) -> dict[str, Any]:
    record = json.loads(row["record"])
    used = row["last_used_at"]
    return {name: _read(name, value) for name, value in record.items()} | {
        "tenant": row["tenant"],
        "revision": row["revision"],
        "last_used_at": None if used is None else datetime.fromtimestamp(used, UTC),
    }


def _written(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    if name in _SETS:
        return frozenset(value)
    return datetime.fromisoformat(value) if name in _TIMES and value is not None else value
