"""Keys of KMS for tests, made anew for each, in a KMS that answers on loopback."""

from typing import Any

import boto3
from botocore.config import Config

from mcpskills.adapters.signing.kms import KmsKey
from stand_ins.aws_server import AwsServer


def kms_client(server: AwsServer, **config: Any) -> Any:
    return boto3.client(
        "kms",
        endpoint_url=server.url,
        region_name=server.region,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        config=Config(connect_timeout=2, read_timeout=20, retries={"mode": "standard", "max_attempts": 2}, **config),
    )


def make_key(client: Any, spec: str, usage: str = "SIGN_VERIFY") -> str:
    """The id of a new key."""
    return client.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]


def kms_key(server: AwsServer, spec: str) -> KmsKey:
    client = kms_client(server)
    return KmsKey.open(client, make_key(client, spec))
