"""Reading requests: only those that the SDK's server takes, in the form that clients send. The rest is left to it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

import msgspec
from mcp_types import DEFAULT_NEGOTIATED_VERSION, InitializeRequestParams, methods
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from msgspec import UNSET, Raw, Struct, UnsetType
from pydantic import ValidationError

from mcpskills_server.mcp import allowed
from mcpskills_server.mcp.wire import UNREADABLE

MOST_BYTES: Final = 64 * 1024
"""Of a body; who sends more can wait."""

_Seen = TypeVar("_Seen")
_Found = TypeVar("_Found")

_LENGTH_DIGITS: Final = len(str(MOST_BYTES))

_HANDSHAKE: Final = frozenset(HANDSHAKE_PROTOCOL_VERSIONS)
_MODERN: Final = frozenset(MODERN_PROTOCOL_VERSIONS)
_KEPT: Final = 1_024
"""Of what was seen, as many of a kind; then all is looked at anew."""

_ENVELOPE_BYTES: Final = 4 * 1024
_MANNERS_BYTES: Final = 512

_FIELDS: Final = ("name", "uri", "cursor", "arguments")
_SETS: Final = tuple(
    frozenset(field for bit, field in enumerate(_FIELDS) if bits >> bit & 1) for bits in range(1 << len(_FIELDS))
)
_UNDERSTOOD: Final = (
    b"content-type",
    b"accept",
    b"host",
    b"mcp-protocol-version",
    b"mcp-method",
    b"mcp-name",
    b"mcp-session-id",
    b"content-length",
    b"authorization",
    b"user-agent",
)
_PLACES: Final = {name: place for place, name in enumerate(_UNDERSTOOD)}
_ANSWERS: Final = frozenset({b"application/json", b"text/event-stream"})
"""What a client says that it accepts."""

_NOT_FOR_US: Final = frozenset({b"content-encoding", b"last-event-id", b"origin"})

_LISTS: Final = frozenset({"cursor"})
_TAKES: Final[Mapping[str, frozenset[str]]] = {
    "ping": frozenset(),
    "server/discover": frozenset(),
    "tools/list": _LISTS,
    "prompts/list": _LISTS,
    "resources/list": _LISTS,
    "resources/templates/list": _LISTS,
    "resources/read": frozenset({"uri"}),
    "prompts/get": frozenset({"name", "arguments"}),
    "tools/call": frozenset({"name", "arguments"}),
    "skills/list": _LISTS,
    "skills/get": frozenset({"uri"}),
    "resources/directory/read": frozenset({"uri", "cursor"}),
}
"""The methods that are answered here, and their parameters."""

_NAMED_BY: Final[Mapping[str, str]] = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
"""What the header Mcp-Name repeats."""


class _Meta(Struct, forbid_unknown_fields=True):
    version: str | UnsetType = msgspec.field(name="io.modelcontextprotocol/protocolVersion", default=UNSET)
    capabilities: Raw | UnsetType = msgspec.field(name="io.modelcontextprotocol/clientCapabilities", default=UNSET)
    client: Raw | UnsetType = msgspec.field(name="io.modelcontextprotocol/clientInfo", default=UNSET)
    progress: int | str | UnsetType = msgspec.field(name="progressToken", default=UNSET)
    traceparent: str | UnsetType = UNSET
    tracestate: str | UnsetType = UNSET


class _Params(Struct, forbid_unknown_fields=True):
    meta: Raw | UnsetType = msgspec.field(name="_meta", default=UNSET)
    name: str | UnsetType = UNSET
    uri: str | UnsetType = UNSET
    cursor: str | UnsetType = UNSET
    arguments: Raw | UnsetType = UNSET
    protocol: str | UnsetType = msgspec.field(name="protocolVersion", default=UNSET)
    capabilities: Raw | UnsetType = UNSET
    client: Raw | UnsetType = msgspec.field(name="clientInfo", default=UNSET)


class _Request(Struct, forbid_unknown_fields=True):
    jsonrpc: str
    method: str
    id: int | str
    params: _Params | UnsetType = UNSET


_decode = msgspec.json.Decoder(_Request).decode
_decode_meta = msgspec.json.Decoder(_Meta).decode
_encode = msgspec.json.Encoder().encode
_NO_PARAMS = _Params()


class Heads(Struct, frozen=True, gc=False):
    """What the headers of a request say. `method` and `name` repeat what the body says, from 2026-07-28 on."""

    version: str
    method: str | None
    name: str | None
    session: str | None
    agent: bytes | None


class Asked(Struct, frozen=True, gc=False):
    """A request. `id` is JSON; `arguments` are JSON, empty without any. What was not said is None."""

    version: str
    method: str
    id: bytes
    name: str | None
    uri: str | None
    cursor: str | None
    arguments: bytes
    protocol: str | None = None

    @property
    def size(self) -> int:
        """Bytes of the key, about."""
        return len(self.arguments) + sum(len(text) for text in (self.name, self.uri, self.cursor) if text)

    @property
    def key(self) -> tuple[object, ...]:
        """What the answer depends on, besides the view."""
        return (self.version, self.method, self.name, self.uri, self.cursor, self.arguments, self.protocol)


class Reading:
    """Reads the requests that name one of our hosts. Keeps what it has seen to be right, within bounds."""

    def __init__(self, hosts: Iterable[str] | None) -> None:
        self._patterns = None if hosts is None else tuple(hosts)
        self._manners: dict[tuple[bytes | None, ...], bool] = {}
        self._envelopes: dict[bytes, str | None] = {}
        self._described: dict[tuple[str, bytes, bytes], bool] = {}

    def heads(self, headers: Iterable[tuple[bytes, bytes]]) -> Heads | None:
        """None for what the SDK must look at: an origin, a header twice, another content type, a long body, a resumption."""
        seen: list[bytes | None] = [None] * len(_UNDERSTOOD)
        for name, value in headers:
            place = _PLACES.get(name)
            if place is not None:
                if seen[place] is not None:
                    return None
                seen[place] = value
            elif name in _NOT_FOR_US or name.startswith(b"mcp-"):
                return None
        content_type, accept, host, version, method, called, session, length, _, agent = seen
        if length is not None and len(length) > _LENGTH_DIGITS:
            return None
        manners = content_type, accept, host
        if not (self._manners[manners] if manners in self._manners else self._look_at(manners)):
            return None
        return Heads(
            version=DEFAULT_NEGOTIATED_VERSION if version is None else version.decode("latin-1"),
            method=None if method is None else method.decode("latin-1"),
            name=None if called is None else called.decode("latin-1"),
            session=None if session is None else session.decode("latin-1"),
            agent=agent,
        )

    def request(self, heads: Heads, body: bytes) -> Asked | None:
        """None for whatever is odd in it."""
        if len(body) > MOST_BYTES:
            return None
        try:
            request = _decode(body)
        except UNREADABLE:
            return None
        if request.method == "initialize":
            return self._opening(heads, request)
        takes = _TAKES.get(request.method)
        params = _NO_PARAMS if request.params is UNSET else request.params
        if request.jsonrpc != "2.0" or takes is None or not self._fitting(heads, request.method, params):
            return None
        if not _given(params) <= takes or not params.protocol is params.capabilities is params.client is UNSET:
            return None
        return Asked(
            version=heads.version,
            method=request.method,
            id=_encode(request.id),
            name=params.name or None,
            uri=params.uri or None,
            cursor=None if params.cursor is UNSET else params.cursor,
            arguments=b"" if params.arguments is UNSET else bytes(params.arguments),
        )

    def _opening(self, heads: Heads, request: _Request) -> Asked | None:
        """The opening of the handshake, whose answer depends on nothing but the version that is asked for."""
        params = request.params
        plain = request.jsonrpc == "2.0" and heads.version in _HANDSHAKE and heads.method is None and heads.name is None
        if not plain or params is UNSET or params.protocol not in _HANDSHAKE or params.meta is not UNSET:
            return None
        if _given(params) or params.capabilities is UNSET or params.client is UNSET:
            return None
        if not self._is_described(params.protocol, bytes(params.capabilities), bytes(params.client)):
            return None
        return Asked(
            version=heads.version,
            method=request.method,
            id=_encode(request.id),
            name=None,
            uri=None,
            cursor=None,
            arguments=b"",
            protocol=params.protocol,
        )

    def _look_at(self, manners: tuple[bytes | None, ...]) -> bool:
        content_type, accept, host = (value or b"" for value in manners)
        if len(content_type) + len(accept) + len(host) > _MANNERS_BYTES:
            return False
        return _keep(self._manners, manners, self._good(content_type, accept, host))

    def _good(self, content_type: bytes, accept: bytes, host: bytes) -> bool:
        """Whether they are what clients usually send, and name one of our hosts."""
        both = {each.strip() for each in accept.split(b",")} >= _ANSWERS
        return content_type == b"application/json" and both and allowed.fits(host.decode("latin-1"), self._patterns)

    def _fitting(self, heads: Heads, method: str, params: _Params) -> bool:
        if heads.version in _HANDSHAKE:
            return heads.method is None and heads.name is None and (params.meta is UNSET or _tells_nothing(params.meta))
        if heads.version not in _MODERN or params.meta is UNSET or heads.method != method:
            return False
        named = _NAMED_BY.get(method)
        repeated = None if named is None else getattr(params, named)
        return heads.name == repeated and heads.version == self._version_of(bytes(params.meta))

    def _version_of(self, meta: bytes) -> str | None:
        """The version in which a client describes itself as the protocol wants it. Every client says the same again and again."""
        if meta in self._envelopes:
            return self._envelopes[meta]
        told = _meta(meta)
        if told is None or told.version is UNSET or told.capabilities is UNSET:
            return None
        client = b"" if told.client is UNSET else bytes(told.client)
        sound = self._is_described(told.version, bytes(told.capabilities), client)
        version = told.version if sound and told.version in _MODERN else None
        if len(meta) <= _ENVELOPE_BYTES and told.progress is told.traceparent is told.tracestate is UNSET:
            _keep(self._envelopes, meta, version)
        return version

    def _is_described(self, version: str, capabilities: bytes, client: bytes) -> bool:
        told = version, capabilities, client
        if len(capabilities) + len(client) > _ENVELOPE_BYTES:
            return False
        return self._described[told] if told in self._described else _keep(self._described, told, _valid(*told))


_NAMES: Final = {
    "protocolVersion": "io.modelcontextprotocol/protocolVersion",
    "capabilities": "io.modelcontextprotocol/clientCapabilities",
    "clientInfo": "io.modelcontextprotocol/clientInfo",
}
"""What the parameters of the opening are called in the envelope of every request, from 2026-07-28 on."""


def _keep(seen: dict[_Seen, _Found], what: _Seen, found: _Found) -> _Found:
    if len(seen) >= _KEPT:
        seen.clear()
    seen[what] = found
    return found


def _meta(said: bytes | Raw) -> _Meta | None:
    try:
        return _decode_meta(said)
    except UNREADABLE:
        return None


def _tells_nothing(said: Raw) -> bool:
    """Whether there is nothing in it that belongs to a later version."""
    meta = _meta(said)
    return meta is not None and meta.version is meta.capabilities is meta.client is UNSET


def _given(params: _Params) -> frozenset[str]:
    """The parameters that a request has."""
    return _SETS[
        (params.name is not UNSET)
        + 2 * (params.uri is not UNSET)
        + 4 * (params.cursor is not UNSET)
        + 8 * (params.arguments is not UNSET)
    ]


def _valid(version: str, capabilities: bytes, client: bytes) -> bool:
    try:
        told: dict[str, Any] = {"capabilities": msgspec.json.decode(capabilities)}
        if client:
            told["clientInfo"] = msgspec.json.decode(client)
        opening = {"protocolVersion": version, **told}
        if version in _MODERN:
            envelope = {_NAMES[name]: value for name, value in opening.items()}
            methods.validate_client_request("tools/list", version, {"_meta": envelope})
        else:
            methods.validate_client_request("initialize", version, opening)
            InitializeRequestParams.model_validate(opening, by_name=False)
    except (*UNREADABLE, ValidationError):
        return False
    return True
