"""What the admin API says of replicas."""

from pydantic import ConfigDict

from mcpskills_server.admin import examples
from mcpskills_server.admin.model import Model


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
