"""Statistics in DynamoDB: see `ports.Statistics` for their promises, docs/aws.md for the design of their table."""

import itertools
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from mcpskills.adapters.aws.foreign import code, translated
from mcpskills.adapters.dynamodb import keys, tables
from mcpskills.adapters.dynamodb.attributes import Item, attribute
from mcpskills.adapters.dynamodb.database import pauses
from mcpskills.errors import UnavailableError
from mcpskills.statistics.sheet import Kind, Sheet

_WRITTEN_AT_ONCE = 25
_ASKED_AT_ONCE = 8
"""Queries; a client has 16 connections, and requests need some."""

_ALL = "all"
_AFTER_ALL = "~"
"""Above all that stands in a key."""


class DynamoDbStatistics:
    """Any number of processes and threads may use the same table."""

    def __init__(
        self, client: Any, prefix: str = "mcp-", now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """`client` is DynamoDB's, from `aws/clients.py`; the table is there already. `now` is the clock."""
        self._client = client
        self._table = prefix + tables.STATISTICS
        self._now = now

    def put(self, tenant: str, sheets: Sequence[Sheet]) -> None:
        own = [sheet for sheet in sheets if sheet.kind is Kind.WRITING]
        # DynamoDB refuses a batch that names a key twice.
        items = {_key(tenant, sheet): _item(tenant, sheet) for sheet in own}
        self._write([{"PutRequest": {"Item": each}} for each in items.values()])
        for sheet in sheets:
            if sheet.kind is not Kind.WRITING:
                self._put_shared(_item(tenant, sheet))

    def read(
        self, tenant: str, kind: Kind, parts: Collection[str], *, since: datetime, until: datetime
    ) -> Sequence[Sheet]:
        now = self._now()
        since = max(since, now - kind.kept)
        # Sheets start with a second, so nothing is between.
        if not parts or until - timedelta(seconds=1) < since:
            return []
        asked = _questions(tenant, kind, parts, since, until)
        if len(asked) == 1:
            found = list(self._query(asked[0]))
        else:
            with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
                found = list(itertools.chain.from_iterable(pool.map(lambda one: list(self._query(one)), asked)))
        wanted = frozenset(parts)
        return [sheet for sheet in found if sheet.part in wanted and since <= sheet.start and sheet.expires_at > now]

    def remove(self, tenant: str, sheets: Sequence[Sheet]) -> None:
        keys = {_key(tenant, sheet) for sheet in sheets}
        self._write([{"DeleteRequest": {"Key": _place(*key)}} for key in keys])

    def _put_shared(self, item: Item) -> None:
        with translated("The statistics"):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(#until) OR #until <= :until",
                    ExpressionAttributeNames={"#until": "until"},
                    ExpressionAttributeValues={":until": item["until"]},
                )
            except ClientError as error:
                if code(error) != "ConditionalCheckFailedException":
                    raise

    def _write(self, requests: Sequence[dict[str, Any]]) -> None:
        for start in range(0, len(requests), _WRITTEN_AT_ONCE):
            self._write_batch(requests[start : start + _WRITTEN_AT_ONCE])

    def _write_batch(self, requests: Sequence[dict[str, Any]]) -> None:
        """A busy table takes some and leaves the others to be sent again."""
        for pause in pauses():
            with translated("The statistics"):
                answer = self._client.batch_write_item(RequestItems={self._table: requests})
            requests = answer.get("UnprocessedItems", {}).get(self._table, [])
            if not requests:
                return
            time.sleep(pause)
        raise UnavailableError(
            f"The statistics are too busy: DynamoDB keeps leaving {len(requests)} sheets out. Try again."
        )

    def _query(self, values: Item) -> Iterator[Sheet]:
        asked: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": "place = :place AND sheet BETWEEN :first AND :end",
            "ExpressionAttributeValues": values,
        }
        while True:
            with translated("The statistics"):
                answer = self._client.query(**asked)
            yield from map(_sheet, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _questions(tenant: str, kind: Kind, parts: Collection[str], since: datetime, until: datetime) -> Sequence[Item]:
    """What to ask for, of each place where one of them may stand."""
    # BETWEEN counts its end in.
    end = _told(until - timedelta(seconds=1)) + _AFTER_ALL
    if kind is not Kind.WRITING:
        return [_asked(keys.sheets(tenant, kind, part), _told(since), end) for part in parts]
    return [_asked(keys.sheets(tenant, kind, _ALL), _told(since), end)]


def _asked(place: str, first: str, end: str) -> Item:
    return {":place": {"S": place}, ":first": {"S": first}, ":end": {"S": end}}


def _key(tenant: str, sheet: Sheet) -> tuple[str, str]:
    """What processes write stands together, whatever part and day it is of: it is read so, and there is little of it."""
    if sheet.kind is Kind.WRITING:
        place = keys.sheets(tenant, sheet.kind, _ALL)
        return place, f"{_told(sheet.start)}#{sheet.part}#{sheet.writer}#{sheet.leaf:03}"
    return keys.sheets(tenant, sheet.kind, sheet.part), f"{_told(sheet.start)}#{sheet.leaf:03}"


def _place(place: str, sheet: str) -> Item:
    return {"place": {"S": place}, "sheet": {"S": sheet}}


def _item(tenant: str, sheet: Sheet) -> Item:
    values: dict[str, str | int | bytes] = {
        "part": sheet.part,
        "kind": sheet.kind,
        "start": int(sheet.start.timestamp()),
        "until": int(sheet.until.timestamp()),
        "expires_at": int(sheet.expires_at.timestamp()),
        "writer": sheet.writer,
        "leaf": sheet.leaf,
        "body": sheet.body,
    }
    return {**_place(*_key(tenant, sheet)), **{name: attribute(value) for name, value in values.items()}}


def _sheet(item: Item) -> Sheet:
    start, until = (datetime.fromtimestamp(int(item[name]["N"]), UTC) for name in ("start", "until"))
    leaf = int(item["leaf"]["N"])
    return Sheet(item["part"]["S"], Kind(item["kind"]["S"]), start, until, item["writer"]["S"], leaf, item["body"]["B"])


def _told(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
