"""Tells clients what a swap changed: those that listen (2026-07-28) and those with a session (2025-11-25 and before).

A client that watches a URI hears of it whenever the live version of that URI's skill changes; pinned URIs never change.
"""

import contextlib
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import anyio
import anyio.abc
import mcp_types as types
from mcp.server.connection import Connection
from mcp.server.context import CallNext, HandlerResult
from mcp.server.session import ServerSession
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    PromptsListChanged,
    ResourcesListChanged,
    ResourceUpdated,
)

from mcpskills.errors import InvalidInputError, TooLargeError, UnavailableError
from mcpskills.snapshot import Difference
from mcpskills_server.mcp import uris
from mcpskills_server.mcp.wire import Context

MAX_STREAMS: Final = 1_024
MAX_WATCHED: Final = 1_000
"""URIs that one stream or session may watch."""

MAX_WATCHED_LENGTH: Final = 64 * 1024
"""Characters of all these URIs together."""

MAX_REQUEST: Final = 2 * MAX_WATCHED_LENGTH
"""Bytes of a request for a stream; the SDK keeps them all while the stream is open."""

SEND_SECONDS: Final = 10
"""After which a session that does not read is passed over."""


@dataclass(eq=False, slots=True)
class _Stream:
    """An open `subscriptions/listen`. It has a bus of its own, so that a swap costs what it watches and no more."""

    bus: InMemorySubscriptionBus
    handler: ListenHandler
    watched: frozenset[str]


@dataclass(eq=False, slots=True)
class _Session:
    """A handshake-era session. `untold` gathers what changed while it was still being told of an earlier swap."""

    session: ServerSession
    watched: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    lists_changed: bool = False
    telling: bool = False


class Notifications:
    """Who wants to know, and how each is told. A slow client never holds up a swap."""

    def __init__(self) -> None:
        self._streams: set[_Stream] = set()
        self._sessions: dict[Connection, _Session] = {}
        self._tasks: anyio.abc.TaskGroup | None = None

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            try:
                yield
            finally:
                self._tasks = None
                tasks.cancel_scope.cancel()

    async def swapped(self, changed: Difference) -> None:
        names = changed.added | changed.removed | changed.updated
        for stream in list(self._streams):
            await stream.bus.publish(ResourcesListChanged())
            await stream.bus.publish(PromptsListChanged())
            for uri in _touched(stream.watched, names):
                await stream.bus.publish(ResourceUpdated(uri))
        for session in list(self._sessions.values()):
            session.lists_changed = True
            session.untold.update(_touched(session.watched, names))
            if self._tasks is not None and not session.telling:
                session.telling = True
                self._tasks.start_soon(_tell, session)

    async def listen(
        self, ctx: Context, params: types.SubscriptionsListenRequestParams
    ) -> types.SubscriptionsListenResult:
        """Serve one stream until its client goes away."""
        watched = frozenset(params.notifications.resource_subscriptions or ())
        _refuse_above_limits(watched)
        request: Any = ctx.request  # Starlette's: streams are served over HTTP only
        size = len(await request.body())
        if size > MAX_REQUEST:
            raise TooLargeError(f"A request for a stream may have {MAX_REQUEST} bytes, got {size}.")
        if len(self._streams) >= MAX_STREAMS:
            raise UnavailableError(f"{MAX_STREAMS} clients listen already; ask again later.")
        bus = InMemorySubscriptionBus()
        stream = _Stream(bus, ListenHandler(bus), watched)
        self._streams.add(stream)
        try:
            return await stream.handler(ctx, params)
        finally:
            self._streams.discard(stream)

    def close(self) -> None:
        """End all streams in good order, so that a server can stop while clients listen."""
        for stream in self._streams:
            stream.handler.close()

    async def subscribe(self, ctx: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        session = self._session(ctx)
        _refuse_above_limits(session.watched | {params.uri})
        session.watched.add(params.uri)
        return types.EmptyResult()

    async def unsubscribe(self, ctx: Context, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
        self._session(ctx).watched.discard(params.uri)
        return types.EmptyResult()

    async def remember(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        """Middleware: keep every session that can be told something, from its `initialized` to its end."""
        if ctx.method == "notifications/initialized" and _connection(ctx).has_standalone_channel:
            self._session(ctx)
        return await call_next(ctx)

    def _session(self, ctx: Context) -> _Session:
        connection = _connection(ctx)
        if connection not in self._sessions:
            self._sessions[connection] = _Session(ctx.session)
            connection.exit_stack.callback(self._sessions.pop, connection, None)
        return self._sessions[connection]


def _connection(ctx: Context) -> Connection:
    # The SDK has no public way from a request to the session that it belongs to.
    return ctx.session._connection  # noqa: SLF001


def _refuse_above_limits(watched: Collection[str]) -> None:
    if len(watched) > MAX_WATCHED:
        raise TooLargeError(f"At most {MAX_WATCHED} resources can be watched at once, got {len(watched)}.")
    if (together := sum(map(len, watched))) > MAX_WATCHED_LENGTH:
        raise TooLargeError(
            f"All URIs that are watched may have {MAX_WATCHED_LENGTH} characters together, got {together}."
        )


def _touched(watched: Iterable[str], names: frozenset[str]) -> list[str]:
    """Those of the watched URIs, spelt as they were given, whose live skill is one of these."""
    touched = []
    for text in watched:
        with contextlib.suppress(InvalidInputError):
            uri = uris.parse(text)
            if uri.version is None and uri.name in names:
                touched.append(text)
    return touched


async def _tell(session: _Session) -> None:
    try:
        while session.lists_changed or session.untold:
            updated, session.untold, session.lists_changed = session.untold, set(), False
            with anyio.move_on_after(SEND_SECONDS):
                await session.session.send_resource_list_changed()
                await session.session.send_prompt_list_changed()
                for uri in sorted(updated):
                    await session.session.send_resource_updated(uri)
    finally:
        session.telling = False
