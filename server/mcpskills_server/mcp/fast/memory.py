"""Whole results that the SDK's server gave: kept as bytes as long as the snapshot stays that they are of."""

from typing import Final

import msgspec

from mcpskills_server.mcp import provenance
from mcpskills_server.mcp.fast.asked import Asked
from mcpskills_server.mcp.uris import PINNED
from mcpskills_server.replica import View

KEPT: Final = "mcpskills.kept"
"""Where the scope of an opening has the body of the answer that the SDK gave to such a one; its session is still to be opened."""

MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_OF_ONE: Final = MOST_BYTES // 32
_OVERHEAD = 500

_FAILED: Final = b'"isError":true'
_VOUCHED: Final = provenance.ENVELOPE.encode()


class Memory:
    """Whole results by request, in two halves: when the young one is full, what is in the old one and was not asked for goes.

    What callers get who do not see everything is kept by their view's groups as well.
    """

    def __init__(self) -> None:
        self._origin: object = None
        self._young: dict[tuple[object, ...], bytes] = {}
        self._old: dict[tuple[object, ...], bytes] = {}
        self._young_bytes = 0

    def get(self, asked: Asked, view: View) -> bytes | None:
        if self._origin is not view.origin:
            return None
        key = _key(asked, view)
        result = self._young.get(key)
        if result is None:
            result = self._old.get(key)
            if result is not None:
                self._put(asked, result, view)
        return result

    def keep(self, asked: Asked, body: bytes, view: View) -> None:
        """Keep the result in the body of an answer that was given from this view."""
        result = _result(asked, body)
        if result is not None:
            self._put(asked, result, view)

    def _put(self, asked: Asked, result: bytes, view: View) -> None:
        if self._origin is not view.origin:
            self._origin, self._young, self._old, self._young_bytes = view.origin, {}, {}, 0
        size = len(result) + asked.size + _OVERHEAD
        if size > _MOST_OF_ONE:
            return
        if self._young_bytes + size > MOST_BYTES // 2:
            self._old, self._young, self._young_bytes = self._young, {}, 0
        key = _key(asked, view)
        if key not in self._young:
            self._young[key] = result
            self._young_bytes += size


def _key(asked: Asked, view: View) -> tuple[object, ...]:
    return asked.key if view.groups is None else (*asked.key, view.groups)


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
