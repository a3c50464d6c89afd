"""`initialize`: the SDK's server answers it, or did so once, and the session is kept before the client gets the answer."""

from http import HTTPStatus
from typing import Final

import msgspec
import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.session import Session, session_id
from mcpskills_server.mcp.fast.memory import KEPT
from mcpskills_server.mcp.refusals import refusal
from mcpskills_server.mcp.sessions.asked import Asked
from mcpskills_server.mcp.sessions.book import SessionBook
from mcpskills_server.replica import Replica

_log = structlog.get_logger(__name__)

SESSION_HEADER: Final = b"mcp-session-id"


class _Agreed(msgspec.Struct):
    protocolVersion: str  # noqa: N815 as the protocol spells it


class _Answer(msgspec.Struct):
    result: _Agreed | None = None


_ANSWER = msgspec.json.Decoder(_Answer)


class Opening:
    """Answers `initialize` by `plain`."""

    def __init__(self, plain: ASGIApp, replica: Replica, book: SessionBook) -> None:
        self._plain = plain
        self._replica = replica
        self._book = book

    async def serve(self, message: Asked, principal: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Where no session can be kept now, the client is served without one: then the answer names none."""
        answer = _Held()
        if (kept := scope.get(KEPT)) is None:
            await self._plain(scope, receive, answer)
        else:
            await Response(kept, media_type="application/json")(scope, receive, answer)
        version = answer.agreed()
        if version is not None:
            try:
                answer.name(await self._open(message, version, principal))
            except InvalidInputError as error:
                await refusal(HTTPStatus.BAD_REQUEST, error.message)(scope, receive, send)
                return
            except UnavailableError as error:
                _log.warning("a client is served without a session", reason=error.message)
        await answer.release(send)

    async def _open(self, message: Asked, version: str, principal: str | None) -> str:
        said = message.introduction()
        session = Session(
            tenant=self._book.tenant,
            id=session_id(),
            principal=principal,
            protocol_version=version,
            client_info=said.info,
            client_capabilities=said.capabilities,
            generation=self._replica.view.snapshot.generation,
        )
        return (await self._book.open(session)).id


class _Held:
    """A `send` that keeps an answer until it is known what to add."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self._messages.append(message)

    def agreed(self) -> str | None:
        """The protocol version, if the answer is a good one."""
        body = b"".join(message.get("body", b"") for message in self._messages)
        try:
            answer = _ANSWER.decode(body)
        except msgspec.DecodeError:
            return None
        return answer.result.protocolVersion if answer.result else None

    def name(self, identifier: str) -> None:
        """Have the answer say which session was opened."""
        start = self._messages[0]
        start["headers"] = [*start["headers"], (SESSION_HEADER, identifier.encode())]

    async def release(self, send: Send) -> None:
        for message in self._messages:
            await send(message)
