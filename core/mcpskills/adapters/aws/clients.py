"""Clients of AWS's services: made once, with timeouts and retries that are written down.

Credentials come by botocore's own chain (environment, profile, the role of the task or machine); nothing here reads any. A client
may be shared between threads and blocks: callers on an event loop use a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader, create_loader
from botocore.session import Session

from mcpskills.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class Aws:
    """Where AWS is and how long to wait for it.

    `endpoint` stands in for the address of every service, `endpoints` for that of single ones by botocore's name (`s3`,
    `dynamodb`, `kms`); without either the region's own are used. `region` None leaves it to botocore's chain. Seconds are for one
    try, `tries` counts the first one; `connections` is how many threads a client may serve at once.
    """

    region: str | None = None
    endpoint: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    connect_seconds: float = 2.0
    read_seconds: float = 10.0
    tries: int = 5
    connections: int = 16

    def client(self, service: str) -> Any:
        """A client of one service. Raises `UnavailableError` when what is set makes none, for example without a region."""
        endpoint = self.endpoints.get(service, self.endpoint)
        config = Config(
            connect_timeout=self.connect_seconds,
            read_timeout=self.read_seconds,
            retries={"mode": "standard", "total_max_attempts": self.tries},
            max_pool_connections=self.connections,
            tcp_keepalive=True,
            # A stand-in has one host name; AWS's own addresses carry the bucket in theirs.
            s3={"addressing_style": "path" if endpoint else "auto"},
        )
        try:
            # A session of its own: one that is shared is not safe to make clients with from several threads.
            session = Session()
            session.register_component("data_loader", _descriptions())
            return session.create_client(service, self.region, endpoint_url=endpoint, config=config)
        except (BotoCoreError, ValueError) as error:
            raise UnavailableError(f"AWS's {service} cannot be used as it is set up: {error}") from error


@cache
def _descriptions() -> Loader:
    """What botocore knows of all services, which takes most of the time that making a client does: read once."""
    return create_loader()
