"""The processes of the fleet: replicas, and what they serve; publishers, and how they are."""

from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.rows import Moment, Row, read


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


class Publisher(Row):
    """A publisher that spoke lately. `behind` says that it leads and that its last reconcile failed or is long ago."""

    publisher: str
    leader: bool
    last_reconcile_at: Moment | None
    last_commit: str | None
    frozen: str | None
    error: str | None
    behind: bool


class Publishers(Row):
    """`frozen` is why nothing new goes live, of any skill, also while no publisher speaks."""

    frozen: str | None
    publishers: tuple[Publisher, ...]


def publishers(api: Api) -> Publishers:
    """Every publisher that spoke lately."""
    return read(Publishers, api.get("/publishers"))
