"""The last events of one channel's streams, by which a client resumes the answer to a call that was interrupted."""

from collections import deque
from typing import Final

from mcp.server.streamable_http import EventCallback, EventMessage, EventStore
from mcp_types import JSONRPCMessage

from mcpskills.session import session_id

MOST: Final = 256
"""Events that are kept; older ones cannot be resumed after."""


class Replay(EventStore):
    """Ids are never numbers alone, as those of GET streams are."""

    def __init__(self) -> None:
        self._prefix = f"call-{session_id()[:8]}"
        self._count = 0
        self._events: deque[tuple[str, str, JSONRPCMessage | None]] = deque(maxlen=MOST)

    async def store_event(self, stream_id: str, message: JSONRPCMessage | None) -> str:
        self._count += 1
        identifier = f"{self._prefix}-{self._count}"
        self._events.append((identifier, stream_id, message))
        return identifier

    async def replay_events_after(self, last_event_id: str, send_callback: EventCallback) -> str | None:
        events = list(self._events)
        found = next((number for number, (identifier, *_) in enumerate(events) if identifier == last_event_id), None)
        if found is None:
            return None
        stream_id = events[found][1]
        for identifier, of, message in events[found + 1 :]:
            if of == stream_id and message is not None:
                await send_callback(EventMessage(message, identifier))
        return stream_id
