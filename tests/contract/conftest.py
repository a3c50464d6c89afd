"""The adapters that every contract test runs over. A new adapter is a row in its table."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

import forge_scenes
from allowance_scenes import Counting, in_process, in_redis
from catalog_builders import TENANT, Clock
from forge_scenes import ForgeScene
from kms_keys import kms_key
from mcpskills.adapters.aws.secrets import SecretsManagerSecrets
from mcpskills.adapters.directory import DirectoryObjectStore, DirectoryPackageStore
from mcpskills.adapters.in_process import InProcessReplicas, InProcessSignals
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.adapters.in_process_tail import InProcessTail
from mcpskills.adapters.redis.deliveries import RedisDeliveries
from mcpskills.adapters.redis.replicas import RedisReplicas
from mcpskills.adapters.redis.sessions import RedisSessions
from mcpskills.adapters.redis.signals import RedisSignals
from mcpskills.adapters.redis.tail import RedisTail
from mcpskills.adapters.secret_files import FileSecrets
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.ports import (
    Catalog,
    Deliveries,
    Forge,
    Journal,
    ObjectStore,
    PackageStore,
    Principals,
    Replicas,
    Secrets,
    Sessions,
    Signals,
    Signer,
    Statistics,
    Tail,
)
from mcpskills.session import LIMITS, SessionLimits
from stand_ins import beside
from stand_ins.buckets import a_package_store, an_object_store
from stand_ins.catalogs import a_catalog, a_journal, some_statistics

StandIns = Callable[[str], Any]
"""Gives the server of a fixture in `stand_ins/fixtures.py` by its name; only the rows that ask start one."""

PACKAGE_STORES: dict[str, Callable[[Path, StandIns], AbstractContextManager[PackageStore]]] = {
    "directory": lambda at, _: nullcontext(DirectoryPackageStore(at / "packages")),
    "S3 on MiniStack": lambda _, stand_in: nullcontext(a_package_store(stand_in("ministack"))),
    "S3 on SeaweedFS": lambda _, stand_in: nullcontext(a_package_store(stand_in("seaweedfs"))),
}

OBJECT_STORES: dict[str, Callable[[Path, StandIns], ObjectStore]] = {
    "directory": lambda at, _: DirectoryObjectStore(at / "objects"),
    "S3 on MiniStack": lambda _, stand_in: an_object_store(stand_in("ministack")),
    "S3 on SeaweedFS": lambda _, stand_in: an_object_store(stand_in("seaweedfs")),
}

CATALOGS: dict[str, Callable[[Path, Clock, StandIns], AbstractContextManager[Catalog]]] = {
    "sqlite": lambda at, clock, _: closing(SqliteCatalog(at / "catalog.sqlite", clock)),
    "dynamodb": lambda _, clock, stand_in: nullcontext(a_catalog(stand_in("ministack"), clock)),
}

JOURNALS: dict[str, Callable[[Path, Clock, StandIns], AbstractContextManager[Journal]]] = {
    "sqlite": lambda at, clock, _: closing(SqliteJournal(at / "journal.sqlite", clock)),
    "dynamodb": lambda _, clock, stand_in: nullcontext(a_journal(stand_in("ministack"), clock)),
}

STATISTICS: dict[str, Callable[[Path, Clock, StandIns], AbstractContextManager[Statistics]]] = {
    "sqlite": lambda at, clock, _: closing(SqliteStatistics(at / "statistics.sqlite", clock)),
    "dynamodb": lambda _, clock, stand_in: nullcontext(some_statistics(stand_in("ministack"), clock)),
}

BESIDE: dict[str, Callable[[Path, Clock, StandIns], AbstractContextManager[tuple[Principals, Catalog]]]] = {
    "sqlite": lambda at, clock, _: beside.in_sqlite(at / "catalog.sqlite", clock),
    "dynamodb": lambda _, clock, stand_in: nullcontext(beside.in_dynamodb(stand_in("ministack"), clock)),
}
"""Principals, and the catalog in whose audit trail they are."""

SIGNALS: dict[str, Callable[[StandIns], AbstractContextManager[Signals]]] = {
    "in process": lambda _: nullcontext(InProcessSignals(TENANT)),
    "redis": lambda stand_in: closing(RedisSignals(stand_in("valkey").url, TENANT, prefix=uuid.uuid4().hex)),
}

TAILS: dict[str, Callable[[StandIns], AbstractContextManager[Tail]]] = {
    "in process": lambda _: nullcontext(InProcessTail(TENANT)),
    "redis": lambda stand_in: closing(RedisTail(stand_in("valkey").url, TENANT, prefix=uuid.uuid4().hex)),
}

REPLICAS: dict[str, Callable[[Path, float, StandIns], AbstractContextManager[Replicas]]] = {
    "in process": lambda _, seconds, __: nullcontext(InProcessReplicas(seconds)),
    "redis": lambda at, seconds, stand_in: closing(
        RedisReplicas(stand_in("valkey").url, prefix=str(at), seconds=seconds)
    ),
}

SECRETS: dict[str, Callable[[Path, StandIns], Callable[[str], Secrets]]] = {
    "files": lambda at, _: lambda tenant: FileSecrets(at / "data" / tenant, at / "keys" / f"{tenant}.key", tenant),
    "Secrets Manager": lambda _, stand_in: partial(
        SecretsManagerSecrets, stand_in("ministack").aws.client("secretsmanager"), f"{uuid.uuid4().hex}/"
    ),
}

SIGNERS: dict[str, Callable[[Path, StandIns], Signer]] = {
    "file": lambda at, _: FileKey.open(at / "signing.pem"),
    "KMS with ed25519": lambda _, stand_in: kms_key(stand_in("ministack"), "ECC_NIST_EDWARDS25519"),
    "KMS with P-256": lambda _, stand_in: kms_key(stand_in("ministack"), "ECC_NIST_P256"),
}

LONG = 3600.0

DELIVERIES: dict[str, Callable[[Path, float, StandIns], AbstractContextManager[Deliveries]]] = {
    "sqlite": lambda at, idle, _: closing(SqliteDeliveries(at / "deliveries.sqlite", TENANT, idle=idle)),
    "redis": lambda at, idle, stand_in: closing(
        RedisDeliveries(stand_in("valkey").url, TENANT, prefix=str(at), idle=idle)
    ),
}

SESSIONS: dict[str, Callable[[Path, StandIns], Callable[[SessionLimits], AbstractContextManager[Sessions]]]] = {
    "in process": lambda _, __: cache(lambda limits: nullcontext(InProcessSessions(limits))),
    "redis": lambda at, stand_in: lambda limits: closing(RedisSessions(stand_in("valkey").url, limits, prefix=str(at))),
}
"""In one process all replicas share one."""

COUNTINGS: dict[str, Callable[[Path, StandIns], AbstractContextManager[Counting]]] = {
    "in process": lambda _, __: nullcontext(in_process()),
    "redis": lambda at, stand_in: in_redis(stand_in("valkey").url, prefix=str(at)),
}

FORGES: dict[str, Callable[[Path], AbstractContextManager[ForgeScene]]] = {
    "local repository": forge_scenes.local,
    "local repository behind a URL": forge_scenes.behind_a_url,
    "github": forge_scenes.on_github,
}


@pytest.fixture(params=PACKAGE_STORES.values(), ids=PACKAGE_STORES.keys())
def store(request, tmp_path: Path) -> Iterator[PackageStore]:
    with request.param(tmp_path, request.getfixturevalue) as adapter:
        yield adapter


@pytest.fixture(params=OBJECT_STORES.values(), ids=OBJECT_STORES.keys())
def objects(request, tmp_path: Path) -> ObjectStore:
    return request.param(tmp_path, request.getfixturevalue)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=CATALOGS.values(), ids=CATALOGS.keys())
def catalog(request, tmp_path: Path, clock: Clock) -> Iterator[Catalog]:
    with request.param(tmp_path, clock, request.getfixturevalue) as adapter:
        yield adapter


@pytest.fixture(params=JOURNALS.values(), ids=JOURNALS.keys())
def journal(request, tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    with request.param(tmp_path, clock, request.getfixturevalue) as adapter:
        yield adapter


@pytest.fixture(params=STATISTICS.values(), ids=STATISTICS.keys())
def statistics(request, tmp_path: Path, clock: Clock) -> Iterator[Statistics]:
    with request.param(tmp_path, clock, request.getfixturevalue) as adapter:
        yield adapter


@pytest.fixture(params=BESIDE.values(), ids=BESIDE.keys())
def principals_and_catalog(request, tmp_path: Path, clock: Clock) -> Iterator[tuple[Principals, Catalog]]:
    with request.param(tmp_path, clock, request.getfixturevalue) as adapters:
        yield adapters


@pytest.fixture
def principals(principals_and_catalog: tuple[Principals, Catalog]) -> Principals:
    return principals_and_catalog[0]


@pytest.fixture
def catalog_beside(principals_and_catalog: tuple[Principals, Catalog]) -> Catalog:
    return principals_and_catalog[1]


@pytest.fixture(params=SIGNALS.values(), ids=SIGNALS.keys())
def signals(request) -> Iterator[Signals]:
    with request.param(request.getfixturevalue) as adapter:
        yield adapter


@pytest.fixture(params=TAILS.values(), ids=TAILS.keys())
def tail(request) -> Iterator[Tail]:
    with request.param(request.getfixturevalue) as adapter:
        yield adapter


@pytest.fixture(params=REPLICAS.values(), ids=REPLICAS.keys())
def open_replicas(request, tmp_path: Path) -> Iterator[Callable[[float], Replicas]]:
    """Opens replicas whose reports count for a number of seconds."""
    with ExitStack() as opened:
        yield lambda seconds=LONG: opened.enter_context(request.param(tmp_path, seconds, request.getfixturevalue))


@pytest.fixture(params=DELIVERIES.values(), ids=DELIVERIES.keys())
def open_queue(request, tmp_path: Path) -> Iterator[Callable[[float], Deliveries]]:
    """Opens the one queue of the test, with a number of seconds after which a delivery is claimed from its consumer."""
    with ExitStack() as opened:
        yield lambda idle=LONG: opened.enter_context(request.param(tmp_path, idle, request.getfixturevalue))


@pytest.fixture(params=SESSIONS.values(), ids=SESSIONS.keys())
def open_sessions(request, tmp_path: Path) -> Iterator[Callable[[SessionLimits], Sessions]]:
    """Opens the one store of the test, with limits, as each replica does for itself."""
    make = request.param(tmp_path, request.getfixturevalue)
    with ExitStack() as opened:
        yield lambda limits=LIMITS: opened.enter_context(make(limits))


@pytest.fixture(params=COUNTINGS.values(), ids=COUNTINGS.keys())
def counting(request, tmp_path: Path) -> Iterator[Counting]:
    with request.param(tmp_path, request.getfixturevalue) as made:
        yield made


@pytest.fixture(params=FORGES.values(), ids=FORGES.keys())
def scene(request, tmp_path: Path) -> Iterator[ForgeScene]:
    with request.param(tmp_path) as made:
        yield made


@pytest.fixture
def forge(scene: ForgeScene) -> Forge:
    """Its registry repository holds one skill, `skills/pdf-forms`, on the tracked branch."""
    return scene.forge


@pytest.fixture(params=SECRETS.values(), ids=SECRETS.keys())
def secrets_of(request, tmp_path: Path) -> Callable[[str], Secrets]:
    """Gives the secrets of a tenant."""
    return request.param(tmp_path, request.getfixturevalue)


@pytest.fixture(params=SIGNERS.values(), ids=SIGNERS.keys())
def signer(request, tmp_path: Path) -> Signer:
    return request.param(tmp_path, request.getfixturevalue)
