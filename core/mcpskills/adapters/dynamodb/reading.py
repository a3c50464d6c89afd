"""What is in the catalog.

Every read but that of `status-index` is strongly consistent; a list may hold changes that were made while it was read.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from mcpskills.adapters import catalog_rows as rows
from mcpskills.adapters.dynamodb import keys, tables
from mcpskills.adapters.dynamodb.attributes import Fields
from mcpskills.adapters.dynamodb.database import Database
from mcpskills.adapters.dynamodb.keys import Key
from mcpskills.audit import AuditEntry
from mcpskills.errors import NotFoundError
from mcpskills.version import Hold, Quarantine, SkillRecord, Standing, Status, Version

_NOT_LIVE = (Status.INACTIVE, Status.DRAFT, Status.ERROR)
"""The index has a record under the status that it was written with; trouble makes an error of these without writing them."""


def records(database: Database, tenant: str) -> list[SkillRecord]:
    """All of them in the order of their names, tombstones as well."""
    return _told(database, tenant, _partition(database, keys.records(tenant)))


def records_of(database: Database, tenant: str, status: Status) -> list[SkillRecord]:
    """Those that have the status, in the order of their names. The index lags; each record that it leads to is as it is now."""
    indexed = (_status(database, tenant, each) for each in ((status,) if status is Status.ACTIVE else _NOT_LIVE))
    # One that changes meanwhile may be found under both, and DynamoDB refuses to be asked for it twice.
    wanted = {Key(row["pk"], row["sk"]) for found in indexed for row in found if row["pk"] == keys.records(tenant)}
    found = database.get_all(list(wanted)).values()
    return [one for one in _told(database, tenant, found) if one.status is status and not one.deleted]


def _told(database: Database, tenant: str, found: Iterable[Fields]) -> list[SkillRecord]:
    """The records of rows, each with its trouble, in the order of their names."""
    troubles = quarantined(database, tenant)
    by_path = {trouble.path: trouble.reason for trouble in troubles}
    by_name: dict[str, str] = {}
    for trouble in troubles:
        by_name[trouble.name] = min(trouble.reason, by_name.get(trouble.name, trouble.reason))
    each = (rows.record(row) for row in found)
    return sorted(
        (_in_trouble(one, by_path.get(one.path) or by_name.get(one.name)) for one in each), key=lambda one: one.name
    )


def record(database: Database, tenant: str, row: Fields | None, name: str) -> SkillRecord:
    """The record of a row that was read, with its trouble. Raises `NotFoundError` for None."""
    if row is None:
        raise NotFoundError(f"There is no skill {name!r}.")
    found = rows.record(row)
    return found if found.deleted else _in_trouble(found, trouble(database, tenant, found))


def trouble(database: Database, tenant: str, record: SkillRecord) -> str | None:
    """Why the folder of the record may not go live, or another one that claims its name."""
    # The folder in trouble may be another one than the record's: the skill may have moved, or somebody else claims its name.
    at_path = database.get(keys.quarantine(tenant, record.path))
    if at_path is not None:
        return rows.quarantine(at_path).reason
    return min((claim.reason for claim in quarantined(database, tenant, record.name)), default=None)


def quarantined(database: Database, tenant: str, name: str | None = None) -> list[Quarantine]:
    """In the order of paths; with a name, only the folders that claim it."""
    partition = keys.quarantined(tenant)
    found = _partition(database, partition) if name is None else _marked(database, partition, keys.mark(name))
    each = (rows.quarantine(row) for row in found)
    return sorted((one for one in each if name in (None, one.name)), key=lambda one: one.path)


def versions(database: Database, tenant: str, name: str) -> list[Version]:
    """The newest first."""
    found = _partition(database, keys.versions(tenant, name), ScanIndexForward=False)
    return [rows.version(row) for row in found]


def version(database: Database, tenant: str, name: str, number: int) -> Version:
    """Raises `NotFoundError`."""
    row = database.get(keys.version(tenant, name, number))
    if row is None:
        raise NotFoundError(f"The skill {name!r} has no version {number}.")
    return rows.version(row)


def standings(database: Database, tenant: str, name: str) -> dict[int, Standing]:
    """Costs what stands badly, not what exists."""
    found = _marked(database, keys.versions(tenant, name))
    pairs = ((row["number"], rows.standing(row["standing"])) for row in found)
    return {number: standing for number, standing in pairs if standing}


def chosen(
    database: Database, tenant: str, name: str, *, wanted: int | None, hold: Hold | None, bad: Collection[int]
) -> int | None:
    """What is live by wish, hold and bad standings, see `ports.Catalog`."""
    most = wanted if hold is None else hold.version
    if most is None or most not in bad:
        return most
    numbers = database.query(
        "pk = :pk AND sk < :most",
        {":pk": {"S": keys.versions(tenant, name)}, ":most": {"S": keys.counted(most)}},
        ScanIndexForward=False,
        ProjectionExpression="#number",
        ExpressionAttributeNames={"#number": "number"},
    )
    return next((row["number"] for row in numbers if row["number"] not in bad), None)


def audit(database: Database, tenant: str, *, after: int | None = None, most: int) -> list[AuditEntry]:
    """The newest entries, the newest first; or those after a sequence, the oldest first."""
    condition, values = "tenant = :tenant", {":tenant": {"S": tenant}}
    if after is not None:
        condition, values = f"{condition} AND #sequence > :after", {**values, ":after": {"N": str(after)}}
    asked: dict[str, Any] = {"TableName": database.trail, "ScanIndexForward": after is not None}
    if after is not None:
        asked["ExpressionAttributeNames"] = {"#sequence": "sequence"}
    return [rows.audit(row) for row in database.query(condition, values, most=most, **asked)]


def releases(database: Database, tenant: str, first: int, last: int) -> list[AuditEntry]:
    """The entries that raised these generations, the newest first: the log of changes says where they are."""
    values = {":pk": keys.changes(tenant), ":first": keys.counted(max(first, 1)), ":last": keys.counted(max(last, 0))}
    if values[":last"] < values[":first"]:
        return []
    log = database.query(
        "pk = :pk AND sk BETWEEN :first AND :last", {name: {"S": text} for name, text in values.items()}
    )
    found = database.get_entries(tenant, [row["sequence"] for row in log if row["sequence"]])
    return sorted(map(rows.audit, found), key=lambda entry: entry.generation, reverse=True)


def _in_trouble(record: SkillRecord, reason: str | None) -> SkillRecord:
    return record if record.deleted else replace(record, load_error=reason)


def _partition(database: Database, partition: str, **more: Any) -> Iterator[Fields]:
    return database.query("pk = :pk", {":pk": {"S": partition}}, **more)


def _status(database: Database, tenant: str, status: Status) -> Iterator[Fields]:
    values = {":status": {"S": keys.status(tenant, status)}}
    return database.query("status_of = :status", values, IndexName=tables.STATUS, ConsistentRead=False)


def _marked(database: Database, partition: str, mark: str | None = None) -> Iterator[Fields]:
    condition, values = "pk = :pk", {":pk": {"S": partition}}
    if mark is not None:
        condition, values = f"{condition} AND mark = :mark", {**values, ":mark": {"S": mark}}
    return database.query(condition, values, IndexName=tables.MARKED)
