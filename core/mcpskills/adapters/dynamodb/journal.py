"""The journal in DynamoDB: see `ports.Journal` for its promises, docs/aws.md for the design of its table."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from mcpskills import journal
from mcpskills.adapters import invocation_rows as rows
from mcpskills.adapters.aws.foreign import translated
from mcpskills.adapters.dynamodb import keys, tables
from mcpskills.adapters.dynamodb.attributes import Fields, Item, fields, item
from mcpskills.adapters.dynamodb.database import batch_get, pauses
from mcpskills.adapters.dynamodb.sharded import Invocations
from mcpskills.errors import InvalidInputError, NotFoundError, UnavailableError
from mcpskills.journal import ALL, Invocation, InvocationFilter, InvocationPage, InvocationStatus

_WRITTEN_AT_ONCE = 25


class DynamoDbJournal:
    """Any number of processes and threads may use the same table."""

    def __init__(
        self, client: Any, prefix: str = "mcp-", now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`client` is DynamoDB's, from `aws/clients.py`; the table is there already. `now` is the clock."""
        self._client = client
        self._table = prefix + tables.INVOCATIONS
        self._now = now

    def append(self, batch: Sequence[Invocation]) -> None:
        # DynamoDB refuses a batch that names a key twice.
        items = {(one.tenant, one.id): _item(one) for one in map(journal.fitted, batch)}
        puts = [{"PutRequest": {"Item": each}} for each in items.values()]
        for start in range(0, len(puts), _WRITTEN_AT_ONCE):
            self._write(puts[start : start + _WRITTEN_AT_ONCE])

    def page(
        self, tenant: str, which: InvocationFilter = ALL, *, cursor: str | None = None, limit: int
    ) -> InvocationPage:
        which = rows.bounded(which)
        span = rows.span(which, cursor, self._now())
        led = rows.leading(which)
        newest = Invocations(self._client, self._table, tenant, led).newest(span, limit)
        found, following = rows.chosen(() if span.empty else newest, which, limit)
        whole = found if led is None else self._get(tenant, [row["id"] for row in found])
        return InvocationPage(tuple(rows.invocation(tenant, row) for row in whole), following)

    def one(self, tenant: str, invocation: str) -> Invocation:
        unknown = NotFoundError("There is no such invocation, or it has expired.")
        try:
            expired = journal.time_of(invocation) < self._now() - journal.KEPT
        except InvalidInputError as error:
            raise unknown from error
        with translated("The journal"):
            answer = self._client.get_item(TableName=self._table, Key=_key(tenant, invocation), ConsistentRead=True)
        if expired or "Item" not in answer:
            raise unknown
        return rows.invocation(tenant, fields(answer["Item"]))

    def _write(self, puts: list[dict[str, Any]]) -> None:
        """A busy table takes some and leaves the others to be sent again."""
        for pause in pauses():
            with translated("The journal"):
                answer = self._client.batch_write_item(RequestItems={self._table: puts})
            puts = answer.get("UnprocessedItems", {}).get(self._table, [])
            if not puts:
                return
            time.sleep(pause)
        raise UnavailableError(
            f"The journal is too busy: DynamoDB keeps leaving {len(puts)} invocations out. Try again."
        )

    def _get(self, tenant: str, ids: Sequence[str]) -> list[Fields]:
        """Those that still exist, the newest first."""
        found = batch_get(self._client, self._table, [_key(tenant, each) for each in ids], "The journal")
        return sorted(found, key=lambda row: str(row["id"]), reverse=True)


def _item(invocation: Invocation) -> Item:
    values = rows.values(invocation)
    tenant, shard = values.pop("tenant"), _shard(invocation.id)
    led: Iterable[tuple[str, str | None]] = ((column, values[column]) for column in rows.LEADING)
    places = {f"{column}_of": keys.invocations(tenant, shard, value) for column, value in led if value}
    if invocation.status is not InvocationStatus.SUCCESS:
        places[f"{rows.FAILED}_of"] = keys.invocations(tenant, shard, "")
    expires_at = int((invocation.at + journal.KEPT).timestamp())
    return item(
        {**values, **places, "tenant_shard": keys.invocations(tenant, shard), "expires_at": expires_at},
        f"The invocation {invocation.id}",
    )


def _key(tenant: str, invocation: str) -> Item:
    return {"tenant_shard": {"S": keys.invocations(tenant, _shard(invocation))}, "id": {"S": invocation}}


def _shard(invocation: str) -> int:
    return int(invocation[-1], 16)
