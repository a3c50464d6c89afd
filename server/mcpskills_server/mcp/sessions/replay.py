"""The last events of one channel's streams, by which a client resumes the answer to a call that was interrupted."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from mcp.server.streamable_http import EventCallback, EventMessage, EventStore
from mcp_types import JSONRPCMessage

from mcpskills.session import session_id

MOST: Final = 256
"""Events that are kept; older ones cannot be resumed after."""

MOST_BYTES: Final = 256 * 1024
"""Of these events together: an answer repeats the id of its request, and that is as long as its client wants."""


@dataclass(frozen=True, slots=True)
class _Event:
    """`size` is the length of the message as JSON. Without one it only says where a stream began."""

    id: str
    stream_id: str
    message: JSONRPCMessage | None
    size: int


class Replay(EventStore):
    """Ids are never numbers alone, as those of GET streams are."""

    def __init__(self) -> None:
        self._prefix = f"call-{session_id()[:8]}"
        self._count = 0
        self._events: deque[_Event] = deque()
        self._bytes = 0

    async def store_event(self, stream_id: str, message: JSONRPCMessage | None) -> str:
        self._count += 1
        identifier = f"{self._prefix}-{self._count}"
        event = _Event(identifier, stream_id, message, len(message.model_dump_json()) if message else 0)
        self._events.append(event)
        self._bytes += event.size
        while len(self._events) > MOST or self._bytes > MOST_BYTES:
            self._bytes -= self._events.popleft().size
        return identifier

    async def replay_events_after(self, last_event_id: str, send_callback: EventCallback) -> str | None:
        events = list(self._events)
        found = next((number for number, event in enumerate(events) if event.id == last_event_id), None)
        if found is None:
            return None
        stream_id = events[found].stream_id
        for event in events[found + 1 :]:
            if event.stream_id == stream_id and event.message is not None:
                await send_callback(EventMessage(event.message, event.id))
        return stream_id
