"""Sessions of the handshake era, which any replica serves: `reception.py` takes the requests in.

`book.py` remembers what the store says of sessions, `streams.py` tells clients of changes, `channels.py` runs calls that talk
back while they run, `wishes.py` keeps what a client asked to be told.
"""

from dataclasses import dataclass

from mcpskills.ports import Sessions, Signals


@dataclass(frozen=True, slots=True)
class Shared:
    """What all replicas of a tenant have in common: where its sessions are kept, and how they tell each other."""

    store: Sessions
    signals: Signals
    tenant: str
