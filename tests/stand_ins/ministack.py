"""MiniStack: S3, DynamoDB, KMS and others behind one address. Unless guarded it lets anybody in who names an access key."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stand_ins.aws_server import REGION, AwsServer
from stand_ins.processes import free_port, server


@contextmanager
def ministack_server(at: Path, *, guarded: bool = False) -> Iterator[AwsServer]:
    """Keeps what it has in memory; `at` takes its log.

    A guarded one checks the signatures and policies of IAM's users; only the stand-ins' own key may do anything.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        "BIND_HOST": "127.0.0.1",  # it would listen on all addresses
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(at),
        "AUTH": str(guarded).lower(),
    }
    command = str(Path(sys.executable).with_name("ministack"))
    with server([command], health=f"{url}/_ministack/health", at=at, env=env):
        yield AwsServer(url)
