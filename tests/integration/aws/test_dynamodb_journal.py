"""What is special about the journal in DynamoDB, beside what `tests/contract/` asks of every journal."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from catalog_builders import NOON, TENANT, Clock
from journal_builders import a_full_invocation, an_invocation
from mcpskills.adapters.dynamodb import tables
from mcpskills.adapters.dynamodb.journal import DynamoDbJournal
from mcpskills.errors import CorruptedError, NotFoundError, UnavailableError
from mcpskills.journal import BODY_BYTES, KEPT, Invocation, InvocationFilter
from stand_ins.aws_server import AwsServer
from stand_ins.catalogs import a_journal, some_tables
from stand_ins.faults import THROTTLED, Answer, FaultyServer, Forward, Request, answer_lost, says, unreachable

JSON = "application/x-amz-json-1.0"


def leaves_all_out(request: Request, _forward: Forward) -> Answer:
    """A busy table takes nothing of the batch, and says so."""
    left = json.dumps({"UnprocessedItems": json.loads(request.body)["RequestItems"]})
    return Answer(200, {"Content-Type": JSON}, left.encode())


def takes_it_and_says_it_left_all_out(request: Request, forward: Forward) -> Answer:
    forward()
    return leaves_all_out(request, forward)


def items(client: Any, prefix: str) -> list[dict[str, Any]]:
    return client.scan(TableName=prefix + tables.INVOCATIONS)["Items"]


@pytest.fixture
def client(ministack: AwsServer) -> Any:
    return ministack.aws.client("dynamodb")


@pytest.fixture
def prefix(ministack: AwsServer) -> str:
    return some_tables(ministack)


@pytest.fixture
def journal(client: Any, prefix: str, clock: Clock) -> DynamoDbJournal:
    return DynamoDbJournal(client, prefix, clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def several(count: int) -> list[Invocation]:
    return [an_invocation(NOON - timedelta(seconds=second), skill="pdf-forms") for second in range(count)]


@pytest.mark.parametrize(
    "fault",
    [leaves_all_out, takes_it_and_says_it_left_all_out, THROTTLED, answer_lost, unreachable],
    ids=["left out", "taken all the same", "throttled", "answer lost", "unreachable"],
)
def test_what_a_busy_table_leaves_out_is_sent_again(behind_faults: AwsServer, faulty_ministack: FaultyServer, fault):
    journal, appended = a_journal(behind_faults, Clock()), several(40)
    faulty_ministack.inject(fault, times=3, operation="BatchWriteItem")

    journal.append(appended)

    assert journal.page(TENANT, limit=100).invocations == tuple(appended)


def test_a_table_that_stays_busy_is_unavailable_and_the_batch_may_come_again(
    behind_faults: AwsServer, faulty_ministack: FaultyServer
):
    journal, appended = a_journal(behind_faults, Clock()), several(40)
    faulty_ministack.inject(leaves_all_out, times=20, operation="BatchWriteItem")

    with pytest.raises(UnavailableError, match="leaving 25 invocations out"):
        journal.append(appended)
    journal.append(appended)

    assert journal.page(TENANT, limit=100).invocations == tuple(appended)


def test_keys_that_a_busy_table_leaves_out_are_read_again(behind_faults: AwsServer, faulty_ministack: FaultyServer):
    def leaves_keys_out(request: Request, _forward: Forward) -> Answer:
        left = {"Responses": {}, "UnprocessedKeys": json.loads(request.body)["RequestItems"]}
        return Answer(200, {"Content-Type": JSON}, json.dumps(left).encode())

    journal, appended = a_journal(behind_faults, Clock()), several(10)
    journal.append(appended)
    faulty_ministack.inject(leaves_keys_out, times=2, operation="BatchGetItem")

    assert journal.page(TENANT, InvocationFilter(skill="pdf-forms"), limit=100).invocations == tuple(appended)


@pytest.mark.parametrize("which", [InvocationFilter(), InvocationFilter(skill="pdf-forms")], ids=repr)
def test_a_page_asks_as_often_when_much_more_is_kept(behind_faults: AwsServer, faulty_ministack: FaultyServer, which):
    journal = a_journal(behind_faults, Clock())

    def asked() -> int:
        faulty_ministack.seen.clear()
        journal.page(TENANT, which, limit=10)
        return len(faulty_ministack.seen)

    journal.append(several(100))
    few = asked()
    journal.append(several(500))

    assert asked() <= few + 3


def test_invocations_are_spread_over_partitions_in_the_table_and_in_its_indexes(
    journal: DynamoDbJournal, client: Any, prefix: str
):
    journal.append([replace(a_full_invocation(), id=one.id) for one in several(400)])

    for place in ("tenant_shard", "skill_of", "principal_of", "session_of", "failed_of"):
        spread = Counter(item[place]["S"] for item in items(client, prefix))
        assert len(spread) == tables.INVOCATION_SHARDS
        assert max(spread.values()) < 400 / 4


def test_an_item_says_when_dynamodb_may_delete_it_and_is_unknown_until_it_does(
    journal: DynamoDbJournal, clock: Clock, client: Any, prefix: str
):
    invocation = an_invocation(skill="pdf-forms")
    journal.append([invocation])
    clock.pass_by(KEPT.total_seconds() + 1)

    assert [item["expires_at"] for item in items(client, prefix)] == [{"N": str(int((NOON + KEPT).timestamp()))}]
    assert journal.page(TENANT, limit=10).invocations == ()
    assert journal.page(TENANT, InvocationFilter(skill="pdf-forms"), limit=10).invocations == ()
    with pytest.raises(NotFoundError):
        journal.one(TENANT, invocation.id)


def test_bodies_are_kept_compressed_and_out_of_the_indexes(journal: DynamoDbJournal, client: Any, prefix: str):
    journal.append([an_invocation(skill="pdf-forms", result='{"text": "again"}' * (BODY_BYTES // 17))])

    assert len(items(client, prefix)[0]["result"]["B"]) < 1024
    indexed = client.scan(TableName=prefix + tables.INVOCATIONS, IndexName="skill-index")["Items"]
    assert "result" not in indexed[0]


def test_what_an_index_still_tells_of_something_that_is_gone_is_left_out(
    journal: DynamoDbJournal, behind_faults: AwsServer, faulty_ministack: FaultyServer, client: Any, prefix: str
):
    gone, there = several(2)
    journal.append([gone, there])

    def deletes_first(_request: Request, forward: Forward) -> Answer:
        place = next(item for item in items(client, prefix) if item["id"]["S"] == gone.id)
        client.delete_item(
            TableName=prefix + tables.INVOCATIONS, Key={name: place[name] for name in ("tenant_shard", "id")}
        )
        return forward()

    faulty_ministack.inject(deletes_first, operation="BatchGetItem")
    reader = DynamoDbJournal(behind_faults.aws.client("dynamodb"), prefix, Clock())

    assert reader.page(TENANT, InvocationFilter(skill="pdf-forms"), limit=10).invocations == (there,)


def test_a_damaged_item_is_told_as_such(journal: DynamoDbJournal, client: Any, prefix: str):
    invocation = an_invocation()
    journal.append([invocation])
    damaged = items(client, prefix)[0] | {"status": {"S": "MAYBE"}}
    client.put_item(TableName=prefix + tables.INVOCATIONS, Item=damaged)

    with pytest.raises(CorruptedError, match="MAYBE"):
        journal.one(TENANT, invocation.id)


def test_a_journal_without_its_table_is_unavailable(client: Any):
    journal = DynamoDbJournal(client, "nowhere-", Clock())

    for asked in (
        lambda: journal.append([an_invocation()]),
        lambda: journal.page(TENANT, limit=10),
        lambda: journal.one(TENANT, an_invocation().id),
    ):
        with pytest.raises(UnavailableError, match="The journal"):
            asked()


def test_expiry_that_is_on_already_is_not_turned_on_again(behind_faults: AwsServer, faulty_ministack: FaultyServer):
    client, prefix = behind_faults.aws.client("dynamodb"), some_tables(behind_faults)
    tables.make_tables(client, prefix)
    faulty_ministack.inject(
        says(400, b'{"__type": "ValidationException", "message": "TimeToLive is already enabled"}', JSON),
        operation="UpdateTimeToLive",
    )

    tables.make_tables(client, prefix)
