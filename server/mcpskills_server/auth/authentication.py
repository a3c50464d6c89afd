"""Telling who calls: from memory at once, else by asking in a thread; and hearing of changes, so that memory is never old."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import structlog

from mcpskills.access import Caller
from mcpskills.errors import UnavailableError
from mcpskills.ports import Principals
from mcpskills_server.auth.authenticator import Authenticator, Recognised
from mcpskills_server.auth.known import KnownCallers
from mcpskills_server.auth.refusals import RefusedCredentialError, malformed

_log = structlog.get_logger(__name__)

WATCH_SECONDS: Final = 1.0
"""How often it is asked whether principals changed: what was revoked is refused everywhere within twice as much."""

_THREADS: Final = 8
_MOST_ASKED: Final = 2_000
"""Credentials that are looked up at once, or wait for that."""


class Authentication:
    """Who calls by a credential. `watch` and `note` run as long as requests are answered."""

    def __init__(self, authenticators: Sequence[Authenticator], known: KnownCallers) -> None:
        self._authenticators = authenticators
        self._known = known
        self._asked: dict[bytes, asyncio.Future[Recognised]] = {}
        self._asking = ThreadPoolExecutor(_THREADS, thread_name_prefix="authenticating")
        self._watching = ThreadPoolExecutor(1, thread_name_prefix="watching principals")
        self.near = known.near
        """Who sends a header with a credential, if it is one of those that came last."""
        self.known = known.get
        """Who calls by a credential, if that is known already."""
        self.met = known.met
        """Whether a credential was taken before."""

    async def caller(self, credential: bytes) -> Caller:
        """Who calls; those who ask for the same at once are told together.

        Raises `RefusedCredentialError`, and `UnavailableError` when it cannot be found out now.
        """
        refused = self._known.refusal(credential)
        if refused is not None:
            raise refused
        asked = self._asked.get(credential) or self._ask(credential)
        # Who leaves takes nobody else's answer along.
        return (await asyncio.shield(asked)).caller

    async def watch(self, principals: Principals, tenant: str) -> None:
        """Forget callers when principals change, until cancelled."""
        loop, last, heard = asyncio.get_running_loop(), None, True
        while True:
            try:
                # A thread of its own: it may not wait behind those who are being looked up.
                revision = await loop.run_in_executor(self._watching, principals.revision, tenant)
            except UnavailableError as error:
                if heard:
                    _log.warning("changes of principals cannot be heard, trying again", reason=error.message)
                heard = False
            else:
                if revision != last:
                    self._known.forget()
                self._known.vouch()
                last, heard = revision, True
            await asyncio.sleep(WATCH_SECONDS)

    async def note(self, principals: Principals) -> None:
        """Note who calls, beside their requests, until cancelled."""
        while True:
            for principal in self._known.take_used():
                try:
                    await asyncio.to_thread(principals.used, principal)
                except UnavailableError as error:
                    _log.debug("a last use is not noted", reason=error.message)
            await asyncio.sleep(WATCH_SECONDS)

    def _ask(self, credential: bytes) -> "asyncio.Future[Recognised]":
        text = credential.decode("latin-1")
        authenticator = next((each for each in self._authenticators if each.takes(text)), None)
        if authenticator is None:
            raise malformed()
        if len(self._asked) >= _MOST_ASKED:
            raise UnavailableError(f"{_MOST_ASKED} callers are being looked up already.")
        asked = asyncio.get_running_loop().run_in_executor(self._asking, authenticator.authenticate, text)
        self._asked[credential] = asked
        asked.add_done_callback(partial(self._answered, credential, self._known.age))
        return asked

    def _answered(self, credential: bytes, age: int, asked: "asyncio.Future[Recognised]") -> None:
        del self._asked[credential]
        if asked.cancelled():
            return
        error = asked.exception()
        if error is None:
            self._known.keep(credential, asked.result(), age)
        elif isinstance(error, RefusedCredentialError):
            self._known.refuse(credential, error, age)
