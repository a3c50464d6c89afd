"""Saying what this replica serves, for people and for the publisher; no request waits for it."""

import asyncio
import contextlib
import os
import socket

import structlog

from mcpskills.errors import UnavailableError
from mcpskills.ports import REPORT_SECONDS, Replicas
from mcpskills_server.replica import Replica

_log = structlog.get_logger(__name__)

_AGAIN_SECONDS = REPORT_SECONDS / 4


def own_name() -> str:
    """What this process is called among the replicas: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


async def keep_reporting(replica: Replica, replicas: Replicas, tenant: str, name: str) -> None:
    """Report after every swap, and again before the report is forgotten, until cancelled."""
    heard = True
    while True:
        # Before the view is looked at, so that no swap falls between.
        swap = replica.next_swap
        if replica.ready:
            heard = await _report(replicas, tenant, name, replica.view.snapshot.generation, heard=heard)
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: up to Python 3.11 it loses a cancellation that comes together with the event.
            async with asyncio.timeout(_AGAIN_SECONDS):
                await swap.wait()


async def _report(replicas: Replicas, tenant: str, name: str, generation: int, *, heard: bool) -> bool:
    """Whether it was heard. An outage is one piece of news, not one for each report."""
    try:
        await asyncio.to_thread(replicas.report, tenant, name, generation)
    except UnavailableError as error:
        if heard:
            _log.warning("what this replica serves cannot be told, trying again", reason=error.message)
        return False
    return True
