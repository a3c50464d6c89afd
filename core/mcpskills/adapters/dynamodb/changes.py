"""Which skills changed since a generation: read from the log, which has one item for each generation.

A transaction becomes visible item by item, for a moment. So only generations count whose items and records are all there to be
read; the others are told the next time. Every log item is written together with its record, so none is ever missing for good.
"""

from collections.abc import Sequence

from mcpskills.adapters.dynamodb import keys
from mcpskills.adapters.dynamodb.attributes import Fields
from mcpskills.adapters.dynamodb.database import Database
from mcpskills.ports import Changes

_MOST_OF_LOG = 5_000
"""Generations to read from the log; whoever is further behind has a look at every record, which costs less by then."""

_UNSETTLED = 100
"""Only the newest changes can be half visible: a publisher writes one after the other, and admins are few."""


def since(database: Database, tenant: str, generation: int) -> Changes:
    head = database.get(keys.head(tenant))
    newest = head["generation"] or 0 if head else 0
    if newest <= generation:
        return Changes(newest, frozenset())
    start = generation if newest - generation <= _MOST_OF_LOG else newest - _UNSETTLED
    log = _settled(database, tenant, start, _log(database, tenant, start, newest))
    names = {row["skill"] for row in log}
    if start != generation:
        names |= _changed_records(database, tenant, generation)
    # Whoever is far behind may get names of later changes as well, which does no harm: they are looked at now.
    return Changes(start + len(log), frozenset(names)) if log else Changes(generation, frozenset())


def _log(database: Database, tenant: str, after: int, last: int) -> list[Fields]:
    """The items that follow on each other without a gap, the oldest first."""
    values = {":pk": keys.changes(tenant), ":first": keys.counted(after + 1), ":last": keys.counted(last)}
    found = list(
        database.query("pk = :pk AND sk BETWEEN :first AND :last", {each: {"S": text} for each, text in values.items()})
    )
    return [row for place, row in enumerate(found, after + 1) if row["generation"] == place]


def _settled(database: Database, tenant: str, after: int, log: Sequence[Fields]) -> Sequence[Fields]:
    """The log up to the first change whose record cannot be read yet."""
    tail = log[-_UNSETTLED:]
    wanted = {keys.record(tenant, row["skill"]) for row in tail}
    found = database.get_all(list(wanted))
    for row in tail:
        record = found.get(keys.record(tenant, row["skill"]))
        if record is None or record["generation"] < row["generation"]:
            return log[: row["generation"] - after - 1]
    return log


def _changed_records(database: Database, tenant: str, generation: int) -> set[str]:
    found = database.query(
        "pk = :pk",
        {":pk": {"S": keys.records(tenant)}},
        ProjectionExpression="#name, generation",
        ExpressionAttributeNames={"#name": "name"},
    )
    return {row["name"] for row in found if row["generation"] > generation}
