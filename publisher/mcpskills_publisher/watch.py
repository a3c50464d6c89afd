"""Hearing that something may have changed: pushes to a local repository, requests, and the clock when both are lost."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from watchfiles import awatch

from mcpskills.errors import LeaseLostError, McpSkillsError
from mcpskills.events import EventsMissed, ReconcileWanted
from mcpskills.ports import Signals
from mcpskills_publisher.reconcile import Reconciler, Summary

_log = structlog.get_logger(__name__)

_FIRST_PAUSE = 0.5
_WATCH_AGAIN = 5.0
# Git writes a lock file and renames it; 20 ms without another change end the waiting, 100 ms in any case.
_STEP_MS, _DEBOUNCE_MS = 20, 100

Heard = Callable[[str], None]
"""Called with the reason for a reconcile."""


async def pushes(folder: Path, heard: Heard) -> None:
    """Watch what a push to a repository changes: packed-refs in the folder itself, and everything below `refs`."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_keep_on(lambda: _changes(folder, heard, recursive=False)))
        tasks.create_task(_keep_on(lambda: _changes(folder / "refs", heard, recursive=True)))


async def requests(signals: Signals, tenant: str, heard: Heard) -> None:
    """Listen for those who ask for the tenant."""
    await _keep_on(lambda: _requests(signals, tenant, heard))


async def follow(
    reconciler: Reconciler,
    wanted: asyncio.Event,
    every: float,
    *,
    begins: Callable[[], None],
    done: Callable[[Summary | Exception], None],
) -> None:
    """Reconcile now, then whenever it is wanted and at least every `every` seconds.

    `begins` is called before each one looks at Git, and `done` hears how it went.

    The event is the dirty flag: it is cleared before Git is read, so what is pushed during a reconcile brings about the next.
    After a failure the next attempt waits half a second, then twice as long each time, unless somebody asks before.
    """
    failures = 0
    while True:
        wanted.clear()
        begins()
        clean = await _attempt(reconciler, done)
        failures = 0 if clean else failures + 1
        pause = every if clean else min(every, _FIRST_PAUSE * 2 ** min(failures - 1, 10))
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: up to Python 3.11 it loses a cancellation that comes together with the event.
            async with asyncio.timeout(pause):
                await wanted.wait()


async def _attempt(reconciler: Reconciler, done: Callable[[Summary | Exception], None]) -> bool:
    work = asyncio.create_task(asyncio.to_thread(reconciler.run))
    try:
        summary = await asyncio.shield(work)
    except asyncio.CancelledError:
        # A thread cannot be interrupted, and nobody may close the catalog under it.
        reconciler.stop()
        await asyncio.wait([work])
        if not work.cancelled() and (error := work.exception()) is not None:
            _log.info("reconcile ended by the stop", error=str(error))
        raise
    except LeaseLostError as error:
        _log.info("another publisher is at it, looking again", reason=error.message)
        done(error)
        return False
    except McpSkillsError as error:
        _log.warning("reconcile failed, trying again", error=error.message)
        done(error)
        return False
    except Exception as error:  # noqa: BLE001 - a fault in one reconcile must not end the publisher; the timer tries again
        _log.exception("reconcile failed")
        done(error)
        return False
    done(summary)
    return not summary.done.again


async def _changes(folder: Path, heard: Heard, *, recursive: bool) -> None:
    # Watching starts before anybody can act on this, so no push falls between the two.
    heard("watching")
    changes = awatch(folder, watch_filter=None, debounce=_DEBOUNCE_MS, step=_STEP_MS, recursive=recursive)
    async with contextlib.aclosing(changes) as batches:
        async for _ in batches:
            heard("push")


async def _requests(signals: Signals, tenant: str, heard: Heard) -> None:
    async with signals.listen() as events:
        heard("listening")
        async for event in events:
            match event:
                case ReconcileWanted(wanted, reason) if wanted == tenant:
                    heard(reason)
                case EventsMissed():
                    heard("requests may have been missed")


async def _keep_on(job: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await job()
        except Exception:  # noqa: BLE001 - hints may fail for any reason; the timer does without them meanwhile
            _log.exception("watching failed, trying again", seconds=_WATCH_AGAIN)
        await asyncio.sleep(_WATCH_AGAIN)
