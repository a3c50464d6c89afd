"""What processes tell each other without a promise that it arrives."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from mcpskills.events import Event


class Signals(Protocol):
    """Hints between processes of one tenant. They may be lost or doubled: every listener polls as well."""

    def send(self, event: Event) -> None:
        """Tell all who listen now. Never blocks, never raises; may be called from any thread."""

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """Hear the tenant's events sent from now on; `EventsMissed` stands for those that were lost with a connection.

        Listening begins, and goes on, while no server can be reached.
        """


REPORT_SECONDS = 10.0
"""How long what a replica said of itself counts. It says so again several times within them."""


class Replicas(Protocol):
    """Which generation each replica says that it serves. For people and reports alone: nothing that is served depends on it."""

    def report(self, tenant: str, replica: str, generation: int) -> None:
        """Say what a replica serves; forgotten after some seconds unless it is said again. Raises `UnavailableError`."""

    def serving(self, tenant: str) -> Mapping[str, int]:
        """The generations of the tenant's replicas that spoke lately, by replica. Raises `UnavailableError`."""
