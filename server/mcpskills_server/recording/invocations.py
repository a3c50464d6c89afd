"""The record of a call, as the journal keeps it."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from mcpskills import journal
from mcpskills.journal import Invocation
from mcpskills_server.auth.calling import source
from mcpskills_server.recording import bodies, calls, hiding
from mcpskills_server.recording.calls import Read
from mcpskills_server.recording.policy import Policy
from mcpskills_server.recording.taken import Exchange, Swift

_SESSION: Final = b"mcp-session-id"
_AGENT: Final = b"user-agent"


def invocation(read: Read, policy: Policy) -> Invocation:
    """Takes as long as its bodies are large; see `calls.Read` for what is known already."""
    call, taken = read.call, read.taken
    if isinstance(taken, Exchange):
        came = _exchanged(taken)
        own, parameters = hiding.credentials(taken.scope["headers"]), read.parameters
    else:
        came, asked = _swift(taken), taken[5]
        # Whoever the fast path answered has a credential of a known shape, if any.
        own, parameters = (), calls.parameters(asked)

    def clean(text: str | None) -> str | None:
        return None if text is None else hiding.hide(text, own)

    return Invocation(
        tenant=call.tenant,
        id=journal.invocation_id(datetime.fromtimestamp(call.at, UTC)),
        method=hiding.hide(call.method, own),
        status=call.status,
        duration=call.duration,
        principal=call.principal,
        session=clean(came.session),
        skill=clean(call.skill),
        version=call.version,
        parameters=bodies.kept(parameters, policy, own),
        result=bodies.kept(read.result, policy, own),
        error=clean(read.error),
        client_address=came.address,
        user_agent=clean(_text(came.agent)),
    )


class _Came(NamedTuple):
    """From where, by what and in which session a request came."""

    address: str | None
    agent: bytes | None
    session: str | None


def _exchanged(taken: Exchange) -> _Came:
    headers = taken.scope["headers"]
    session = taken.session or _header(headers, _SESSION)
    return _Came(source(taken.scope), _header(headers, _AGENT), _text(session))


def _swift(taken: Swift) -> _Came:
    _, _, heads, client, *_ = taken
    return _Came(None if client is None else client[0], heads.agent, heads.session)


def _header(headers: list[tuple[bytes, bytes]], wanted: bytes) -> bytes | None:
    return next((value for name, value in headers if name == wanted), None)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
