"""Catalogs, journals and statistics in DynamoDB on stand-ins: each caller has tables of its own."""

import uuid
from collections.abc import Callable
from datetime import datetime

from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.adapters.dynamodb.journal import DynamoDbJournal
from mcpskills.adapters.dynamodb.statistics import DynamoDbStatistics
from mcpskills.adapters.dynamodb.tables import EXPIRING, make_tables
from stand_ins.aws_server import AwsServer


def some_tables(server: AwsServer) -> str:
    """Make them; gives the prefix of their names.

    Nothing in them expires: the stand-in deletes by the machine's clock, for which a test's time is long past.
    """
    prefix, client = f"t-{uuid.uuid4().hex}-", server.aws.client("dynamodb")
    make_tables(client, prefix)
    for table, attribute in EXPIRING.items():
        specification = {"Enabled": False, "AttributeName": attribute}
        client.update_time_to_live(TableName=prefix + table, TimeToLiveSpecification=specification)
    return prefix


def a_catalog(server: AwsServer, clock: Callable[[], datetime]) -> DynamoDbCatalog:
    return DynamoDbCatalog(server.aws.client("dynamodb"), some_tables(server), clock)


def a_journal(server: AwsServer, clock: Callable[[], datetime]) -> DynamoDbJournal:
    return DynamoDbJournal(server.aws.client("dynamodb"), some_tables(server), clock)


def some_statistics(server: AwsServer, clock: Callable[[], datetime]) -> DynamoDbStatistics:
    return DynamoDbStatistics(server.aws.client("dynamodb"), some_tables(server), clock)
