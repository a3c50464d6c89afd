"""Is the process alive, has it looked at Git, and what came of it: `/health`, `/ready`, `/info`."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

import mcpskills
from mcpskills.errors import UnavailableError
from mcpskills_publisher.progress import Progress
from mcpskills_publisher.settings import PublisherSettings

INFO = "/info"


class Health(BaseModel):
    """The process answers."""

    model_config = ConfigDict(frozen=True)

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """Whether the first reconcile is over."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ready", "starting"]


class Info(BaseModel):
    """What the publisher did last. `commit` is the branch's head as it was seen, `frozen` why nothing is published from it.

    `replicas` are the generations that the replicas serve, as they say; null while nobody can be asked.
    """

    model_config = ConfigDict(frozen=True)

    product: Literal["Open MCP Skills"] = "Open MCP Skills"
    version: str
    tenant: str
    branch: str
    ready: bool
    reconciled_at: datetime | None
    commit: str | None
    frozen: str | None
    error: str | None
    replicas: dict[str, int] | None
    uptime_seconds: float


def router(progress: Callable[[], Progress | None]) -> APIRouter:
    """What anybody may know: `/health` and `/ready`."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health", operation_id="health", summary="Is the process alive")
    async def health() -> Health:
        """Answers as long as the process does."""
        return Health()

    @routes.get("/ready", operation_id="ready", summary="Has the publisher looked", responses={503: {"model": Ready}})
    async def ready(response: Response) -> Ready:
        """503 until the first reconcile is over, however it ended: a publisher that waits for another's lease is ready too."""
        if progress() is None:
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
            return Ready(status="starting")
        return Ready(status="ready")

    return routes


def details(
    settings: PublisherSettings,
    progress: Callable[[], Progress | None],
    serving: Callable[[], Mapping[str, int]],
) -> APIRouter:
    """What operators may know: `/info`. Uptime counts from this call."""
    started = time.monotonic()
    routes = APIRouter(tags=["health"])

    @routes.get(INFO, operation_id="info", summary="What the publisher did last")
    async def info() -> Info:
        """The last reconcile, how it ended and when, and what the replicas serve."""
        last = progress()
        try:
            replicas = dict(await asyncio.to_thread(serving))
        except UnavailableError:
            # They are an extra; the rest is known here.
            replicas = None
        return Info(
            version=mcpskills.__version__,
            tenant=settings.tenant,
            branch=settings.branch,
            ready=last is not None,
            reconciled_at=last.at if last else None,
            commit=last.commit if last else None,
            frozen=last.frozen if last else None,
            error=last.error if last else None,
            replicas=replicas,
            uptime_seconds=round(time.monotonic() - started, 3),
        )

    return routes
