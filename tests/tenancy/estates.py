"""Everything that several tenants keep in the same places, on one family of adapters, and the work that they are asked to do."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import redis

from catalog_builders import Clock
from mcpskills import tenant as tenants
from mcpskills.adapters.aws.packages import S3PackageStore
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.adapters.dynamodb.journal import DynamoDbJournal
from mcpskills.adapters.dynamodb.principals import DynamoDbPrincipals
from mcpskills.adapters.dynamodb.statistics import DynamoDbStatistics
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.adapters.redis.deliveries import RedisDeliveries
from mcpskills.adapters.redis.replicas import RedisReplicas
from mcpskills.adapters.redis.sessions import RedisSessions
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.ports import Catalog, Deliveries, Journal, PackageStore, Principals, Replicas, Sessions, Statistics
from session_builders import a_session
from stand_ins.aws_server import AwsServer
from stand_ins.buckets import a_bucket
from stand_ins.catalogs import some_tables
from stand_ins.valkey import Valkey

LONG = 3600.0
_NOT_ASKED = re.compile(r"^(client|config|hello|info|ping|script)")
"""Commands of Redis that belong to the connection, not to what is asked."""

_WRITES = re.compile(r"\s*(BEGIN IMMEDIATE|INSERT|UPDATE|DELETE)")


class Work(Protocol):
    """Records what storage is asked to do."""

    def take(self) -> list[str]:
        """All since the last time, in any order."""


@dataclass
class Estate:
    """The ports on one set of places. `stores` and `queues` are opened for each tenant, as a process does."""

    catalog: Catalog
    principals: Principals
    journal: Journal
    statistics: Statistics
    sessions: Sessions
    replicas: Replicas
    open_store: Callable[[str], PackageStore]
    open_queue: Callable[[str], Deliveries]
    work: Work
    _stores: dict[str, PackageStore] = field(default_factory=dict)
    _queues: dict[str, Deliveries] = field(default_factory=dict)

    def store(self, tenant: str) -> PackageStore:
        return self._stores.setdefault(tenant, self.open_store(tenant))

    def queue(self, tenant: str) -> Deliveries:
        if tenant not in self._queues:
            self._queues[tenant] = self.open_queue(tenant)
        return self._queues[tenant]


class Statements:
    """Statements of SQLite with their values, and for those that read how many steps its machine took."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._steps = 0

    def watch(self, connection: Any) -> None:
        connection.set_trace_callback(self._say)
        connection.set_progress_handler(self._step, 1)

    def take(self) -> list[str]:
        # A write may tidy up what is old, whosever it is; what is read must cost the same whoever else is there.
        reads = not any(_WRITES.match(statement) for statement in self._said)
        taken = [*self._said, f"{self._steps} steps"] if reads else self._said
        self._said, self._steps = [], 0
        return taken

    def _say(self, statement: str) -> None:
        self._said.append(statement)

    def _step(self) -> int:
        self._steps += 1
        return 0


class Requests:
    """Requests to AWS with their parameters, and how often each command of Redis was called."""

    def __init__(self, names: Mapping[str, str], server: redis.Redis) -> None:
        """`names` are those of tables and bucket, which differ between estates, and what is written in their place."""
        self._names = names
        self._server = server
        self._said: list[str] = []
        self._called: dict[str, int] = {}

    def watch(self, client: Any) -> None:
        client.meta.events.register("before-parameter-build", self._ask)

    def take(self) -> list[str]:
        before, self._called = self._called, self._calls()
        said, self._said = self._said, []
        more = {name: calls - before.get(name, 0) for name, calls in self._called.items()}
        return said + [f"{name} {calls}" for name, calls in more.items() if calls]

    def _ask(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        told = {name: value for name, value in params.items() if name not in {"ClientRequestToken", "Body"}}
        text = f"{model.name} {json.dumps(told, sort_keys=True, default=str)}"
        for name, instead in self._names.items():
            text = text.replace(name, instead)
        self._said.append(text)

    def _calls(self) -> dict[str, int]:
        stats: dict[str, Any] = self._server.info("commandstats")
        return {
            name: told["calls"] for name, told in stats.items() if not _NOT_ASKED.match(name.removeprefix("cmdstat_"))
        }


@contextmanager
def embedded(at: Path, clock: Clock) -> Iterator[Estate]:
    work = Statements()
    with ExitStack() as held:
        catalog = held.enter_context(closing(SqliteCatalog(at / "catalog.sqlite", clock)))
        principals = held.enter_context(closing(SqlitePrincipals(at / "catalog.sqlite", clock)))
        journal = held.enter_context(closing(SqliteJournal(at / "journal.sqlite", clock)))
        statistics = held.enter_context(closing(SqliteStatistics(at / "statistics.sqlite", clock)))

        def open_queue(tenant: str) -> Deliveries:
            queue = held.enter_context(
                closing(SqliteDeliveries(at / "deliveries.sqlite", tenant, idle=LONG, now=clock))
            )
            work.watch(queue._file._connection)
            return queue

        of_catalog = catalog._database._connection, principals._database._connection
        for connection in (*of_catalog, journal._file._connection, statistics._file._connection):
            work.watch(connection)
        yield Estate(
            catalog=catalog,
            principals=principals,
            journal=journal,
            statistics=statistics,
            sessions=InProcessSessions(now=clock),
            replicas=InProcessReplicas(),
            open_store=lambda tenant: DirectoryPackageStore(at / tenants.place(tenant) / "packages"),
            open_queue=open_queue,
            work=work,
        )


@contextmanager
def cloud(at: Path, clock: Clock, *, aws: AwsServer, valkey: Valkey) -> Iterator[Estate]:
    dynamodb, s3 = aws.aws.client("dynamodb"), aws.aws.client("s3")
    tables, bucket = some_tables(aws), a_bucket(s3)
    with ExitStack() as held:
        work = Requests({tables: "TABLES-", bucket: "BUCKET"}, held.enter_context(redis.Redis.from_url(valkey.url)))
        sessions = held.enter_context(closing(RedisSessions(valkey.url, prefix=str(at))))
        replicas = held.enter_context(closing(RedisReplicas(valkey.url, prefix=str(at), seconds=LONG)))
        estate = Estate(
            catalog=DynamoDbCatalog(dynamodb, tables, clock),
            principals=DynamoDbPrincipals(dynamodb, tables, clock),
            journal=DynamoDbJournal(dynamodb, tables, clock),
            statistics=DynamoDbStatistics(dynamodb, tables, clock),
            sessions=sessions,
            replicas=replicas,
            open_store=lambda tenant: S3PackageStore(s3, bucket, tenants.place(tenant)),
            open_queue=lambda tenant: held.enter_context(
                closing(RedisDeliveries(valkey.url, tenant, prefix=str(at), idle=LONG))
            ),
            work=work,
        )
        _warm_up(estate)
        for client in (dynamodb, s3):
            work.watch(client)
        yield estate


def _warm_up(estate: Estate) -> None:
    """Have Redis learn the scripts: the first estate on a server would be the only one that teaches them."""
    session = estate.sessions.open(a_session(tenant="nobody"))
    estate.sessions.find(session.key)
    estate.sessions.touch(session.key)
    estate.sessions.update(session.key, lambda each: each)
    estate.sessions.end(session.key)
    estate.replicas.report("nobody", "none", 1)
    estate.replicas.serving("nobody")
