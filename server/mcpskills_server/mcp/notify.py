"""Tells clients of 2026-07-28 that listen what a swap changed; `sessions/streams.py` tells those of the handshake era.

A client that watches a URI hears of it whenever the live version of that URI's skill changes; pinned URIs never change. Nobody
hears of what they do not see: what is shut to them is gone, what is opened to them is new.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import mcp_types as types
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    PromptsListChanged,
    ResourcesListChanged,
    ResourceUpdated,
)

from mcpskills.errors import TooLargeError, UnavailableError
from mcpskills.snapshot import Difference
from mcpskills_server.auth.calling import caller
from mcpskills_server.mcp import watched
from mcpskills_server.mcp.watched import Watched
from mcpskills_server.mcp.wire import Context

MAX_STREAMS: Final = 1_024

MAX_REQUEST: Final = 2 * watched.MAX_WATCHED_LENGTH
"""Bytes of a request for a stream; the SDK keeps them all while the stream is open."""


@dataclass(eq=False, slots=True)
class _Stream:
    """An open `subscriptions/listen`. It has a bus of its own, so that a swap costs what it watches and no more.

    `groups` are those of whoever listens, None for who sees everything.
    """

    bus: InMemorySubscriptionBus
    handler: ListenHandler
    watched: Watched
    groups: frozenset[str] | None


class Notifications:
    """Who listens. A slow client never holds up a swap."""

    def __init__(self) -> None:
        self._streams: set[_Stream] = set()

    async def swapped(self, changed: Difference) -> None:
        changed_for = cache(changed.seen_by)
        for stream in list(self._streams):
            names = changed_for(stream.groups)
            if not names:
                continue
            await stream.bus.publish(ResourcesListChanged())
            await stream.bus.publish(PromptsListChanged())
            for uri in stream.watched.touched(names):
                await stream.bus.publish(ResourceUpdated(uri))

    async def listen(
        self, ctx: Context, params: types.SubscriptionsListenRequestParams
    ) -> types.SubscriptionsListenResult:
        """Serve one stream until its client goes away."""
        texts = frozenset(params.notifications.resource_subscriptions or ())
        watched.expect_few(texts)
        request: Any = ctx.request  # Starlette's: streams are served over HTTP only
        size = len(await request.body())
        if size > MAX_REQUEST:
            raise TooLargeError(f"A request for a stream may have {MAX_REQUEST} bytes, got {size}.")
        if len(self._streams) >= MAX_STREAMS:
            raise UnavailableError(f"{MAX_STREAMS} clients listen already; ask again later.")
        bus = InMemorySubscriptionBus()
        stream = _Stream(bus, ListenHandler(bus), Watched(texts), caller(request.scope).sees)
        self._streams.add(stream)
        try:
            return await stream.handler(ctx, params)
        finally:
            self._streams.discard(stream)

    def close(self) -> None:
        """End all streams in good order, so that a server can stop while clients listen."""
        for stream in self._streams:
            stream.handler.close()
