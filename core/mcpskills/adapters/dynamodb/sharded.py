"""Reading invocations that are spread over shards as one sequence, the newest first."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mcpskills.adapters.aws.foreign import translated
from mcpskills.adapters.dynamodb import keys
from mcpskills.adapters.dynamodb.attributes import Fields, fields
from mcpskills.adapters.dynamodb.tables import INVOCATION_INDEXES, INVOCATION_SHARDS
from mcpskills.adapters.invocation_rows import Span

_LARGEST_PART = 100


@dataclass(frozen=True, slots=True)
class Invocations:
    """A tenant's invocations in the table; with `led`, those that an index leads to, and of them what it knows."""

    client: Any
    table: str
    tenant: str
    led: tuple[str, str] | None

    def newest(self, span: Span, limit: int) -> Iterator[Fields]:
        """All of the span. A shard is read in parts, and only as far as its invocations are asked for."""
        # Ids are spread evenly; with a little more than its share, most shards are read once.
        part = limit // INVOCATION_SHARDS + 4
        shards = [self._shard(shard, span, part) for shard in range(INVOCATION_SHARDS)]
        return heapq.merge(*shards, key=lambda row: str(row["id"]), reverse=True)

    def _shard(self, shard: int, span: Span, part: int) -> Iterator[Fields]:
        asked = self._asked(shard, span)
        while True:
            with translated("The journal"):
                answer = self.client.query(**asked, Limit=part)
            # BETWEEN counts its end in.
            yield from (row for row in map(fields, answer["Items"]) if row["id"] < span.end)
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            part = min(2 * part, _LARGEST_PART)

    def _asked(self, shard: int, span: Span) -> dict[str, Any]:
        if self.led is None:
            place, attribute = keys.invocations(self.tenant, shard), "tenant_shard"
        else:
            place, attribute = keys.invocations(self.tenant, shard, self.led[1]), f"{self.led[0]}_of"
        asked = {
            "TableName": self.table,
            "KeyConditionExpression": f"{attribute} = :place AND #id BETWEEN :first AND :end",
            "ExpressionAttributeNames": {"#id": "id"},
            "ExpressionAttributeValues": {
                ":place": {"S": place},
                ":first": {"S": span.first},
                ":end": {"S": span.end},
            },
            "ScanIndexForward": False,
        }
        # A global index is never read consistently.
        return asked | (
            {"ConsistentRead": True} if self.led is None else {"IndexName": INVOCATION_INDEXES[self.led[0]]}
        )
