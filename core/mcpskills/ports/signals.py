"""What processes tell each other without a promise that it arrives."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from mcpskills.events import Event
from mcpskills.fleet import PublisherState, Step


class Signals(Protocol):
    """Hints between processes of one tenant. They may be lost or doubled: every listener polls as well."""

    def send(self, event: Event) -> None:
        """Tell all who listen now. Never blocks, never raises; may be called from any thread."""

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """Hear the tenant's events sent from now on; `EventsMissed` stands for those that were lost with a connection.

        Listening begins, and goes on, while no server can be reached.
        """


REPORT_SECONDS = 10.0
"""How long what a replica or a publisher said of itself counts. It says so again several times within them."""


class Replicas(Protocol):
    """Which generation each replica says that it serves, when all of them did, and how each publisher says that it is.

    For people and reports alone: nothing that is served depends on it.
    """

    def report(self, tenant: str, replica: str, generation: int) -> None:
        """Say what a replica serves; forgotten after some seconds unless it is said again. Raises `UnavailableError`."""

    def serving(self, tenant: str) -> Mapping[str, int]:
        """The generations of the tenant's replicas that spoke lately, by replica. Raises `UnavailableError`."""

    def steps(self, tenant: str) -> Sequence[Step]:
        """The last `fleet.KEPT_STEPS` of the fleet, the oldest first; it begins anew when a catalog was restored.

        Where nothing outlives a process, it begins with that. Raises `UnavailableError`.
        """

    def report_publisher(self, tenant: str, state: PublisherState) -> None:
        """Say how a publisher is; forgotten as a replica's report is. Raises `UnavailableError`."""

    def publishers(self, tenant: str) -> Sequence[PublisherState]:
        """The tenant's publishers that spoke lately, in the order of their names. Raises `UnavailableError`."""
