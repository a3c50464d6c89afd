"""What goes out on a GET stream, as bytes of server-sent events. An event's id is the generation that is told with it."""

import json
from collections.abc import Iterable
from typing import Final

from mcp_types.version import is_version_at_least

RETRY_MS: Final = 1_000
"""After how long a client whose stream ended should come back."""

BEAT: Final = b": still here\n\n"
FAREWELL: Final = f": this stream ends, come back with Last-Event-ID\nretry: {RETRY_MS}\n\n".encode()

LISTS_CHANGED: Final = ("notifications/resources/list_changed", "notifications/prompts/list_changed")

_PRIMED: Final = "2025-11-25"
"""Clients of earlier versions cannot read an event without data."""


def opening(generation: int, protocol_version: str) -> bytes:
    """The first words: from which generation on changes are told."""
    if is_version_at_least(protocol_version, _PRIMED):
        return f"retry: {RETRY_MS}\nid: {generation}\ndata:\n\n".encode()
    return f": open\nretry: {RETRY_MS}\n\n".encode()


def message(text: str) -> bytes:
    """A message of JSON-RPC, which is one line. Without an id: it is not told again."""
    return f"event: message\ndata: {text}\n\n".encode()


def changes(generation: int, uris: Iterable[str]) -> bytes:
    """Everything that a change is told by. Only the last event has the id: whoever missed a part is told all of it again."""
    messages = [_notification(method) for method in LISTS_CHANGED]
    messages += [_notification("notifications/resources/updated", uri=uri) for uri in sorted(uris)]
    events = [f"event: message\ndata: {message}\n" for message in messages]
    events[-1] += f"id: {generation}\n"
    return ("\n".join(events) + "\n").encode()


def _notification(method: str, **params: str) -> str:
    """ASCII: a URI may hold a lone surrogate, which has no bytes."""
    return json.dumps({"jsonrpc": "2.0", "method": method} | ({"params": params} if params else {}))
