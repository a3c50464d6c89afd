"""Fixtures of the stand-ins: real servers on loopback, started when a test first asks, shared by the tests of one process.

Nobody resets them. A test keeps to itself by names of its own: a bucket, a prefix of tables or keys.
"""

from collections.abc import Iterator

import pytest

from stand_ins.aws_server import CREDENTIALS, AwsServer
from stand_ins.ministack import ministack_server
from stand_ins.seaweedfs import seaweedfs_server
from stand_ins.valkey import Valkey, valkey_server


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    with valkey_server() as started:
        yield started


@pytest.fixture(scope="session")
def aws_credentials() -> Iterator[None]:
    """In the environment, where botocore looks for them."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def ministack(aws_credentials, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    with ministack_server(tmp_path_factory.mktemp("ministack")) as started:
        yield started


@pytest.fixture(scope="session")
def guarded_ministack(aws_credentials, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    """One that lets nobody do what IAM's policies do not allow."""
    with ministack_server(tmp_path_factory.mktemp("guarded"), guarded=True) as started:
        yield started


@pytest.fixture(scope="session")
def seaweedfs(aws_credentials, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    with seaweedfs_server(tmp_path_factory.mktemp("seaweedfs")) as started:
        yield started
