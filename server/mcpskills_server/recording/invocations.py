"""The record of a call, as the journal keeps it."""

from datetime import UTC, datetime
from typing import Final

from mcpskills import journal
from mcpskills.journal import Invocation
from mcpskills_server.auth.calling import source
from mcpskills_server.recording import bodies, calls, hiding
from mcpskills_server.recording.calls import Read
from mcpskills_server.recording.policy import Policy
from mcpskills_server.recording.taken import Exchange

_SESSION: Final = b"mcp-session-id"
_AGENT: Final = b"user-agent"


def invocation(read: Read, policy: Policy) -> Invocation:
    """Takes as long as its bodies are large; see `calls.Read` for what is known already."""
    call, taken = read.call, read.taken
    if isinstance(taken, Exchange):
        scope, given, parameters = taken.scope, taken.session, read.parameters
    else:
        scope, given, parameters = taken[2], None, calls.parameters(taken[3])
    headers = scope["headers"]
    own = hiding.credentials(headers)

    def clean(text: str | None) -> str | None:
        return None if text is None else hiding.hide(text, own)

    session = given or _header(headers, _SESSION)
    return Invocation(
        tenant=call.tenant,
        id=journal.invocation_id(datetime.fromtimestamp(call.at, UTC)),
        method=hiding.hide(call.method, own),
        status=call.status,
        duration=call.duration,
        principal=call.principal,
        session=clean(None if session is None else session.decode("latin-1")),
        skill=clean(call.skill),
        version=call.version,
        parameters=bodies.kept(parameters, policy, own),
        result=bodies.kept(read.result, policy, own),
        error=clean(read.error),
        client_address=source(scope),
        user_agent=clean(_text(_header(headers, _AGENT))),
    )


def _header(headers: list[tuple[bytes, bytes]], wanted: bytes) -> bytes | None:
    return next((value for name, value in headers if name == wanted), None)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
