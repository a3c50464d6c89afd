"""Principals beside the catalog whose audit trail they share."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.adapters.dynamodb.principals import DynamoDbPrincipals
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from stand_ins.aws_server import AwsServer
from stand_ins.catalogs import some_tables

Now = Callable[[], datetime]


@contextmanager
def in_sqlite(file: Path, now: Now) -> Iterator[tuple[SqlitePrincipals, SqliteCatalog]]:
    with closing(SqliteCatalog(file, now)) as catalog, closing(SqlitePrincipals(file, now)) as principals:
        yield principals, catalog


def in_dynamodb(server: AwsServer, now: Now) -> tuple[DynamoDbPrincipals, DynamoDbCatalog]:
    client, prefix = server.aws.client("dynamodb"), some_tables(server)
    return DynamoDbPrincipals(client, prefix, now), DynamoDbCatalog(client, prefix, now)
