"""Principals on DynamoDB: see `ports.Principals` for its promises. The end of the trail that they share is the catalog's head."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from mcpskills import granting
from mcpskills.adapters import principal_rows as rows
from mcpskills.adapters.dynamodb import keys
from mcpskills.adapters.dynamodb.attributes import Fields
from mcpskills.adapters.dynamodb.database import Database, decided
from mcpskills.adapters.dynamodb.tables import DELETABLE
from mcpskills.adapters.dynamodb.transaction import Change, Transaction
from mcpskills.audit import Actor, Detail
from mcpskills.errors import NotFoundError
from mcpskills.granting import Grant, P
from mcpskills.ports import USE_SECONDS
from mcpskills.principal import ApiKey, Principal, User

T = TypeVar("T")


class DynamoDbPrincipals:
    """Any number of processes and threads may use the same tables; who loses a race reads again and decides anew."""

    def __init__(
        self, client: Any, prefix: str = "mcp-", now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`client` is DynamoDB's, from `aws/clients.py`; the tables are there already. `now` is the clock."""
        self._database = Database(client, prefix, now)

    def add_key(self, key: ApiKey, by: Actor, if_revision: int | None = None) -> ApiKey:
        def attempt(step: _Step) -> ApiKey:
            return step.keep(granting.add_key(step.find_key(key.id), key))

        return self._decided(attempt, key.tenant, by, if_revision)

    def rotate_key(self, key: ApiKey, until: datetime, by: Actor, if_revision: int | None = None) -> ApiKey:
        def attempt(step: _Step) -> ApiKey:
            old = step.key(key.replaces or "")
            return step.keep(granting.rotate_key(step.find_key(key.id), old, key, until))

        return self._decided(attempt, key.tenant, by, if_revision)

    def change_key(self, key: ApiKey, by: Actor, if_revision: int | None = None) -> ApiKey:
        def attempt(step: _Step) -> ApiKey:
            known = step.key(key.id)
            grant = granting.change_key(known, key)
            return step.keep(grant) if grant else known

        return self._decided(attempt, key.tenant, by, if_revision)

    def revoke_key(self, tenant: str, which: str, reason: str, by: Actor, if_revision: int | None = None) -> ApiKey:
        def attempt(step: _Step) -> ApiKey:
            known = step.key(which)
            grant = granting.revoke_key(known, reason, by, self._database.now())
            return step.keep(grant) if grant else known

        return self._decided(attempt, tenant, by, if_revision)

    def put_user(self, user: User, by: Actor, if_revision: int | None = None) -> User:
        def attempt(step: _Step) -> User:
            grant = granting.put_user(step.find_user(user.issuer, user.subject), user)
            return step.keep(grant) if grant else step.user(user.issuer, user.subject)

        return self._decided(attempt, user.tenant, by, if_revision)

    def remove_user(self, tenant: str, issuer: str, subject: str, by: Actor, if_revision: int | None = None) -> None:
        def attempt(step: _Step) -> None:
            step.remove(granting.remove_user(step.user(issuer, subject)))

        self._decided(attempt, tenant, by, if_revision)

    def note(self, tenant: str, action: str, by: Actor, detail: Detail) -> None:
        def attempt() -> None:
            step = Transaction(self._database, tenant)
            step.note(Change(by, action, None, detail, self._database.now()))
            step.commit()

        decided(attempt)

    def used(self, principal: Principal) -> None:
        moment = int(self._database.now().timestamp())
        known = principal.last_used_at
        if known is not None and known.timestamp() > moment - USE_SECONDS:
            return
        self._database.touch(
            principal.tenant,
            rows.place(principal),
            "SET last_used_at = :now",
            "attribute_exists(tenant) AND (attribute_not_exists(last_used_at) OR last_used_at <= :before)",
            {":now": {"N": str(moment)}, ":before": {"N": str(moment - USE_SECONDS)}},
        )

    def key(self, tenant: str, which: str) -> ApiKey:
        row = self._read(tenant, rows.key_place(which))
        return _found(_key(row, self._database.now()), which)

    def keys(self, tenant: str) -> Sequence[ApiKey]:
        found = [rows.api_key(row) for row in self._all(tenant, rows.KEY)]
        now = self._database.now()
        return sorted((key for key in found if not key.expired(now)), key=lambda key: (key.created_at, key.id))

    def user(self, tenant: str, issuer: str, subject: str) -> User:
        row = self._read(tenant, rows.user_place(issuer, subject))
        return _found(rows.user(row) if row else None, subject)

    def users(self, tenant: str) -> Sequence[User]:
        found = map(rows.user, self._all(tenant, rows.USER))
        return sorted(found, key=lambda user: (user.created_at, user.issuer, user.subject))

    def revision(self, tenant: str) -> int:
        return (self._database.get(keys.head(tenant)) or Fields())["principals"] or 0

    def _read(self, tenant: str, place: str) -> Fields | None:
        return decided(lambda: self._database.get_principal(tenant, place))

    def _all(self, tenant: str, kind: str) -> Iterator[Fields]:
        return self._database.query(
            "tenant = :tenant AND begins_with(principal, :kind)",
            {":tenant": {"S": tenant}, ":kind": {"S": kind}},
            TableName=self._database.principals,
        )

    def _decided(self, attempt: "Callable[[_Step], T]", tenant: str, by: Actor, if_revision: int | None) -> T:
        return decided(lambda: attempt(_Step(self._database, tenant, by, if_revision)))


class _Step:
    """One attempt at a transaction on the principals of a tenant; each that is written must be as it was read."""

    def __init__(self, database: Database, tenant: str, by: Actor, if_revision: int | None) -> None:
        """Raises `PreconditionFailedError` when the revision of the principals is another one."""
        self._database, self._tenant, self._by = database, tenant, by
        self._step = Transaction(database, tenant)
        self._revision: int = self._step.head["principals"] or 0
        self._seen: dict[str, int | None] = {}
        granting.expect_revision(self._revision, if_revision)

    def find_key(self, which: str) -> ApiKey | None:
        return _key(self._read(rows.key_place(which)), self._database.now())

    def key(self, which: str) -> ApiKey:
        return _found(self.find_key(which), which)

    def find_user(self, issuer: str, subject: str) -> User | None:
        row = self._read(rows.user_place(issuer, subject))
        return rows.user(row) if row else None

    def user(self, issuer: str, subject: str) -> User:
        return _found(self.find_user(issuer, subject), subject)

    def keep(self, grant: Grant[P]) -> P:
        for principal in grant.all_kept:
            place = rows.place(principal)
            self._step.put_principal(place, _attributes(principal), self._seen[place])
        self._commit(grant.action, grant.detail)
        return grant.kept

    def remove(self, grant: Grant[User]) -> None:
        self._step.remove_principal(rows.place(grant.kept), grant.kept.revision)
        self._commit(grant.action, grant.detail)

    def _read(self, place: str) -> Fields | None:
        row = self._database.get_principal(self._tenant, place)
        self._seen[place] = row["revision"] if row else None
        return row

    def _commit(self, action: str, detail: Detail) -> None:
        self._step.set_head(principals=self._revision + 1)
        self._step.note(Change(self._by, action, None, detail, self._database.now()))
        self._step.commit()


def _attributes(principal: Principal) -> dict[str, Any]:
    values = rows.values(principal)
    expires_at = values["expires_at"]
    kept = {
        "record": values["record"],
        "revision": principal.revision,
        DELETABLE: None if expires_at is None else math.ceil(expires_at),
    }
    # A change leaves alone what is noted of use meanwhile; a new one begins without what one before it left.
    return kept | ({"last_used_at": None} if principal.revision == 1 else {})


def _key(row: Fields | None, now: datetime) -> ApiKey | None:
    key = rows.api_key(row) if row else None
    return None if key is None or key.expired(now) else key


def _found(principal: P | None, which: str) -> P:
    if principal is None:
        raise NotFoundError(f"There is no key or user {which!r}.")
    return principal
