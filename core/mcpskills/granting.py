"""Changes of principals, decided from what is kept of them: stores read before and write after, in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from mcpskills.audit import Actor, Detail, listed
from mcpskills.errors import ConflictError, PreconditionFailedError
from mcpskills.principal import ApiKey, Principal, User

_GRANTED = ("name", "roles", "scopes", "groups", "plan", "expires_at", "replaces", "disabled")
"""The fields that somebody grants or takes; the audit trail says what they are and what they were."""


P = TypeVar("P", bound=Principal)


@dataclass(frozen=True, slots=True)
class Grant(Generic[P]):
    """What somebody's wish comes to: the principal as it is kept then, others with it, and what the audit trail says."""

    action: str
    detail: Detail
    kept: P
    others: tuple[P, ...] = ()

    @property
    def all_kept(self) -> tuple[P, ...]:
        return (self.kept, *self.others)


def add_key(known: ApiKey | None, key: ApiKey) -> Grant[ApiKey]:
    """`known` has the key's id. Raises `ConflictError` when there is one."""
    if known is not None:
        raise ConflictError(f"The id {key.id!r} is another key's already.")
    added = replace(key, revision=1, last_used_at=None)
    return Grant("key-add", {"key": key.id, **_told(None, added)}, added)


def rotate_key(known: ApiKey | None, old: ApiKey, key: ApiKey, until: datetime) -> Grant[ApiKey]:
    """`known` has the new key's id, `old` is the one that it replaces. Raises `ConflictError`."""
    _expect_valid(old)
    added = add_key(known, key).kept
    ends = until if old.expires_at is None else min(until, old.expires_at)
    ending = replace(old, expires_at=ends, revision=old.revision + 1)
    detail: Detail = {"key": key.id, **_told(None, added), "until": ends.isoformat()}
    return Grant("key-rotate", detail, added, (ending,))


def change_key(known: ApiKey, wish: ApiKey) -> Grant[ApiKey] | None:
    """None when it is as wished already. Raises `ConflictError`, `PreconditionFailedError`."""
    _expect_revision(known, wish, f"The key {known.id!r}")
    _expect_valid(known)
    changed = replace(
        known,
        name=wish.name,
        roles=wish.roles,
        scopes=wish.scopes,
        groups=wish.groups,
        plan=wish.plan,
        expires_at=wish.expires_at,
    )
    if changed == known:
        return None
    kept = replace(changed, revision=known.revision + 1)
    return Grant("key-change", {"key": known.id, "name": kept.name, **_told(known, kept)}, kept)


def revoke_key(known: ApiKey, reason: str, by: Actor, now: datetime) -> Grant[ApiKey] | None:
    """None when it was revoked already."""
    if known.revoked_at is not None:
        return None
    kept = replace(known, revoked_at=now, revoked_by=by.name, revoked_because=reason, revision=known.revision + 1)
    return Grant("key-revoke", {"key": known.id, "name": known.name, "reason": reason}, kept)


def put_user(known: User | None, wish: User) -> Grant[User] | None:
    """None when they are as wished already. Raises `PreconditionFailedError`."""
    whom = f"The user {wish.subject!r} of {wish.issuer}"
    detail: Detail = {"issuer": wish.issuer, "user": wish.subject}
    _expect_revision(known, wish, whom)
    if known is None:
        added = replace(wish, revision=1, last_used_at=None)
        return Grant("user-add", {**detail, **_told(None, added)}, added)
    changed = replace(
        known, name=wish.name, roles=wish.roles, groups=wish.groups, plan=wish.plan, disabled=wish.disabled
    )
    if changed == known:
        return None
    kept = replace(changed, revision=known.revision + 1)
    return Grant("user-change", {**detail, "name": kept.name, **_told(known, kept)}, kept)


def remove_user(known: User) -> Grant[User]:
    """What is `kept` is what goes."""
    whom: Detail = {"issuer": known.issuer, "user": known.subject}
    return Grant("user-remove", {**whom, "was_name": known.name, "was_roles": listed(known.roles)}, known)


def expect_revision(present: int, wanted: int | None) -> None:
    """Raises `PreconditionFailedError` when the tenant's principals changed since; any revision will do for None."""
    if wanted is not None and wanted != present:
        raise PreconditionFailedError(
            f"Expected the principals at revision {wanted}, but they are at {present}: look at them again, and repeat."
        )


def _expect_revision(known: Principal | None, wish: Principal, what: str) -> None:
    present = known.revision if known else 0
    if wish.revision != present:
        raise PreconditionFailedError(
            f"{what} is at revision {present}, expected {wish.revision}: look again, and repeat."
            if known
            else f"{what} is not there any more, expected revision {wish.revision}."
        )


def _expect_valid(key: ApiKey) -> None:
    if key.revoked_at is not None:
        raise ConflictError(f"The key {key.id!r} was revoked ({key.revoked_because}): make another one.")


def _told(before: Principal | None, after: Principal) -> Detail:
    return dict(_differences(before, after))


def _differences(before: Principal | None, after: Principal) -> Iterator[tuple[str, str | None]]:
    for field in _GRANTED:
        is_now = _text(getattr(after, field, None))
        was = _text(getattr(before, field, None))
        if is_now == was:
            continue
        yield field, is_now
        if before is not None:
            yield f"was_{field}", was


def _text(value: object) -> str | None:
    """As the trail says it: sets in the order of their names, times in ISO 8601, `yes`; None for what is empty or no."""
    if not value:
        return None
    if isinstance(value, frozenset):
        return listed(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return "yes" if value is True else str(value)
