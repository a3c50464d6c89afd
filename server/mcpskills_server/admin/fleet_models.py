"""What the admin API says of replicas and publishers."""

from datetime import datetime
from typing import Any, Final

from pydantic import ConfigDict

from mcpskills_server.admin import examples
from mcpskills_server.admin.model import Model

_COMMIT: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_PUBLISHER: Final[dict[str, Any]] = {
    "publisher": "publisher-1:17",
    "leader": True,
    "last_reconcile_at": "2026-11-20T09:30:00Z",
    "last_commit": _COMMIT,
    "frozen": None,
    "error": None,
    "behind": False,
}


class ReplicaView(Model):
    """A replica that spoke lately. `current` is false while it serves an older generation than the registry has."""

    replica: str
    generation: int
    current: bool


class ReplicaList(Model):
    """The replicas in the order of their names, and the registry's generation."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.REPLICAS})

    tenant: str
    generation: int
    replicas: tuple[ReplicaView, ...]


class PublisherView(Model):
    """A publisher that spoke lately. `leader` is the one that publishes; others wait for its lease to run out.

    `last_commit` is the head of the tracked branch as it saw it last. `behind` says that it leads and that its last reconcile
    failed, was frozen, or is long ago.
    """

    publisher: str
    leader: bool
    last_reconcile_at: datetime | None
    last_commit: str | None
    frozen: str | None
    error: str | None
    behind: bool


class PublisherList(Model):
    """The publishers in the order of their names. `frozen` is what the catalog has: why nothing new goes live, of any skill."""

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"example": {"tenant": "default", "frozen": None, "publishers": [_PUBLISHER]}}
    )

    tenant: str
    frozen: str | None
    publishers: tuple[PublisherView, ...]
