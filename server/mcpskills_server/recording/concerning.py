"""Which skill, and which version of it, a request is about, as far as the request itself says."""

from functools import lru_cache
from typing import Final

import msgspec

from mcpskills.errors import InvalidInputError
from mcpskills.skill import NAME, NAME_LENGTH
from mcpskills.snapshot import Entry, identity
from mcpskills_server.mcp import uris
from mcpskills_server.mcp.uris import MAX_VERSION
from mcpskills_server.mcp.wire import UNREADABLE
from mcpskills_server.recording.taken import Swift

About = tuple[str | None, int | None]
"""A skill and the number of a version; None where none is named."""

NOTHING: Final[About] = (None, None)

_BY_URI: Final = frozenset(
    {"resources/read", "resources/subscribe", "resources/unsubscribe", "skills/get", "resources/directory/read"}
)
LONGEST: Final = 1_024
"""Of what is asked about; what is longer names no skill."""


_SEARCH: Final = "search_skills"
"""The tool that is about no single skill, whatever else its arguments have."""


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


def answered(taken: Swift) -> About:
    """Of a request that the fast path answered; the version is the live one where none is named."""
    *_, asked_for, view, about = taken
    if about is not None:
        return live(about)
    skill, version = asked(asked_for.method, asked_for.name, asked_for.uri, asked_for.arguments)
    entry = view.snapshot.skills.entry(skill) if skill is not None and version is None else None
    return (skill, version) if entry is None else live(entry)


def live(entry: Entry) -> About:
    return entry.name, identity(entry)[0]


def asked(method: str, name: str | None, uri: str | None, arguments: bytes) -> About:
    """By parameters that were read already."""
    if method == "tools/call":
        return NOTHING if name == _SEARCH else _called(arguments)
    if method == "prompts/get":
        return by_name(name)
    return by_uri(uri) if method in _BY_URI else NOTHING


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
    return _by_arguments(arguments)


@lru_cache(4_096)
def _by_arguments(arguments: bytes) -> About:
    try:
        said = _named(arguments)
    except UNREADABLE:
        return NOTHING
    if not _is_name(said.name):
        return NOTHING
    return said.name, said.version if said.version is not None and 0 < said.version <= MAX_VERSION else None


def _is_name(text: str) -> bool:
    return len(text) < NAME_LENGTH.stop and NAME.fullmatch(text) is not None
