"""Results that the SDK's server gave, kept as bytes as long as the view stays that they were given from."""

from typing import Final, NamedTuple

import msgspec
from cachetools import LRUCache

from mcpskills_server.mcp import provenance
from mcpskills_server.mcp.fast.asked import Asked
from mcpskills_server.mcp.uris import PINNED
from mcpskills_server.replica import View

MOST_BYTES: Final = 16 * 1024 * 1024
_OVERHEAD = 500

_FAILED: Final = b'"isError":true'
_VOUCHED: Final = provenance.ENVELOPE.encode()


class _Kept(NamedTuple):
    result: bytes
    size: int
    """With what it is found by."""


class Memory:
    """Whole results by request; those are forgotten first that were not used for longest.

    Every caller sees the same skills. Once callers may see different ones, what a caller may see belongs into `Asked.key`.
    """

    def __init__(self) -> None:
        self._view: View | None = None
        self._results: LRUCache[tuple[object, ...], _Kept] = LRUCache(MOST_BYTES, getsizeof=lambda kept: kept.size)

    def get(self, asked: Asked, view: View) -> bytes | None:
        kept = self._results.get(asked.key) if self._view is view else None
        return None if kept is None else kept.result

    def keep(self, asked: Asked, body: bytes, view: View) -> None:
        """Keep the result in the body of an answer that was given from this view."""
        if self._view is not view:
            self._results.clear()
            self._view = view
        result = _result(asked, body)
        if result is None:
            return
        kept = _Kept(result, len(result) + asked.size + _OVERHEAD)
        if kept.size <= MOST_BYTES // 16:
            self._results[asked.key] = kept


def _result(asked: Asked, body: bytes) -> bytes | None:
    """None for what another try may answer differently: a failure, or a version whose envelope could not be had."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        return None
    if answer.keys() != {"jsonrpc", "id", "result"} or bytes(answer["id"]) != asked.id:
        return None
    result = bytes(answer["result"])
    lacks_envelope = (asked.uri or "").startswith(PINNED) and _VOUCHED not in result
    return None if _FAILED in result or lacks_envelope else result
