"""Principals on SQLite: see `ports.Principals` for its promises. They are in the catalog's file, as its trail tells of them."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mcpskills import granting
from mcpskills.adapters import principal_rows as rows
from mcpskills.adapters.sqlite import statements
from mcpskills.adapters.sqlite.database import Database
from mcpskills.adapters.sqlite.statements import Change
from mcpskills.audit import Actor, Detail
from mcpskills.errors import NotFoundError
from mcpskills.granting import Grant, P
from mcpskills.ports import USE_SECONDS
from mcpskills.principal import ApiKey, Principal, User

_ONE = "SELECT * FROM principals WHERE tenant = ? AND principal = ?"
_KIND = "SELECT * FROM principals WHERE tenant = ? AND substr(principal, 1, ?) = ?"


class SqlitePrincipals:
    """One connection beside the catalog's; they wait for each other as two processes do."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open or make the catalog's file. `now` is the clock. Raises `UnavailableError`."""
        self._database = Database(path, now)
        self._now = now

    def close(self) -> None:
        self._database.close()

    def add_key(self, key: ApiKey, by: Actor, if_revision: int | None = None) -> ApiKey:
        with self._step(key.tenant, by, if_revision) as step:
            return step.keep(granting.add_key(step.find_key(key.id), key))

    def rotate_key(self, key: ApiKey, until: datetime, by: Actor, if_revision: int | None = None) -> ApiKey:
        with self._step(key.tenant, by, if_revision) as step:
            old = step.key(key.replaces or "")
            return step.keep(granting.rotate_key(step.find_key(key.id), old, key, until))

    def change_key(self, key: ApiKey, by: Actor, if_revision: int | None = None) -> ApiKey:
        with self._step(key.tenant, by, if_revision) as step:
            known = step.key(key.id)
            grant = granting.change_key(known, key)
            return step.keep(grant) if grant else known

    def revoke_key(self, tenant: str, which: str, reason: str, by: Actor, if_revision: int | None = None) -> ApiKey:
        with self._step(tenant, by, if_revision) as step:
            known = step.key(which)
            grant = granting.revoke_key(known, reason, by, step.now)
            return step.keep(grant) if grant else known

    def put_user(self, user: User, by: Actor, if_revision: int | None = None) -> User:
        with self._step(user.tenant, by, if_revision) as step:
            grant = granting.put_user(step.find_user(user.issuer, user.subject), user)
            return step.keep(grant) if grant else step.user(user.issuer, user.subject)

    def remove_user(self, tenant: str, issuer: str, subject: str, by: Actor, if_revision: int | None = None) -> None:
        with self._step(tenant, by, if_revision) as step:
            step.remove(granting.remove_user(step.user(issuer, subject)))

    def note(self, tenant: str, action: str, by: Actor, detail: Detail) -> None:
        with self._database.write() as db:
            statements.note(db, Change(tenant, by, action, None, detail, self._now()))

    def used(self, principal: Principal) -> None:
        moment = int(self._now().timestamp())
        known = principal.last_used_at
        if known is not None and known.timestamp() > moment - USE_SECONDS:
            return
        change = (
            "UPDATE principals SET last_used_at = ? WHERE tenant = ? AND principal = ? "
            "AND (last_used_at IS NULL OR last_used_at <= ?)"
        )
        with self._database.write() as db:
            db.execute(change, (moment, principal.tenant, rows.place(principal), moment - USE_SECONDS))

    def key(self, tenant: str, which: str) -> ApiKey:
        with self._database.read() as db:
            return _found(_key(db, tenant, which, self._now()), which)

    def keys(self, tenant: str) -> Sequence[ApiKey]:
        now = self._now()
        with self._database.read() as db:
            found = map(rows.api_key, _all(db, tenant, rows.KEY))
            return sorted((key for key in found if not key.expired(now)), key=lambda key: (key.created_at, key.id))

    def user(self, tenant: str, issuer: str, subject: str) -> User:
        with self._database.read() as db:
            return _found(_user(db, tenant, issuer, subject), subject)

    def users(self, tenant: str) -> Sequence[User]:
        with self._database.read() as db:
            found = map(rows.user, _all(db, tenant, rows.USER))
            return sorted(found, key=lambda user: (user.created_at, user.issuer, user.subject))

    def revision(self, tenant: str) -> int:
        with self._database.read() as db:
            return _revision(db, tenant)

    @contextlib.contextmanager
    def _step(self, tenant: str, by: Actor, if_revision: int | None) -> Iterator["_Step"]:
        with self._database.write() as db:
            step = _Step(db, tenant, by, self._now())
            granting.expect_revision(_revision(db, tenant), if_revision)
            step.forget_expired()
            yield step


@dataclass(frozen=True, slots=True)
class _Step:
    """One transaction on the principals of a tenant."""

    db: sqlite3.Connection
    tenant: str
    by: Actor
    now: datetime

    def find_key(self, which: str) -> ApiKey | None:
        return _key(self.db, self.tenant, which, self.now)

    def key(self, which: str) -> ApiKey:
        return _found(self.find_key(which), which)

    def find_user(self, issuer: str, subject: str) -> User | None:
        return _user(self.db, self.tenant, issuer, subject)

    def user(self, issuer: str, subject: str) -> User:
        return _found(self.find_user(issuer, subject), subject)

    def keep(self, grant: Grant[P]) -> P:
        for principal in grant.all_kept:
            self.db.execute(
                "INSERT OR REPLACE INTO principals VALUES (:tenant, :principal, :record, :revision, :expires_at, "
                ":last_used_at)",
                rows.values(principal),
            )
        self._note(grant.action, grant.detail)
        return grant.kept

    def remove(self, grant: Grant[User]) -> None:
        gone = (self.tenant, rows.place(grant.kept))
        self.db.execute("DELETE FROM principals WHERE tenant = ? AND principal = ?", gone)
        self._note(grant.action, grant.detail)

    def forget_expired(self) -> None:
        expired = (self.tenant, self.now.timestamp())
        self.db.execute("DELETE FROM principals WHERE tenant = ? AND expires_at <= ?", expired)

    def _note(self, action: str, detail: Detail) -> None:
        statements.note(self.db, Change(self.tenant, self.by, action, None, detail, self.now))
        self.db.execute("UPDATE tenants SET principals = principals + 1 WHERE tenant = ?", (self.tenant,))


def _key(db: sqlite3.Connection, tenant: str, which: str, now: datetime) -> ApiKey | None:
    row = db.execute(_ONE, (tenant, rows.key_place(which))).fetchone()
    key = rows.api_key(row) if row else None
    return None if key is None or key.expired(now) else key


def _user(db: sqlite3.Connection, tenant: str, issuer: str, subject: str) -> User | None:
    row = db.execute(_ONE, (tenant, rows.user_place(issuer, subject))).fetchone()
    return rows.user(row) if row else None


def _all(db: sqlite3.Connection, tenant: str, kind: str) -> Iterator[sqlite3.Row]:
    yield from db.execute(_KIND, (tenant, len(kind), kind))


def _revision(db: sqlite3.Connection, tenant: str) -> int:
    row = db.execute("SELECT principals FROM tenants WHERE tenant = ?", (tenant,)).fetchone()
    return int(row["principals"]) if row else 0


def _found(principal: P | None, which: str) -> P:
    if principal is None:
        raise NotFoundError(f"There is no key or user {which!r}.")
    return principal
