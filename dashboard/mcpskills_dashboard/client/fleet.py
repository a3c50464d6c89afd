"""The replicas of the fleet, and what they serve."""

from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.rows import Row, read


class Replica(Row):
    replica: str
    generation: int
    current: bool


class Fleet(Row):
    generation: int
    replicas: tuple[Replica, ...]


def replicas(api: Api) -> Fleet:
    """Every replica that spoke lately, and the registry's generation."""
    return read(Fleet, api.get("/replicas"))
