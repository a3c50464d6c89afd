"""What requests leave behind for the recorder: references, and nothing that takes time to make."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from mcpskills.asgi import WHOLE, Scope, Whole
from mcpskills.printable import printable
from mcpskills.snapshot import Entry
from mcpskills_server.mcp.fast.asked import Asked, Heads
from mcpskills_server.mcp.paths import PATHS
from mcpskills_server.replica import View

OVERHEAD: Final = 4 * 1024
"""Bytes that a request keeps beside its bodies, about: headers and scope."""

Again: TypeAlias = Callable[[Asked, View], bytes | None]
"""Gives the result of what was asked once more, if it can still be told."""

SWIFT_BYTES: Final = 1024
"""That a request of the fast path keeps, about."""

MOST_BYTES: Final = 256 * 1024
"""Of a body that are kept; of a longer one nothing is."""

Swift: TypeAlias = tuple[float, float, Heads, tuple[str, int] | None, str, Asked, View, Entry | None]
"""A request that the fast path answered: when it came, on the clock of `perf_counter`, how many seconds it took, what its headers
said, the client's address, the caller's id, what was asked, the view that it was answered from, and the live skill that it is
about, if the answer was made of one.

A tuple, because nothing is made as quickly. Whatever is kept is memory that the next request has to do without: so there are
neither bodies in it, which can be made again of the rest, nor the scope, which is some forty objects."""


@dataclass(slots=True)
class Exchange:
    """Any other request. `answer` is what was sent, or the last event of a stream; `cut` says that more was sent than is kept.

    `status` is None when there was no answer. `reason` says why it was turned away at the way in.
    """

    came: float
    scope: Scope
    seconds: float = 0.0
    body: bytes = b""
    answer: bytes = b""
    status: int | None = None
    session: bytes | None = None
    cut: bool = False
    streamed: bool = False
    reason: str | None = None

    @property
    def size(self) -> int:
        return len(self.body) + len(self.answer) + OVERHEAD


Taken: TypeAlias = Swift | Exchange


def size(taken: Taken) -> int:
    """Bytes that it makes the process hold, about."""
    if isinstance(taken, Exchange):
        return taken.size
    return SWIFT_BYTES


def since_1970(moment: float) -> float:
    """Seconds, at a moment of `perf_counter`."""
    return time.time() - (time.perf_counter() - moment)


def refused(scope: Scope, came: float, status: int, reason: str) -> Exchange | None:
    """A request that was turned away before anything looked at it; None unless it was to `/mcp`."""
    if scope["path"] not in PATHS:
        return None
    whole: Whole | None = scope.get(WHOLE)
    body = b"" if whole is None else whole.content
    return Exchange(came, scope, body=body, status=status, reason=printable(reason, _REASON))


_REASON: Final = 500
