"""Which adapters a deployable works on, by its settings: the part of the composition roots that server and publisher share.

What is heavy is imported in the branch that needs it, so that one machine pays for no cloud.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mcpskills import api_key, tenant
from mcpskills.adapters import pepper_file
from mcpskills.adapters.directory import DirectoryObjectStore, DirectoryPackageStore
from mcpskills.adapters.in_process import InProcessReplicas, InProcessSignals
from mcpskills.adapters.in_process_tail import InProcessTail
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.api_key import Peppers
from mcpskills.errors import InvalidInputError
from mcpskills.ports import (
    Catalog,
    Deliveries,
    Journal,
    ObjectStore,
    PackageStore,
    Principals,
    Replicas,
    Secrets,
    Sessions,
    SharedAllowances,
    Signals,
    Signer,
    Statistics,
    Tail,
)
from mcpskills.settings import KMS, PEPPER, SECRETS_KEYS, SIGNING_KEY, Settings, Storage

if TYPE_CHECKING:
    from mcpskills.adapters.aws.clients import Aws
    from mcpskills.adapters.aws.objects import Encryption


@dataclass(frozen=True, slots=True)
class Backends:
    """Where everything is kept, and how processes tell each other of it."""

    catalog: Catalog
    principals: Principals
    store: PackageStore
    signals: Signals
    now: Callable[[], datetime]
    """The time that all who share the catalog agree on."""


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Backends]:
    """The backends until the block ends. Nothing on the network is asked for anything yet.

    Raises `InvalidInputError` for a setting that is missing, `UnavailableError` when a part cannot be used.
    """
    with ExitStack() as held:
        told = held.enter_context(signals(settings))
        if settings.storage is Storage.EMBEDDED:
            file, packages = settings.data / "catalog.sqlite", DirectoryPackageStore(settings.own / "packages")
            catalog = held.enter_context(closing(SqliteCatalog(file)))
            principals = held.enter_context(closing(SqlitePrincipals(file)))
            yield Backends(catalog, principals, packages, told, _this_machine)
        else:
            yield _on_aws(settings, told)


def check(settings: Settings) -> None:
    """See that what the storage needs was made. Raises `InvalidInputError` that says what is missing.

    Raises `UnavailableError` when that cannot be found out now: then it may be there all the same.
    """
    if settings.storage is Storage.AWS:
        from mcpskills.adapters.aws.packages import check_bucket  # noqa: PLC0415 heavy
        from mcpskills.adapters.dynamodb.tables import check_tables  # noqa: PLC0415 heavy

        bucket, aws = _bucket(settings), _aws(settings)
        check_bucket(aws.client("s3"), bucket)
        check_tables(aws.client("dynamodb"), settings.dynamodb_prefix)


def make(settings: Settings) -> None:
    """Make what `check` looks for, where it is not there: for development. Raises as `check` does."""
    if settings.storage is Storage.AWS:
        from mcpskills.adapters.aws.packages import make_bucket  # noqa: PLC0415 heavy
        from mcpskills.adapters.dynamodb.tables import make_tables  # noqa: PLC0415 heavy

        bucket, aws = _bucket(settings), _aws(settings)
        make_bucket(aws.client("s3"), bucket)
        make_tables(aws.client("dynamodb"), settings.dynamodb_prefix)


@contextlib.contextmanager
def replicas(settings: Settings) -> Iterator[Replicas]:
    """What replicas say of themselves, until the block ends; without Redis, those of this process. Raises as `opened` does."""
    if settings.redis_url is None:
        yield InProcessReplicas()
        return
    from mcpskills.adapters.redis.replicas import RedisReplicas  # noqa: PLC0415 heavy, and not for one machine

    with closing(RedisReplicas(settings.redis_url.get_secret_value())) as told:
        yield told


@contextlib.contextmanager
def deliveries(settings: Settings) -> Iterator[Deliveries]:
    """The queue of webhook deliveries until the block ends. Raises as `opened` does."""
    if settings.redis_url is None:
        from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries  # noqa: PLC0415 only who gets webhooks has a queue

        with closing(SqliteDeliveries(settings.data / "deliveries.sqlite", settings.tenant)) as queue:
            yield queue
    else:
        from mcpskills.adapters.redis.deliveries import RedisDeliveries  # noqa: PLC0415 heavy, and not for one machine

        with closing(RedisDeliveries(settings.redis_url.get_secret_value(), settings.tenant)) as stream:
            yield stream


@contextlib.contextmanager
def journal(settings: Settings) -> Iterator[Journal]:
    """The journal of invocations until the block ends. Raises as `opened` does."""
    if settings.storage is Storage.EMBEDDED:
        from mcpskills.adapters.sqlite.journal import SqliteJournal  # noqa: PLC0415 only who writes or reads it opens its file

        with closing(SqliteJournal(settings.data / "journal.sqlite")) as kept:
            yield kept
    else:
        from mcpskills.adapters.aws.clock import ServiceClock  # noqa: PLC0415 heavy
        from mcpskills.adapters.dynamodb.journal import DynamoDbJournal  # noqa: PLC0415 heavy

        dynamodb = _aws(settings).client("dynamodb")
        yield DynamoDbJournal(dynamodb, settings.dynamodb_prefix, ServiceClock(dynamodb))


def journal_archive(settings: Settings) -> ObjectStore:
    """Where the tenant's past days of the journal are kept. Raises `InvalidInputError` for a setting that is missing."""
    if settings.storage is Storage.EMBEDDED:
        return DirectoryObjectStore(settings.own / "journal")
    from mcpskills.adapters.aws.objects import S3ObjectStore  # noqa: PLC0415 heavy

    folder = "/".join(filter(None, (_s3_prefix(settings), "journal")))
    client = _aws(settings).client("s3")
    return S3ObjectStore(client, _bucket(settings), folder, _encryption(settings), called="The archive of the journal")


@contextlib.contextmanager
def statistics(settings: Settings) -> Iterator[Statistics]:
    """The statistics of calls until the block ends. Raises as `opened` does."""
    if settings.storage is Storage.EMBEDDED:
        from mcpskills.adapters.sqlite.statistics import SqliteStatistics  # noqa: PLC0415 only servers have its libraries

        with closing(SqliteStatistics(settings.data / "statistics.sqlite")) as kept:
            yield kept
    else:
        from mcpskills.adapters.aws.clock import ServiceClock  # noqa: PLC0415 heavy
        from mcpskills.adapters.dynamodb.statistics import DynamoDbStatistics  # noqa: PLC0415 heavy

        dynamodb = _aws(settings).client("dynamodb")
        yield DynamoDbStatistics(dynamodb, settings.dynamodb_prefix, ServiceClock(dynamodb))


@contextlib.contextmanager
def tail(settings: Settings) -> Iterator[Tail]:
    """What tells of records as they come, until the block ends; without Redis, in this process. Raises as `opened` does."""
    if settings.redis_url is None:
        yield InProcessTail(settings.tenant)
    else:
        from mcpskills.adapters.redis.tail import RedisTail  # noqa: PLC0415 heavy, and not for one machine

        with closing(RedisTail(settings.redis_url.get_secret_value(), settings.tenant)) as told:
            yield told


@contextlib.contextmanager
def principals(settings: Settings) -> Iterator[Principals]:
    """Who may call, until the block ends, and nothing else of what `opened` opens. Raises as that does."""
    if settings.storage is Storage.EMBEDDED:
        with closing(SqlitePrincipals(settings.data / "catalog.sqlite")) as kept:
            yield kept
    else:
        from mcpskills.adapters.aws.clock import ServiceClock  # noqa: PLC0415 heavy
        from mcpskills.adapters.dynamodb.principals import DynamoDbPrincipals  # noqa: PLC0415 heavy

        dynamodb = _aws(settings).client("dynamodb")
        yield DynamoDbPrincipals(dynamodb, settings.dynamodb_prefix, ServiceClock(dynamodb))


@contextlib.contextmanager
def sessions(settings: Settings) -> Iterator[Sessions]:
    """The sessions of clients until the block ends; without Redis, those of this process. Raises as `opened` does."""
    if settings.redis_url is None:
        from mcpskills.adapters.in_process_sessions import InProcessSessions  # noqa: PLC0415 only servers have sessions

        yield InProcessSessions()
    else:
        from mcpskills.adapters.redis.sessions import RedisSessions  # noqa: PLC0415 heavy, and not for one machine

        with closing(RedisSessions(settings.redis_url.get_secret_value())) as kept:
            yield kept


def allowances(settings: Settings) -> SharedAllowances | None:
    """What all replicas count together, closed by the end of its `run`; None without Redis, where each counts by itself.

    Raises as `opened` does.
    """
    if settings.redis_url is None:
        return None
    from mcpskills.adapters.redis.allowances import RedisAllowances  # noqa: PLC0415 heavy, and not for one machine

    return RedisAllowances(settings.redis_url.get_secret_value())


def signer(settings: Settings, key: str | None) -> Signer:
    """The key by its file, or in KMS as `kms:<id, ARN or alias>`; for None the tenant's in the data directory. Raises alike."""
    if key is None and settings.storage is Storage.AWS:
        raise InvalidInputError(
            "MCPSKILLS_SIGNING_KEY: expected a key in KMS or a file that all publishers share, because MCPSKILLS_STORAGE is aws; "
            "found none. See docs/settings.md."
        )
    if key is None or not key.startswith(KMS):
        return FileKey.open(settings.own / SIGNING_KEY if key is None else Path(key))
    from mcpskills.adapters.signing.kms import KmsKey  # noqa: PLC0415 heavy, and not for one machine

    return KmsKey.open(_aws(settings).client("kms"), key.removeprefix(KMS))


def peppers(settings: Settings) -> Peppers:
    """What digests of API keys are made with: what the settings say; else the data directory's own, which is made if need be.

    Raises `InvalidInputError` for one that is of no use, or missing where several machines must have the same.
    """
    if settings.key_pepper is not None:
        present = _pepper("MCPSKILLS_KEY_PEPPER", settings.key_pepper.get_secret_value())
    elif settings.storage is Storage.AWS:
        raise InvalidInputError(
            "MCPSKILLS_KEY_PEPPER: expected the secret that all servers make digests of API keys with, because MCPSKILLS_STORAGE "
            "is aws; found none. See docs/settings.md."
        )
    else:
        present = pepper_file.opened(settings.data / PEPPER)
    earlier = settings.key_pepper_earlier
    return Peppers(
        present, None if earlier is None else _pepper("MCPSKILLS_KEY_PEPPER_EARLIER", earlier.get_secret_value())
    )


def secrets(settings: Settings) -> Secrets:
    """The tenant's secrets. Nothing is asked or made yet. Raises `InvalidInputError` for keys that lie beside what they open."""
    if settings.storage is Storage.AWS:
        from mcpskills.adapters.aws.secrets import SecretsManagerSecrets  # noqa: PLC0415 heavy, and not for one machine

        client = _aws(settings).client("secretsmanager")
        return SecretsManagerSecrets(client, settings.secrets_prefix, settings.tenant)
    from mcpskills.adapters.secret_files import FileSecrets  # noqa: PLC0415 heavy, and only servers keep secrets

    data = settings.data.absolute()
    keys = settings.secrets_keys or data.with_name(data.name + SECRETS_KEYS)
    if keys.resolve().is_relative_to(data.resolve()):
        raise InvalidInputError(
            f"MCPSKILLS_SECRETS_KEYS: expected a folder outside of the data directory {data}, so that who copies that has no "
            f"secret, got {keys}. See docs/settings.md."
        )
    return FileSecrets(settings.own / "secrets", keys / f"{settings.tenant}.key", settings.tenant)


@contextlib.contextmanager
def signals(settings: Settings) -> Iterator[Signals]:
    """The signals until the block ends; without Redis, those of this process. Raises as `opened` does."""
    if settings.redis_url is None:
        yield InProcessSignals(settings.tenant)
        return
    from mcpskills.adapters.redis.signals import RedisSignals  # noqa: PLC0415 heavy, and not for one machine

    with closing(RedisSignals(settings.redis_url.get_secret_value(), settings.tenant)) as told:
        yield told


def _on_aws(settings: Settings, told: Signals) -> Backends:
    from mcpskills.adapters.aws.clock import ServiceClock  # noqa: PLC0415 heavy
    from mcpskills.adapters.aws.packages import S3PackageStore  # noqa: PLC0415 heavy
    from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog  # noqa: PLC0415 heavy
    from mcpskills.adapters.dynamodb.principals import DynamoDbPrincipals  # noqa: PLC0415 heavy

    bucket, aws = _bucket(settings), _aws(settings)
    store = S3PackageStore(aws.client("s3"), bucket, _s3_prefix(settings), _encryption(settings))
    dynamodb = aws.client("dynamodb")
    now = ServiceClock(dynamodb)
    catalog = DynamoDbCatalog(dynamodb, settings.dynamodb_prefix, now)
    principals = DynamoDbPrincipals(dynamodb, settings.dynamodb_prefix, now)
    return Backends(catalog, principals, store, told, now)


def _s3_prefix(settings: Settings) -> str:
    """What the keys of all that is the tenant's begin with; no slash at its ends."""
    return "/".join(filter(None, (settings.s3_prefix.strip("/"), tenant.place(settings.tenant))))


def _encryption(settings: Settings) -> "Encryption":
    from mcpskills.adapters.aws.objects import Encryption  # noqa: PLC0415 heavy

    return Encryption("aws:kms", settings.s3_kms_key) if settings.s3_kms_key else Encryption()


def _pepper(name: str, said: str) -> bytes:
    try:
        return api_key.pepper(said)
    except InvalidInputError as error:
        raise InvalidInputError(f"{name}: {error.message} See docs/settings.md.") from error


def _bucket(settings: Settings) -> str:
    if settings.s3_bucket is None:
        raise InvalidInputError(
            "MCPSKILLS_S3_BUCKET: expected the bucket that packages are kept in, because MCPSKILLS_STORAGE is aws; found none. "
            "See docs/settings.md."
        )
    return settings.s3_bucket


def _this_machine() -> datetime:
    return datetime.now(UTC)


def _aws(settings: Settings) -> "Aws":
    from mcpskills.adapters.aws.clients import Aws  # noqa: PLC0415 heavy, and not for one machine

    endpoints = {
        "s3": settings.s3_endpoint,
        "dynamodb": settings.dynamodb_endpoint,
        "kms": settings.kms_endpoint,
        "secretsmanager": settings.secretsmanager_endpoint,
    }
    given = {service: endpoint for service, endpoint in endpoints.items() if endpoint}
    return Aws(region=settings.aws_region, endpoint=settings.aws_endpoint, endpoints=given)
