"""What came of a request, read from what it left behind: a light `Call` for everybody, the rest for the journal.

Bodies are read here with decoders that look at a few fields and pass over all others.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NamedTuple

import msgspec
from mcp_types import REQUEST_TIMEOUT
from msgspec import UNSET, Raw, UnsetType

from mcpskills.journal import InvocationStatus
from mcpskills_server.auth.calling import caller_id
from mcpskills_server.mcp import provenance
from mcpskills_server.mcp.fast.asked import Asked
from mcpskills_server.mcp.wire import UNREADABLE
from mcpskills_server.recording import concerning
from mcpskills_server.recording.taken import Exchange, Swift, Taken, since_1970, size

UNKNOWN: Final = "unknown"
"""The method of a request that was turned away before its body was read, or of which nothing can be read."""

CUT_OFF: Final = "The request was ended before it was answered."

_LONGEST_METHOD: Final = 100
_ACCEPTED: Final = int(HTTPStatus.ACCEPTED)
_BAD: Final = int(HTTPStatus.BAD_REQUEST)
_LATE: Final = frozenset({int(HTTPStatus.REQUEST_TIMEOUT), int(HTTPStatus.GATEWAY_TIMEOUT)})


class Call(NamedTuple):
    """One request and what came of it.

    `at` is when it came, in seconds since 1970; `duration` is in seconds. `skill` is what the request names, whether there is
    such a skill or not; `principal` is None for who was not let in.
    """

    tenant: str
    at: float
    method: str
    status: InvocationStatus
    duration: float
    skill: str | None
    version: int | None
    principal: str | None


class Read(NamedTuple):
    """A call with what else is to be recorded of it, as it was taken; `parameters` and `result` are JSON."""

    call: Call
    taken: Taken
    parameters: bytes | None = None
    result: bytes | None = None
    error: str | None = None

    @property
    def size(self) -> int:
        """Bytes that it makes the process hold, about."""
        return size(self.taken) + (0 if self.result is None else len(self.result))


class _Request(msgspec.Struct):
    method: str | UnsetType = UNSET
    id: Raw | UnsetType = UNSET
    params: Raw = Raw()


class _Meta(msgspec.Struct):
    skill: str | None = msgspec.field(name=f"{provenance.PREFIX}skill", default=None)
    version: int | None = msgspec.field(name=f"{provenance.PREFIX}version", default=None)


class _Error(msgspec.Struct):
    code: int
    message: str


class _Result(msgspec.Struct):
    failed: bool = msgspec.field(name="isError", default=False)
    content: Raw = Raw()
    meta: _Meta | None = msgspec.field(name="_meta", default=None)


class _Answer(msgspec.Struct):
    result: Raw = Raw()
    error: _Error | UnsetType = UNSET


class _Block(msgspec.Struct):
    text: str = ""


_request: Final = msgspec.json.Decoder(_Request).decode
_answer: Final = msgspec.json.Decoder(_Answer).decode
_result: Final = msgspec.json.Decoder(_Result).decode
_encode: Final = msgspec.json.Encoder().encode
_blocks: Final = msgspec.json.Decoder(list[_Block]).decode


def parameters(asked: Asked) -> bytes | None:
    """The parameters of a request that the fast path answered, but for what the protocol adds; None without any."""
    said = {
        "name": asked.name,
        "uri": asked.uri,
        "cursor": asked.cursor,
        "arguments": Raw(asked.arguments) if asked.arguments else None,
        "protocolVersion": asked.protocol,
    }
    given = {name: value for name, value in said.items() if value is not None}
    return _encode(given) if given else None


class Reading:
    """Reads what requests to one tenant left behind."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    def read(self, taken: Taken) -> Read | None:
        """None for what is no request, such as a notification that was taken."""
        return self._exchanged(taken) if isinstance(taken, Exchange) else Read(self.call(taken), taken)

    def call(self, taken: Swift) -> Call:
        """A request that the fast path answered."""
        came, seconds, _, _, who, asked, *_ = taken
        skill, version = concerning.answered(taken)
        return Call(
            self._tenant, since_1970(came), asked.method, InvocationStatus.SUCCESS, seconds, skill, version, who
        )

    def _exchanged(self, taken: Exchange) -> Read | None:
        try:
            request = _request(taken.body) if taken.body else _Request()
        except UNREADABLE:
            request = _Request()
        outcome = _Outcome.of(taken)
        if outcome.status is InvocationStatus.SUCCESS and taken.status == _ACCEPTED:
            return None
        method = _method(request, taken)
        skill, version = concerning.of(method, request.params)
        if outcome.about.skill is not None:
            skill, version = outcome.about.skill, outcome.about.version
        at, who = since_1970(taken.came), caller_id(taken.scope)
        call = Call(self._tenant, at, method, outcome.status, taken.seconds, skill, version, who)
        # Of who is not known nothing is kept that they chose.
        params = None if who is None else bytes(request.params) or None
        return Read(call, taken, params, outcome.result, outcome.error)


_NONE: Final = _Meta()


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: InvocationStatus
    error: str | None = None
    result: bytes | None = None
    about: _Meta = _NONE

    @classmethod
    def of(cls, taken: Exchange) -> "_Outcome":
        if taken.status is None:
            return cls(InvocationStatus.TIMEOUT, CUT_OFF)
        if taken.reason is not None:
            return cls(InvocationStatus.ERROR, taken.reason)
        bad = taken.status >= _BAD
        try:
            answer = _answer(_last(taken.answer) if taken.streamed else taken.answer) if taken.answer else _Answer()
        except UNREADABLE:
            answer = _Answer()
        if answer.error is not UNSET:
            late = answer.error.code == REQUEST_TIMEOUT or taken.status in _LATE
            status = InvocationStatus.TIMEOUT if late else InvocationStatus.ERROR
            return cls(status, answer.error.message)
        if bad:
            return cls(InvocationStatus.ERROR, HTTPStatus(taken.status).phrase)
        return cls._good(bytes(answer.result))

    @classmethod
    def _good(cls, result: bytes) -> "_Outcome":
        if not result:
            return cls(InvocationStatus.SUCCESS)
        try:
            read = _result(result)
        except UNREADABLE:
            read = _Result()
        about = read.meta or _Meta()
        if read.failed:
            return cls(InvocationStatus.ERROR, _text(read.content), result, about)
        return cls(InvocationStatus.SUCCESS, None, result, about)


def _method(request: _Request, taken: Exchange) -> str:
    """What the body says; else what the header repeats, or that of HTTP where that is all there is."""
    if request.method is not UNSET:
        return request.method[:_LONGEST_METHOD]
    if taken.scope["method"] != "POST":
        return str(taken.scope["method"])
    for name, value in taken.scope["headers"]:
        if name == b"mcp-method":
            return value[:_LONGEST_METHOD].decode("latin-1") or UNKNOWN
    return UNKNOWN


def _text(content: Raw) -> str | None:
    """What a tool says of its failure."""
    try:
        return "\n".join(block.text for block in _blocks(content) if block.text) or None
    except UNREADABLE:
        return None


def _last(events: bytes) -> bytes:
    """The data of the last event of a stream, which is one line."""
    start = events.rfind(b"data:")
    return b"" if start < 0 else events[start + len(b"data:") :].partition(b"\n")[0].strip()
