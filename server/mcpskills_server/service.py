"""What one tenant is served by, from its first snapshot to the end of the process."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mcpskills.asgi import Application
from mcpskills.connection import Limits as ConnectionLimits
from mcpskills_server import unreadable
from mcpskills_server.behind import Behind
from mcpskills_server.replica import Replica


@dataclass(frozen=True, slots=True)
class Service:
    """The application, the replica whose view it serves, the part that loads late, and the proxies that are believed."""

    application: Application
    replica: Replica
    behind: Behind
    proxies: tuple[str, ...]
    limits: ConnectionLimits = field(default_factory=lambda: ConnectionLimits(refusal=unreadable.refusal))

    def failing(self, tell: Callable[[], None]) -> None:
        """Have it told when a part breaks."""
        self.behind.on_failure = tell

    def check(self) -> None:
        """Raises what kept a part of the server from loading, and ended it."""
        _ = self.behind.rest

    def leave(self) -> None:
        """Say at `/ready` that the process is to stop, and take on nothing new that lasts."""
        self.replica.leave()

    def close_streams(self) -> None:
        """End open streams before the process stops."""
        self.behind.close_streams()
