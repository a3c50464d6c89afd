"""Channels for calls that talk back to their client while they run: progress, log messages, questions.

A channel is the SDK's own transport for one session on one replica, made from the session's record when a call needs it and let
go when it has been idle for a while; the session goes on without it.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import anyio
import structlog
from anyio.abc import TaskGroup, TaskStatus
from mcp.server.connection import Connection
from mcp.server.lowlevel import Server
from mcp.server.runner import serve_connection
from mcp.server.streamable_http import StreamableHTTPServerTransport
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher
from starlette.types import Receive, Scope, Send

from mcpskills.errors import UnavailableError
from mcpskills.session import Session
from mcpskills_server.mcp.sessions import sse
from mcpskills_server.mcp.sessions.outgoing import Outgoing
from mcpskills_server.mcp.sessions.replay import Replay

_log = structlog.get_logger(__name__)

IDLE_SECONDS: Final = 120.0
"""A call whose answer nobody has waited for so long is given up with its channel."""

MOST: Final = 1_000


@dataclass(eq=False, slots=True)
class _Channel:
    """`busy` counts the requests that are being answered."""

    transport: StreamableHTTPServerTransport
    busy: int = 0
    listening: anyio.Event = field(default_factory=anyio.Event)

    @property
    def closed(self) -> bool:
        idle = self.transport.idle_scope
        return self.transport.is_terminated or (idle is not None and idle.cancel_called)


class Channels:
    """Enter `run` once, before the first call."""

    def __init__(
        self, server: Server[Any], security: TransportSecuritySettings, say: Callable[[str, str], None]
    ) -> None:
        """`say` gets what a running call has to say to a session as a whole: its id, and a message of JSON-RPC."""
        self._server = server
        self._say = say
        self._security = security
        self._channels: dict[str, _Channel] = {}
        self._tasks: TaskGroup | None = None
        self._lifespan: Any = None

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        async with self._server.lifespan(self._server) as self._lifespan, anyio.create_task_group() as tasks:
            self._tasks = tasks
            try:
                yield
            finally:
                tasks.cancel_scope.cancel()

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._channels

    async def serve(self, session: Session, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request on the session's channel. Raises `UnavailableError` when every channel there may be is in use."""
        channel = self._channels.pop(session.id, None)
        if channel is None or channel.closed:
            channel = await self._adopt(session)
        self._channels[session.id] = channel
        channel.busy += 1
        try:
            await channel.listening.wait()
            await channel.transport.handle_request(scope, receive, send)
        finally:
            channel.busy -= 1

    async def close(self, identifier: str) -> None:
        if (channel := self._channels.pop(identifier, None)) is not None:
            await channel.transport.terminate()

    async def _adopt(self, session: Session) -> _Channel:
        transport = StreamableHTTPServerTransport(
            session.id,
            event_store=Replay(),
            security_settings=self._security,
            retry_interval=sse.RETRY_MS,
            idle_timeout=IDLE_SECONDS,
        )
        channel = _Channel(transport)
        await self._make_room()
        # Before anything more is waited for: the next request of the session finds this one.
        self._channels[session.id] = channel
        assert self._tasks is not None, "enter `run` first"  # noqa: S101 a mistake of ours
        await self._tasks.start(self._listen, session, channel)
        return channel

    async def _listen(
        self, session: Session, channel: _Channel, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Run what comes in on the channel until it is closed, or idle for too long."""
        try:
            async with channel.transport.connect() as (read, write):
                way_out = Outgoing(write, partial(self._say, session.id))
                dispatcher: JSONRPCDispatcher[Any] = JSONRPCDispatcher(read, way_out)
                connection = Connection.from_envelope(
                    session.protocol_version,
                    dict(session.client_info),
                    dict(session.client_capabilities),
                    outbound=dispatcher,
                )
                connection.session_id = session.id
                channel.listening.set()
                task_status.started()
                with channel.transport.idle_scope or anyio.CancelScope():
                    await serve_connection(
                        self._server, dispatcher, connection=connection, lifespan_state=self._lifespan
                    )
        except Exception:  # noqa: BLE001 one client's channel must not end those of the others
            _log.exception("a channel failed")
        finally:
            if self._channels.get(session.id) is channel:
                del self._channels[session.id]
            with anyio.CancelScope(shield=True):
                await channel.transport.terminate()

    async def _make_room(self) -> None:
        if len(self._channels) < MOST:
            return
        idle = next((identifier for identifier, channel in self._channels.items() if not channel.busy), None)
        if idle is None:
            raise UnavailableError("Too many calls run at once; ask again in a moment.")
        await self.close(idle)
