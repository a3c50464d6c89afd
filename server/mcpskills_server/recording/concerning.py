"""Which skill, and which version of it, a request is about, as far as the request itself says."""

from functools import lru_cache
from typing import Final, TypeAlias

import msgspec

from mcpskills.errors import InvalidInputError
from mcpskills.skill import NAME, NAME_LENGTH
from mcpskills_server.mcp import uris
from mcpskills_server.mcp.uris import MAX_VERSION
from mcpskills_server.mcp.wire import UNREADABLE

About = tuple[str | None, int | None]
"""A skill and the number of a version; None where none is named."""

What: TypeAlias = bytes | str | None
"""Arguments of a tool, an address or a name: whichever the method takes."""

NOTHING: Final[About] = (None, None)

_BY_URI: Final = frozenset(
    {"resources/read", "resources/subscribe", "resources/unsubscribe", "skills/get", "resources/directory/read"}
)
LONGEST: Final = 1_024
"""Of what is asked about; what is longer names no skill."""


class _Named(msgspec.Struct):
    name: str
    version: int | None = None


class _Reference(msgspec.Struct):
    name: str | None = None
    uri: str | None = None


class _Params(msgspec.Struct):
    name: str | None = None
    uri: str | None = None
    arguments: msgspec.Raw = msgspec.Raw()
    ref: _Reference | None = None


_params: Final = msgspec.json.Decoder(_Params).decode
_named: Final = msgspec.json.Decoder(_Named).decode


def of(method: str, params: msgspec.Raw | bytes) -> About:
    """By the parameters as JSON, which may be anything."""
    try:
        said = _params(params) if params else _Params()
    except UNREADABLE:
        return NOTHING
    if said.ref is not None and method == "completion/complete":
        return by_uri(said.ref.uri) if said.ref.uri else by_name(said.ref.name)
    return asked(method, said.name, said.uri, bytes(said.arguments))


def asked(method: str, name: str | None, uri: str | None, arguments: bytes) -> About:
    """By parameters that were read already."""
    if method == "tools/call":
        return _called(arguments)
    if method == "prompts/get":
        return by_name(name)
    return by_uri(uri) if method in _BY_URI else NOTHING


def told(method: str, what: What) -> About:
    """By all that a request says of it."""
    return asked(method, None, None, what) if isinstance(what, bytes) else asked(method, what, what, b"")


def by_name(name: str | None) -> About:
    return (name, None) if name is not None and _is_name(name) else NOTHING


def by_uri(uri: str | None) -> About:
    return NOTHING if uri is None or len(uri) > LONGEST else _by_uri(uri)


@lru_cache(4_096)
def _by_uri(uri: str) -> About:
    try:
        found = uris.parse(uri)
    except InvalidInputError:
        return NOTHING
    return (found.name, found.version) if _is_name(found.name) else NOTHING


def _called(arguments: bytes) -> About:
    """The tools that are about one skill take its name, and the number of a version."""
    if not arguments or len(arguments) > LONGEST:
        return NOTHING
    try:
        said = _named(arguments)
    except UNREADABLE:
        return NOTHING
    if not _is_name(said.name):
        return NOTHING
    return said.name, said.version if said.version is not None and 0 < said.version <= MAX_VERSION else None


def _is_name(text: str) -> bool:
    return len(text) < NAME_LENGTH.stop and NAME.fullmatch(text) is not None
