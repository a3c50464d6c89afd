"""Talking to DynamoDB: reads that are strongly consistent, and transactions that are tried again when they cross others."""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from mcpskills.adapters.aws.foreign import code, translated
from mcpskills.adapters.dynamodb import keys, tables
from mcpskills.adapters.dynamodb.attributes import Fields, Item, fields
from mcpskills.adapters.dynamodb.keys import Key
from mcpskills.errors import LeaseLostError, UnavailableError

_TRIES = 20
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5
_AT_ONCE = 100
"""Items that one `BatchGetItem` takes."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Write:
    """One action of a transaction, as DynamoDB has it. `fence` says that its failed condition means a lost lease."""

    action: dict[str, Any]
    fence: bool = False


class CrossedError(Exception):
    """Another writer was first, or is at it: look again and decide anew. Never leaves this package."""


class Database:
    """The tables whose names begin with `prefix`; `now` is the clock. Safe to share between threads, as the client is."""

    def __init__(self, client: Any, prefix: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self.now = now
        self.skills = prefix + tables.SKILLS
        self.trail = prefix + tables.AUDIT
        self.principals = prefix + tables.PRINCIPALS

    def get(self, key: Key) -> Fields | None:
        with translated("The catalog"):
            answer = self._client.get_item(TableName=self.skills, Key=primary(key), ConsistentRead=True)
        return fields(answer["Item"]) if "Item" in answer else None

    def get_principal(self, tenant: str, place: str) -> Fields | None:
        """Raises `CrossedError` while a transaction is at it.

        Any other read may show what was before a transaction, of which the head shows already that it was.
        """
        wanted = {"TableName": self.principals, "Key": principal(tenant, place)}
        with translated("The catalog"):
            try:
                answer = self._client.transact_get_items(TransactItems=[{"Get": wanted}])
            except ClientError as error:
                if code(error) != "TransactionCanceledException":
                    raise
                raise _meaning(error) from error
        found = answer["Responses"][0].get("Item")
        return fields(found) if found else None

    def get_all(self, wanted: Sequence[Key]) -> dict[Key, Fields]:
        """Those of the items that exist."""
        rows = batch_get(self._client, self.skills, [primary(key) for key in wanted], "The catalog")
        return {Key(row["pk"], row["sk"]): row for row in rows}

    def get_entries(self, tenant: str, sequences: Sequence[int]) -> Iterator[Fields]:
        """Those entries of the audit trail that exist, in any order."""
        wanted: list[Item] = [{"tenant": {"S": tenant}, "sequence": {"N": str(each)}} for each in sequences]
        return batch_get(self._client, self.trail, wanted, "The audit trail")

    def query(self, condition: str, values: Item, *, most: int | None = None, **more: Any) -> Iterator[Fields]:
        """All rows that meet the condition on their keys, page by page; `most` ends it early."""
        asked = {"TableName": self.skills, "ConsistentRead": True, **more}
        asked |= {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}
        given = 0
        while most is None or given < most:
            if most is not None:
                asked["Limit"] = most - given
            with translated("The catalog"):
                answer = self._client.query(**asked)
            yield from map(fields, answer["Items"])
            given += len(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def put_if(self, item: Item, condition: str, values: Item, names: dict[str, str]) -> None:
        """Raises `CrossedError` when the condition does not hold."""
        more: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
        more |= {"ExpressionAttributeNames": names} if names else {}
        with translated("The catalog"):
            try:
                self._client.put_item(TableName=self.skills, Item=item, ConditionExpression=condition, **more)
            except ClientError as error:
                if code(error) == "ConditionalCheckFailedException":
                    raise CrossedError from error
                raise

    def touch(self, tenant: str, place: str, change: str, condition: str, values: Item) -> None:
        """Change a principal if the condition holds and no transaction is at it; nothing happens otherwise."""
        key = principal(tenant, place)
        asked = {"UpdateExpression": change, "ConditionExpression": condition, "ExpressionAttributeValues": values}
        with translated("The catalog"):
            try:
                self._client.update_item(TableName=self.principals, Key=key, **asked)
            except ClientError as error:
                if code(error) not in {"ConditionalCheckFailedException", "TransactionConflictException"}:
                    raise

    def write(self, writes: Sequence[Write]) -> None:
        """All or nothing. Raises `LeaseLostError`, or `CrossedError` when another condition failed or others write at once."""
        # The token makes botocore's own tries one transaction: one whose answer was lost is not done twice.
        with translated("The catalog"):
            try:
                self._client.transact_write_items(
                    TransactItems=[each.action for each in writes], ClientRequestToken=str(uuid.uuid4())
                )
            except ClientError as error:
                if code(error) != "TransactionCanceledException":
                    raise
                raise _meaning(error, writes) from error


def decided(attempt: Callable[[], T]) -> T:
    """Read, decide and write, from the beginning each time that another writer was first. Raises `UnavailableError`."""
    for pause in pauses():
        try:
            return attempt()
        except CrossedError:
            time.sleep(pause)
    raise UnavailableError("The catalog is too busy: others keep writing at once. Try again.")


def pauses() -> Iterator[float]:
    """Seconds to wait before each next try, growing and random; when they end it is time to give up."""
    for tried in range(_TRIES):
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tried)
        yield random.uniform(0, longest)  # noqa: S311 - no secret; it keeps writers from meeting again


def batch_get(client: Any, table: str, keys: Sequence[Item], what: str) -> Iterator[Fields]:
    """Those of the items that exist, in any order; what a busy table leaves out is asked for again.

    `what` names the table's part to a person. Raises `UnavailableError`.
    """
    for start in range(0, len(keys), _AT_ONCE):
        left = keys[start : start + _AT_ONCE]
        for pause in pauses():
            with translated(what):
                answer = client.batch_get_item(RequestItems={table: {"Keys": left, "ConsistentRead": True}})
            yield from map(fields, answer["Responses"].get(table, []))
            left = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not left:
                break
            time.sleep(pause)
        else:
            raise UnavailableError(f"{what} is too busy to be read: DynamoDB keeps leaving keys out. Try again.")


def primary(key: Key) -> Item:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def principal(tenant: str, place: str) -> Item:
    return {"tenant": {"S": tenant}, "principal": {"S": keys.principal(place)}}


def _meaning(error: ClientError, writes: Sequence[Write] = ()) -> Exception:
    reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
    failed = [write for write, reason in zip(writes, reasons, strict=False) if reason == "ConditionalCheckFailed"]
    if any(write.fence for write in failed):
        return LeaseLostError("Its lease ran out, or another publisher took over; this one stops writing.")
    if failed or set(reasons) & {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}:
        return CrossedError()
    return UnavailableError(f"The catalog cannot be used: DynamoDB cancelled a transaction for {', '.join(reasons)}.")
