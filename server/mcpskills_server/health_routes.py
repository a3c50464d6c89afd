"""The routes `/health`, `/ready` and `/info`; `health.py` has what they answer."""

import time
from collections.abc import Callable

from fastapi import APIRouter, Request

from mcpskills_server import health, problems
from mcpskills_server.auth import sight
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings


def router(settings: ServerSettings, replica: Replica, counted_by: Callable[[], str]) -> APIRouter:
    """The three routes. `counted_by` says who counts what callers ask. Uptime counts from this call."""
    started = time.monotonic()
    routes = APIRouter(tags=["health"])

    @routes.get("/health", operation_id="health", summary="Is the process alive")
    async def alive() -> health.Health:
        """Answers as long as the process does, whatever it serves."""
        return health.Health()

    @routes.get("/ready", operation_id="ready", summary="Is a snapshot served", responses=problems.responses(503))
    async def ready() -> health.Ready:
        """503 until the first full snapshot is there, and once the process is to stop; else 200, also when the source fails."""
        return health.ready(replica)

    @routes.get("/info", operation_id="info", summary="What this replica serves")
    async def info(request: Request) -> health.Info:
        """Version, generation, number of skills that the caller sees, and how fresh all of it is."""
        view = sight.present(replica, request.scope) if replica.ready else None
        uptime = time.monotonic() - started
        return health.info(settings, replica, view, limits=counted_by(), uptime=uptime)

    return routes
