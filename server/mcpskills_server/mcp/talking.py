"""Calls of 2026-07-28 that may say something, such as their progress, before their result.

Those are answered as an event stream once they do; everything else is plain JSON. Calls of the handshake era that talk have
channels of their own, see `sessions/channels.py`.
"""

from collections.abc import Iterable
from typing import Final

from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.types import ASGIApp, Receive, Scope, Send

from mcpskills_server.mcp.tools.table import TOOLS

QUIET: Final = frozenset(tool.name for tool in TOOLS)
"""Tools that say nothing before their result."""

_HANDSHAKE: Final = frozenset(version.encode() for version in HANDSHAKE_PROTOCOL_VERSIONS)
_QUIET: Final = frozenset(name.encode() for name in QUIET)


class Talking:
    """Chooses between an application that answers with JSON and one that streams what comes before a result."""

    def __init__(self, plain: ASGIApp, streaming: ASGIApp) -> None:
        self._plain = plain
        self._streaming = streaming

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._streaming if _talks(scope["headers"]) else self._plain
        await app(scope, receive, send)


def _talks(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """By the headers alone: a request whose body says otherwise is refused by either."""
    said = dict(headers)
    version = said.get(b"mcp-protocol-version")
    return (
        said.get(b"mcp-method") == b"tools/call"
        and said.get(b"mcp-name") not in _QUIET
        and version is not None
        and version not in _HANDSHAKE
        and b"text/event-stream" in said.get(b"accept", b"")
    )
