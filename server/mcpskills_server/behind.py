"""The part of the server that is not needed for the first answers: it loads in a thread, once a snapshot is served.

Importing FastAPI, the SDK's server and the admin API takes longer than reading ten thousand skills from a checkpoint.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from mcpskills import garbage
from mcpskills.asgi import Receive, Scope, Send
from mcpskills.errors import McpSkillsError
from mcpskills_server.replica import Replica

_log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.5
"""How long a snapshot may take before the rest is loaded without one."""


class Rest(Protocol):
    """The application that answers everything; see `application.py`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    def run(self) -> AbstractAsyncContextManager[None]:
        """Answer requests until the block ends."""

    def known(self, session: str, who: str) -> str | None:
        """The protocol version of a session of that caller, by their id, that is certainly open."""

    def close_streams(self) -> None:
        """End open streams in good order."""


class Behind:
    """Answers once the rest is there; whoever asks before waits for it, and makes it come sooner."""

    def __init__(self, load: Callable[[], Rest], replica: Replica, patience: float | None = PATIENCE_SECONDS) -> None:
        """`load` imports and builds; it is called once, in a thread. Without patience it is not before somebody asks."""
        self._load = load
        self._replica = replica
        self._patience = patience
        self._asked = asyncio.Event()
        self._arrived: asyncio.Future[Rest] | None = None
        self._is_broken = False
        self.on_failure: Callable[[], None] = lambda: None

    @property
    def rest(self) -> Rest | None:
        """None until it is there. Raises what kept it from coming, or ended it."""
        if self._arrived is None or not self._arrived.done():
            return None
        return self._arrived.result()

    async def run(self) -> None:
        """Load, and keep it running until cancelled. Whoever runs this tells `fail` of what it raises."""
        arrived = self._future()
        await self._until_wanted()
        rest = await asyncio.to_thread(self._loaded)
        async with rest.run():
            garbage.spare(collect=False)
            arrived.set_result(rest)
            await asyncio.Event().wait()

    def fail(self, error: Exception) -> None:
        """Something that the server needs broke: whoever asks from now on hears of it, and whoever runs the server."""
        # What we say in a sentence needs no traceback.
        said = {"reason": error.message} if isinstance(error, McpSkillsError) else {"exc_info": error}
        _log.error("the server broke", **said)
        arrived = self._future()
        if arrived.done():
            arrived = self._arrived = asyncio.get_running_loop().create_future()
        arrived.set_exception(error)
        self._is_broken = True
        self.on_failure()

    def is_broken(self) -> bool:
        """Whether `fail` was told of something."""
        return self._is_broken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._asked.set()
        rest = await asyncio.shield(self._future())
        await rest(scope, receive, send)

    def known(self, session: str, who: str) -> str | None:
        """None until the rest is there."""
        return None if self._answering is None else self._answering.known(session, who)

    def close_streams(self) -> None:
        if self._answering is not None:
            self._answering.close_streams()

    def _loaded(self) -> Rest:
        with garbage.uncollected():
            return self._load()

    @property
    def _answering(self) -> Rest | None:
        """None before it is there, and once it broke."""
        arrived = self._arrived
        return arrived.result() if arrived is not None and arrived.done() and arrived.exception() is None else None

    async def _until_wanted(self) -> None:
        if self._patience is None:
            await self._asked.wait()
            return
        waiting = [asyncio.create_task(self._asked.wait()), asyncio.create_task(self._replica.first_view())]
        try:
            await asyncio.wait(waiting, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    def _future(self) -> "asyncio.Future[Rest]":
        if self._arrived is None:
            self._arrived = asyncio.get_running_loop().create_future()
        return self._arrived
