"""The routes `/health`, `/ready` and `/info`; `health.py` has what they answer."""

import time
from collections.abc import Callable

from fastapi import APIRouter, Request

from mcpskills.access import Scope
from mcpskills_server import health, problems
from mcpskills_server.auth import addressed, guarding, sight
from mcpskills_server.auth.rights import Free
from mcpskills_server.mcp import allowed
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings


def router(
    settings: ServerSettings, replica: Replica, counted_by: Callable[[], str], recorder: Recorder | None = None
) -> APIRouter:
    """The three routes. `counted_by` says who counts what callers ask, `recorder` records it. Uptime counts from this call."""
    started, hosts = time.monotonic(), allowed.hosts(settings)
    routes = APIRouter(tags=["health"])

    @guarding.get(routes, "/health", Free.EVERYBODY, operation_id="health", summary="Is the process alive")
    async def alive() -> health.Health:
        """Answers as long as the process does, whatever it serves."""
        return health.Health()

    @guarding.get(
        routes,
        "/ready",
        Free.EVERYBODY,
        operation_id="ready",
        summary="Is a snapshot served",
        responses=problems.responses(503),
    )
    async def ready() -> health.Ready:
        """503 until the first full snapshot is there, and once the process is to stop; else 200, also when the source fails."""
        return health.ready(replica)

    @guarding.get(
        routes,
        "/info",
        Scope.SKILLS_READ,
        operation_id="info",
        summary="What this replica serves",
        responses=problems.responses(*guarding.REFUSALS),
    )
    async def info(request: Request) -> health.Info:
        """Version, generation, number of skills that the caller sees, and how fresh all of it is."""
        addressed.expect_own_name(request.scope, hosts)
        view = sight.present(replica, request.scope) if replica.ready else None
        uptime = time.monotonic() - started
        dropped = None if recorder is None else recorder.dropped
        return health.info(settings, replica, view, limits=counted_by(), dropped=dropped, uptime=uptime)

    return routes
