"""Everything that the server answers, as one FastAPI application: the MCP endpoint, health and the admin API.

It takes long to import, so only the composition root does, once it is wanted; see `behind.py`.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI

import mcpskills
from mcpskills.asgi import Receive, Scope, Send
from mcpskills_server import admin, health_routes, problems
from mcpskills_server.admin import Admin
from mcpskills_server.admin.routes import PREFIX
from mcpskills_server.auth import guarding, well_known
from mcpskills_server.auth.calling import caller, named
from mcpskills_server.auth.protected_resource import ProtectedResource
from mcpskills_server.library import Library
from mcpskills_server.mcp.endpoint import McpEndpoint
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.statistics.keeping import keep_prepared
from mcpskills_server.telemetry import metrics
from mcpskills_server.telemetry.tally import Tally


class Application:
    """See `behind.Rest`. Without `shared` there are no sessions; without `parts` nothing to manage, and no admin API.

    `counted_by` says who counts what callers ask.
    One that is not `alone` shares the process with those of other tenants.
    """

    def __init__(
        self,
        settings: ServerSettings,
        replica: Replica,
        library: Library,
        tally: Tally,
        *,
        counted_by: Callable[[], str],
        shared: Shared | None = None,
        parts: Admin | None = None,
        resource: ProtectedResource | None = None,
        recorder: Recorder | None = None,
        alone: bool = True,
    ) -> None:
        self._parts = parts
        self._endpoint = McpEndpoint(replica, library, settings, shared, lambda scope: caller(scope).id)
        self.http = FastAPI(
            title="Open MCP Skills",
            version=mcpskills.__version__,
            summary="A Git-native registry of Agent Skills, served over MCP.",
            redirect_slashes=False,
            # The pages that FastAPI offers load scripts from elsewhere; /openapi.json is what they show.
            docs_url=None,
            redoc_url=None,
        )
        problems.install(self.http)
        guarding.install(self.http)
        self.http.include_router(health_routes.router(settings, replica, counted_by, recorder))
        self.http.include_router(metrics.router(tally, replica, settings, recorder=recorder, alone=alone))
        self.http.router.routes.extend([*well_known.routes(resource), *self._endpoint.routes])
        if parts is not None:
            self.http.router.routes.extend(admin.routes(parts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_admin = scope["path"].startswith(PREFIX)
        if scope["path"].endswith("\n"):
            # Starlette's patterns end in `$`, which fits before a last line feed as well. To what stands in front of them, and
            # says what a path needs, it is another path.
            scope = {**scope, "path": scope["path"] + "\n"}
        await self.http(scope, receive, named(scope, send) if is_admin else send)

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        counted = None if self._parts is None else self._parts.counted
        preparing = None
        if counted is not None:
            job = keep_prepared(counted.prepare, lambda: counted.wanted, counted.reader.now)
            preparing = asyncio.create_task(job)
        try:
            async with self._endpoint.run():
                yield
        finally:
            if preparing is not None:
                preparing.cancel()
                await asyncio.wait([preparing])
            if self._parts is not None:
                await self._parts.followers.finish()
                await self._parts.checks.finish()

    def known(self, session: str, who: str) -> str | None:
        reception = self._endpoint.reception
        return None if reception is None else reception.known(session, who)

    def close_streams(self) -> None:
        self._endpoint.close()
        if self._parts is not None:
            self._parts.followers.close()
