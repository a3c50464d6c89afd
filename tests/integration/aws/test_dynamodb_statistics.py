"""What is special about statistics in DynamoDB, beside what `tests/contract/` asks of all statistics."""

from collections import Counter
from typing import Any

import pytest

from catalog_builders import NOON, TENANT, Clock
from mcpskills.adapters.dynamodb.statistics import DynamoDbStatistics
from mcpskills.statistics import packing
from mcpskills.statistics.periods import Period
from mcpskills.statistics.sheet import DAY, HOUR, PARTS, Kind, Sheet, day_of, part_of
from mcpskills_server.statistics.folding import fold
from mcpskills_server.statistics.reading import Reader
from stand_ins.aws_server import AwsServer
from stand_ins.catalogs import some_tables
from statistics_builders import a_call, rows_of

SKILLS = [f"skill-{number}" for number in range(100)]


@pytest.fixture
def client(ministack: AwsServer) -> Any:
    return ministack.aws.client("dynamodb")


@pytest.fixture
def statistics(client: Any, ministack: AwsServer) -> DynamoDbStatistics:
    return DynamoDbStatistics(client, some_tables(ministack), Clock())


@pytest.fixture
def asked(client: Any) -> Counter[str]:
    """How often what is asked of DynamoDB."""
    counted: Counter[str] = Counter()
    client.meta.events.register("after-call.dynamodb", lambda model, **_: counted.update([model.name]))
    return counted


def test_all_skills_of_a_period_take_a_question_for_each_part_of_what_is_folded_and_one_for_the_rest(statistics, asked):
    for skill in SKILLS:
        rows = rows_of(a_call(skill=skill))
        day = Sheet(part_of(skill), Kind.DAY, day_of(NOON) - 3 * DAY, day_of(NOON) - 2 * DAY)
        there = statistics.read(TENANT, Kind.DAY, [day.part], since=day.start, until=day.until)
        written = Sheet(day.part, Kind.WRITING, NOON, NOON + HOUR, writer=skill)
        statistics.put(
            TENANT, [*packing.written({**packing.merged(there), **rows}, day), *packing.written(rows, written)]
        )
    fold(statistics, TENANT, NOON)
    reader = Reader(statistics, TENANT, lambda: NOON)

    took = {}
    for period in Period:
        asked.clear()
        found = sum(figures.calls for _, figures in reader.of_all(period))
        took[period] = found, dict(asked)

    days = 2 * len(SKILLS), {"Query": 2 * len(PARTS) + 2}
    assert took == {Period.HOURS_24: (len(SKILLS), {"Query": len(PARTS) + 1}), **dict.fromkeys(list(Period)[1:], days)}
