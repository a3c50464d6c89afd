"""Which adapters a deployable works on, by its settings: the part of the composition roots that server and publisher share.

What is heavy is imported in the branch that needs it, so that one machine pays for no cloud.
"""

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.errors import InvalidInputError
from mcpskills.ports import Catalog, Deliveries, PackageStore, Signals, Signer
from mcpskills.settings import KMS, SIGNING_KEY, Settings, Storage

if TYPE_CHECKING:
    from mcpskills.adapters.aws.clients import Aws


@dataclass(frozen=True, slots=True)
class Backends:
    """Where everything is kept, and how processes tell each other of it."""

    catalog: Catalog
    store: PackageStore
    signals: Signals


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Backends]:
    """The backends until the block ends.

    Raises `InvalidInputError` for a setting that is missing, `UnavailableError` when a part cannot be used.
    """
    with ExitStack() as held:
        signals = held.enter_context(_signals(settings))
        if settings.storage is Storage.EMBEDDED:
            catalog = held.enter_context(closing(SqliteCatalog(settings.data / "catalog.sqlite")))
            yield Backends(catalog, DirectoryPackageStore(settings.data / "packages"), signals)
        else:
            yield _on_aws(settings, signals)


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


def signer(settings: Settings, key: str | None) -> Signer:
    """The key by its file, or in KMS as `kms:<id, ARN or alias>`; the data directory's own for None. Raises as `opened` does."""
    if key is None or not key.startswith(KMS):
        return FileKey.open(settings.data / SIGNING_KEY if key is None else Path(key))
    from mcpskills.adapters.signing.kms import KmsKey  # noqa: PLC0415 heavy, and not for one machine

    return KmsKey.open(_aws(settings).client("kms"), key.removeprefix(KMS))


@contextlib.contextmanager
def _signals(settings: Settings) -> Iterator[Signals]:
    if settings.redis_url is None:
        yield InProcessSignals()
        return
    from mcpskills.adapters.redis.signals import RedisSignals  # noqa: PLC0415 heavy, and not for one machine

    with closing(RedisSignals(settings.redis_url.get_secret_value(), settings.tenant)) as signals:
        yield signals


def _on_aws(settings: Settings, signals: Signals) -> Backends:
    from mcpskills.adapters.aws.packages import Encryption, S3PackageStore, check_bucket  # noqa: PLC0415 heavy
    from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog  # noqa: PLC0415 heavy

    if settings.s3_bucket is None:
        raise InvalidInputError(
            "MCPSKILLS_S3_BUCKET: expected the bucket that packages are kept in, because MCPSKILLS_STORAGE is aws; found none. "
            "See docs/settings.md."
        )
    aws = _aws(settings)
    s3 = aws.client("s3")
    check_bucket(s3, settings.s3_bucket)
    encryption = Encryption("aws:kms", settings.s3_kms_key) if settings.s3_kms_key else Encryption()
    store = S3PackageStore(s3, settings.s3_bucket, settings.s3_prefix, encryption)
    return Backends(DynamoDbCatalog(aws.client("dynamodb"), settings.dynamodb_prefix), store, signals)


def _aws(settings: Settings) -> "Aws":
    from mcpskills.adapters.aws.clients import Aws  # noqa: PLC0415 heavy, and not for one machine

    endpoints = {
        "s3": settings.s3_endpoint,
        "dynamodb": settings.dynamodb_endpoint,
        "kms": settings.kms_endpoint,
    }
    given = {service: endpoint for service, endpoint in endpoints.items() if endpoint}
    return Aws(region=settings.aws_region, endpoint=settings.aws_endpoint, endpoints=given)
