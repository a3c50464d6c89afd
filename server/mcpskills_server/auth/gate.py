"""The one way in: nothing behind it sees a request before it is known who calls."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Final

import structlog

from mcpskills.access import Caller
from mcpskills.asgi import WHOLE, Application, Receive, Scope, Send
from mcpskills.errors import UnavailableError
from mcpskills_server.auth import answers, credentials, protected_resource
from mcpskills_server.auth.anonymous import nobody
from mcpskills_server.auth.authentication import Authentication
from mcpskills_server.auth.calling import Denied, called_by
from mcpskills_server.auth.limits import answers as limits_answers
from mcpskills_server.auth.limits.limiting import Limited, Limits, source
from mcpskills_server.auth.protected_resource import ProtectedResource
from mcpskills_server.auth.refusals import Reason, RefusedCredentialError, missing
from mcpskills_server.auth.vouching import Still, vouch
from mcpskills_server.mcp.paths import PATHS
from mcpskills_server.telemetry.tally import Tally

_log = structlog.get_logger(__name__)

OPEN: Final = frozenset({"/health", "/ready"})
"""Answered to everybody, as is everything below `WELL_KNOWN`."""

_HELD_OFF: Final = "Too many credentials from this address were refused."

WELL_KNOWN: Final = "/.well-known/"


class Gate:
    """Puts the caller into the scope of every request and hands it on, or turns it away."""

    def __init__(
        self,
        inside: Application,
        who: Authentication,
        anonymous: Caller | None,
        tenant: str,
        tally: Tally,
        *,
        limits: Limits,
        resource: ProtectedResource | None = None,
        denied: Denied | None = None,
    ) -> None:
        """Callers without a credential are `anonymous`; None refuses them. Who is refused is told of the `resource`.

        `denied` hears of every attempt that is denied.
        """
        self._inside = inside
        self._limited = Limited(inside, limits, tally)
        self._failures = limits.failures
        self._who = who
        self._near = who.near
        self._known = who.known
        self._anonymous = anonymous
        self._nobody = nobody(tenant)
        self._tally = tally
        self._resource = resource
        self._denied = denied

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # Not a coroutine of its own: every layer of them counts among answers of some microseconds.
        if self._resource is not None:
            protected_resource.note(scope, self._resource)
        path = scope["path"]
        if path not in PATHS and (path in OPEN or path.startswith(WELL_KNOWN)):
            called_by(scope, self._nobody)
            return self._inside(scope, receive, send)
        try:
            authorization, api_key = credentials.carried(scope["headers"])
            header = authorization if api_key is None else None
            caller = None if header is None else self._near(header)
            credential = None if caller is not None else credentials.read(authorization, api_key)
        except RefusedCredentialError as error:
            return self._refuse(error, scope, send)
        if caller is None:
            caller = self._anonymous if credential is None else self._known(credential, header)
        if caller is not None:
            if WHOLE in scope:
                vouch(scope, self._lets_in(caller, authorization, api_key))
            return self._enter(caller, scope, receive, send)
        if credential is None:
            return self._refuse(missing(), scope, send)
        return self._ask(credential, scope, receive, send)

    def _lets_in(self, who: Caller, authorization: bytes | None, api_key: bytes | None) -> Still:
        """Whether the same values of the headers are still those of this caller."""
        if authorization is None and api_key is None:
            return _always
        header = authorization if api_key is None else None

        def same() -> bool:
            caller = None if header is None else self._near(header)
            if caller is None and (credential := credentials.read(authorization, api_key)) is not None:
                caller = self._known(credential, header)
            return caller is who

        return same

    def _enter(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        called_by(scope, caller, self._denied)
        return self._limited(caller, scope, receive, send)

    async def _ask(self, credential: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        address = source(scope)
        # Who was let in before is not shut out because somebody guesses behind the same address.
        wait = 0 if self._who.met(credential) else self._failures.seconds_until_free(address)
        if wait > 0:
            self._deny(scope, None, HTTPStatus.TOO_MANY_REQUESTS, _HELD_OFF)
            await limits_answers.held_off(scope, self._told(scope, send), wait)
            return
        try:
            caller = await self._who.caller(credential)
        except RefusedCredentialError as error:
            if error.reason is not Reason.EXPIRED:
                self._failures.count(address)
            await self._refuse(error, scope, send)
        except UnavailableError as error:
            # The reason is not for those of whom nothing is known.
            _log.warning("a caller cannot be looked up", path=scope["path"], reason=error.message)
            await answers.unsure(scope, self._told(scope, send))
        else:
            await self._enter(caller, scope, receive, send)

    def _refuse(self, error: RefusedCredentialError, scope: Scope, send: Send) -> Awaitable[None]:
        self._deny(scope, error.whose, answers.status_of(error), error.message)
        return answers.refuse(scope, self._told(scope, send), error)

    def _deny(self, scope: Scope, who: str | None, status: HTTPStatus, why: str) -> None:
        if self._denied is not None:
            self._denied(scope, who, status, why)

    def _told(self, scope: Scope, send: Send) -> Send:
        """Refusals count among the answers of `/mcp`."""
        return self._tally.counted(send) if scope["path"] in PATHS else send


def _always() -> bool:
    """Who says nothing of themselves is always the same."""
    return True
