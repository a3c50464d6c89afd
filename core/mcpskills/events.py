"""What parts of the product tell each other. Events are hints: whoever hears one reads the state itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GenerationRaised:
    """What a tenant serves has changed; replicas behind `generation` read the changes."""

    tenant: str
    generation: int


@dataclass(frozen=True, slots=True)
class ReconcileWanted:
    """Somebody asks the tenant's publisher to compare Git and catalog now."""

    tenant: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """A session was closed, or its client watches something else; whoever remembers it reads it again."""

    tenant: str
    session: str


@dataclass(frozen=True, slots=True)
class EventsMissed:
    """The connection that brings events was lost for a while: whoever listens looks itself. Signals say it, nobody sends it."""


Event = GenerationRaised | ReconcileWanted | SessionChanged | EventsMissed
