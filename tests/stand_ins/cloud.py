"""Settings that lead a deployable to stand-ins: packages and catalog of its own in MiniStack, and a Redis of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from stand_ins.aws_server import AwsServer
from stand_ins.buckets import a_bucket
from stand_ins.catalogs import some_tables
from stand_ins.valkey import valkey_server


@contextmanager
def cloud(aws: AwsServer) -> Iterator[dict[str, str]]:
    """The settings by the names of their fields; the Redis lives until the block ends."""
    with valkey_server() as redis:
        yield {
            "storage": "aws",
            "aws_region": aws.region,
            "aws_endpoint": aws.url,
            "s3_bucket": a_bucket(aws.aws.client("s3")),
            "dynamodb_prefix": some_tables(aws),
            "redis_url": redis.url,
        }


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """The settings as another process takes them; it inherits AWS's credentials."""
    return {f"MCPSKILLS_{name.upper()}": str(value) for name, value in settings.items()}
