"""SeaweedFS: an S3 that checks every signature, checksum and condition."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stand_ins.aws_server import ACCESS_KEY, SECRET_KEY, AwsServer
from stand_ins.processes import free_ports, server

_SOCKETS = Path("/tmp")  # where it puts its sockets, whatever TMPDIR says
_PORTS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"),
    *("s3.port", "s3.port.grpc", "admin.port", "admin.port.grpc"),
)


@contextmanager
def seaweedfs_server(at: Path) -> Iterator[AwsServer]:
    """Keeps its data and its log in `at`."""
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    credentials = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
    identity = {"name": "tests", "credentials": [credentials], "actions": ["Admin"]}
    (at / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (at / "data").mkdir()
    url = f"http://127.0.0.1:{ports['s3.port']}"
    command = [
        str(Path(sys.executable).with_name("weed")),
        "mini",
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-dir=data", "-s3.config=s3.json"),
        *("-admin.ui=false", "-webdav=false", "-master.telemetry=false"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0"),
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    try:
        with server(command, health=f"{url}/healthz", at=at, env={}):
            yield AwsServer(url)
    finally:
        for port in ports.values():
            for left in _SOCKETS.glob(f"seaweedfs-*-{port}.sock"):
                left.unlink()
