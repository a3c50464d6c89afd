"""The way out of a channel. What belongs to no call is for the session's GET stream, which is ours and not the SDK's."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from mcp.shared._stream_protocols import WriteStream
from mcp.shared.message import ServerMessageMetadata, SessionMessage
from mcp_types import JSONRPCNotification, JSONRPCRequest


class Outgoing:
    """A stream that the SDK writes to. `aside` gets what is left out of `calls`."""

    def __init__(self, calls: WriteStream[SessionMessage], aside: Callable[[str], None]) -> None:
        self._calls = calls
        self._aside = aside

    async def send(self, item: SessionMessage, /) -> None:
        if _of_a_call(item):
            await self._calls.send(item)
        else:
            self._aside(item.message.model_dump_json(by_alias=True, exclude_unset=True))

    async def aclose(self) -> None:
        await self._calls.aclose()

    async def __aenter__(self) -> Self:
        await self._calls.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        return await self._calls.__aexit__(kind, error, traceback)


def _of_a_call(item: SessionMessage) -> bool:
    """Answers are, and whatever says to which request it belongs."""
    if not isinstance(item.message, JSONRPCRequest | JSONRPCNotification):
        return True
    return isinstance(item.metadata, ServerMessageMetadata) and item.metadata.related_request_id is not None
