"""Is the process alive, is it ready to serve, and what does it serve: `/health`, `/ready`, `/info`."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from mcp_types.version import SUPPORTED_PROTOCOL_VERSIONS
from pydantic import BaseModel, ConfigDict

import mcpskills
from mcpskills.errors import UnavailableError
from mcpskills_server.replica import Replica, View
from mcpskills_server.settings import ServerSettings

LEAVING = "This server is stopping; ask another one, or this address again in a moment."


class Health(BaseModel):
    """The process answers."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": {"status": "alive"}})

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """A full snapshot is served; `seconds_behind` and `stale` as in `/info`.

    Of a server of several tenants they are the worst of all, and `generation` is null: each has its own.
    """

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={"example": {"status": "ready", "generation": 42, "seconds_behind": 0.4, "stale": False}},
    )

    status: Literal["ready"] = "ready"
    generation: int | None
    seconds_behind: float | None
    stale: bool


class Info(BaseModel):
    """What this replica serves and how sure it is of it. Skills are counted that the caller sees.

    `checked_at` is when the source was last asked with success; since then it failed with `error`, if there is one, and
    `stale` says so. Changes of the last `seconds_behind` may not be served yet. `generation` and `seconds_behind` are null until
    the first snapshot is there. `checkpoint` is the generation of the checkpoint that the replica started from; null when it read
    every skill by itself. `limits` says who counts what callers ask: `memory` (this process), `redis` (all replicas), or what is
    done while Redis is away (`local`, `open`, `closed`). `invocations_dropped` counts requests of this process that were too
    many for the journal; null where nothing is recorded. `pid` is the process that answers, one of several with
    `MCPSKILLS_WORKERS`.
    """

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "example": {
                "product": "Open MCP Skills",
                "version": "0.1.0",
                "tenant": "default",
                "ready": True,
                "generation": 42,
                "checkpoint": 40,
                "skills": 150,
                "failed": 0,
                "checked_at": "2026-11-20T09:30:00Z",
                "seconds_behind": 0.4,
                "stale": False,
                "error": None,
                "protocol_versions": ["2025-11-25", "2026-07-28"],
                "sessions": "stateful",
                "limits": "redis",
                "invocations_dropped": 0,
                "pid": 4242,
                "uptime_seconds": 86400.5,
            }
        },
    )

    product: Literal["Open MCP Skills"] = "Open MCP Skills"
    version: str
    tenant: str
    ready: bool
    generation: int | None
    checkpoint: int | None
    skills: int
    failed: int
    checked_at: datetime | None
    seconds_behind: float | None
    stale: bool
    error: str | None
    protocol_versions: tuple[str, ...]
    sessions: str
    limits: str
    invocations_dropped: int | None
    pid: int
    uptime_seconds: float


def ready(replica: Replica) -> Ready:
    """Raises `UnavailableError` until the first full snapshot is there, and once the process is about to stop."""
    if replica.leaving:
        raise UnavailableError(LEAVING)
    freshness = replica.freshness
    return Ready(
        generation=replica.view.snapshot.generation,
        seconds_behind=_rounded(freshness.seconds_behind),
        stale=freshness.error is not None,
    )


def ready_for_several(replicas: Sequence[Replica], *, whole: bool) -> Ready:
    """Of replicas that are ready; it is stale as well unless they are the `whole`."""
    behind = [each.freshness.seconds_behind for each in replicas]
    stale = not whole or any(each.freshness.error is not None for each in replicas)
    longest = max((seconds for seconds in behind if seconds is not None), default=None)
    return Ready(generation=None, seconds_behind=_rounded(longest), stale=stale)


def info(
    settings: ServerSettings, replica: Replica, view: View | None, *, limits: str, dropped: int | None, uptime: float
) -> Info:
    """`view` is what the caller sees; None before there is one. So many requests were `dropped` and are not recorded."""
    snapshot = view.snapshot if view else None
    freshness = replica.freshness
    return Info(
        version=mcpskills.__version__,
        tenant=settings.tenant,
        ready=replica.ready,
        generation=snapshot.generation if snapshot else None,
        checkpoint=snapshot.checkpoint if snapshot else None,
        skills=len(snapshot.names) if snapshot else 0,
        failed=len(snapshot.failed) if snapshot else 0,
        checked_at=freshness.checked_at,
        seconds_behind=_rounded(freshness.seconds_behind),
        stale=freshness.error is not None,
        error=freshness.error,
        protocol_versions=tuple(SUPPORTED_PROTOCOL_VERSIONS),
        sessions="stateful" if settings.keeps_sessions else "stateless",
        limits=limits,
        invocations_dropped=dropped,
        pid=os.getpid(),
        uptime_seconds=round(uptime, 3),
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
