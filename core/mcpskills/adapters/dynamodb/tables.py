"""What the tables are. infra/ makes the same ones; `make_tables` is for tests and development."""

from typing import Any

from botocore.exceptions import ClientError

from mcpskills.adapters.aws.foreign import code, translated
from mcpskills.errors import InvalidInputError

SKILLS, AUDIT, PRINCIPALS, INVOCATIONS, STATISTICS = "skills", "audit", "principals", "invocation-logs", "statistics"

MARKED = "marked-index"
"""Local, so that it is read consistently: quarantine by the name that a folder claims, versions in bad standing by number."""

STATUS = "status-index"
"""Global, so it lags: records and quarantine by status, for people who look."""

INVOCATION_INDEXES = {
    "session": "session-index",
    "principal": "principal-index",
    "skill": "skill-index",
    "failed": "failed-index",
}
"""Global and sparse: the invocations of a session, of a principal, of a skill, and those that did not end in success."""

INVOCATION_SHARDS = 16
"""Partitions that a tenant's invocations are spread over, in the table and in each index; the last hex digit of an id is its
shard. One partition takes 1,000 writes of 1 KB a second."""

_SIFTED_BY = ("session", "principal", "skill", "status")
"""What an index knows of an invocation besides its key, so that only those that are wanted are read whole."""

DELETABLE = "delete_after"
"""When DynamoDB may take a principal away, in whole seconds after the moment from which it does not count any more."""

EXPIRES = "expires_at"
"""When an invocation or a sheet of statistics does not count any more, likewise."""

EXPIRING = {PRINCIPALS: DELETABLE, INVOCATIONS: EXPIRES, STATISTICS: EXPIRES}
"""The tables in which items expire, each with the attribute that says when."""

_TEXT, _NUMBER = "S", "N"
_IS_ON = {"ENABLING", "ENABLED"}


def make_tables(client: Any, prefix: str = "mcp-") -> None:
    """Make the tables that are missing, and wait until they can be used. Raises `UnavailableError`."""
    for definition in definitions(prefix):
        with translated(f"The table {definition['TableName']}"):
            try:
                client.create_table(**definition)
            except ClientError as error:
                if code(error) != "ResourceInUseException":
                    raise
            client.get_waiter("table_exists").wait(TableName=definition["TableName"])
    for table, attribute in EXPIRING.items():
        _let_expire(client, prefix + table, attribute)


def check_tables(client: Any, prefix: str) -> None:
    """See that the catalog's tables are there.

    Raises `InvalidInputError` otherwise, `UnavailableError` when DynamoDB does not say.
    """
    for table in (prefix + SKILLS, prefix + AUDIT):
        with translated(f"The table {table}"):
            try:
                client.describe_table(TableName=table)
            except ClientError as error:
                if code(error) != "ResourceNotFoundException":
                    raise
                raise InvalidInputError(
                    f"There is no table {table}: make it (docs/aws.md says how), or say in MCPSKILLS_DYNAMODB_PREFIX how the "
                    "names of the tables begin."
                ) from error


def definitions(prefix: str) -> list[dict[str, Any]]:
    """What `CreateTable` is asked with."""
    marked = {"IndexName": MARKED, "KeySchema": _keys("pk", "mark"), "Projection": {"ProjectionType": "ALL"}}
    status = {"IndexName": STATUS, "KeySchema": _keys("status_of", "sk"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
    return [
        {
            **_table(prefix + SKILLS, "pk", "sk", mark=_TEXT, status_of=_TEXT),
            "LocalSecondaryIndexes": [marked],
            "GlobalSecondaryIndexes": [status],
        },
        _table(prefix + AUDIT, "tenant", "sequence", sequence=_NUMBER),
        _table(prefix + PRINCIPALS, "tenant", "principal"),
        _invocations(prefix),
        _table(prefix + STATISTICS, "place", "sheet"),
    ]


def _let_expire(client: Any, table: str, attribute: str) -> None:
    with translated(f"The expiry of {table}"):
        # DynamoDB refuses to turn on what is on already.
        if client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"] in _IS_ON:
            return
        specification = {"Enabled": True, "AttributeName": attribute}
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def _invocations(prefix: str) -> dict[str, Any]:
    partitions = {f"{index}_of": _TEXT for index in INVOCATION_INDEXES}
    sifted = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(_SIFTED_BY)}
    return {
        **_table(prefix + INVOCATIONS, "tenant_shard", "id", **partitions),
        "GlobalSecondaryIndexes": [
            {"IndexName": name, "KeySchema": _keys(f"{index}_of", "id"), "Projection": sifted}
            for index, name in INVOCATION_INDEXES.items()
        ],
    }


def _table(name: str, partition: str, sort: str, **others: str) -> dict[str, Any]:
    types = {partition: _TEXT, sort: _TEXT} | others
    return {
        "TableName": name,
        "KeySchema": _keys(partition, sort),
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": kind} for each, kind in types.items()],
        "BillingMode": "PAY_PER_REQUEST",
    }


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
