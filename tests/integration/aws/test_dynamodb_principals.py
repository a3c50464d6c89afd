"""What is special about principals in DynamoDB, beside what `tests/contract/` asks of all."""

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from catalog_builders import NOON, TENANT, Clock
from mcpskills.adapters.dynamodb import tables
from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.adapters.dynamodb.principals import DynamoDbPrincipals
from mcpskills.errors import CorruptedError, UnavailableError
from principal_builders import ADA, a_key, a_user
from stand_ins.aws_server import AwsServer
from stand_ins.catalogs import some_tables
from stand_ins.faults import THROTTLED, FaultyServer, answer_lost, says, unreachable

CROSSED = says(
    400,
    b'{"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "message": "Crossed.", '
    b'"CancellationReasons": [{"Code": "TransactionConflict"}]}',
    "application/x-amz-json-1.0",
)
"""What DynamoDB says of a transaction that met another one."""

AT_IT = says(
    400,
    b'{"__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException", "message": "Crossed."}',
    "application/x-amz-json-1.0",
)
"""What it says of a single write that met a transaction."""


@pytest.fixture
def client(ministack: AwsServer) -> Any:
    return ministack.aws.client("dynamodb")


@pytest.fixture
def prefix(ministack: AwsServer) -> str:
    return some_tables(ministack)


@pytest.fixture
def behind(behind_faults: AwsServer, prefix: str) -> DynamoDbPrincipals:
    """As they are reached through the faulty proxy."""
    return DynamoDbPrincipals(behind_faults.aws.client("dynamodb"), prefix, Clock())


def items(client: Any, prefix: str) -> list[dict[str, Any]]:
    return client.scan(TableName=prefix + tables.PRINCIPALS)["Items"]


def test_dynamodb_may_delete_a_key_once_it_has_expired_and_not_before(client: Any, prefix: str):
    expires_at = NOON + timedelta(minutes=1, milliseconds=1)
    principals = DynamoDbPrincipals(client, prefix, Clock())
    tables.make_tables(client, prefix)

    principals.add_key(a_key(expires_at=expires_at), ADA)
    lasting = principals.add_key(a_key("k2", expires_at=expires_at), ADA)
    principals.change_key(replace(lasting, expires_at=None), ADA)

    told = client.describe_time_to_live(TableName=prefix + tables.PRINCIPALS)["TimeToLiveDescription"]
    expiring, kept = items(client, prefix)
    assert (told["AttributeName"], told["TimeToLiveStatus"]) == ("delete_after", "ENABLED")
    assert expiring["delete_after"] == {"N": str(math.ceil(expires_at.timestamp()))}
    assert "delete_after" not in kept


def test_a_change_whose_answer_was_lost_is_made_once(
    behind: DynamoDbPrincipals, client: Any, prefix: str, faulty_ministack
):
    faulty_ministack.inject(answer_lost, operation="TransactWriteItems")

    added = behind.add_key(a_key(), ADA)

    assert (added.revision, behind.revision(TENANT)) == (1, 1)
    assert len(DynamoDbCatalog(client, prefix).audit(TENANT, 10)) == 1


@pytest.mark.parametrize("fault", [THROTTLED, unreachable, CROSSED], ids=["throttled", "unreachable", "crossed"])
def test_a_fault_that_passes_is_not_noticed(behind: DynamoDbPrincipals, faulty_ministack: FaultyServer, fault):
    for operation in ("TransactWriteItems", "TransactGetItems"):
        faulty_ministack.inject(fault, operation=operation)

    added = behind.add_key(a_key(), ADA)
    faulty_ministack.inject(fault, operation="TransactGetItems")

    assert behind.key(TENANT, "k1") == added
    assert behind.revision(TENANT) == 1


def test_a_use_that_meets_a_change_is_left_to_the_next_call(behind: DynamoDbPrincipals, faulty_ministack: FaultyServer):
    user = behind.put_user(a_user(), ADA)
    faulty_ministack.inject(AT_IT, operation="UpdateItem")

    behind.used(user)
    first = behind.users(TENANT)
    behind.used(user)

    assert [each.last_used_at for each in (*first, *behind.users(TENANT))] == [None, NOON]


def test_principals_that_cannot_be_reached_are_unavailable(behind_faults: AwsServer, faulty_ministack, prefix: str):
    impatient = DynamoDbPrincipals(replace(behind_faults.aws, tries=1).client("dynamodb"), prefix, Clock())

    for call in (
        lambda: impatient.key(TENANT, "k1"),
        lambda: impatient.keys(TENANT),
        lambda: impatient.used(a_key()),
        lambda: impatient.add_key(a_key(), ADA),
    ):
        faulty_ministack.inject(unreachable)
        with pytest.raises(UnavailableError, match="cannot be reached"):
            call()


def test_a_record_that_somebody_damaged_is_no_principal(client: Any, prefix: str):
    principals = DynamoDbPrincipals(client, prefix, Clock())
    principals.add_key(a_key(), ADA)
    [item] = items(client, prefix)

    client.put_item(TableName=prefix + tables.PRINCIPALS, Item=item | {"record": {"S": "{}"}})

    with pytest.raises(CorruptedError, match="record of an API key"):
        principals.key(TENANT, "k1")
