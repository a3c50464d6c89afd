"""Buckets on stand-ins: each caller has its own."""

import uuid
from typing import Any

from mcpskills.adapters.aws.objects import BY_S3, S3ObjectStore
from mcpskills.adapters.aws.packages import S3PackageStore, make_bucket
from stand_ins.aws_server import AwsServer


def a_bucket(client: Any) -> str:
    name = f"packages-{uuid.uuid4().hex}"
    make_bucket(client, name)
    return name


def a_package_store(server: AwsServer) -> S3PackageStore:
    client = server.aws.client("s3")
    return S3PackageStore(client, a_bucket(client))


def an_object_store(server: AwsServer) -> S3ObjectStore:
    client = server.aws.client("s3")
    return S3ObjectStore(client, a_bucket(client), "here", BY_S3, called="The archive")
